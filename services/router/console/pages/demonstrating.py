"""Being the demonstration's admin, by the link that `make run` prints. Shell."""

from collections.abc import Sequence
from http import HTTPStatus

from services.router.console.access import Answer, Route, digest_of, go, is_all_made_up, open_act, open_page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.entering import new_session, told
from services.router.domain.admin.admins import Admin
from services.router.domain.admin.entering import Entry, Link, Way


def routes(console: Console) -> Sequence[Route]:
    """`/demo/<secret>`; no such address where there is no demonstration."""
    if console.settings.demo_link_file is None:
        return []
    pages = _Demonstrating(console)
    return [open_page("/demo/{secret:str}", pages.show), open_act("/demo/{secret:str}", pages.enter)]


class _Demonstrating:
    def __init__(self, console: Console) -> None:
        self._console = console

    async def show(self, asked: Asked) -> Answer:
        found = await self._found(asked)
        return (
            self._over() if found is None else self._console.frame.page(None, "demo.html", link=asked.named("secret"))
        )

    async def enter(self, asked: Asked) -> Answer:
        console, at = self._console, self._console.clock.now()
        found = await self._found(asked)
        if found is None:
            return self._over()
        link, admin = found
        new = new_session(admin.id, Way.DEMONSTRATION, at=at)
        audited = told("signed-in", admin, by=admin.id, at=at, after=Way.DEMONSTRATION)
        if not await console.admins.commit(Entry(uses_link=link.secret, session=new.session, audited=audited)):
            return self._over()
        return console.gate.keep(go("/"), new.secret)

    async def _found(self, asked: Asked) -> tuple[Link, Admin] | None:
        """Looked at each time: real contacts may have been imported since the start."""
        link = await self._console.admins.link(digest_of(asked.named("secret")))
        if link is None or not link.demonstration or link.ends_at <= self._console.clock.now():
            return None
        admin = await self._console.admins.admin(link.admin)
        return (link, admin) if admin is not None and is_all_made_up(asked.directory) else None

    def _over(self) -> Answer:
        return self._console.frame.page(None, "link_over.html", status=HTTPStatus.NOT_FOUND, on_trial=True)

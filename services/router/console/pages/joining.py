"""A one-time link: the first passkey of whoever was invited, or a new one after a reset. Shell."""

from collections.abc import Sequence
from http import HTTPStatus

from litestar import Response

from services.router.console.access import Answer, Route, digest_of, go, open_act, open_page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.entering import new_session, told
from services.router.console.passkeys import Purpose
from services.router.domain.admin.admins import Admin
from services.router.domain.admin.entering import Entry, Link, Way

_JSON = "application/json"
_MOST_LABEL = 60
NOT_TAKEN = "The passkey could not be kept. Nothing was changed, and the link can still be used. Try again."


def routes(console: Console) -> Sequence[Route]:
    """`/join/<secret>`: looking at it uses nothing up."""
    pages = _Joining(console)
    return [
        open_page("/join/{secret:str}", pages.show),
        open_page("/join/{secret:str}/passkey", pages.options),
        open_act("/join/{secret:str}", pages.join),
    ]


class _Joining:
    def __init__(self, console: Console) -> None:
        self._console = console

    async def show(self, asked: Asked) -> Answer:
        found = await self._found(asked)
        return self._over() if found is None else self._form(found[1], asked)

    async def options(self, asked: Asked) -> Answer:
        found = await self._found(asked)
        if found is None:
            return self._over()
        link, admin = found
        have = await self._console.admins.passkeys(admin.id)
        options = self._console.passkeys.to_add(admin, have, purpose=_purpose(link), at=self._console.clock.now())
        return Response(options, media_type=_JSON)

    async def join(self, asked: Asked) -> Answer:
        console, at = self._console, self._console.clock.now()
        found = await self._found(asked)
        if found is None:
            return self._over()
        link, admin = found
        label = label_of(asked.form.one("label"))
        added = console.passkeys.added(asked.form.one("credential"), admin, label=label, purpose=_purpose(link), at=at)
        if added is None or await console.admins.passkey(added.passkey.id) is not None:
            return self._form(admin, asked, problem=NOT_TAKEN)
        new = new_session(admin.id, Way.PASSKEY, at=at)
        entry = Entry(
            uses_link=link.secret,
            answered=added,
            session=new.session,
            audited=told("passkey-added", admin, by=admin.id, at=at, after=label),
        )
        if not await console.admins.commit(entry):
            return self._over()
        return console.gate.keep(go("/you"), new.secret)

    async def _found(self, asked: Asked) -> tuple[Link, Admin] | None:
        link = await self._console.admins.link(digest_of(asked.named("secret")))
        if link is None or link.demonstration or link.ends_at <= self._console.clock.now():
            return None
        admin = await self._console.admins.admin(link.admin)
        return None if admin is None or admin.demonstration else (link, admin)

    def _form(self, admin: Admin, asked: Asked, *, problem: str = "") -> Answer:
        return self._console.frame.page(
            None,
            "join.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
            admin=admin,
            places=[
                asked.directory.partnerships[one].name for one in admin.roles if one in asked.directory.partnerships
            ],
            link=asked.named("secret"),
            problem=problem,
        )

    def _over(self) -> Answer:
        return self._console.frame.page(None, "link_over.html", status=HTTPStatus.NOT_FOUND)


def label_of(text: str) -> str:
    """What an admin calls a passkey; something where nothing was said."""
    return " ".join(text.split())[:_MOST_LABEL] or "Passkey"


def _purpose(link: Link) -> Purpose:
    return Purpose("join", link.secret)

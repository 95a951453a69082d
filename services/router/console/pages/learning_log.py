"""The learning log: which protocol is to be amended, by whom, by when, and that it was. Shell."""

from collections.abc import Sequence
from http import HTTPStatus

import msgspec

from services.router.console.access import Answer, Route, act, go, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.frame import refuse
from services.router.domain.admin.admins import Need, may
from services.router.domain.admin.auditing import Audited
from services.router.domain.learning.learning_log import Entered, LogEntry, due_of, late, ordered, problems_of
from services.router.domain.partnership import Partnership
from shared.references import mint_submission_id

_PATH = "/p/{partnership:str}/learning/log"
_NOTHING = Entered(protocol="", owner="", due=("", "", ""))


def routes(console: Console) -> Sequence[Route]:
    """`/p/<partnership>/learning/log`."""
    pages = _Log(console)
    return [
        page(_PATH, pages.show, need=Need.REPORTS),
        act(_PATH, pages.add, need=Need.WORK_DESK),
        act(f"{_PATH}/{{entry:str}}/done", pages.done, need=Need.WORK_DESK),
        act(f"{_PATH}/{{entry:str}}/open", pages.open, need=Need.WORK_DESK),
    ]


async def count_late(console: Console, partnership: Partnership) -> int:
    """How many things to do are past their day."""
    return late(await console.learning.kept.entries(partnership.id), today=console.learning.today(partnership))


class _Log:
    def __init__(self, console: Console) -> None:
        self._console = console

    async def show(self, asked: Asked) -> Answer:
        return await self._page(asked, _NOTHING, {})

    async def add(self, asked: Asked) -> Answer:
        form, here = asked.form, asked.partnership
        due = (form.one("due-day"), form.one("due-month"), form.one("due-year"))
        typed = Entered(protocol=form.one("protocol"), owner=form.one("owner"), due=due)
        problems, due_on = problems_of(typed), due_of(typed)
        if problems or due_on is None:
            return await self._page(asked, typed, problems)
        entry = LogEntry(
            id=mint_submission_id(), partnership=here.id, protocol=typed.protocol, owner=typed.owner, due_on=due_on
        )
        after = f"{entry.protocol}; {entry.owner}; by {entry.due_on}"
        await self._console.learning.kept.keep(entry, self._audited(asked, entry, "learning.added", after=after))
        return go(f"/p/{here.id}/learning/log")

    async def done(self, asked: Asked) -> Answer:
        entry = await self._entry(asked)
        today = self._console.learning.today(asked.partnership)
        if entry.done_on is None:
            ended = msgspec.structs.replace(entry, done_on=today)
            audited = self._audited(asked, entry, "learning.done", after=str(today))
            await self._console.learning.kept.keep(ended, audited)
        return go(f"/p/{asked.partnership.id}/learning/log")

    async def open(self, asked: Asked) -> Answer:
        """It was not done after all."""
        entry = await self._entry(asked)
        if entry.done_on is not None:
            again = msgspec.structs.replace(entry, done_on=None)
            audited = self._audited(asked, entry, "learning.opened", before=str(entry.done_on))
            await self._console.learning.kept.keep(again, audited)
        return go(f"/p/{asked.partnership.id}/learning/log")

    def _audited(self, asked: Asked, entry: LogEntry, what: str, *, before: str = "", after: str = "") -> Audited:
        at, by = self._console.clock.now(), asked.signed.admin.id
        place = asked.partnership.id
        return Audited(at=at, admin=by, partnership=place, what=what, about=entry.id, before=before, after=after)

    async def _entry(self, asked: Asked) -> LogEntry:
        entries = await self._console.learning.kept.entries(asked.partnership.id)
        found = next((one for one in entries if one.id == asked.named("entry")), None)
        if found is None:
            raise refuse()
        return found

    async def _page(self, asked: Asked, typed: Entered, problems: dict[str, str]) -> Answer:
        here = asked.partnership
        return self._console.frame.page(
            asked.signed,
            "learning_log.html",
            partnership=here,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
            entries=ordered(await self._console.learning.kept.entries(here.id)),
            today=self._console.learning.today(here),
            may_change=may(asked.signed.admin, here.id, Need.WORK_DESK),
            typed=typed,
            errors=problems,
        )

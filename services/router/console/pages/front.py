"""The first page of a partnership: what needs somebody, and where to go. Shell."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from services.router.console.access import Answer, Route, go, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.pages.desk import count_on_desk
from services.router.console.pages.directory import count_attention, count_gaps
from services.router.console.pages.directory_waiting import count_approvals
from services.router.console.pages.escalations import count_overdue
from services.router.console.pages.learning_log import count_late
from services.router.console.pages.patterns import count_waiting
from services.router.domain.admins import Need, may
from services.router.domain.entering import Way
from services.router.domain.partnership import Partnership

Count = Callable[[Console, Partnership], Awaitable[int]]


class Number(NamedTuple):
    """A number on the front page. path: where it is looked at, after `/p/<partnership>/`; nothing: said for none."""

    label: str
    nothing: str
    path: str
    counted: Count
    need: Need = Need.SEE


NUMBERS: tuple[Number, ...] = (
    Number("On the desk", "Nothing needs you.", "desk", count_on_desk),
    Number("Overdue", "Nothing is past its date.", "escalations?overdue=1", count_overdue),
    Number("Gaps in the next 60 days", "Every stage reaches somebody.", "gaps?show=gaps", count_gaps),
    Number("Posts to look at", "Every post was confirmed this quarter.", "directory?show=attention", count_attention),
    Number("Waits for a second admin", "Nothing waits.", "directory/approvals", count_approvals, Need.CHANGE_DIRECTORY),
    Number("Possible patterns", "Nothing waits for a decision.", "learning/patterns", count_waiting, Need.REPORTS),
    Number("Learning overdue", "Nothing in the log is overdue.", "learning/log", count_late, Need.REPORTS),
)
"""A subject adds its line when it can count: a number that nobody counted is never shown."""


def routes(console: Console) -> Sequence[Route]:
    """`/`, and each partnership's front page."""

    async def first(asked: Asked) -> Answer:
        mine = [one for one in asked.directory.partnerships.values() if may(asked.signed.admin, one.id, Need.SEE)]
        if len(mine) == 1:
            return go(f"/p/{mine[0].id}")
        return console.frame.page(asked.signed, "partnerships.html", mine=sorted(mine, key=lambda one: one.name))

    async def front(asked: Asked) -> Answer:
        here, admin = asked.partnership, asked.signed.admin
        counted = [(one, await one.counted(console, here)) for one in NUMBERS if may(admin, here.id, one.need)]
        by_passkey = asked.signed.session.way is Way.PASSKEY
        return console.frame.page(
            asked.signed,
            "front.html",
            partnership=here,
            numbers=counted,
            broker_away=console.broker.problem() is not None,
            one_passkey=by_passkey and len(await console.admins.passkeys(admin.id)) < 2,
        )

    return [page("/", first), page("/p/{partnership:str}", front)]

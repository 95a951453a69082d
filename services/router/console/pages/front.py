"""The first page of a partnership: what needs somebody, and where to go. Shell."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from services.router.console.access import Answer, Route, go, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.desk_words import item_of
from services.router.console.pages.asking import count_unanswered
from services.router.console.pages.desk import on_desk
from services.router.console.pages.directory import count_attention, count_gaps
from services.router.console.pages.directory_waiting import count_approvals
from services.router.console.pages.escalations import count_overdue
from services.router.console.pages.learning_log import count_late
from services.router.console.pages.patterns import count_waiting
from services.router.console.pages.rules import count_to_review
from services.router.domain.admin.admins import Need, may
from services.router.domain.admin.entering import Way
from services.router.domain.admin.on_desk import OnDesk
from services.router.domain.partnership import Partnership

_PRESSING = 3
Count = Callable[[Console, Partnership], Awaitable[int | Sequence[OnDesk]]]
"""How many; or the very things, where the first of them are shown under the number."""


class Soon(StrEnum):
    """By when a number wants somebody."""

    TODAY = "today"
    WEEK = "week"
    QUARTER = "quarter"


WHEN: Mapping[Soon, str] = {Soon.TODAY: "Today", Soon.WEEK: "This week", Soon.QUARTER: "When there is time"}


class Number(NamedTuple):
    """A number on the front page, shown also when it is none.

    path: where it is looked at, after `/p/<partnership>/`. nothing, means: what is said of none, and of some.
    """

    label: str
    nothing: str
    path: str
    counted: Count
    need: Need = Need.SEE
    means: str = ""
    soon: Soon = Soon.WEEK


NUMBERS: tuple[Number, ...] = (
    Number(
        "On the desk",
        "What is refused, unconfirmed or without a contact appears here.",
        "desk",
        on_desk,
        means="Each says what it is and what to do.",
        soon=Soon.TODAY,
    ),
    Number(
        "Overdue",
        "Nothing is past the date for an answer.",
        "escalations?overdue=1",
        count_overdue,
        means="Past the date for an answer. Nothing moves on by itself: ring whoever holds it.",
        soon=Soon.TODAY,
    ),
    Number(
        "Gaps in the next 60 days",
        "Every stage of every agency reaches somebody.",
        "gaps?show=gaps",
        count_gaps,
        means="An escalation would reach nobody, the same person twice, or a duty that one person alone holds.",
    ),
    Number(
        "Posts to look at",
        "Every post is held, reached, and confirmed this quarter.",
        "directory?show=attention",
        count_attention,
        means="Vacant, away without a deputy, or not confirmed this quarter.",
    ),
    Number(
        "Holders who have not answered",
        "Nobody who was asked about their post is late, and no email came back.",
        "directory/asked",
        count_unanswered,
        means="Asked if their post is still right: overdue, or the email came back. Ring them.",
    ),
    Number(
        "Waits for a second admin",
        "No change of an address waits.",
        "directory/approvals",
        count_approvals,
        Need.CHANGE_DIRECTORY,
        means="A change of an address that escalations rely on. It is not live before another admin approves it.",
        soon=Soon.TODAY,
    ),
    Number(
        "Possible patterns",
        "Nothing waits for a decision.",
        "learning/patterns",
        count_waiting,
        Need.REPORTS,
        means="The same kind of disagreement keeps coming. Whether it is a pattern, you decide.",
        soon=Soon.QUARTER,
    ),
    Number(
        "Learning overdue",
        "Nothing in the log is overdue.",
        "learning/log",
        count_late,
        Need.REPORTS,
        means="What was to be amended by now, and is not done yet.",
        soon=Soon.QUARTER,
    ),
    Number(
        "Rules and settings to look at",
        "Every rule has a source, and no day for a review has passed.",
        "settings",
        count_to_review,
        means="Rules that no source states, or a day for a review that has passed.",
        soon=Soon.QUARTER,
    ),
)
"""A subject adds its line when it can count: a number that nobody counted is never shown."""


def routes(console: Console) -> Sequence[Route]:
    """`/`, and each partnership's front page."""

    async def partnerships(asked: Asked) -> Answer:
        mine = [one for one in asked.directory.partnerships.values() if may(asked.signed.admin, one.id, Need.SEE)]
        if len(mine) == 1:
            return go(f"/p/{mine[0].id}")
        return console.frame.page(asked.signed, "partnerships.html", mine=sorted(mine, key=lambda one: one.name))

    async def front(asked: Asked) -> Answer:
        here, admin = asked.partnership, asked.signed.admin
        found = [(one, await one.counted(console, here)) for one in NUMBERS if may(admin, here.id, one.need)]
        counted = [(one, many if isinstance(many, int) else len(many)) for one, many in found]
        first = [one for _, many in found if not isinstance(many, int) for one in many[:_PRESSING]]
        today = [(one, count) for one, count in counted if one.soon is Soon.TODAY]
        by_passkey = asked.signed.session.way is Way.PASSKEY
        return console.frame.page(
            asked.signed,
            "front.html",
            partnership=here,
            today=sum(count for _, count in today),
            groups=_by_when(counted),
            pressing=[item_of(one) for one in first],
            mail_down=(await console.desk.store.everywhere()).mail.down_since,
            broker_away=console.broker.problem() is not None,
            one_passkey=by_passkey and len(await console.admins.passkeys(admin.id)) < 2,
        )

    return [page("/", partnerships), page("/p/{partnership:str}", front)]


def _by_when(counted: Sequence[tuple[Number, int]]) -> list[tuple[Soon, str, list[tuple[Number, int]]]]:
    """The numbers under when they want somebody; what is none comes last."""
    groups = ((soon, words, [one for one in counted if one[0].soon is soon]) for soon, words in WHEN.items())
    return [(soon, words, sorted(found, key=lambda one: not one[1])) for soon, words, found in groups if found]

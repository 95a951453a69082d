"""A resolution panel as an admin sees it: posts and answers, who is proposed and why; no name, no interest. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from services.router.console.escalation_words import Who, who_of
from services.router.domain.directory import Directory
from services.router.domain.life import ACCEPTED, DECLINED, Panel, Seat
from services.router.domain.living.convening import SEATS, Proposed, taken
from services.router.domain.living.panel import short_of_three
from shared.terms import Instant

_ANSWERS = {"": "Asked, no answer yet", ACCEPTED: "Sits on it", DECLINED: "Does not sit on it"}


class SeatSeen(NamedTuple):
    """A seat: whose post, why that agency, and what was answered. at: when it was offered or answered."""

    who: Who
    why: str
    answer: str
    at: Instant | None


class Proposal(NamedTuple):
    """What is proposed. passed_over: why somebody is not, and how many; short: where fewer than three could sit."""

    seats: tuple[SeatSeen, ...]
    posts: tuple[str, ...]
    passed_over: tuple[tuple[str, int], ...]
    short: str


def seen_panel(panel: Panel | None, directory: Directory) -> tuple[SeatSeen, ...]:
    """The seats as they are, in the order in which they were offered."""
    return _seats(panel.seats, directory) if panel is not None else ()


def seen_proposal(proposed: Proposed, known: Panel | None, directory: Directory) -> Proposal:
    """The seats that would be offered now. known: the panel with the seats counted that stay as they are."""
    number = len(proposed.seats) + (taken(known) if known is not None else 0)
    why = Counter(reason for _, reason in proposed.excluded)
    return Proposal(
        seats=_seats(proposed.seats, directory),
        posts=tuple(seat.person.post or "" for seat in proposed.seats),
        passed_over=tuple(why.most_common()),
        short=short_of_three(number) if number < SEATS else "",
    )


def _seats(seats: Sequence[Seat], directory: Directory) -> tuple[SeatSeen, ...]:
    return tuple(SeatSeen(who_of(one.person, directory), one.why, _ANSWERS[one.answer], one.at) for one in seats)

"""A resolution panel as it is convened: who is asked to sit, who is passed over, who answered. Pure.

The partnership convenes; the software only proposes, and says why. Whoever declares an interest stands down.
Source: domain.md section 1, S1; section 4, rows 16, 17 and 19.
"""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from services.router.domain.escalation import Escalation, same_address
from services.router.domain.life import ACCEPTED, DECLINED, Panel, Seat
from shared.terms import Instant

replace = msgspec.structs.replace

SEATS = 3
GIVEN_UP = timedelta(days=2)
"""A seat not answered for so long may be offered to another."""


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """Who could sit: a seat for each agency, in order; and who may not, with the reason."""

    seats: tuple[Seat, ...]
    excluded: tuple[tuple[str, str], ...]


def reopened_seats(panel: Panel | None, *, at: Instant) -> Panel | None:
    """The panel without the seats that nobody answered for days: convening again gives them to others."""
    if panel is None:
        return None
    late = at - GIVEN_UP
    return replace(
        panel,
        seats=tuple(
            replace(seat, answer=DECLINED, at=at)
            if not seat.answer and seat.at is not None and seat.at <= late
            else seat
            for seat in panel.seats
        ),
    )


def convened(escalation: Escalation, known: Panel | None, proposed: Proposed, *, by: str, at: Instant) -> Escalation:
    """The escalation with its panel, the proposed seats offered. Convening again fills the seats left empty.

    known: the panel as it stands. by: the partnership's person, as the command was given them.
    """
    offered = tuple(replace(seat, at=at) for seat in proposed.seats)
    if known is None:
        return _with_panel(escalation, Panel(convened_at=at, by=by, seats=offered, excluded=proposed.excluded))
    excluded = tuple(dict.fromkeys((*known.excluded, *proposed.excluded)))
    return _with_panel(escalation, replace(known, seats=(*known.seats, *offered), excluded=excluded))


def answered(escalation: Escalation, address: str, *, accepts: bool, interest: str, at: Instant) -> Escalation | None:
    """The escalation with a member's answer. One who declares an interest stands down, also after accepting.

    None where no seat waits for this answer.
    """
    panel = escalation.life.panel
    seat = seat_of(panel.seats, address) if panel is not None else None
    sits = accepts and not interest
    if panel is None or seat is None or seat.answer == DECLINED or (seat.answer == ACCEPTED and sits):
        return None
    after = replace(seat, answer=ACCEPTED if sits else DECLINED, interest=interest, at=at)
    seats = tuple(after if one is seat else one for one in panel.seats)
    return _with_panel(escalation, replace(panel, seats=seats))


def seat_of(seats: Sequence[Seat], address: str) -> Seat | None:
    """The newest seat that was offered to this address."""
    wanted = same_address(address)
    return next((one for one in reversed(seats) if same_address(one.person.address) == wanted), None)


def taken(panel: Panel) -> int:
    """How many agencies sit, or are asked to."""
    return sum(seat.answer != DECLINED for seat in panel.seats)


def _with_panel(escalation: Escalation, panel: Panel) -> Escalation:
    return replace(escalation, life=replace(escalation.life, panel=panel))

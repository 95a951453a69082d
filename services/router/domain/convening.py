"""A resolution panel as it is convened: who is asked to sit, who is passed over, who answered. Pure.

The partnership convenes; the software only proposes, and says why. Whoever declares an interest stands down.
Source: domain.md section 1, S1; section 4, rows 16, 17 and 19.
"""

from collections.abc import Sequence

import msgspec

from services.router.domain.escalation import Escalation, same_address
from services.router.domain.life import ACCEPTED, DECLINED, Panel, Seat
from shared.terms import Instant

replace = msgspec.structs.replace

SEATS = 3


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """Who could sit: a seat for each agency, in order; and who may not, with the reason."""

    seats: tuple[Seat, ...]
    excluded: tuple[tuple[str, str], ...]


def convened(
    escalation: Escalation, proposed: Proposed, *, by: str, at: Instant
) -> tuple[Escalation, tuple[Seat, ...]]:
    """The escalation with its panel, and the seats that are offered now. Convening again fills the seats left empty.

    by: the partnership's person, as the command was given them.
    """
    known = escalation.life.panel
    kept = known.seats if known is not None else ()
    sitting = tuple(seat for seat in kept if seat.answer != DECLINED)
    asked = {same_address(seat.person.address) for seat in kept}
    agencies = {seat.agency for seat in sitting}
    free = tuple(
        seat
        for seat in proposed.seats
        if same_address(seat.person.address) not in asked and seat.agency not in agencies
    )
    offered = free[: max(0, SEATS - len(sitting))]
    panel = Panel(
        convened_at=known.convened_at if known is not None else at,
        by=known.by if known is not None else by,
        seats=(*kept, *offered),
        excluded=tuple(dict.fromkeys((*(known.excluded if known is not None else ()), *proposed.excluded))),
        decided_at=known.decided_at if known is not None else None,
    )
    return _with_panel(escalation, panel), offered


def answered(escalation: Escalation, address: str, *, accepts: bool, interest: str, at: Instant) -> Escalation | None:
    """The escalation with a member's answer; one who declares an interest stands down. None where no seat waits."""
    panel = escalation.life.panel
    seat = seat_of(panel.seats, address) if panel is not None else None
    if panel is None or seat is None or seat.answer:
        return None
    sits = accepts and not interest
    after = replace(seat, answer=ACCEPTED if sits else DECLINED, interest=interest, at=at)
    seats = tuple(after if one is seat else one for one in panel.seats)
    return _with_panel(escalation, replace(panel, seats=seats))


def seat_of(seats: Sequence[Seat], address: str) -> Seat | None:
    """The newest seat that was offered to this address."""
    wanted = same_address(address)
    return next((one for one in reversed(seats) if same_address(one.person.address) == wanted), None)


def is_full(panel: Panel) -> bool:
    """Whether three agencies sit."""
    return sum(seat.answer == ACCEPTED for seat in panel.seats) >= SEATS


def _with_panel(escalation: Escalation, panel: Panel) -> Escalation:
    return replace(escalation, life=replace(escalation.life, panel=panel))

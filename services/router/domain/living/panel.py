"""Proposes a resolution panel: three agencies, those concerned first, nobody who made the decision. Pure.

The partnership convenes it, or not: this only proposes. Source: domain.md section 1, S1.
"""

from collections.abc import Iterable, Iterator, Set
from itertools import islice

from services.router.domain.decision import Part
from services.router.domain.directory import Holder, Placed
from services.router.domain.escalation import same_address
from services.router.domain.life import DECLINED, Panel, Seat
from services.router.domain.living.convening import SEATS, Proposed
from services.router.domain.routing.lookup import Search
from services.router.domain.routing.people import told_person
from services.router.policy.facts import Facts
from shared.terms import AgencyId

ROLE = "panel_member"
CONCERNED = "an agency concerned, as far as possible; this person made no decision in it"
UNCONCERNED = "no other agency concerned can give somebody who made no decision in it"
HAS_A_PART = "has a part in it already"
STOOD_DOWN = "was asked before"
WHY_YOU = "You are asked to sit on a resolution panel for your agency."


def propose_panel(search: Search, facts: Facts) -> tuple[tuple[Placed, Holder], ...]:
    """At most three members, each from another agency. Fewer is a gap for the partnership to fill and to record."""
    chosen = tuple(islice(_members(search, facts), SEATS))
    if len(chosen) < SEATS:
        search.gap("panel-short", short_of_three(len(chosen)))
    return chosen


def short_of_three(number: int) -> str:
    """What is recorded of a panel that has fewer members."""
    return f"Only {number} of three agencies can sit on the panel without a conflict: record why."


def seats_for(search: Search, facts: Facts, *, known: Panel | None, in_it: Iterable[str]) -> Proposed:
    """The seats to be offered now, with the reason for each, and those who were passed over.

    known: the panel as it was convened; whoever stood down is not asked again. in_it: who has a part in it already.
    """
    concerned = {side.agency for side in (*facts.raising, *facts.receiving)}
    kept = known.seats if known is not None else ()
    taken = {seat.agency for seat in kept if seat.answer != DECLINED}
    search.barred = (
        {same_address(one): HAS_A_PART for one in in_it}
        | {same_address(seat.person.address): STOOD_DOWN for seat in kept}
        | search.barred
    )
    free = ((placed, holder) for placed, holder in _members(search, facts, but=taken))
    seats = tuple(
        Seat(
            person=told_person(placed, holder, part=Part.INFORMED, why_you=WHY_YOU, may_read=True),
            agency=placed.agency.id,
            why=CONCERNED if placed.agency.id in concerned else UNCONCERNED,
        )
        for placed, holder in islice(free, max(0, SEATS - len(taken)))
    )
    return Proposed(seats=seats, excluded=tuple(search.excluded))


def _members(search: Search, facts: Facts, *, but: Set[AgencyId] = frozenset()) -> Iterator[tuple[Placed, Holder]]:
    """A member for each agency that can give one, those concerned first."""
    concerned = [side.agency for side in (*facts.raising, *facts.receiving) if side.agency is not None]
    others = [one.id for one in search.directory.entries.agencies if search.partnership.id in (one.owner, *one.serves)]
    for agency in dict.fromkeys((*concerned, *others)):
        member = _member(search, agency) if agency not in but else None
        if member is not None:
            yield member


def _member(search: Search, agency: AgencyId) -> tuple[Placed, Holder] | None:
    for placed in search.directory.with_role(agency, ROLE):
        found = search.holder(placed)
        if found is not None and found.placed is not None and found.placed.post.role == ROLE:
            return found.placed, found.holder
    return None

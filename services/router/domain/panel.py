"""Proposes a resolution panel: three agencies, those concerned first, nobody who made the decision. Pure.

The partnership convenes it, or not: this only proposes. Source: domain.md section 1, S1.
"""

from services.router.domain.convening import Proposed
from services.router.domain.decision import Part, Person
from services.router.domain.directory import Holder, Placed
from services.router.domain.life import Seat
from services.router.domain.lookup import Search
from services.router.policy.facts import Facts
from shared.terms import AgencyId

SEATS = 3
ROLE = "panel_member"
CONCERNED = "an agency concerned, as far as possible; this person made no decision in it"
UNCONCERNED = "no other agency concerned can give somebody who made no decision in it"
WHY_YOU = "You are asked to sit on a resolution panel for your agency."


def propose_panel(search: Search, facts: Facts) -> tuple[tuple[Placed, Holder], ...]:
    """At most three members, each from another agency. Fewer is a gap for the partnership to fill and to record."""
    concerned = [side.agency for side in (*facts.raising, *facts.receiving) if side.agency is not None]
    others = [one.id for one in search.directory.entries.agencies if search.partnership.id in (one.owner, *one.serves)]
    chosen: list[tuple[Placed, Holder]] = []
    for agency in dict.fromkeys((*concerned, *others)):
        if len(chosen) == SEATS:
            break
        member = _member(search, agency)
        if member is not None:
            chosen.append(member)
    if len(chosen) < SEATS:
        says = f"Only {len(chosen)} of three agencies can sit on the panel without a conflict: record why."
        search.gap("panel-short", says)
    return tuple(chosen)


def seats_for(search: Search, facts: Facts) -> Proposed:
    """The same as seats to be offered, with the reason for each, and those who were passed over."""
    concerned = {side.agency for side in (*facts.raising, *facts.receiving)}
    seats = tuple(
        Seat(
            person=_person(placed, holder),
            agency=placed.agency.id,
            why=CONCERNED if placed.agency.id in concerned else UNCONCERNED,
        )
        for placed, holder in propose_panel(search, facts)
    )
    return Proposed(seats=seats, excluded=tuple(search.excluded))


def _person(placed: Placed, holder: Holder) -> Person:
    return Person(
        part=Part.INFORMED,
        name=holder.name,
        role=placed.post.title,
        agency=placed.agency.name,
        address=holder.address,
        phone=holder.phone or placed.post.phone or placed.agency.phone,
        told=True,
        must_act=False,
        may_read=True,
        post=placed.post.id,
        why_you=WHY_YOU,
    )


def _member(search: Search, agency: AgencyId) -> tuple[Placed, Holder] | None:
    for placed in search.directory.with_role(agency, ROLE):
        found = search.holder(placed)
        if found is not None and found.placed is not None and found.placed.post.role == ROLE:
            return found.placed, found.holder
    return None

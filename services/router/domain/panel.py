"""Proposes a resolution panel: three agencies, those concerned first, nobody who made the decision. Pure.

The partnership convenes it, or not: this only proposes. Source: domain.md section 1, S1.
"""

from services.router.domain.directory import Holder, Placed
from services.router.domain.lookup import Search
from services.router.policy.facts import Facts
from shared.terms import AgencyId

SEATS = 3
ROLE = "panel_member"


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


def _member(search: Search, agency: AgencyId) -> tuple[Placed, Holder] | None:
    for placed in search.directory.with_role(agency, ROLE):
        found = search.holder(placed)
        if found is not None and found.placed is not None and found.placed.post.role == ROLE:
            return found.placed, found.holder
    return None

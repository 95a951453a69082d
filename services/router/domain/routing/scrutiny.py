"""An independent scrutineer who is concerned in the matter does not decide it: a person asks another's. Pure.

The policies say nothing of it.  Source: domain.md section 4, row 18.
"""

from collections.abc import Iterator

from services.router.domain.directory import Directory, Holder, Placed, absence_on, holder_on
from services.router.domain.partnership import Partnership
from services.router.domain.routing.barring import MADE_IT, RAISED_IT
from services.router.domain.routing.lookup import Search
from services.router.policy.facts import Facts
from services.router.policy.loading import NO_SOURCE
from services.router.policy.step import Asked, Basis, Reason
from shared.terms import AgencyId, PostId

SCRUTINEER = "independent_scrutineer"
GAP = "scrutineer-concerned"
WORKS_THERE = "works for an agency in this disagreement"
STANDS_ASIDE = Reason(
    rule="scrutineer-concerned",
    says="An independent scrutineer who is concerned in the matter does not decide it: a person asks another's.",
    basis=Basis.DEMONSTRATION,
    source=NO_SOURCE,
)


def stands_aside(seat: Asked, search: Search, facts: Facts) -> bool:
    """Whether the seat is the scrutineer's, and whoever holds it is concerned in the matter.

    Nobody deputises then, for whoever works with the scrutineer is as near to it: the gap names another partnership's.
    """
    if not any(role.code == SCRUTINEER for role in seat.roles):
        return False
    holders = tuple(_scrutineers(AgencyId(search.partnership.id), search))
    concerned = [(placed, holder, why) for placed, holder in holders if (why := _concern(holder, search, facts))]
    for placed, holder, why in concerned:
        search.barred[holder.address.casefold()] = why
        search.excluded[(placed.post.title, why)] = None
    if not concerned or len(concerned) < len(holders):
        return False
    search.gap(GAP, f"The independent scrutineer {concerned[0][2]}. {_ask_another(search, facts)}")
    return True


def others_scrutineers(partnership: Partnership, directory: Directory) -> tuple[tuple[PostId, str], ...]:
    """(post, words) of the scrutineers whom a person may ask instead, neighbours under the same policy first."""
    return tuple(
        (placed.post.id, f"{placed.post.title}, {other.name}")
        for other in _others(partnership, directory)
        for placed in directory.with_role(AgencyId(other.id), SCRUTINEER)
    )


def _others(partnership: Partnership, directory: Directory) -> list[Partnership]:
    others = [one for one in directory.partnerships.values() if one.id != partnership.id]
    return sorted(others, key=lambda one: one.policy != partnership.policy)


def _scrutineers(agency: AgencyId, search: Search) -> Iterator[tuple[Placed, Holder]]:
    for placed in search.directory.with_role(agency, SCRUTINEER):
        holder = holder_on(placed.post, search.day)
        if holder is not None:
            yield placed, holder


def _concern(holder: Holder, search: Search, facts: Facts) -> str:
    """Why this scrutineer is concerned in the matter, "" where they are not: mail that fails is no such reason."""
    barred = search.barred.get(holder.address.casefold(), "")
    name, sides = holder.name.casefold(), (*facts.raising, *facts.receiving)
    if barred == MADE_IT or (name and any(_is(side.decision_maker.name, name) for side in facts.receiving)):
        return MADE_IT
    if barred == RAISED_IT or (name and _is(facts.raiser.name, name)):
        return RAISED_IT
    agencies = {side.agency for side in sides} - {None, AgencyId(search.partnership.id)}
    works_there = any(one.agency.id in agencies for one in search.directory.at_address(holder.address))
    return WORKS_THERE if works_there else ""


def _is(typed: str, name: str) -> bool:
    return typed.strip().casefold() == name


def _ask_another(search: Search, facts: Facts) -> str:
    """Another partnership's scrutineer to ask, neighbours under the same policy first."""
    for partnership in _others(search.partnership, search.directory):
        for placed, holder in _scrutineers(AgencyId(partnership.id), search):
            free = holder.address.casefold() not in search.barred and not _concern(holder, search, facts)
            if free and absence_on(placed.post, search.day) is None:
                who = f"the {placed.post.title.lower()} of {partnership.name}"
                return f"Ask another partnership's, for example {who}, and route it to them by hand."
    return "Ask another partnership's: the directory has none, so that one must be found and added."

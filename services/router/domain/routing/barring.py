"""Who is asked neither to act nor to stand in, and who is the raiser's own manager. Pure."""

from services.router.domain.decision import Circumstances
from services.router.domain.directory import Directory
from services.router.policy.facts import Facts, Named, Side
from shared.terms import TeamId

MADE_IT = "made the decision that is challenged"
RAISED_IT = "raised it"
OWN_MANAGER = "is the raiser's own manager, in the agency whose decision is challenged"


def barred_by(facts: Facts, directory: Directory, circumstances: Circumstances) -> dict[str, str]:
    """Address to why its owner is asked neither to act nor to stand in."""
    barred = {facts.raiser.address.strip().casefold(): RAISED_IT}
    if circumstances.raiser is not None:
        barred[circumstances.raiser.address.strip().casefold()] = RAISED_IT
    for side in facts.raising[1:]:
        for address in addresses_of(side.decision_maker, side, directory):
            barred[address] = RAISED_IT
    for side in facts.receiving:
        for address in addresses_of(side.decision_maker, side, directory):
            barred[address] = MADE_IT
    for one in circumstances.passed_over:
        barred[one.address.strip().casefold()] = one.why
    barred.pop("", None)
    return barred


def addresses_of(named: Named, side: Side, directory: Directory) -> list[str]:
    """Every address that a named professional may have: as typed, and as the directory knows that name."""
    found = [named.address.strip().casefold()] if named.address else []
    wanted = named.name.strip().casefold()
    for placed in directory.named(side.agency, wanted) if wanted and side.agency is not None else ():
        found += [one.address.casefold() for one in placed.post.holders if one.name.casefold() == wanted]
    return found


def own_managers(facts: Facts, directory: Directory, managing: frozenset[str]) -> frozenset[str]:
    """The addresses of the raiser's own managers, where their agency's decision is challenged; none elsewhere.

    They are the manager whom the raiser names and who manages the raiser's team. managing: the roles that manage.
    Source: domain.md section 4, row 8.
    """
    own = facts.raising[0] if facts.raising else None
    if own is None or own.agency is None or not any(side.agency == own.agency for side in facts.receiving):
        return frozenset()
    teams = _own_teams(facts, own, directory)
    posts = [one.post for role in managing for one in directory.with_role(own.agency, role) if one.post.team in teams]
    found = {one.casefold() for post in posts for one in (post.mailbox, *(holder.address for holder in post.holders))}
    for side in (own, *facts.receiving):
        for named in (side.manager, side.decision_maker):
            if named is own.manager or (named.name and _key(named.name) == _key(own.manager.name)):
                found.update(addresses_of(named, side, directory))
    return frozenset(found - {"", _key(facts.raiser.address)})


def manager_made_it(facts: Facts, directory: Directory, managers: frozenset[str]) -> bool:
    """Whether the raiser's own manager made the decision, or their team did and nobody says who."""
    own = facts.raising[0]
    teams = _own_teams(facts, own, directory)
    return any(
        is_own_manager(side, facts, directory, managers)
        or (side.agency == own.agency and side.team in teams and side.decision_maker == Named())
        for side in facts.receiving
    )


def is_own_manager(side: Side, facts: Facts, directory: Directory, managers: frozenset[str]) -> bool:
    """Whether the decision-maker of `side` is the raiser's own manager, by address or by name."""
    maker, manager = side.decision_maker, facts.raising[0].manager
    named = bool(maker.name) and _key(maker.name) == _key(manager.name)
    return named or not managers.isdisjoint(addresses_of(maker, side, directory))


def _own_teams(facts: Facts, own: Side, directory: Directory) -> set[TeamId]:
    placed = directory.own_post(own.agency, facts.raiser.address)
    teams = {own.team, placed.post.team if placed is not None else None}
    return {team for team in teams if team is not None}


def _key(text: str) -> str:
    return text.strip().casefold()

"""Who is what in an escalation now: of the decision, and of those who joined since. The one answer for all. Pure.

Whoever reads, acts or is told is looked up here; the partnership's coded part and the duty contact are not in it.
"""

from collections.abc import Iterable

import msgspec

from services.router.domain.decision import Decision, Part, Person
from services.router.domain.escalation import Escalation, Standing, State, same_address
from services.router.domain.ground import Ground
from services.router.domain.life import ACCEPTED, DECLINED, Issue, IssueState, Joined, Panel
from services.router.domain.place import Place
from services.router.domain.routing.handing import raised_now
from shared.private import Private
from shared.terms import Instant

UNRELEASED = "unreleased"
HANDED_OVER, DEPUTY, RAISER, SECOND_RAISER, PANEL = "handed-over", "deputy", "raiser", "second-raiser", "panel"
"""Why somebody joined: `Joined.why`."""

_OF_PART = {
    Part.RAISER: frozenset({Standing.RAISER, Standing.CONFIRMER}),
    Part.RAISERS_MANAGER: frozenset({Standing.RAISERS_MANAGER, Standing.CONFIRMER}),
    Part.RAISING_CONTACT: frozenset({Standing.RAISING_CONTACT, Standing.CONFIRMER}),
    Part.CONTACT: frozenset({Standing.CONFIRMER}),
}
_ELSEWHERE = frozenset({Part.PARTNERSHIP, Part.DUTY})


class Present(Private, frozen=True, kw_only=True):
    """One address that has a part now, and all that it may do. address: as `same_address` spells it.

    since, why: of somebody who joined after the decision; None and "" for those whom the decision names.
    instead_of: the address of the silent contact for whom a deputy speaks, who was called.
    """

    person: Person
    address: str
    standings: frozenset[Standing]
    since: Instant | None = None
    why: str = ""
    instead_of: str = ""

    @property
    def may_read(self) -> bool:
        return Standing.PARTY in self.standings


def present(escalation: Escalation, decision: Decision) -> tuple[Present, ...]:
    """Everybody in it whom mail reaches, each address once, in the decision's order.

    decision: the newest stored one for who was asked; one made afresh for who may read and act at this moment.
    """
    acts = frozenset(same_address(person.address) for person in decision.persons if person.must_act)
    joined = {same_address(one.person.address): one for one in escalation.life.joined if _is_in_it(one, acts)}
    found = [one for person in decision.persons if (one := _of_decision(person)) is not None]
    found += _raiser_besides(escalation, decision)
    found += [
        Present(person=one.person, address=address, standings=_joins(one.person, one.why))
        for address, one in joined.items()
        if one.why != PANEL
    ]
    gone = _replaced_raiser(escalation)
    each: dict[str, Present] = {}
    for one in (*found, *_members(escalation)):
        if one.address != gone:
            each[one.address] = _merged(each.get(one.address), one)
    for issue in _open_issues(escalation):
        each.setdefault(same_address(issue.owner), _owner(issue))
    return tuple(
        _since(
            msgspec.structs.replace(
                one, standings=_speaking(one.standings, panel=escalation.life.panel) | _owns(escalation, one.address)
            ),
            joined.get(one.address) if one.address not in acts else None,
        )
        for one in each.values()
    )


def present_now(escalation: Escalation, *, ground: Ground, at: Instant) -> tuple[Present, ...]:
    """Everybody in it on today's directory: a deputy from the moment they are one, nobody who was replaced.

    Nobody before the first stored decision: until then no one is asked and nothing is read.
    """
    if escalation.facts is None or not escalation.decisions:
        return ()
    facts, circumstances, edition = escalation.facts, escalation.circumstances, escalation.edition or None
    return present(
        escalation, ground.decide(escalation.ref, facts, circumstances=circumstances, at=at, edition=edition)
    )


def those(everybody: Iterable[Present], *standings: Standing) -> tuple[Present, ...]:
    """Those who are any of this, in their order."""
    return tuple(one for one in everybody if not one.standings.isdisjoint(standings))


def party_list(escalation: Escalation, decision: Decision) -> tuple[str, ...]:
    """The addresses that may sign in to it: whoever is in it, and whoever raises it in any case."""
    named = {one.address for one in present(escalation, decision)}
    return tuple(sorted((named | {escalation.raiser_address}) - {""}))


def of_address(everybody: Iterable[Present], address: str) -> Present | None:
    """The one of this address."""
    wanted = same_address(address)
    return next((one for one in everybody if one.address == wanted), None) if wanted else None


def standings_of(
    address: str, everybody: Iterable[Present], *, place: Place | None, other: Place | None = None
) -> frozenset[Standing]:
    """All that the owner of this address is. place: its partnership's. other: of `life.offered_to`, None for none."""
    wanted = same_address(address)
    if not wanted:
        return frozenset()
    found = of_address(everybody, wanted)
    standings = found.standings if found is not None else frozenset()
    if place is not None and wanted == same_address(place.duty_address):
        standings |= {Standing.DUTY}
    if other is not None and wanted == same_address(other.duty_address):
        standings |= {Standing.OTHER_DUTY}
    return standings


def _of_decision(person: Person) -> Present | None:
    """None for whom mail does not reach, who is told in codes only, or who is told by the desk's fixed text."""
    if not person.address or person.part in _ELSEWHERE:
        return None
    if not person.told or (person.address_from == UNRELEASED and person.part is not Part.RAISER):
        return None
    standings = _OF_PART.get(person.part, frozenset()) | _allowed(person)
    return Present(person=person, address=same_address(person.address), standings=standings)


def _raiser_besides(escalation: Escalation, decision: Decision) -> list[Present]:
    """Whoever raises it is in it also where the decision names nobody, as of one that is led elsewhere."""
    address = escalation.raiser_address
    if escalation.facts is None or any(same_address(one.address) == address for one in decision.persons):
        return []
    raiser = raised_now(escalation.facts, escalation.circumstances).raiser
    person = Person(
        part=Part.RAISER,
        name=raiser.name,
        role=raiser.role,
        agency="",
        address=raiser.address,
        phone=raiser.phone,
        told=True,
        must_act=False,
        may_read=False,
    )
    return [Present(person=person, address=address, standings=_OF_PART[Part.RAISER])]


def _allowed(person: Person) -> frozenset[Standing]:
    acts = {Standing.HOLDER, Standing.CONFIRMER} if person.must_act else set()
    return frozenset(acts | ({Standing.PARTY} if person.may_read else set()))


def _joins(person: Person, why: str) -> frozenset[Standing]:
    """A second raiser is kept informed; their own escalation is where they act."""
    return _allowed(person) | (_OF_PART[Part.RAISER] if why == RAISER else frozenset())


def _members(escalation: Escalation) -> list[Present]:
    """Those asked to sit may answer; who accepted reads until the panel decided, and confirms what it decided."""
    panel, found = escalation.life.panel, []
    ended = escalation.state in (State.CLOSED, State.MOVED_ON)
    for seat in panel.seats if panel is not None else ():
        if seat.answer == DECLINED or not seat.person.address:
            continue
        standings = {Standing.SEAT_OFFERED}
        if panel is not None and seat.answer == ACCEPTED:
            standings = {Standing.MEMBER, Standing.CONFIRMER}
            standings |= {Standing.PARTY} if panel.decided_at is None and not ended else set()
        address = same_address(seat.person.address)
        found.append(Present(person=seat.person, address=address, standings=frozenset(standings)))
    return found


def _speaking(standings: frozenset[Standing], *, panel: Panel | None) -> frozenset[Standing]:
    """Once a panel sits it is the panel that resolves the difference: its members alone confirm. Source: S1."""
    sits = panel is not None and any(seat.answer == ACCEPTED for seat in panel.seats)
    return standings - {Standing.CONFIRMER} if sits and Standing.MEMBER not in standings else standings


def _is_in_it(joined: Joined, acts: frozenset[str]) -> bool:
    """Whoever was called because a contact is silent is in it as long as that contact is asked to act."""
    return bool(joined.person.address) and (not joined.instead_of or joined.instead_of in acts)


def _since(one: Present, joined: Joined | None) -> Present:
    if joined is None:
        return one
    return msgspec.structs.replace(one, since=joined.since, why=joined.why, instead_of=joined.instead_of)


def _open_issues(escalation: Escalation) -> tuple[Issue, ...]:
    return tuple(one for one in escalation.life.issues if one.state is not IssueState.DONE)


def _owner(issue: Issue) -> Present:
    """Who pursues an issue stays in it until it is done, whoever acts meanwhile. They read nothing by it."""
    name, _, role = issue.owner_who.partition(", ")
    person = Person(
        part=Part.INFORMED,
        name=name,
        role=role,
        agency="",
        address=issue.owner,
        phone="",
        told=True,
        must_act=False,
        may_read=False,
    )
    return Present(person=person, address=same_address(issue.owner), standings=frozenset())


def _owns(escalation: Escalation, address: str) -> frozenset[Standing]:
    owners = {same_address(one.owner) for one in _open_issues(escalation)}
    return frozenset({Standing.OWNER}) if address in owners else frozenset()


def _replaced_raiser(escalation: Escalation) -> str:
    """The address of a raiser who named a successor, "" where nobody did."""
    first = same_address(escalation.facts.raiser.address) if escalation.facts is not None else ""
    return first if escalation.circumstances.raiser is not None and first != escalation.raiser_address else ""


def _merged(known: Present | None, more: Present) -> Present:
    return more if known is None else msgspec.structs.replace(known, standings=known.standings | more.standings)

"""Names the people of a step from the directory: who is told, who must act, who may read. Pure.

The raiser is always among them. Nobody who made the decision, raised it or was passed over is asked to act.
"""

from datetime import date

from services.router.domain.decision import Circumstances
from services.router.domain.directory import Agency, Directory
from services.router.domain.living.panel import propose_panel
from services.router.domain.partnership import Partnership
from services.router.domain.routing.barring import OWN_MANAGER, barred_by, is_own_manager, manager_made_it, own_managers
from services.router.domain.routing.by_hand import route_by_hand
from services.router.domain.routing.handing import hand_over, raised_now
from services.router.domain.routing.lookup import Found, Search
from services.router.domain.routing.people import (
    UNRELEASED,
    Parties,
    address_source,
    for_partnership,
    named_person,
    person,
    typed,
)
from services.router.domain.routing.scrutiny import stands_aside
from services.router.domain.routing.steady import steady
from services.router.policy.facts import Facts, Named, Side
from services.router.policy.step import Asked, Part, Step, Where, Who
from shared.terms import AgencyId, AgencyType, TeamId

RECUSED = "belongs to a safeguarding partner that is a party: neither triages nor chairs"
TRIAGE_ROLES = ("partner_delegate", "partnership_chair")


def name_parties(
    step: Step, facts: Facts, directory: Directory, partnership: Partnership, *, day: date, circumstances: Circumstances
) -> Parties:
    """The people of `step` as the directory knows them on `day`, a local date."""
    barred = barred_by(facts, directory, circumstances)
    search = Search(directory, partnership, day=day, barred=barred, held=facts.held)
    if step.recuse:
        _recuse(search, facts)
    facts = raised_now(facts, circumstances)
    parties = Parties(search, facts, circumstances)
    parties.own_managers = own_managers(facts, directory, step.managing)
    if parties.own_managers and manager_made_it(facts, directory, parties.own_managers):
        search.barred |= dict.fromkeys(parties.own_managers, OWN_MANAGER)
    for seat in step.seats:
        _seat(seat, parties)
    for code, says in step.needs:
        search.gap(code, says)
    if circumstances.by_hand is not None:
        search.barred |= dict.fromkeys(parties.own_managers, OWN_MANAGER)
        route_by_hand(parties)
    if circumstances.handed:
        hand_over(parties)
    return parties


def _recuse(search: Search, facts: Facts) -> None:
    """Bar the delegates and the chair of every partner that is a party. Source: domain.md section 4, rows 16 and 17."""
    directory = search.directory
    agencies = [directory.agencies.get(side.agency) for side in (*facts.raising, *facts.receiving) if side.agency]
    partners = {one.partner or one.id for one in agencies if one is not None}
    for partner in search.partnership.partners:
        if partner not in partners:
            continue
        for placed in (one for role in TRIAGE_ROLES for one in directory.with_role(partner, role)):
            search.excluded[(placed.post.title, RECUSED)] = None
            search.barred.update((one.address.casefold(), RECUSED) for one in placed.post.holders)


def _seat(seat: Asked, parties: Parties) -> None:
    if seat.part is Part.RAISER:
        _raiser(seat, parties)
    elif seat.part is Part.PARTNERSHIP:
        parties.add(for_partnership(seat, parties.search.partnership))
    elif seat.who is Who.PANEL:
        for placed, holder in propose_panel(parties.search, parties.facts):
            parties.add(person(seat, Found(placed, holder, False), parties.search.partnership))
    elif seat.where is Where.PARTNERS:
        _partners(seat, parties)
    else:
        _at_agency(seat, parties)


def _raiser(seat: Asked, parties: Parties) -> None:
    if seat.side > 0:
        _colleague(seat, parties)
        return
    raiser, side = parties.facts.raiser, parties.facts.raising[0] if parties.facts.raising else None
    named = Named(name=raiser.name, role=raiser.role, address=raiser.address, phone=raiser.phone)
    source = address_source(named, side, parties)
    if source is UNRELEASED:
        parties.search.gap("raiser-unreleased", "The raiser's address is not of a registered domain: release it.")
    parties.add(typed(seat, named, side, parties, source=source))


def _colleague(seat: Asked, parties: Parties) -> None:
    """Who raises it at a further agency: as named, else that agency's safeguarding lead."""
    side = parties.facts.raising[seat.side]
    if side.decision_maker.address:
        parties.add(named_person(seat, side.decision_maker, side, parties))
        return
    _found(seat, side, parties, team=False)


def _partners(seat: Asked, parties: Parties) -> None:
    directory = parties.search.directory
    for partner in parties.search.partnership.partners:
        if _ready(seat, partner, None, parties):
            continue
        found = parties.search.find(seat, directory.agencies.get(partner))
        if found is not None:
            parties.add(person(seat, found, parties.search.partnership))


def _at_agency(seat: Asked, parties: Parties) -> None:
    if seat.where is Where.PARTNERSHIP:
        _at_partnership(seat, parties)
        return
    if seat.where is Where.SOCIAL_CARE:
        _found(seat, _social_care(parties), parties)
        return
    sides = parties.facts.receiving if seat.where is Where.RECEIVING else parties.facts.raising
    side = sides[seat.side]
    if seat.who is Who.DECISION_MAKER:
        if side.decision_maker.address or side.decision_maker.name:
            _decision_maker(seat, side, parties)
    elif seat.who is Who.MANAGER and side.manager.address and _counts(side.manager, side, parties):
        parties.add(named_person(seat, side.manager, side, parties))
    else:
        _found(seat, side, parties)


def _decision_maker(seat: Asked, side: Side, parties: Parties) -> None:
    """Whoever made the decision is told, save the raiser's own manager: that is for whistle-blowing, not for this."""
    if parties.own_managers and is_own_manager(side, parties.facts, parties.search.directory, parties.own_managers):
        parties.search.gap(
            "own-manager", "The raiser's own manager made the decision and is not told: talk to the raiser first."
        )
        return
    parties.add(named_person(seat, side.decision_maker, side, parties))


def _counts(manager: Named, side: Side, parties: Parties) -> bool:
    """Whether the manager whom the raiser named may be told: known for that agency, and not barred."""
    if manager.address.strip().casefold() in parties.search.barred:
        return False
    if address_source(manager, side, parties) is not UNRELEASED:
        return True
    parties.search.gap("address-unreleased", "An address typed for the raiser's manager waits for the duty contact.")
    return False


def _social_care(parties: Parties) -> Side:
    """The children's social care that is a party, else the partnership's own."""
    directory, partnership = parties.search.directory, parties.search.partnership
    for side in (*parties.facts.receiving, *parties.facts.raising):
        agency = directory.agencies.get(side.agency) if side.agency is not None else None
        if agency is not None and agency.type is AgencyType.CHILDRENS_SOCIAL_CARE:
            return side
    own = directory.social_care(partnership.id)
    return Side(agency=own.id if own is not None else None, type=AgencyType.CHILDRENS_SOCIAL_CARE)


def _ready(seat: Asked, agency: AgencyId | None, team: TeamId | None, parties: Parties) -> bool:
    """Add the seat's steady holder, unless something speaks against them: then a search says who, and why."""
    search = parties.search
    known = steady(search.directory, seat, agency, team) if agency is not None else None
    if known is None or known.key in search.barred or known.key in search.spoke or known.key in parties.own_managers:
        return False
    parties.add(known.person, known.key)
    return True


def _found(seat: Asked, side: Side, parties: Parties, *, team: bool = True) -> None:
    """The person for a seat at an agency. Whoever is only told speaks on no rung, and is told at each stage."""
    search = parties.search
    held, spoke = search.held, search.spoke
    if not seat.must_act:
        search.held = search.spoke = frozenset()
    _searched(seat, side, parties, team=team)
    search.held, search.spoke = held, spoke


def _searched(seat: Asked, side: Side, parties: Parties, *, team: bool) -> None:
    if _ready(seat, side.agency, side.team if team else None, parties):
        return
    search = parties.search
    agency = search.directory.agencies.get(side.agency) if side.agency is not None else None
    if agency is None:
        search.gap("agency-not-listed", f"An agency is not in the directory: add it, and find {seat.words}.")
        found = search.sponsored(seat)
    elif seat.part is Part.INFORMED or seat.part is Part.LEAD:
        _inform(seat, side, agency, parties)
        return
    else:
        found = _unmanaged(seat, side, agency, parties, team=team)
    if found is None:
        search.gap("nobody", f"Nobody can be asked for {seat.words}: a person must decide.")
    else:
        parties.add(person(seat, found, search.partnership))


def _inform(seat: Asked, side: Side, agency: Agency, parties: Parties) -> None:
    """Somebody who is only told: nobody deputises for one whom mail cannot reach; the duty contact tells them."""
    search, barred = parties.search, parties.search.barred
    search.barred = dict.fromkeys(parties.own_managers, OWN_MANAGER) if seat.where is Where.RECEIVING else {}
    is_lead = seat.who is Who.SAFEGUARDING_LEAD
    found = (search.lead(agency) if is_lead else None) or search.find(seat, agency, team=side.team)
    search.barred = barred
    refused = {one.address.casefold() for one in parties.circumstances.passed_over}
    if found is None or found.holder.address.casefold() in refused:
        search.gap("informed-not-reached", f"{agency.name}: mail does not reach the {seat.words}: tell them yourself.")
    else:
        parties.add(person(seat, found, search.partnership))


def _unmanaged(seat: Asked, side: Side, agency: Agency, parties: Parties, *, team: bool) -> Found | None:
    """Where an agency is on both sides, the raiser's own manager is not asked to answer for the decision."""
    search, wanted = parties.search, side.team if team else None
    if not parties.own_managers or seat.where is not Where.RECEIVING:
        return search.find(seat, agency, team=wanted)
    before = search.barred
    search.barred = before | dict.fromkeys(parties.own_managers, OWN_MANAGER)
    found = search.find(seat, agency, team=wanted)
    search.barred = before
    return found


def _at_partnership(seat: Asked, parties: Parties) -> None:
    """A post that the partnership itself keeps: the scrutineer, the business manager."""
    search, partnership = parties.search, parties.search.partnership
    if stands_aside(seat, search, parties.facts):
        return
    if seat.who is not Who.DUTY and _ready(seat, AgencyId(partnership.id), None, parties):
        return
    agency = search.directory.agencies.get(AgencyId(partnership.id))
    asks_duty = seat.who is Who.DUTY or agency is None
    found = search.duty(seat.words) if asks_duty else search.find(seat, agency)
    if found is not None:
        parties.add(person(seat, found, partnership))

"""The people of a decision: how each is written down, and why mail may go to an address that somebody typed. Pure."""

from services.router.domain.decision import Circumstances, Person
from services.router.domain.directory import Directory, Holder, Placed
from services.router.domain.partnership import Partnership
from services.router.domain.routing.lookup import Found, Search
from services.router.policy.facts import Facts, Named, Side
from services.router.policy.step import Asked, Part
from shared.messages import AskedAs

_BOTH_SIDES = {Part.CONTACT, Part.RAISERS_MANAGER}
_SAME_POST = "One post would answer for the decision and for the raiser: ask in which team the raiser works."
UNRELEASED, TYPED, DIRECTORY, RELEASED = "unreleased", "typed", "directory", "released"


class Parties:
    """The people of one step."""

    def __init__(self, search: Search, facts: Facts, circumstances: Circumstances) -> None:
        self.search = search
        self.facts = facts
        self.circumstances = circumstances
        self.persons: list[Person] = []
        self.own_managers: frozenset[str] = frozenset()
        self._by_address: dict[str, int] = {}

    def add(self, person: Person, key: str | None = None) -> None:
        """Add `person`; somebody who has a part already keeps the first and gains what the second allows.

        key: the address to compare, where it is known.
        """
        key = person.address.casefold() if key is None else key
        separate = not key or person.part is Part.PARTNERSHIP or person.part is Part.DUTY
        index = None if separate else self._by_address.get(key)
        if index is None:
            if not separate:
                self._by_address[key] = len(self.persons)
            self.persons.append(person)
        else:
            first = self.persons[index]
            if first.must_act != person.must_act and {first.part, person.part} == _BOTH_SIDES:
                self.search.gap("own-agency-same-post", _SAME_POST)
            self.persons[index] = merged(first, person)

    def somebody_acts(self) -> bool:
        return any(one.must_act for one in self.persons)

    def keep(self, persons: list[Person]) -> None:
        """Hold these and nobody else."""
        self.persons, self._by_address = [], {}
        for person in persons:
            self.add(person)


def merged(first: Person, second: Person) -> Person:
    """One person with two parts: the first part, and what either allows; asked as the part that must act."""
    asked = second if second.must_act and not first.must_act else first
    return Person(
        part=first.part,
        name=first.name,
        role=first.role,
        agency=first.agency,
        address=first.address,
        phone=first.phone,
        told=first.told or second.told,
        must_act=first.must_act or second.must_act,
        may_read=first.may_read or second.may_read,
        post=first.post or second.post,
        address_from=first.address_from,
        standing_in_for=first.standing_in_for or second.standing_in_for,
        because=tuple(dict.fromkeys((*first.because, *second.because))),
        seat=asked.seat,
        asked_as=asked.asked_as,
        why_you=first.why_you if first.why_you == second.why_you else f"{first.why_you} {second.why_you}".strip(),
    )


def address_source(named: Named, side: Side | None, parties: Parties) -> str:
    """Why mail may go to an address that somebody typed, or that it may not yet."""
    directory, address = parties.search.directory, named.address.strip().casefold()
    agency = side.agency if side is not None else None
    if agency is not None:
        if directory.own_post(agency, address) is not None:
            return DIRECTORY
        if directory.in_domain(agency, address):
            return TYPED
    return RELEASED if address in parties.circumstances.released else UNRELEASED


def typed(seat: Asked, named: Named, side: Side | None, parties: Parties, *, source: str) -> Person:
    proved = seat.part is Part.RAISER and seat.side == 0  # a colleague who also raises it proved no address
    proved = proved and parties.circumstances.raiser is None  # nor did a successor whom the first raiser named
    let_through = source is not UNRELEASED or proved
    directory = parties.search.directory
    post = directory.own_post(side.agency, named.address) if side is not None and source is DIRECTORY else None
    return Person(
        part=seat.part,
        name=named.name,
        role=named.role or (post.post.title if post is not None else ""),
        agency=_agency_name(side, directory),
        address=named.address.strip(),
        phone=named.phone,
        told=seat.told and let_through,
        must_act=seat.must_act and let_through,
        may_read=seat.may_read and let_through,
        post=post.post.id if post is not None else None,
        address_from=source,
        because=seat.rules,
        seat=seat.words,
        asked_as=seat.asked_as,
        why_you=seat.why_you,
    )


def _agency_name(side: Side | None, directory: Directory) -> str:
    if side is None:
        return ""
    agency = directory.agencies.get(side.agency) if side.agency is not None else None
    return agency.name if agency is not None else side.other_name


def named_person(seat: Asked, named: Named, side: Side, parties: Parties) -> Person:
    """A professional as typed: their directory entry where the address or the name is in it, else the typed address."""
    placed = _match(named, side, parties.search.directory)
    if placed is not None:
        holder = next((one for one in placed.post.holders if _is(one, named)), None)
        if holder is not None:
            return person(seat, Found(placed, holder, False), parties.search.partnership)
    if not named.address:
        return typed(seat, named, side, parties, source=UNRELEASED)
    source = address_source(named, side, parties)
    if source is UNRELEASED:
        role = seat.words or named.role
        parties.search.gap("address-unreleased", f"An address typed for the {role} waits for the duty contact.")
    return typed(seat, named, side, parties, source=source)


def _match(named: Named, side: Side, directory: Directory) -> Placed | None:
    """The one post of that agency that the typed address or name belongs to."""
    if named.address and (own := directory.own_post(side.agency, named.address)) is not None:
        return own
    found = directory.named(side.agency, named.name) if side.agency is not None and named.name else ()
    return found[0] if len(found) == 1 else None


def _is(holder: Holder, named: Named) -> bool:
    return (
        holder.address.casefold() == named.address.strip().casefold()
        or holder.name.casefold() == named.name.strip().casefold()
    )


def person(seat: Asked, found: Found, partnership: Partnership) -> Person:
    """The person found for a seat."""
    placed, holder = found.placed, found.holder
    if placed is not None:
        return of_post(seat, placed, holder, standing_in=found.standing_in)
    return Person(
        part=seat.part,
        name=holder.name,
        role=partnership.duty.role,
        agency=partnership.name,
        address=holder.address,
        phone=holder.phone,
        told=seat.told,
        must_act=seat.must_act,
        may_read=seat.may_read,
        standing_in_for=seat.words if found.standing_in else "",
        because=seat.rules,
        seat=seat.words,
        asked_as=AskedAs.DUTY,
        why_you=_standing_in(seat, None) if found.standing_in else seat.why_you,
    )


def of_post(seat: Asked, placed: Placed, holder: Holder, *, standing_in: bool = False) -> Person:
    """The holder of a post, for a seat."""
    return Person(
        part=seat.part,
        name=holder.name,
        role=placed.post.title,
        agency=placed.agency.name,
        address=holder.address,
        phone=holder.phone or placed.post.phone or placed.agency.phone,
        told=seat.told,
        must_act=seat.must_act,
        may_read=seat.may_read,
        post=placed.post.id,
        standing_in_for=seat.words if standing_in else "",
        because=seat.rules,
        seat=seat.words,
        asked_as=seat.asked_as,
        why_you=_standing_in(seat, placed) if standing_in else seat.why_you,
    )


def _standing_in(seat: Asked, placed: Placed | None) -> str:
    """Why somebody is written to whose own post the policy does not name."""
    if placed is not None and seat.roles and seat.roles[0].code in placed.post.allocates:
        return f"You allocate for the {seat.words}: please say by name who takes it on."
    return f"You stand in for the {seat.words}: nobody in that post can be asked."


def for_partnership(seat: Asked, partnership: Partnership) -> Person:
    duty = partnership.duty
    return Person(
        part=Part.PARTNERSHIP,
        name="",
        role=seat.words,
        agency=partnership.name,
        address=duty.told or duty.mailbox,
        phone=duty.phone,
        told=True,
        must_act=False,
        may_read=False,
        because=seat.rules,
    )


def told_person(placed: Placed, holder: Holder, *, part: Part, why_you: str, may_read: bool = False) -> Person:
    """The holder of a post who is brought in beside the policy's seats: told, and not asked to act."""
    return Person(
        part=part,
        name=holder.name,
        role=placed.post.title,
        agency=placed.agency.name,
        address=holder.address,
        phone=holder.phone or placed.post.phone or placed.agency.phone,
        told=True,
        must_act=False,
        may_read=may_read,
        post=placed.post.id,
        why_you=why_you,
    )

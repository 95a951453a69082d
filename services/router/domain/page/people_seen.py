"""The people of an escalation as its page lists them: told, acknowledged, read; nothing that is not known. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from services.router.domain.changes import Happened, SentNotice, What
from services.router.domain.decision import Part, Person
from services.router.domain.escalation import Escalation, Standing, same_address
from services.router.domain.letters.notices import UNRELEASED
from services.router.domain.letters.phones import first_number, numbers_in
from services.router.domain.life import Holding
from services.router.domain.living.present import Present
from services.router.domain.page.choosing import code_of
from services.router.domain.page.timeline import moment
from shared.following import Line, PersonSeen
from shared.messages import NoticeKind, NoticeState
from shared.private import Private

ASKED, CLAIMED = "Asked to act", "(as they say)"
_LABELS = {
    Part.RAISER: "Raised it",
    Part.RAISERS_MANAGER: "The raiser’s manager",
    Part.CONTACT: "Contact for this stage",
    Part.RAISING_CONTACT: "Contact of the side that raised it",
    Part.DECISION_MAKER: "Made the decision",
    Part.INFORMED: "Told for information",
    Part.LEAD: "Safeguarding lead",
    Part.PARTNERSHIP: "The partnership",
    Part.DUTY: "Duty contact",
}
_TOLD = {
    NoticeState.ACCEPTED: "Accepted by their mail system at {}",
    NoticeState.REFUSED: "Refused by their mail system at {}",
    NoticeState.DELAYED: "Not taken yet by their mail system, and tried again",
    NoticeState.AMBIGUOUS: "May have arrived, and is sent again to be sure",
    NoticeState.EXPIRED: "Not taken for five days, and not tried again",
    NoticeState.UNRENDERABLE: "The email could not be written",
}
_ON_ITS_WAY = "An email was made ready; their mail system has not answered yet"
_OF_THE_LIFE = frozenset({NoticeKind.NEWS, NoticeKind.REMINDER, NoticeKind.ISSUE, NoticeKind.DATE})


class Roll(Private, frozen=True, kw_only=True):
    """Everything that the list of people is drawn from. persons: of the newest decision; everybody: who is in it now.

    viewer: the address that looks. office: by agency, where only roles and office telephones are shown, else None.
    """

    escalation: Escalation
    persons: tuple[Person, ...]
    everybody: tuple[Present, ...]
    notices: tuple[SentNotice, ...]
    history: tuple[Happened, ...]
    zone: str
    viewer: str
    office: Mapping[str, str] | None = None


def people_of(roll: Roll) -> tuple[PersonSeen, ...]:
    """Whoever the decision names, and after them whoever came into it since."""
    asked = {same_address(one.address) for one in roll.persons if one.part is not Part.DUTY}
    listed = [
        one
        for one in roll.persons
        if (one.told or one.must_act or one.address_from == UNRELEASED)
        and not (one.part is Part.DUTY and same_address(one.address) in asked)
    ]
    known = {same_address(one.address) for one in roll.persons}
    since = [one.person for one in roll.everybody if one.address not in known]
    standings = {one.address: one.standings for one in roll.everybody}
    return tuple(_person(one, standings.get(same_address(one.address), frozenset()), roll) for one in (*listed, *since))


def phones_of(everybody: Iterable[Present], *, viewer: str, office: Mapping[str, str] | None) -> tuple[Line, ...]:
    """Those asked to act, then the one who raised it. office: by agency, where only offices' numbers are shown."""
    asked = sorted(
        (one for one in everybody if not one.standings.isdisjoint({Standing.HOLDER, Standing.RAISER})),
        key=lambda one: Standing.HOLDER not in one.standings,
    )
    lines = (line for one in asked if one.address != viewer for line in _lines(one, office))
    return tuple(dict.fromkeys(lines))


def label_of(person: Person, *, decided: bool) -> str:
    if not person.must_act:
        return _LABELS[person.part]
    asked = ASKED if decided else "To be asked to act"
    return f"{asked}, for the side that raised it" if person.part is Part.RAISING_CONTACT else asked


def who_of(person: Person, *, office: Mapping[str, str] | None) -> str:
    """Name, role and agency; without the name where only roles are shown. The raiser knows their own name."""
    name = person.name if office is None or person.part is Part.RAISER else ""
    stands = f"standing in for {person.standing_in_for}" if person.standing_in_for else ""
    return ", ".join(text for text in (name, person.role, person.agency, stands) if text)


def _person(person: Person, standings: frozenset[Standing], roll: Roll) -> PersonSeen:
    address, hidden = same_address(person.address), roll.office is not None and person.part is not Part.RAISER
    phone = (roll.office or {}).get(person.agency, "") if hidden else first_number(person.phone)
    return PersonSeen(
        label=_panel(standings) or label_of(person, decided=roll.escalation.decisions > 0),
        who=who_of(person, office=roll.office),
        phone=phone,
        told=_told(person, address, roll),
        acknowledged=_acknowledged(address, roll),
        read=_read(address, roll),
        you=bool(address) and address == roll.viewer and person.part is not Part.PARTNERSHIP,
    )


def _panel(standings: frozenset[Standing]) -> str:
    if Standing.MEMBER in standings:
        return "Member of the resolution panel"
    return "Asked to sit on the resolution panel" if standings == {Standing.SEAT_OFFERED} else ""


def _told(person: Person, address: str, roll: Roll) -> str:
    """What is known of the email that told them."""
    if person.part is Part.DUTY:
        return ""
    if not roll.escalation.decisions and person.part is not Part.RAISER:
        return "Nothing has gone to them yet"
    if not address:
        return "No email address is known: nothing has gone to them"
    if person.address_from == UNRELEASED and person.part is not Part.RAISER:
        return "Nothing has gone to them yet: their address is checked first"
    notice = _first(person, address, roll.notices)
    if notice is None:
        return ""
    codes = "In codes only, without names. " if person.part is Part.PARTNERSHIP else ""
    if notice.state is None:
        return f"{codes}{_ON_ITS_WAY}"
    return codes + _TOLD[notice.state].format(moment(notice.reported_at or notice.at, roll.zone))


def _first(person: Person, address: str, notices: Iterable[SentNotice]) -> SentNotice | None:
    """The newest notice of a decision to them; else the first that told them of it."""
    coded = person.part is Part.PARTNERSHIP
    theirs = [one for one in notices if one.address == address and (one.kind is NoticeKind.CODED) == coded]
    of_decisions = [one for one in theirs if one.decision]
    if of_decisions:
        return max(of_decisions, key=lambda one: one.decision)
    return min((one for one in theirs if one.kind not in _OF_THE_LIFE), key=lambda one: one.at, default=None)


def _acknowledged(address: str, roll: Roll) -> str:
    """That they, or the one they stand in for, have it; "" while nobody has said so."""
    life = roll.escalation.life
    stands_for = {one.instead_of for one in life.joined if same_address(one.person.address) == address} - {""}
    held: Sequence[Holding] = [one for one in life.holdings if one.address in {address, *stands_for}]
    said = next((one for one in held if one.acknowledged_at is not None), None)
    if said is None or said.acknowledged_at is None:
        return ""
    by = f": {said.acknowledged_by}" if CLAIMED in said.acknowledged_by and roll.office is None else ""
    return f"Said that they have it at {moment(said.acknowledged_at, roll.zone)}{by}"


def _read(address: str, roll: Roll) -> str:
    """When they last read a record of it, and how often."""
    code = code_of(roll.escalation, address) if address else ""
    reads = [line.at for line in roll.history if line.what is What.READ and line.note.partition(" ")[0] == code]
    if not code or not reads:
        return ""
    often = f", {len(reads)} times in all" if len(reads) > 1 else ""
    return f"Read a record at {moment(max(reads), roll.zone)}{often}"


def _lines(one: Present, office: Mapping[str, str] | None) -> Iterator[Line]:
    person = one.person
    hidden = office is not None and Standing.RAISER not in one.standings
    phone = (office or {}).get(person.agency, "") if hidden else person.phone
    for when, number in numbers_in(phone):
        label = who_of(person, office=office)
        yield Line(label=f"{label}, {when}" if when else label, text=number)

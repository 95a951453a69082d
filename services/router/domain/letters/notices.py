"""Builds the notices that a decision owes, one per recipient, and the fixed ones that name references only. Pure.

A notice's id follows from its cause, so that the same cause never sends twice.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from services.router.domain.changes import SentNotice
from services.router.domain.decision import Decision, Part, Person
from services.router.domain.escalation import same_address
from services.router.domain.letters.routefacts import Wording, coded_facts, discreet, route_facts, to_the_raiser
from services.router.domain.letters.waiting import Channel, Waiting
from services.router.domain.place import Place
from services.router.domain.routing.why import why
from services.router.policy.facts import Facts
from shared.messages import (
    CodeFacts,
    DigestFacts,
    LifeFacts,
    Notice,
    NoticeKind,
    NoticePerson,
    RouteFacts,
    WaitingFacts,
)
from shared.private import Private
from shared.references import derive_id
from shared.terms import EscalationRef, Instant, NoticeId

UNRELEASED, ADDRESS_WAITS = "unreleased", "address-unreleased"
DECIDED_ANEW, RAISER_NEW = "decided-anew", "raiser-new"
"""What a raiser's notice of a later decision tells: who acts now; or, to a successor, that it is theirs now."""
TYPED_WAITS = (
    "An address that you gave for somebody else is not in the directory. Nothing has gone to it: "
    "the partnership’s duty contact looks at it first."
)

_KINDS = {
    Part.RAISER: NoticeKind.RAISED,
    Part.RAISERS_MANAGER: NoticeKind.STAFF_RAISED,
    Part.CONTACT: NoticeKind.ACT,
    Part.RAISING_CONTACT: NoticeKind.INFORMED,
    Part.DECISION_MAKER: NoticeKind.CHALLENGED,
    Part.INFORMED: NoticeKind.INFORMED,
    Part.LEAD: NoticeKind.INFORMED,
    Part.PARTNERSHIP: NoticeKind.CODED,
    Part.DUTY: NoticeKind.INFORMED,
}


class Cause(Private, frozen=True, kw_only=True):
    """What notices are made from: one stored decision and what it was made from.

    number: of the decision. trusted: the raiser's address is in a registered domain or was released.
    leads: the safeguarding lead of an agency, by the agency's name.
    agreed_until, agreed_on: the other date for the answer that the raiser agreed to, None for none.
    """

    ref: EscalationRef
    number: int
    facts: Facts
    decision: Decision
    trusted: bool
    leads: Mapping[str, NoticePerson] = {}
    agreed_until: Instant | None = None
    agreed_on: date | None = None


def reachable(decision: Decision) -> tuple[Person, ...]:
    """Those who are told and to whom mail may go, each address once: an unreleased address gets nothing."""
    found: dict[tuple[str, NoticeKind], Person] = {}
    for person in decision.persons:
        if _may_be_told(person):
            found.setdefault((same_address(person.address), kind_for(person)), person)
    return tuple(found.values())


def _may_be_told(person: Person) -> bool:
    """The raiser proved the address themselves; the duty contact is told by the desk's fixed text."""
    if not (person.told and person.address) or person.part is Part.DUTY:
        return False
    return person.part is Part.RAISER or person.address_from != UNRELEASED


def kind_for(person: Person) -> NoticeKind:
    """The wording for this person's part; whoever must act is asked to."""
    if person.must_act and person.part is not Part.PARTNERSHIP:
        return NoticeKind.ACT
    return _KINDS[person.part]


def of_decision(
    cause: Cause, *, place: Place, wording: Wording, sent: Sequence[SentNotice], at: Instant
) -> tuple[tuple[Notice, SentNotice], ...]:
    """The notices that this decision owes, with the row that remembers each.

    Of a later decision: those not told before, and the raiser again, who must know who holds it now.
    """
    told_before = {(same_address(one.address), one.kind) for one in sent}
    owed = []
    for person in reachable(cause.decision):
        kind = kind_for(person)
        new = (same_address(person.address), kind) not in told_before
        if new or kind is NoticeKind.RAISED:
            notice = _to_person(cause, person, place=place, wording=wording)
            if kind is NoticeKind.RAISED and cause.number > 1:
                notice = _once_more(notice, cause, what=RAISER_NEW if new else DECIDED_ANEW, wording=wording)
            owed.append((notice, _row(cause, person, notice=notice, at=at)))
    return tuple(owed)


def _to_person(cause: Cause, person: Person, *, place: Place, wording: Wording) -> Notice:
    kind = kind_for(person)
    notice = blank(
        place, kind=kind, ref=cause.ref, address=person.address, cause=("notice", cause.ref, str(cause.number))
    )
    if kind is NoticeKind.CODED:
        coded = coded_facts(cause.facts, cause.decision, wording=wording)
        return msgspec.structs.replace(
            notice, coded=msgspec.structs.replace(coded, due_on=cause.agreed_on or coded.due_on)
        )
    route = route_facts(cause.facts, cause.decision, wording=wording, lead=_lead_for(person, cause))
    route = msgspec.structs.replace(route, due_at=cause.agreed_until or route.due_at)
    if person.part is Part.RAISER:
        route = _for_the_raiser(route, cause, wording=wording)
    return msgspec.structs.replace(
        notice, name=person.name, why_you=why(person, cause.decision), asked_as=person.asked_as, route=route
    )


def _once_more(notice: Notice, cause: Cause, *, what: str, wording: Wording) -> Notice:
    """The raiser's notice of a later decision, which says so."""
    facts = LifeFacts(what=what, stage_label=cause.decision.stage_label, policy_name=wording.policy.name)
    return msgspec.structs.replace(notice, life=facts)


def _for_the_raiser(route: RouteFacts, cause: Cause, *, wording: Wording) -> RouteFacts:
    """The raiser is told what waits for the duty contact, and sees roles alone until somebody vouches for them."""
    route = to_the_raiser(route, cause.decision, wording)
    if any(gap.code == ADDRESS_WAITS for gap in cause.decision.gaps):
        route = msgspec.structs.replace(route, warnings=(*route.warnings, TYPED_WAITS))
    return route if cause.trusted else discreet(route, wording)


def _lead_for(person: Person, cause: Cause) -> NoticePerson | None:
    lead = cause.leads.get(person.agency)
    return None if lead is None or lead.name == person.name else lead


def _row(cause: Cause, person: Person, *, notice: Notice, at: Instant) -> SentNotice:
    return SentNotice(
        id=notice.id,
        ref=cause.ref,
        partnership=notice.partnership,
        kind=notice.kind,
        address=same_address(person.address),
        at=at,
        decision=cause.number,
        part=person.part.value,
        post=person.post or "",
        must_act=person.must_act,
    )


def blank(place: Place, *, kind: NoticeKind, ref: EscalationRef, address: str, cause: Sequence[str]) -> Notice:
    """A notice with its letterhead. cause: what its id follows from, beside its kind and address."""
    return Notice(
        id=NoticeId(derive_id(*cause, kind.value, same_address(address))),
        kind=kind,
        ref=ref,
        partnership=place.id,
        partnership_name=place.name,
        address=address,
        zone=place.zone,
        base_url=place.base_url,
        duty_mailbox=place.duty_address,
        duty_phone=place.duty_phone,
        danger=place.danger,
        demonstration=place.demonstration,
        own_words=place.words,
    )


def of_code(place: Place, *, kind: NoticeKind, ref: EscalationRef, address: str, attempt: Sequence[str]) -> Notice:
    """A code's notice, still without its code. attempt: what the attempt follows from."""
    return blank(place, kind=kind, ref=ref, address=address, cause=("code", *attempt))


def with_code(notice: Notice, code: str) -> Notice:
    return msgspec.structs.replace(notice, code=CodeFacts(code=code))


def to_desk(place: Place, *, ref: EscalationRef, reason: str, cause: str) -> Notice:
    """Fixed text to the duty contact: this reference needs a person. cause: what it was about, once each."""
    notice = blank(place, kind=NoticeKind.DESK, ref=ref, address=place.duty_address, cause=("desk", ref, reason, cause))
    waiting = WaitingFacts(references=(ref,), reason=reason)
    return msgspec.structs.replace(notice, name=place.duty_name, waiting=waiting)


def of_waiting(place: Place, channel: Channel, *, told: Sequence[Waiting], number: int) -> Notice:
    """The merged mail of a channel. number: how many the channel has sent, this one included."""
    kind = NoticeKind.WAITING_URGENT if channel.urgent else NoticeKind.WAITING
    reasons = {one.why for one in told}
    notice = blank(
        place,
        kind=kind,
        ref=told[0].ref,
        address=channel.address,
        cause=("waiting", place.id, str(number)),
    )
    waiting = WaitingFacts(
        references=tuple(one.ref for one in told if not one.urgent),
        urgent=tuple(one.ref for one in told if one.urgent),
        reason=next(iter(reasons)).value if len(reasons) == 1 else "",
    )
    return msgspec.structs.replace(notice, waiting=waiting)


def desk_row(notice: Notice, *, at: Instant) -> SentNotice:
    """The row that remembers a notice which no decision's person gets."""
    return SentNotice(
        id=notice.id,
        ref=notice.ref,
        partnership=notice.partnership,
        kind=notice.kind,
        address=same_address(notice.address),
        at=at,
    )


def of_digest(place: Place, *, address: str, name: str, digest: DigestFacts) -> Notice:
    """A day's changes of the directory, to one who did not make them. Owed twice it is owed once."""
    cause = ("digest", place.id, digest.day.isoformat())
    notice = blank(place, kind=NoticeKind.DIRECTORY_DIGEST, ref=EscalationRef(""), address=address, cause=cause)
    return msgspec.structs.replace(notice, name=name, digest=digest)


def to_old_address(place: Place, *, address: str, post: str, says: str, revision: int) -> Notice:
    """To an address that a row of the directory no longer has. post: its id. revision: the one that took it out."""
    cause = ("address-changed", place.id, str(revision), post)
    notice = blank(place, kind=NoticeKind.ADDRESS_CHANGED, ref=EscalationRef(""), address=address, cause=cause)
    return msgspec.structs.replace(notice, why_you=says)

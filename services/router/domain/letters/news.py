"""Makes the notices that the life of an escalation owes: one per person, each once for its cause. Pure.

Nobody is told here whom the decision or the party list does not name: the caller passes the people, this drops those to
whom mail may not go. The partnership is told in codes alone, never here.
"""

from collections.abc import Iterable

import msgspec

from services.router.domain.changes import SentNotice
from services.router.domain.decision import Decision, Part, Person
from services.router.domain.escalation import ENDED, Escalation, same_address
from services.router.domain.letters.notices import UNRELEASED, blank
from services.router.domain.letters.routefacts import Wording
from services.router.domain.place import Place
from services.router.domain.when import in_words
from services.router.policy.wording import next_stage
from shared.messages import LifeFacts, Notice, NoticeKind, NoticePerson
from shared.private import Private
from shared.terms import EscalationRef, Instant


class News(Private, frozen=True, kw_only=True):
    """What is told. facts: what every reader is told.

    cause: what the notices' ids follow from, beside their kind and address: a submission's id, a prompt's key.
    """

    ref: EscalationRef
    kind: NoticeKind
    cause: tuple[str, ...]
    facts: LifeFacts
    at: Instant


def tell(
    news: News, to: Iterable[Person], *, place: Place, to_do: str = "", why_you: str = ""
) -> tuple[tuple[Notice, SentNotice], ...]:
    """A notice to each of these people, each address once, with the row that remembers it.

    to_do: what is asked of these readers: see `LifeFacts`. why_you: in place of the words of their seat.
    """
    facts = msgspec.structs.replace(news.facts, to_do=to_do or news.facts.to_do)
    reached = {same_address(one.address): one for one in reversed([*to]) if _may_be_told(one)}
    return tuple(_to_person(news, one, facts, place=place, why_you=why_you) for one in reversed(reached.values()))


def life_facts(
    escalation: Escalation,
    decision: Decision,
    *,
    what: str,
    place: Place,
    wording: Wording,
    by: NoticePerson | None = None,
) -> LifeFacts:
    """What every notice of the life says: which escalation, whose turn it is, by when, and whom to ring."""
    due_at = None if escalation.state in ENDED else escalation.life.agreed_until or decision.due_at
    following = next_stage(wording.policy, decision.stage) if decision.stage is not None else None
    return LifeFacts(
        what=what,
        stage_label=decision.stage_label,
        policy_name=wording.policy.name,
        by=by,
        due_words=in_words(due_at, place.zone) if due_at is not None else "",
        holders=tuple(as_named(one) for one in decision.persons if one.must_act),
        ring=(place.duty_phone,),
        next_stage=following.label if following is not None else "",
        immediate_harm=escalation.urgent,
    )


def as_named(person: Person) -> NoticePerson:
    """A person of the decision as a notice names them."""
    return NoticePerson(name=person.name, role=person.role, agency=person.agency, phone=person.phone)


def _may_be_told(person: Person) -> bool:
    mailed = person.part is Part.RAISER or person.address_from != UNRELEASED
    return bool(person.address) and mailed and person.part is not Part.PARTNERSHIP


def _to_person(
    news: News, person: Person, facts: LifeFacts, *, place: Place, why_you: str
) -> tuple[Notice, SentNotice]:
    notice = blank(place, kind=news.kind, ref=news.ref, address=person.address, cause=("life", news.ref, *news.cause))
    notice = msgspec.structs.replace(notice, name=person.name, why_you=why_you or person.why_you, life=facts)
    row = SentNotice(
        id=notice.id,
        ref=news.ref,
        partnership=notice.partnership,
        kind=notice.kind,
        address=same_address(person.address),
        at=news.at,
        part=person.part.value,
        post=person.post or "",
    )
    return notice, row

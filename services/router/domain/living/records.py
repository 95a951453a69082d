"""Which sealed records belong to an escalation, and who may open each now. Router has their keys, not them. Pure."""

from collections.abc import Iterable

from services.router.domain.escalation import Escalation, Standing, same_address
from services.router.domain.life import Added
from services.router.domain.living.present import Present
from shared.private import Private
from shared.terms import Digest, EscalationRef, Instant, PartnershipId, SubmissionId

_WORDS = {
    "monitoring-form": "The form",
    "next-stage": "The form for a further stage",
    "acknowledgement": "What keeps the child safe meanwhile",
    "action": "An action or a decision",
    "representation": "A view that was added",
    "outcome": "Details of the outcome",
    "process": "How it is dealt with",
}


class Kept(Private, frozen=True, kw_only=True):
    """One sealed record: of a form, or of what was added. ref: the escalation whose key wraps the record key.

    partnership: for which it was sealed. by: the address of its writer. words, who: as people read them.
    wrapped_key: b"" where nothing was sealed with it.
    """

    ref: EscalationRef
    submission: SubmissionId
    form: str
    form_version: int
    partnership: PartnershipId
    words: str
    by: str
    who: str
    at: Instant
    wrapped_key: bytes
    record_digest: Digest | None
    key_digest: Digest | None


def kept(escalation: Escalation, added: Iterable[Added], *, raised_by: str) -> tuple[Kept, ...]:
    """The records of one stage, its form's first. raised_by: how its raiser is shown."""
    return (_form(escalation, raised_by), *(_added(one) for one in added))


def may_open(record: Kept, me: Present | None, *, standings: frozenset[Standing], trusted: bool) -> bool:
    """Whether they may read this record now. trusted: somebody vouches for the raiser's address.

    The duty contact never, also where they are asked to find who acts. A raiser for whom nobody vouches reads what they
    wrote themselves, and nothing that others did.
    """
    if me is None or not me.may_read or not record.wrapped_key or Standing.DUTY in standings:
        return False
    return trusted or Standing.RAISER not in me.standings or record.by == me.address


def up_to(stages: Iterable[Escalation], escalation: Escalation) -> tuple[Escalation, ...]:
    """The stages of its matter before it, in order, and itself: whoever holds a stage may read those before.

    stages: of this one matter. What somebody typed as a previous reference leads to no other.
    """
    known = {one.ref: one for one in stages}
    found = [escalation]
    while (facts := found[0].facts) is not None and facts.previous is not None:
        earlier = known.pop(facts.previous, None)
        if earlier is None or earlier.ref == escalation.ref:
            break
        found.insert(0, earlier)
    return tuple(found)


def _form(escalation: Escalation, raised_by: str) -> Kept:
    return Kept(
        ref=escalation.ref,
        submission=escalation.submission,
        form=escalation.form,
        form_version=escalation.form_version,
        partnership=escalation.sealed_for or escalation.partnership,
        words=_WORDS.get(escalation.form, "A form"),
        by=same_address(escalation.facts.raiser.address) if escalation.facts is not None else "",
        who=raised_by,
        at=escalation.accepted_at,
        wrapped_key=escalation.wrapped_key,
        record_digest=escalation.record_digest,
        key_digest=escalation.record_key_digest,
    )


def _added(added: Added) -> Kept:
    return Kept(
        ref=added.ref,
        submission=added.submission,
        form=added.form,
        form_version=added.form_version,
        partnership=added.partnership,
        words=_WORDS.get(added.form, "Something added"),
        by=added.by,
        who=added.who,
        at=added.at,
        wrapped_key=added.wrapped_key,
        record_digest=added.record_digest,
        key_digest=added.record_key_digest,
    )

"""What is owed to router: one short row a submission; its message is made of the stored row when it is sent. Shell.

Storing the message as well would write the facts twice in the accept path. The message is the same each time it is
made: its id follows from the submission's, its body from what was committed with the receipt.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, tuple_

from services.intake.adapters.tables import OWED, SUBMISSIONS
from services.intake.domain.envelope import Envelope
from shared import subjects
from shared.envelope import digest_of
from shared.failures import NOT_READABLE
from shared.messages import Sealed, SubmissionReceived
from shared.outbox import Due, Owed
from shared.references import derive_id
from shared.terms import Digest, EscalationRef, Instant, MessageId, PartnershipId, SubmissionId

Place = tuple[str, int]
"""The chain and the number of the receipt."""

_ENVELOPES = msgspec.json.Decoder(Envelope)
_PLACE = tuple_(OWED.c.chain, OWED.c.number)
_SUBMISSION = SUBMISSIONS.c
_ROWS = OWED.join(SUBMISSIONS, (OWED.c.chain == _SUBMISSION.chain) & (OWED.c.number == _SUBMISSION.number))
_DUE = (
    select(
        OWED.c.chain,
        OWED.c.number,
        _SUBMISSION.submission,
        _SUBMISSION.reference,
        _SUBMISSION.partnership,
        _SUBMISSION.envelope,
        _SUBMISSION.envelope_digest,
        _SUBMISSION.accepted_at,
    )
    .select_from(_ROWS)
    .where(OWED.c.published_at.is_(None))
    .order_by(OWED.c.chain, OWED.c.number)
)
_OWED = select(
    OWED.c.chain,
    OWED.c.number,
    _SUBMISSION.submission,
    _SUBMISSION.reference,
    _SUBMISSION.partnership,
    OWED.c.published_at,
    OWED.c.times,
).select_from(_ROWS)


class SubmissionsOwed:
    """The OwedRows of intake."""

    def due(self, connection: Connection, most: int) -> Sequence[Due]:
        return [_due(row) for row in connection.execute(_DUE.limit(most))]

    def oldest(self, connection: Connection) -> Instant | None:
        return connection.execute(select(func.min(OWED.c.owed_at))).scalar()

    def published(self, connection: Connection, places: Sequence[Place], *, at: Instant) -> None:
        these = OWED.update().where(_PLACE.in_(places))
        connection.execute(these.values(published_at=at, times=OWED.c.times + 1))

    def owed(self, connection: Connection, *, before: Instant) -> Sequence[Owed]:
        query = _OWED.where(OWED.c.published_at.is_not(None), OWED.c.owed_at <= before)
        return [
            Owed(
                place=(row.chain, row.number),
                message=message_id(SubmissionId(row.submission)),
                subject=_subject(row),
                published_at=row.published_at,
                times=row.times,
            )
            for row in connection.execute(query)
        ]

    def forget(self, connection: Connection, places: Sequence[Place]) -> None:
        connection.execute(OWED.delete().where(_PLACE.in_(places)))

    def owe_again(self, connection: Connection, places: Sequence[Place]) -> None:
        connection.execute(OWED.update().where(_PLACE.in_(places)).values(published_at=None))


def message_id(submission: SubmissionId) -> MessageId:
    """The id of the message that a submission owes."""
    return MessageId(derive_id("submission.received", submission))


def _due(row: Any) -> Due:
    submission = SubmissionId(row.submission)
    return Due(place=(row.chain, row.number), message=message_id(submission), subject=_subject(row), body=_body(row))


def _body(row: Any) -> bytes:
    """Empty where the stored envelope cannot be read any more: router parks that, so that a person learns of it."""
    try:
        envelope = _ENVELOPES.decode(row.envelope or b"")
    except NOT_READABLE:
        return b""
    return msgspec.json.encode(
        SubmissionReceived(
            submission=SubmissionId(row.submission),
            ref=EscalationRef(row.reference),
            partnership=PartnershipId(row.partnership),
            form=envelope.form,
            form_version=envelope.form_version,
            accepted_at=row.accepted_at,
            facts=Sealed(key=envelope.facts.key, sealed=envelope.facts.sealed),
            envelope_digest=Digest(row.envelope_digest),
            record_digest=None if envelope.record is None else digest_of(envelope.record),
        )
    )


def _subject(row: Any) -> str:
    return subjects.submissions(PartnershipId(row.partnership), EscalationRef(row.reference))

"""From an accepted envelope to what is stored for it: its receipt in the chain, its row, the message it owes. Shell."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Row

from services.intake.domain.envelope import Incoming
from shared import subjects
from shared.envelope import digest_of
from shared.messages import Sealed, SubmissionReceived
from shared.receipts import NOTHING_BEFORE, Receipt, SignedReceipt, Signer
from shared.references import derive_id
from shared.terms import Digest, EscalationRef, Instant, KeyId, MessageId


class Head(msgspec.Struct, frozen=True):
    """The last receipt of a chain."""

    number: int = 0
    digest: Digest = NOTHING_BEFORE


class Pressed(msgspec.Struct, frozen=True, kw_only=True):
    """All that one accepted envelope becomes: its row of `submissions`, and of `outbox` what is owed to router.

    head: of the chain, once this is committed.
    """

    signed: SignedReceipt
    row: dict[str, Any]
    owed_row: dict[str, Any]
    head: Head

    def __repr__(self) -> str:
        return "<Pressed>"


class Press:
    """Writes the next receipt of one chain. mint: makes a reference of a prefix."""

    def __init__(self, *, chain: str, signer: Signer, mint: Callable[[str], EscalationRef]) -> None:
        self.chain = chain
        self._signer = signer
        self._mint = mint

    def press(self, incoming: Incoming, *, at: Instant, after: Head) -> Pressed:
        """The envelope as it will be stored, with a freshly minted reference."""
        receipt = Receipt(
            chain=self.chain,
            number=after.number + 1,
            previous=after.digest,
            reference=self._mint(incoming.prefix),
            envelope_digest=incoming.digest,
            accepted_at=at,
        )
        covered = receipt.signed_bytes()
        signed = SignedReceipt(receipt=receipt, key=self._signer.key_id, signature=self._signer.sign(covered))
        envelope = incoming.envelope
        return Pressed(
            signed=signed,
            head=Head(receipt.number, digest_of(covered)),
            row=_row(incoming, signed),
            owed_row={
                "message": MessageId(derive_id("submission.received", envelope.submission)),
                "subject": subjects.submissions(envelope.partnership, receipt.reference),
                "body": _owed_body(incoming, receipt),
                "owed_at": at,
                "published_at": None,
                "times": 0,
            },
        )


def _owed_body(incoming: Incoming, receipt: Receipt) -> bytes:
    envelope = incoming.envelope
    return msgspec.json.encode(
        SubmissionReceived(
            submission=envelope.submission,
            ref=receipt.reference,
            partnership=envelope.partnership,
            form=envelope.form,
            form_version=envelope.form_version,
            accepted_at=receipt.accepted_at,
            facts=Sealed(key=envelope.facts.key, sealed=envelope.facts.sealed),
            envelope_digest=incoming.digest,
            record_digest=incoming.record_digest,
        )
    )


def _row(incoming: Incoming, signed: SignedReceipt) -> dict[str, Any]:
    envelope, receipt = incoming.envelope, signed.receipt
    return {
        "submission": envelope.submission,
        "partnership": envelope.partnership,
        "form": envelope.form,
        "form_version": envelope.form_version,
        "envelope": incoming.body,
        "chain": receipt.chain,
        "number": receipt.number,
        "previous": receipt.previous,
        "reference": receipt.reference,
        "envelope_digest": receipt.envelope_digest,
        "accepted_at": receipt.accepted_at,
        "receipt_key": signed.key,
        "signature": signed.signature,
    }


def receipt_of(row: Row[Any]) -> SignedReceipt:
    """The receipt that a row of `submissions` holds."""
    receipt = Receipt(
        chain=row.chain,
        number=row.number,
        previous=Digest(row.previous),
        reference=EscalationRef(row.reference),
        envelope_digest=Digest(row.envelope_digest),
        accepted_at=row.accepted_at,
    )
    return SignedReceipt(receipt=receipt, key=KeyId(row.receipt_key), signature=row.signature)

"""From an accepted envelope to what is stored for it: its receipt in the chain, its row, the message it owes. Shell."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Row

from services.intake.domain.envelope import Incoming
from shared import subjects
from shared.envelope import digest_of
from shared.receipts import NOTHING_BEFORE, Receipt, SignedReceipt, Signer
from shared.terms import Digest, EscalationRef, Instant, KeyId, PartnershipId


class Head(msgspec.Struct, frozen=True):
    """The last receipt of a chain."""

    number: int = 0
    digest: Digest = NOTHING_BEFORE


class Pressed(msgspec.Struct, frozen=True, kw_only=True):
    """All that one accepted envelope becomes: its row of SUBMISSIONS, and of OWED the message to router.

    head: of the chain, once this is committed.
    """

    signed: SignedReceipt
    row: tuple[Any, ...]
    owed_row: tuple[Any, ...]
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
        _must_travel(incoming.envelope.partnership)
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
        return Pressed(
            signed=signed,
            head=Head(receipt.number, digest_of(covered)),
            row=_row(incoming, signed),
            owed_row=(receipt.chain, receipt.number, at, None, 0),
        )


@lru_cache(maxsize=1024)
def _must_travel(partnership: PartnershipId) -> None:
    """Raises ValueError where no subject can name this partnership: what it owes could never be published."""
    subjects.submissions(partnership, EscalationRef("WS-000-000-000"))


def _row(incoming: Incoming, signed: SignedReceipt) -> tuple[Any, ...]:
    """The columns of SUBMISSIONS, in its order."""
    envelope, receipt = incoming.envelope, signed.receipt
    return (
        envelope.submission,
        envelope.partnership,
        envelope.form,
        envelope.form_version,
        incoming.body,
        receipt.chain,
        receipt.number,
        receipt.previous,
        receipt.reference,
        receipt.envelope_digest,
        receipt.accepted_at,
        signed.key,
        signed.signature,
    )


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

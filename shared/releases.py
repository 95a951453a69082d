"""The ticket by which a browser fetches one sealed record from intake: signed by router, short, about one record. Pure.

It names no person: intake learns that a record is read, and counts it, never by whom.
"""

import msgspec

from shared.terms import Digest, Instant, KeyId, PartnershipId, SubmissionId


class ReleaseTicket(msgspec.Struct, frozen=True, kw_only=True):
    """That one record's ciphertext may be fetched. expires_at: UTC, minutes after it was made.

    number: random, so that two reads are two tickets. record_digest: SHA-256 of the ciphertext.
    """

    number: str
    submission: SubmissionId
    partnership: PartnershipId
    record_digest: Digest
    expires_at: Instant


class SignedTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as the page posts it to intake. signature: Ed25519 by router over `ticket_bytes`."""

    ticket: ReleaseTicket
    key: KeyId
    signature: bytes


def ticket_bytes(ticket: ReleaseTicket) -> bytes:
    """The bytes a ticket's signature covers. Each part is preceded by its length: none can run into another."""
    parts = (
        "candour/1 release",
        ticket.number,
        ticket.submission,
        ticket.partnership,
        ticket.record_digest,
        ticket.expires_at.isoformat(),
    )
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(8, "big") + part for part in encoded)

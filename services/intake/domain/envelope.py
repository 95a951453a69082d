"""The posted envelope: what intake can check of it without opening anything. Pure."""

import re

import msgspec

from shared.messages import Sealed
from shared.terms import Digest, EscalationRef, PartnershipId, SubmissionId

PROTOCOL = "candour/1"
_SUBMISSION = re.compile(r"[0-9a-f]{32}")
_KEY = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PADDED = tuple(kib * 1024 for kib in (1, 4, 16, 64, 256))
SEALED_SIZES = frozenset(size + 1120 + 16 for size in _PADDED)
"""Encapsulation, padded plaintext, tag. Source: design.md section 3."""
_MOST_FACTS = 64 * 1024
FACTS_SIZES = frozenset(size + 1120 + 16 for size in _PADDED if size <= _MOST_FACTS)
"""Facts travel to router: smaller than a record may be."""
CUSTODY_SIZES = frozenset({min(SEALED_SIZES)})
"""It holds a record key."""
RECORD_SIZES = frozenset(size + 12 + 16 for size in _PADDED)
"""Nonce, padded plaintext, tag."""


class SealedPart(Sealed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A compartment as it is posted: nothing may stand beside the ciphertext."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A submission as the browser posts it: three compartments under an id that the browser minted.

    record, custody: both or neither; a form without sealed fields has neither.
    """

    protocol: str
    submission: SubmissionId
    partnership: PartnershipId
    form: str
    form_version: int
    facts: SealedPart
    record: bytes | None = None
    custody: SealedPart | None = None

    def __repr__(self) -> str:
        return "<Envelope>"


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """An envelope that passed its checks, with the bytes it came as. prefix: of the reference it will get."""

    envelope: Envelope
    body: bytes
    digest: Digest
    prefix: str

    def __repr__(self) -> str:
        return "<Incoming>"


class Conflict(msgspec.Struct, frozen=True):
    """Other bytes are stored under this submission id."""


class FieldProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong at a field of the envelope. Both are ours, never text that was posted."""

    field: str
    problem: str


def problems_of(envelope: Envelope, *, form_known: bool) -> tuple[FieldProblem, ...]:
    """Every problem that shows from outside. A key id that is not in the book is no problem: it may be in flight.

    form_known: the public book has this form in this version. The partnership is looked up before.
    """
    checks = (
        ("protocol", envelope.protocol == PROTOCOL, "must be candour/1"),
        ("submission", bool(_SUBMISSION.fullmatch(envelope.submission)), "must be 32 lower-case hexadecimal digits"),
        ("form", form_known, "there is no such form in this version"),
        ("facts", _is_sealed(envelope.facts, FACTS_SIZES), "must be sealed"),
        ("record", envelope.record is None or len(envelope.record) in RECORD_SIZES, "must be sealed"),
        ("custody", envelope.custody is None or _is_sealed(envelope.custody, CUSTODY_SIZES), "must be sealed"),
        ("custody", (envelope.custody is None) == (envelope.record is None), "must stand with a record"),
    )
    return tuple(FieldProblem(field=field, problem=problem) for field, holds, problem in checks if not holds)


def _is_sealed(part: Sealed, sizes: frozenset[int]) -> bool:
    return len(part.sealed) in sizes and bool(_KEY.fullmatch(part.key))


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What the vault keeps of a submission, for those who check the chain. body: None once it was deleted."""

    reference: EscalationRef
    digest: Digest
    body: bytes | None

    def __repr__(self) -> str:
        return f"<Stored {self.reference}>"

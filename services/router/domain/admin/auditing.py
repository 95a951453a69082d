"""Who did what, and why, each row chained to the one before it. Pure."""

import hashlib

import msgspec

from services.router.domain.admin.admins import AdminId
from shared.private import Private
from shared.terms import Digest, Instant, PartnershipId

NOTHING_BEFORE = Digest("0" * 64)


class Audited(Private, frozen=True, kw_only=True):
    """One thing that an admin did, or read where reading is itself told.

    what: a code such as `passkey.added`. about: the id of what it was done to. partnership: None where it is about the
    admin alone. before, after: as people would read it, empty where there is nothing to say.
    """

    at: Instant
    admin: AdminId
    partnership: PartnershipId | None
    what: str
    about: str
    before: str = ""
    after: str = ""
    why: str = ""


class AuditRow(Private, frozen=True, kw_only=True):
    """A row as it is stored. body: the bytes that the digest covers."""

    number: int
    body: bytes
    digest: Digest


def chained(audited: Audited, *, number: int, previous: Digest) -> AuditRow:
    """The row that follows the one whose digest is `previous`; the first follows NOTHING_BEFORE."""
    body = msgspec.json.encode(audited, order="deterministic")
    covered = b"%d\n%s\n%s" % (number, previous.encode(), body)
    return AuditRow(number=number, body=body, digest=Digest(hashlib.sha256(covered).hexdigest()))

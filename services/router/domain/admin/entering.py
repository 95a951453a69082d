"""What the console keeps of getting in: sessions, one-time links and passkeys, and when each has ended. Pure."""

from datetime import timedelta
from enum import StrEnum

import msgspec

from services.router.domain.admin.admins import Admin, AdminId
from services.router.domain.admin.auditing import Audited
from shared.private import Private
from shared.terms import Digest, Instant

LINK_HOURS = 72
"""How long a one-time link can be used."""


class Way(StrEnum):
    """How somebody got in."""

    PASSKEY = "passkey"
    COUNCIL = "council"
    DEMONSTRATION = "demonstration"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """When a session ends by itself, and how long a sign-in is fresh enough for a sensitive change."""

    idle: timedelta
    whole: timedelta
    fresh: timedelta


class AdminSession(Private, frozen=True, kw_only=True):
    """One sign-in on one browser. secret: the digest of what its cookie holds; proved_at: the last sign-in proper.

    csrf: stands in every form of this session.
    """

    secret: Digest
    admin: AdminId
    way: Way
    csrf: str
    started_at: Instant
    proved_at: Instant
    seen_at: Instant


class Signed(Private, frozen=True, kw_only=True):
    """Who is signed in, given to whatever makes a page."""

    admin: Admin
    session: AdminSession


class Link(Private, frozen=True, kw_only=True):
    """A one-time link, known by the digest of its secret. demonstration: it signs in without a passkey."""

    secret: Digest
    admin: AdminId
    ends_at: Instant
    demonstration: bool = False


class Passkey(Private, frozen=True, kw_only=True):
    """A passkey of an admin. id: the authenticator's own, unpadded base64url. count: its signature counter."""

    id: str
    admin: AdminId
    public_key: bytes
    count: int
    label: str
    added_at: Instant
    used_at: Instant | None = None


def has_ended(session: AdminSession, *, at: Instant, limits: Limits) -> bool:
    """Whether the session is over: left alone too long, or simply old."""
    return at >= session.seen_at + limits.idle or at >= session.started_at + limits.whole


def is_fresh(session: AdminSession, *, at: Instant, limits: Limits) -> bool:
    """Whether the last sign-in proper was a moment ago: a sensitive change asks for it."""
    return at < session.proved_at + limits.fresh


class Answered(Private, frozen=True, kw_only=True):
    """A passkey that proved itself or was just made, as it is kept now; and the challenge that this used up.

    known: it proved itself, so that it must be there still: one that was taken away meanwhile stays away.
    """

    passkey: Passkey
    challenge: Digest
    ends_at: Instant
    known: bool = False


class Vouched(Private, frozen=True, kw_only=True):
    """Whom the council's own sign-in named. admin: as they were found, and must still be.

    subject: kept with them from now on, "" where it was known before.
    """

    admin: Admin
    subject: str = ""


class Entry(Private, frozen=True, kw_only=True):
    """What one step of getting in changes, all or nothing.

    uses_link, answered: a link and a challenge are used once; where it was used before nothing else of this is done.
    renews: a session that must be there still. ends: every session, link and passkey of that admin.
    passkeys_gone, sessions_gone: of one admin.
    """

    admin: Admin | None = None
    vouched: Vouched | None = None
    removes: AdminId | None = None
    link: Link | None = None
    uses_link: Digest | None = None
    answered: Answered | None = None
    passkey_gone: str | None = None
    session: AdminSession | None = None
    renews: Digest | None = None
    sessions_gone: tuple[Digest, ...] = ()
    ends: AdminId | None = None
    audited: tuple[Audited, ...] = ()

"""The steps of getting in that pages and commands share: one-time links and sessions. Shell."""

import base64
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from services.router.console.access import digest_of
from services.router.domain.admin.admins import Admin, AdminId
from services.router.domain.admin.auditing import Audited
from services.router.domain.admin.entering import LINK_HOURS, AdminSession, Link, Way
from shared.references import mint_secret
from shared.terms import Instant, PartnershipId

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
COMMAND = AdminId("command")
"""Stands in the audit where nobody was signed in: whoever may run commands on the machine."""


class NewLink(NamedTuple):
    """A link and the secret that it is opened by, which is stored nowhere."""

    link: Link
    secret: str


class NewSession(NamedTuple):
    session: AdminSession
    secret: str


def new_link(admin: AdminId, *, at: Instant, demonstration: bool = False) -> NewLink:
    """A one-time link for `admin`."""
    secret = random_text()
    ends_at = at + timedelta(hours=LINK_HOURS)
    return NewLink(Link(secret=digest_of(secret), admin=admin, ends_at=ends_at, demonstration=demonstration), secret)


def new_session(admin: AdminId, way: Way, *, at: Instant, fresh: bool = True) -> NewSession:
    """A session that begins now. fresh: whoever it is proved it just now, which a sensitive change asks for."""
    secret = random_text()
    session = AdminSession(
        secret=digest_of(secret),
        admin=admin,
        way=way,
        csrf=random_text(),
        started_at=at,
        proved_at=at if fresh else _LONG_AGO,
        seen_at=at,
    )
    return NewSession(session, secret)


def random_text() -> str:
    """256 random bits that may stand in an address or a cookie."""
    return base64.urlsafe_b64encode(mint_secret()).decode().rstrip("=")


def told(what: str, about: Admin, *, by: AdminId, at: Instant, after: str = "") -> tuple[Audited, ...]:
    """A row of the audit for each partnership of whom it is about; one without a partnership where there is none."""
    places: tuple[PartnershipId | None, ...] = tuple(about.roles) or (None,)
    return tuple(Audited(at=at, admin=by, partnership=one, what=what, about=about.id, after=after) for one in places)

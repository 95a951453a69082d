"""Who looks after a partnership, and the one answer to what they may do there. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import NewType

from shared.private import Private
from shared.terms import Instant, PartnershipId

AdminId = NewType("AdminId", str)
"""32 hexadecimal digits, random: it stands in addresses of pages and in the audit, and says nothing of anybody."""

HOLDER = AdminId("holder")
"""Stands in the history and the audit where whoever holds a post changed it: no admin did it."""

ONE_PERSON = timedelta(days=14)
"""How long after a reset on a page the two count as one: whoever was reset will have tried to sign in by then."""


class Role(StrEnum):
    """What an admin is to one partnership."""

    MANAGER = "manager"
    VIEWER = "viewer"
    AUDITOR = "auditor"


class Need(StrEnum):
    """What a page or a change asks of whoever is signed in."""

    SEE = "see"
    REPORTS = "reports"
    AUDIT = "audit"
    CHANGE_DIRECTORY = "change-directory"
    WORK_DESK = "work-desk"
    SETTINGS = "settings"


MAY: Mapping[Role, frozenset[Need]] = {
    Role.VIEWER: frozenset({Need.SEE, Need.REPORTS}),
    Role.AUDITOR: frozenset({Need.SEE, Need.REPORTS, Need.AUDIT}),
    Role.MANAGER: frozenset(Need),
}


class Admin(Private, frozen=True, kw_only=True):
    """Somebody who may sign in to the console.

    address: in lower case; nobody else has it. council: `issuer subject` of the council's own sign-in, once known.
    demonstration: signs in by the link that `make run` prints, on made-up contacts alone.
    reset_by, reset_at: the admin who was given a new link for them, and when; "" where nobody on a page was.
    """

    id: AdminId
    address: str
    name: str
    roles: dict[PartnershipId, Role]
    council: str = ""
    demonstration: bool = False
    reset_by: str = ""
    reset_at: Instant | None = None


def may(admin: Admin, partnership: PartnershipId, need: Need) -> bool:
    """Whether `admin` may do what asks for `need` in `partnership`. Every page and every change asks here."""
    role = admin.roles.get(partnership)
    return role is not None and need in MAY[role]


def may_reset(admin: Admin, other: Admin) -> bool:
    """Whether `admin` may end the passkeys of `other` and hand over a new link, which is as good as being `other`.

    Never one's own; and only who looks after every partnership of the other's.
    """
    return admin.id != other.id and all(may(admin, each, Need.SETTINGS) for each in other.roles) and bool(other.roles)


def perhaps_one(admin: Admin, other: Admin, *, at: Instant) -> bool:
    """Whether one person may be both: the same admin, or one who held the link of the other a while ago."""
    return admin.id == other.id or _held_link(admin, other, at=at) or _held_link(other, admin, at=at)


def _held_link(admin: Admin, of: Admin, *, at: Instant) -> bool:
    return of.reset_by == admin.id and of.reset_at is not None and at < of.reset_at + ONE_PERSON

"""Which rows of the audit somebody wants to see: of changes or looks, whose, about what, when. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.router.domain.admin.admins import AdminId
from shared.private import Private
from shared.terms import EscalationRef, Instant

LOOKED = "looked."
"""How the code of a look begins: of a page that was seen, by which nothing changed and nothing left the console."""


class Kind(StrEnum):
    """What a row tells of."""

    DONE = ""  # changes, sign-ins and exports
    LOOKED = "looked"
    ALL = "all"


class Sought(Private, frozen=True, kw_only=True):
    """A filter. first_on, last_on: days of the partnership, both within. None and "" for any."""

    kind: Kind = Kind.DONE
    admin: AdminId | None = None
    ref: EscalationRef | None = None
    first_on: date | None = None
    last_on: date | None = None


def between(sought: Sought, *, zone: str) -> tuple[Instant | None, Instant | None]:
    """From when, and before when: the first and the last day are whole days of the partnership."""
    first, last = sought.first_on, sought.last_on
    return (
        _midnight(first, zone) if first is not None else None,
        _midnight(last + timedelta(days=1), zone) if last is not None and last < date.max else None,
    )


def _midnight(day: date, zone: str) -> Instant:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)

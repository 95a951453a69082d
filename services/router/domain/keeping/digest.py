"""The daily digest of the directory: which days are told, who is the second person, and what they are told. Pure."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.router.domain.admin.admins import HOLDER, Admin, Role
from services.router.domain.keeping.editing import Changed
from services.router.domain.keeping.rows import Key
from services.router.domain.partnership import Partnership
from shared.messages import DigestFacts, DigestLine
from shared.terms import Instant

MOST_LINES = 40
LOOKED_BACK = 7
"""Days whose changes are still told where nothing ran meanwhile."""
_FROM = time(7)
"""In the morning: what was changed just before midnight is committed by then."""


def days_to_tell(partnership: Partnership, *, now: Instant) -> tuple[date, ...]:
    """The whole local days that may be told now, the oldest first; today never."""
    local = now.astimezone(ZoneInfo(partnership.zone))
    last = local.date() - timedelta(days=1 if local.time() >= _FROM else 2)
    return tuple(last - timedelta(days=back) for back in reversed(range(LOOKED_BACK)))


def bounds(partnership: Partnership, day: date) -> tuple[Instant, Instant]:
    """When that local day begins, and when the next does."""
    zone = ZoneInfo(partnership.zone)
    first, after = (datetime.combine(one, time(), tzinfo=zone) for one in (day, day + timedelta(days=1)))
    return first.astimezone(UTC), after.astimezone(UTC)


def second_person(partnership: Partnership, admins: Iterable[Admin], *, not_of: Set[str]) -> Admin | None:
    """A manager who had no part in it: the one whom the partnership names, else the first by name. None: nobody.

    not_of: the ids of those who changed or approved something.
    """
    free = [
        one
        for one in admins
        if one.roles.get(partnership.id) is Role.MANAGER and one.id not in not_of and not one.demonstration
    ]
    return min(free, key=lambda one: (one.id != partnership.digest_admin, one.name, one.address), default=None)


def had_a_part(changes: Iterable[Changed]) -> frozenset[str]:
    """The ids of those who changed or approved something."""
    return frozenset(one for change in changes for one in (change.by, change.approved_by) if one)


def digest_of(
    day: date, changes: Sequence[Changed], *, told: Mapping[Key, tuple[str, str, tuple[str, ...]]], url: str
) -> DigestFacts:
    """One line for each entry, in the order of its first change. told: (entry, did, fields) of each, in words."""
    by: dict[Key, dict[str, None]] = {}
    for change in changes:
        approved = f", approved by {_named(change.approved_by, change.approved)}" if change.approved else ""
        who = f"{_named(change.by, change.name)}{approved}"
        by.setdefault(change.swap.key, {})[who] = None
    lines = tuple(
        DigestLine(entry=told[key][0], did=told[key][1], fields=told[key][2], who=" and ".join(who))
        for key, who in by.items()
    )
    return DigestFacts(day=day, lines=lines[:MOST_LINES], more=max(0, len(lines) - MOST_LINES), url=url)


def _named(by: str, name: str) -> str:
    """Who it was, by name alone: the history has an address where there is no name, and no mail says it."""
    if name and "@" not in name:
        return name
    return "whoever holds the post" if by == HOLDER else "an admin"

"""The learning log: which protocol is to be amended, by whom, by when, and that it was. Pure."""

from collections.abc import Iterable
from datetime import date

from shared.private import Private
from shared.terms import PartnershipId

MOST_TEXT = 300
MOST_OWNER = 120


class LogEntry(Private, frozen=True, kw_only=True):
    """One thing to do. protocol: what is to be amended, and how. done_on: None while it is open.

    owner: a post or a name of a professional. version: of the row; 0 before it is saved.
    """

    id: str
    partnership: PartnershipId
    protocol: str
    owner: str
    due_on: date
    done_on: date | None = None
    version: int = 0


class Entered(Private, frozen=True, kw_only=True):
    """What somebody typed for an entry: years, months and days as text."""

    protocol: str
    owner: str
    due: tuple[str, str, str]


def due_of(typed: Entered) -> date | None:
    """The date that day, month and year make; None where they make none."""
    day, month, year = (one.strip() for one in typed.due)
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None  # anything else is a slip


def problems_of(typed: Entered) -> dict[str, str]:
    """What to do about each field that cannot stand, all at once."""
    found = {}
    if not typed.protocol.strip():
        found["protocol"] = "Enter which protocol is to be amended, and how"
    elif len(typed.protocol) > MOST_TEXT:
        found["protocol"] = f"Use {MOST_TEXT} characters or fewer"
    if not typed.owner.strip():
        found["owner"] = "Enter who does it, for example the training manager"
    elif len(typed.owner) > MOST_OWNER:
        found["owner"] = f"Use {MOST_OWNER} characters or fewer"
    if due_of(typed) is None:
        found["due"] = "Enter the date by which it is done, for example 14 12 2026"
    return found


def ordered(entries: Iterable[LogEntry]) -> tuple[LogEntry, ...]:
    """What is open first, the soonest due first; then what is done, the last done first."""
    known = list(entries)
    open_ones = sorted((one for one in known if one.done_on is None), key=lambda one: (one.due_on, one.id))
    done = sorted(
        (one for one in known if one.done_on is not None), key=lambda one: (one.done_on, one.id), reverse=True
    )
    return (*open_ones, *done)


def late(entries: Iterable[LogEntry], *, today: date) -> int:
    return sum(one.done_on is None and one.due_on < today for one in entries)

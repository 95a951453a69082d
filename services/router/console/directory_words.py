"""How the directory is put into words on a page: kinds of agency, rows of a change, squares of the grid. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from services.router.console.editor import Outcome, Refused
from services.router.domain.keeping.attention import in_days
from services.router.domain.keeping.editing import Wrong
from services.router.domain.keeping.gaps import DAYS, Line, Span
from services.router.domain.keeping.guarding import lost_words
from services.router.domain.keeping.rows import Kind, Swap
from services.router.domain.routing.reaching import Reach
from shared.terms import AgencyType

TYPES: Mapping[AgencyType, str] = {
    AgencyType.CHILDRENS_SOCIAL_CARE: "Children’s social care",
    AgencyType.EARLY_HELP: "Early help",
    AgencyType.POLICE: "Police",
    AgencyType.HEALTH: "Health",
    AgencyType.GP: "GP practice",
    AgencyType.EDUCATION: "School or education",
    AgencyType.PROBATION: "Probation",
    AgencyType.YOUTH_JUSTICE: "Youth justice",
    AgencyType.HOUSING: "Housing",
    AgencyType.VOLUNTARY: "Voluntary or faith",
    AgencyType.CAFCASS: "Cafcass",
    AgencyType.ADULT_SERVICES: "Adult services",
}
REACHES: Mapping[Reach, tuple[str, str]] = {
    Reach.FINE: ("fine", "░"),
    Reach.DEPUTY: ("deputy only", "▒"),
    Reach.NOBODY: ("nobody", "▓"),
}
_FIELDS: Mapping[str, str] = {
    "title": "title",
    "role": "role",
    "team": "team",
    "mailbox": "shared mailbox",
    "phone": "telephone",
    "deputy": "deputy",
    "allocates": "allocates for",
    "holder": "holders",
    "absence": "absences",
    "verified_on": "last confirmed",
    "name": "name",
    "type": "kind",
    "owner": "owner",
    "serves": "serves",
    "domains": "work domains",
    "out_of_hours": "out-of-hours telephone",
    "sponsor": "sponsor",
    "partner": "partner",
    "told_from": "told from stage",
    "told_says": "said of it",
    "told_source": "its source",
    "timeframe_days": "usual time limit, working days",
    "timeframe_source": "source of the time limit",
    "open_from": "reminders from",
    "open_until": "reminders until",
    "duty": "duty contact",
    "area": "telephones",
    "page_words": "words on the page",
    "letter_words": "words in letters",
    "privacy_contact": "questions about personal data",
    "complaints_url": "complaints",
    "second_approval": "a second admin approves",
    "digest_admin": "the daily digest goes to",
    "asked_every_days": "holders are asked every, days",
    "review_on": "settings to be looked at again",
    "adopted": "rules that no source states",
    "preparing": "being made ready",
    "partners": "safeguarding partners",
    "sponsors": "sponsors by kind of agency",
}
_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WIDE = 6
"""A span of fewer days has room for its shape alone; the word is then for those who hear the page."""


class Mark(NamedTuple):
    """A span as the grid draws it."""

    reach: str
    word: str
    shape: str
    days: int
    says: str
    wide: bool


def rung_marks(line: Line) -> tuple[Mark, ...]:
    """The spans of a line, together as wide as the grid."""
    return tuple(_mark(span) for span in line.spans)


def _mark(span: Span) -> Mark:
    word, shape = REACHES[span.reach]
    when = f"{in_days(span.first)} to {in_days(span.last)}" if span.days < DAYS else "all 60 days"
    return Mark(span.reach.value, word, shape, span.days, f"{word}, {when}", span.days >= _WIDE)


class Difference(NamedTuple):
    """One field of a row before and after, as text; "" for nothing."""

    field: str
    before: str
    after: str


class Told(NamedTuple):
    """One row of a change in words. did: added, changed or closed."""

    kind: str
    id: str
    agency: str
    title: str
    did: str
    differences: tuple[Difference, ...]


def told(swap: Swap) -> Told:
    """A row of a change, field by field."""
    before, after = _fields(swap.before), _fields(swap.after)
    did = "changed" if before and after else "added" if after else "closed"
    shown = before | after
    title = str(shown.get("title") or shown.get("name") or swap.id)
    differences = tuple(
        Difference(_FIELDS.get(name, name), as_text(before.get(name)), as_text(after.get(name)))
        for name in shown
        if name != "id" and as_text(before.get(name)) != as_text(after.get(name))
    )
    return Told(swap.kind.value, swap.id, swap.agency, title, did, differences)


def _fields(text: str) -> dict[str, object]:
    return msgspec.json.decode(text, type=dict[str, object]) if text else {}


def as_text(value: object) -> str:
    """A value of a row as people read it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(as_text(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return _one(value)
    return _day(value)


def _day(value: object) -> str:
    """A day in words; anything else as it stands."""
    text = str(value)
    try:
        return in_days(date.fromisoformat(text)) if _A_DAY.fullmatch(text) else text
    except ValueError:  # a telephone, for one
        return text


def _one(row: Mapping[str, object]) -> str:
    """A holder or an absence on one line; anything else with every field it has."""
    if "first" in row:
        deputy = f", deputy {row['deputy']}" if row.get("deputy") else ""
        return f"{_day(row['first'])} to {_day(row['last'])}{deputy}"
    if "address" not in row:
        return ", ".join(f"{name.replace('_', ' ')} {as_text(value)}" for name, value in row.items() if value)
    shown = " ".join(str(row[name]) for name in ("name", "address", "phone") if row.get(name))
    since = f" from {_day(row['valid_from'])}" if row.get("valid_from") else ""
    until = f" until {_day(row['valid_until'])}" if row.get("valid_until") else ""
    return f"{shown}{since}{until}"


def against(outcome: Outcome) -> tuple[str, ...]:
    """What speaks against a change, a sentence each; nothing where it stands."""
    if not isinstance(outcome, Refused):
        return ()
    return (*_wrongs(outcome.wrong), *lost_words(outcome.lost))


def _wrongs(wrong: Sequence[Wrong]) -> list[str]:
    return [one.says if one.key.kind is Kind.PARTNERSHIP else f"{one.key.id}: {one.says}" for one in wrong]

"""The directory as rows of text for a spreadsheet, one for each holder or absence of a post. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import zip_longest
from typing import NamedTuple

from services.router.domain.directory import Absence, Agency, Holder, Post

POST = ("agency", "post", "title", "role", "team", "mailbox", "phone", "deputy", "allocates", "verified_on")
HOLDER = ("name", "address", "holder_phone", "valid_from", "valid_until")
AWAY = ("away_from", "away_until", "away_deputy", "away_why")
CLOSE = "close"
COLUMNS = (*POST, *HOLDER, *AWAY)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is taken for a formula by a spreadsheet.  Source: OWASP, CSV injection."""
MARK = "'"


class Row(NamedTuple):
    """A row of a sheet. line: as a spreadsheet counts it, the header is 1. cells: by column, only those there are."""

    line: int
    cells: dict[str, str]


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return MARK + text if text.startswith((*DANGEROUS, MARK)) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith(MARK) and text[1:2] in (*DANGEROUS, MARK) else text


def sheet(agencies: Iterable[Agency]) -> Iterator[tuple[str, ...]]:
    """Every post of the agencies, in the order of COLUMNS."""
    for agency in agencies:
        for post in agency.posts:
            pairs = tuple(zip_longest(post.holders, post.absences)) or ((None, None),)
            for holder, absence in pairs:
                yield (*_post(agency, post), *_holder(holder), *_away(absence))


def _post(agency: Agency, post: Post) -> tuple[str, ...]:
    allocates, team, deputy = " ".join(post.allocates), post.team or "", post.deputy or ""
    verified = _day(post.verified_on)
    return agency.id, post.id, post.title, post.role, team, post.mailbox, post.phone, deputy, allocates, verified


def _holder(holder: Holder | None) -> tuple[str, ...]:
    if holder is None:
        return ("",) * len(HOLDER)
    return holder.name, holder.address, holder.phone, _day(holder.valid_from), _day(holder.valid_until)


def _away(absence: Absence | None) -> tuple[str, ...]:
    if absence is None:
        return ("",) * len(AWAY)
    return _day(absence.first), _day(absence.last), absence.deputy or "", absence.why


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""

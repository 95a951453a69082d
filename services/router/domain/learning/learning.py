"""The report of a year and its quarters: tables of counts, none under five, none to be worked out. Pure.

A matter is counted in the quarter in which it was received, and again in that in which it closed: two halves of a
report, which no published number ties together. So is each table of its own, but for the totals, which are all five
or more. A number does not change once its quarter is over: what is still open is in no table.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from services.router.domain.learning.learned import NOT_KNOWN, SEVERAL, Coded, first_day, quarter_of, year_of
from services.router.domain.learning.suppression import periods, settled

SETTLES = timedelta(days=7)
"""After its end a quarter is given these days for what began in it to be acknowledged."""

OUTCOMES = (
    ("agreed", "Agreed"),
    ("partly", "Agreed in part"),
    ("not-agreed", "Not agreed"),
    ("withdrawn", "Withdrawn by the raiser"),
    ("overtaken", "Overtaken by events"),
)
DEBRIEFS = (("taken", "It took place"), ("offered", "Offered"), ("declined", "Offered and declined"))
LEARNING = (
    ("protocol_unclear", "A policy or protocol that is unclear"),
    ("threshold", "How thresholds are understood"),
    ("communication", "Communication or sharing information"),
    ("roles", "Who does what"),
    ("training", "Training or support for staff"),
    ("capacity", "Capacity or resources"),
)
_ACKNOWLEDGED = ((24, "Within 24 hours"), (72, "Within 3 days"))
_RESOLVED = ((5, "Up to 5 working days"), (10, "6 to 10 working days"), (20, "11 to 20 working days"))
_LATER, _LONGER = "Later, or not yet", "More than 20 working days"

_Matters = Mapping[tuple[int, ...], Sequence[Coded]]
Choices = Sequence[tuple[str, str]]
"""Codes and their words, in the order in which they are shown."""


class Labels(NamedTuple):
    """What the partnership calls things: its policy's areas and stages, and kinds of agency."""

    areas: Choices
    stages: Choices
    kinds: Choices


class Line(NamedTuple):
    """A row of a table. cells: by period; None for what is not published. whole: of the year."""

    label: str
    cells: tuple[int | None, ...]
    whole: int | None


class Sheet(NamedTuple):
    """A table of the report. key: in the addresses of its parts."""

    key: str
    title: str
    lines: tuple[Line, ...]
    note: str = ""


class Half(NamedTuple):
    """The tables of those received, or of those closed. periods: their names. totals: by period; whole: of the year,
    None while it goes on.
    """

    periods: tuple[str, ...]
    totals: tuple[int, ...]
    whole: int | None
    sheets: tuple[Sheet, ...]


class Report(NamedTuple):
    """A year, which begins in April. complete: it is over, and its last quarter may be shown."""

    year: int
    complete: bool
    received: Half
    closed: Half


class _Cut(NamedTuple):
    """A table before anything is hidden: which category each matter is in."""

    key: str
    title: str
    choices: Choices
    of: Callable[[Coded], str]
    note: str = ""


def over(today: date) -> int:
    """The first quarter that may not be shown yet."""
    return quarter_of(today - SETTLES)


def spans(totals: Mapping[int, int], *, year: int, today: date) -> tuple[tuple[int, ...], ...]:
    """The periods that end in `year`, as their quarters. totals: by quarter, of every year."""
    if not totals:
        return ()
    first = min(totals)
    found = periods([totals.get(quarter, 0) for quarter in range(first, over(today))])
    shown = (tuple(first + quarter for quarter in period) for period in found)
    return tuple(period for period in shown if year_of(period[-1]) == year)


def report(
    received: _Matters,
    closed: _Matters,
    *,
    labels: Labels,
    year: int,
    today: date,
) -> Report:
    """The report of `year`. received, closed: the matters of each of its periods, in order."""
    complete = year_of(over(today)) > year
    return Report(
        year=year,
        complete=complete,
        received=_half(received, _received(labels), complete=complete),
        closed=_half(closed, _closed(labels), complete=complete),
    )


def years(totals: Iterable[int], *, today: date) -> tuple[int, ...]:
    """The years of which there may be a report, the newest first. totals: the quarters in which there is anything."""
    first = min(totals, default=None)
    last = year_of(over(today) - 1)
    return () if first is None else tuple(range(last, year_of(first) - 1, -1))


def name_of(period: Sequence[int]) -> str:
    """ "April to June 2026"."""
    begins, ends = first_day(period[0]), first_day(period[-1] + 1) - timedelta(days=1)
    from_year = f" {begins.year}" if begins.year != ends.year else ""
    return f"{begins:%B}{from_year} to {ends:%B} {ends.year}"


def _received(labels: Labels) -> tuple[_Cut, ...]:
    other = ("", "Another area, or none")
    kinds = (*labels.kinds, (SEVERAL, "Several kinds"), (NOT_KNOWN, "Not known"))
    return (
        _Cut("area", "Area of disagreement", (*labels.areas, other), attrgetter("area")),
        _Cut("raised-by", "Kind of agency that raised it", kinds, attrgetter("raised_by")),
        _Cut("about", "Kind of agency whose decision it was", kinds, attrgetter("about")),
        _Cut("acknowledged", "Time until somebody said “I have this”", *_bands(_ACKNOWLEDGED, _LATER, _hours)),
    )


def _closed(labels: Labels) -> tuple[_Cut, ...]:
    overdue = (("no", "Every stage ended in its time"), ("yes", "A stage went on past its time"))
    debriefs = (*DEBRIEFS, ("", "None, or not said"))
    return (
        _Cut("stage", "Stage reached", (*labels.stages, ("", "Another stage")), lambda one: str(one.stage)),
        _Cut("resolved", "Time to resolve", *_bands(_RESOLVED, _LONGER, lambda one: one.resolved_days)),
        _Cut("overdue", "In time, or overdue", overdue, lambda one: "yes" if one.overdue else "no"),
        _Cut("outcome", "Outcome", (*OUTCOMES, ("", "Not said")), attrgetter("outcome")),
        _Cut("debrief", "Debrief", debriefs, attrgetter("debrief")),
    )


def _hours(one: Coded) -> int | None:
    return one.acknowledged_hours


def _bands(
    bands: Sequence[tuple[int, str]], beyond: str, of: Callable[[Coded], int | None]
) -> tuple[Choices, Callable[[Coded], str]]:
    def band(one: Coded) -> str:
        value = of(one)
        return next((str(most) for most, _ in bands if value is not None and value <= most), "")

    return (*((str(most), words) for most, words in bands), ("", beyond)), band


def _half(matters: _Matters, cuts: Sequence[_Cut], *, complete: bool) -> Half:
    totals = tuple(len(each) for each in matters.values())
    seeds = _seeds(matters)
    sheets = [_sheet(cut, matters, seeds, complete=complete) for cut in cuts]
    if any(cut.key == "outcome" for cut in cuts):
        sheets.append(_learning(matters, seeds, complete=complete))
    return Half(
        periods=tuple(name_of(period) for period in matters),
        totals=totals,
        whole=sum(totals) if complete and totals else None,
        sheets=tuple(sheets),
    )


def _sheet(cut: _Cut, matters: _Matters, seeds: Sequence[bytes], *, complete: bool) -> Sheet:
    """What is in no category of ours is in the last one, whose code is "", or else in the last of all."""
    codes = [code for code, _ in cut.choices]
    place = {code: number for number, code in enumerate(codes)}
    counts = [[0] * len(matters) for _ in codes]
    for period, each in enumerate(matters.values()):
        for code, many in Counter(map(cut.of, each)).items():
            counts[place.get(code, len(codes) - 1)][period] += many
    found = settled(counts, draws=_draws(cut.key, seeds), with_whole=complete)
    named = zip(cut.choices, found.cells, found.whole, strict=True)
    return Sheet(cut.key, cut.title, tuple(Line(words, cells, whole) for (_, words), cells, whole in named), cut.note)


def _learning(matters: _Matters, seeds: Sequence[bytes], *, complete: bool) -> Sheet:
    """Each code is a table of its own, said or not said, for a matter may have several."""
    lines = []
    named = [Counter(code for one in each for code in one.learning) for each in matters.values()]
    for code, words in LEARNING:
        said = [each[code] for each in named]
        unsaid = [len(each) - count for each, count in zip(matters.values(), said, strict=True)]
        found = settled([said, unsaid], draws=_draws(f"learning {code}", seeds), with_whole=complete)
        lines.append(Line(words, found.cells[0], found.whole[0]))
    return Sheet(
        "learning", "What the learning was about", tuple(lines), "One escalation may be counted several times."
    )


def _seeds(matters: _Matters) -> list[bytes]:
    """What follows for each period from the references in it, which nobody outside knows."""
    return [
        hashlib.sha256("\n".join(sorted(one.matter for one in each)).encode()).digest() for each in matters.values()
    ]


def _draws(key: str, seeds: Sequence[bytes]) -> list[int]:
    """A number a period, another one for each table."""
    return [int.from_bytes(hashlib.sha256(seed + key.encode()).digest()) for seed in seeds]

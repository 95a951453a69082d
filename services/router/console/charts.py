"""Bars of a table as small multiples: where each bar and word of the drawing stands. The template draws it. Pure.

One panel a period, all on one scale; the year beside them on its own, for it is the sum of them. What is not published
is a dashed box and the words; nothing is said by colour alone, and the table beneath says the same.
"""

from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from services.router.domain.learning.learning import Half, Line, Sheet

WIDTH = 960
_LABELS, _NUMBER, _GAP = 280, 48, 16
_HEAD, _LINE, _AIR = 52, 17, 16
_BAR = 18
_HIDDEN = 14
_CHARACTERS = 36


class Text(NamedTuple):
    """Words that stand at a point, the baseline."""

    x: float
    y: float
    words: str


class Bar(NamedTuple):
    """One bar with its number beside it. hidden: not published; then its width says nothing. whole: of the year."""

    x: float
    y: float
    width: float
    number: Text
    hidden: bool
    whole: bool


class Chart(NamedTuple):
    """A drawing of `height`. heads, labels: names of panels and rows. rules: x of each panel's left edge."""

    height: int
    heads: tuple[Text, ...]
    labels: tuple[Text, ...]
    bars: tuple[Bar, ...]
    rules: tuple[float, ...]


def chart_of(half: Half, sheet: Sheet) -> Chart:
    """The drawing of one table of `half`: its lines of which anything is published."""
    wide = (WIDTH - _LABELS) / (len(half.periods) + (half.whole is not None))
    most = max((cell for line in sheet.lines for cell in line.cells if cell is not None), default=1)
    most_whole = max((line.whole for line in sheet.lines if line.whole is not None), default=1)
    labels, bars, top = [], [], float(_HEAD)
    for line in drawn(sheet):
        words = wrap(line.label, _CHARACTERS) or [""]
        tall = len(words) * _LINE + _AIR
        first = top + (tall - len(words) * _LINE) / 2 + _LINE - 4
        labels += [Text(0, first + number * _LINE, each) for number, each in enumerate(words)]
        y = top + (tall - _BAR) / 2
        shown = [(cell, most, False) for cell in line.cells]
        shown += [(line.whole, most_whole, True)] if half.whole is not None else []
        bars += [
            _bar(_LABELS + number * wide, y, wide=wide, value=value, most=scale, whole=whole)
            for number, (value, scale, whole) in enumerate(shown)
        ]
        top += tall
    return Chart(
        height=int(top) + 4,
        heads=_heads(half, wide),
        labels=tuple(labels),
        bars=tuple(bars),
        rules=tuple(_LABELS + number * wide for number in range(round((WIDTH - _LABELS) / wide))),
    )


def drawn(sheet: Sheet) -> tuple[Line, ...]:
    """The lines of which anything is published. The others stand in the table alone."""
    return tuple(line for line in sheet.lines if any(cell is not None for cell in (*line.cells, line.whole)))


def _bar(x: float, y: float, *, wide: float, value: int | None, most: int, whole: bool) -> Bar:
    if value is None:
        return Bar(x, y, _HIDDEN, Text(x + _HIDDEN + 6, y + 14, "not shown"), hidden=True, whole=whole)
    width = round(value / most * (wide - _NUMBER - _GAP), 1)
    return Bar(x, y, width, Text(x + width + 6, y + 14, str(value)), hidden=False, whole=whole)


def _heads(half: Half, wide: float) -> tuple[Text, ...]:
    names: Sequence[str] = (*half.periods, "The year") if half.whole is not None else half.periods
    found = []
    for number, name in enumerate(names):
        lines = wrap(name, max(int(wide / 7.6), 10)) if number < len(half.periods) else [name, "(own scale)"]
        x = _LABELS + number * wide
        found += [Text(x, 16 + 16 * row, words) for row, words in enumerate(lines)]
    return tuple(found)

"""Counts under five are never published, nor can they be worked out from what is. Pure.

A table has a row a category and a column a period; its rows share out each period's total, which is published. Columns
are settled one after the other, so that nothing published once is ever taken back; the whole comes last. For every
count under five, `settled` leaves a way in which it might as well be five, with all that is published the same.
"""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

LEAST = 5
"""The smallest count that is published.  Source: issue 4."""

Counts = Sequence[Sequence[int]]
_WHOLE = -1
"""The node where the rows meet whose whole is not published."""


class Published(NamedTuple):
    """A table as it is published, None for what is not. cells: by row, then period. whole: by row, over the periods."""

    cells: tuple[tuple[int | None, ...], ...]
    whole: tuple[int | None, ...]


def periods(totals: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """The quarters, in order, as the periods that are published: each is at least LEAST in all.

    A quarter with fewer is counted with those after it; what has too few at the end waits, and is in no period yet.
    """
    found: list[tuple[int, ...]] = []
    waiting: list[int] = []
    for quarter in range(len(totals)):
        waiting.append(quarter)
        if sum(totals[each] for each in waiting) >= LEAST:
            found.append(tuple(waiting))
            waiting = []
    return tuple(found)


def settled(counts: Counts, *, draws: Sequence[int], with_whole: bool) -> Published:
    """What may be published of `counts`.

    draws: a number a period that nobody outside knows: it decides what else is hidden, so that knowing these rules does
    not help. with_whole: whether the periods are complete, and a whole may be added to them.
    """
    hidden = [_hidden(column, draw) for column, draw in zip(zip(*counts, strict=True), draws, strict=True)]
    cells = tuple(
        tuple(None if row in hidden[period] else count for period, count in enumerate(line))
        for row, line in enumerate(counts)
    )
    found = Published(cells, tuple(None if None in line else sum(counts[row]) for row, line in enumerate(cells)))
    if not with_whole:
        return Published(cells, tuple(None for _ in counts))
    for row in sorted(range(len(counts)), key=lambda one: (-sum(counts[one]), one)):
        if found.whole[row] is None and sum(counts[row]) >= LEAST:
            whole = tuple(sum(counts[row]) if each == row else known for each, known in enumerate(found.whole))
            more = Published(cells, whole)
            found = more if keeps(counts, more) else found
    return found


def keeps(counts: Counts, published: Published) -> bool:
    """Whether each count under five might as well be five: cells, and wholes of a row."""
    flows = _Flows(counts, published)
    return all(flows.may_be_five(edge, value) for edge, value in flows.values.items() if value < LEAST) and all(
        value is None or value >= LEAST for line in (*published.cells, published.whole) for value in line
    )


def _hidden(column: Sequence[int], draw: int) -> frozenset[int]:
    """The rows of one period that are not published: those under five, and others so that together they tell nothing.

    Of the others the smaller ones are likelier, for less is lost; but any may be.
    """
    hidden = {row for row, count in enumerate(column) if count < LEAST}
    if not hidden:
        return frozenset()
    others = deque(sorted((row for row in range(len(column)) if row not in hidden), key=lambda row: (column[row], row)))
    while others and (len(hidden) == 1 or sum(column[row] for row in hidden) < LEAST):
        others.rotate(-_skipped(draw, len(others)))
        hidden.add(others.popleft())
        draw >>= 16
    return frozenset(hidden)


def _skipped(draw: int, many: int) -> int:
    """How many are passed over: none half the time, one a quarter of it, and so on round."""
    skipped = 0
    while draw & 1 and skipped < 15:
        skipped, draw = skipped + 1, draw >> 1
    return skipped % many


class _Flows:
    """What is not published as a flow from periods through rows: whatever is pushed round a ring changes no total.

    Nodes: a row by its number, a period after the rows, `_WHOLE`. values: by (from, to), what flows there now.
    """

    def __init__(self, counts: Counts, published: Published) -> None:
        rows = len(counts)
        self.values: dict[tuple[int, int], int] = {}
        for row, line in enumerate(published.cells):
            for period, cell in enumerate(line):
                if cell is None:
                    self.values[(rows + period, row)] = counts[row][period]
            if published.whole[row] is None:
                self.values[(row, _WHOLE)] = sum(counts[row])
        self._ahead: dict[int, list[int]] = {}
        self._back: dict[int, list[int]] = {}
        for one, other in self.values:
            self._ahead.setdefault(one, []).append(other)
            self._back.setdefault(other, []).append(one)

    def may_be_five(self, edge: tuple[int, int], value: int) -> bool:
        """Whether as much can be pushed round through `edge` that it carries LEAST."""
        values = dict(self.values)
        for _ in range(LEAST - value):
            ring = self._ring(edge, values)
            if ring is None:
                return False
            for pushed, by in ring:
                values[pushed] += by
        return True

    def _ring(
        self, edge: tuple[int, int], values: dict[tuple[int, int], int]
    ) -> list[tuple[tuple[int, int], int]] | None:
        """The way back from the end of `edge` to its start, as what changes by how much; None where there is none."""
        start, end = edge[1], edge[0]
        came: dict[int, tuple[int, tuple[int, int], int]] = {}
        waiting, seen = deque([start]), {start}
        while waiting and end not in seen:
            node = waiting.popleft()
            more = [(other, (node, other), 1) for other in self._ahead.get(node, ())]
            less = [(other, (other, node), -1) for other in self._back.get(node, ()) if values[(other, node)] > 0]
            for other, pushed, by in (*more, *less):
                if other not in seen and pushed != edge:
                    seen.add(other)
                    came[other] = (node, pushed, by)
                    waiting.append(other)
        if end not in seen:
            return None
        ring, node = [], end
        while node != start:
            node, pushed, by = came[node]
            ring.append((pushed, by))
        return ring

"""Nobody works a count under five out of the published tables: not by subtraction, not with the rules in hand. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from services.router.domain.learning.suppression import LEAST, Published, keeps, periods, settled

Table = tuple[tuple[int, ...], ...]


@st.composite
def tables(draw: st.DrawFn, *, rows: int = 12, columns: int = 4, most: int = 25) -> Table:
    """Counts of at least two categories in periods that are each five or more."""
    wide = draw(st.integers(1, columns))
    line = st.lists(st.one_of(st.integers(0, LEAST), st.integers(0, most)), min_size=wide, max_size=wide)
    found = draw(st.lists(line, min_size=2, max_size=rows))
    for period in range(wide):
        short = LEAST - sum(one[period] for one in found)
        found[0][period] += max(short, 0)
    return tuple(tuple(one) for one in found)


DRAWS = st.lists(st.integers(0, 2**64 - 1), min_size=4, max_size=4)


def known_values(published: Published, totals: list[int]) -> dict[tuple[int, int], Fraction]:
    """What follows by adding and subtracting alone: the values of unknowns that the published sums determine."""
    unknown = [
        (row, period) for row, line in enumerate(published.cells) for period, cell in enumerate(line) if cell is None
    ]
    place = {cell: number for number, cell in enumerate(unknown)}
    rows: list[list[Fraction]] = []
    for period, total in enumerate(totals):
        rows.append(_sum_of([cell for cell in unknown if cell[1] == period], place))
        rows[-1].append(Fraction(total - sum(line[period] or 0 for line in published.cells)))
    for row, whole in enumerate(published.whole):
        if whole is not None:
            rows.append(_sum_of([cell for cell in unknown if cell[0] == row], place))
            rows[-1].append(Fraction(whole - sum(cell or 0 for cell in published.cells[row])))
    return {
        unknown[line.index(Fraction(1))]: line[-1]
        for line in _reduced(rows, len(unknown))
        if sum(value != 0 for value in line[:-1]) == 1
    }


def _sum_of(cells: list[tuple[int, int]], place: dict[tuple[int, int], int]) -> list[Fraction]:
    line = [Fraction(0)] * len(place)
    for cell in cells:
        line[place[cell]] = Fraction(1)
    return line


def _reduced(rows: list[list[Fraction]], width: int) -> list[list[Fraction]]:
    done = 0
    for column in range(width):
        pivot = next((one for one in range(done, len(rows)) if rows[one][column] != 0), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for other in range(len(rows)):
            if other != done and rows[other][column] != 0:
                by = rows[other][column]
                rows[other] = [value - by * mine for value, mine in zip(rows[other], rows[done], strict=True)]
        done += 1
    return rows[:done]


@given(tables(), DRAWS, st.booleans())
def test_nothing_under_five_is_published_and_nothing_follows_by_subtraction(
    table: Table, draws: list[int], with_whole: bool
) -> None:
    found = settled(table, draws=draws[: len(table[0])], with_whole=with_whole)
    for line, shown in zip(table, found.cells, strict=True):
        assert all(cell is None or cell == count >= LEAST for cell, count in zip(shown, line, strict=True))
    assert all(whole is None or whole == sum(line) >= LEAST for whole, line in zip(found.whole, table, strict=True))
    totals = [sum(column) for column in zip(*table, strict=True)]
    worked_out = known_values(found, totals)
    assert all(table[row][period] >= LEAST for row, period in worked_out), worked_out
    assert keeps(table, found)


def fitting(published: Published, totals: tuple[int, ...]) -> Iterator[Table]:
    """Every table of whole numbers that agrees with what is published."""
    columns = [
        [column for column in _columns(len(published.cells), total) if _agrees(column, published, period)]
        for period, total in enumerate(totals)
    ]
    for chosen in product(*columns):
        table = tuple(zip(*chosen, strict=True))
        wholes = zip(table, published.whole, strict=True)
        if all(whole is None or sum(line) == whole for line, whole in wholes):
            yield table


def _columns(rows: int, total: int) -> Iterator[tuple[int, ...]]:
    if rows == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in _columns(rows - 1, total - first))


def _agrees(column: tuple[int, ...], published: Published, period: int) -> bool:
    shown = (line[period] for line in published.cells)
    return all(cell is None or cell == count for cell, count in zip(shown, column, strict=True))


@given(tables(rows=3, columns=2, most=7), DRAWS)
def test_every_count_under_five_might_as_well_be_five(table: Table, draws: list[int]) -> None:
    """Found by trying every table that there is, not by the reasoning of the code."""
    found = settled(table, draws=draws[: len(table[0])], with_whole=True)
    totals = tuple(sum(column) for column in zip(*table, strict=True))
    possible = list(fitting(found, totals))
    for row, line in enumerate(table):
        for period, count in enumerate(line):
            seen = {one[row][period] for one in possible}
            assert count >= LEAST or max(seen) >= LEAST
        wholes = {sum(one[row]) for one in possible}
        assert sum(line) >= LEAST or max(wholes) >= LEAST


def test_the_rules_in_hand_do_not_help() -> None:
    """Whoever knows the code and all that is published, but not the draws, is left with several small counts."""
    behind: dict[Published, set[tuple[int, ...]]] = defaultdict(set)
    draws = range(16)
    for total in range(LEAST, 17):
        for column in _columns(3, total):
            for draw in draws:
                found = settled([(count,) for count in column], draws=[draw], with_whole=False)
                behind[Published(found.cells, (total,))].add(column)
    for inputs in behind.values():
        for row in range(3):
            small = {column[row] for column in inputs}
            assert len(small) > 1 or min(small) >= LEAST, inputs


@given(st.lists(st.integers(0, 12), max_size=16))
def test_no_period_and_no_remainder_of_one_is_under_five(totals: list[int]) -> None:
    found = periods(totals)
    assert all(sum(totals[quarter] for quarter in period) >= LEAST for period in found)
    assert [quarter for period in found for quarter in period] == list(range(sum(map(len, found))))


@given(st.lists(st.integers(0, 12), max_size=12), st.integers(0, 12))
def test_what_was_published_once_stays_as_it_was(totals: list[int], more: int) -> None:
    assert periods([*totals, more])[: len(periods(totals))] == periods(totals)


@given(tables(columns=3), DRAWS)
def test_a_further_period_takes_nothing_back(table: Table, draws: list[int]) -> None:
    wide = len(table[0])
    whole = settled(table, draws=draws[:wide], with_whole=True)
    first = settled([line[:1] for line in table], draws=draws[:1], with_whole=False)
    assert [line[0] for line in whole.cells] == [line[0] for line in first.cells]

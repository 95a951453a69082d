"""Whoever has the file that a partnership publishes cannot work out a count under five of it. Pure."""

import csv
import io
from collections import defaultdict
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.console.learning_csv import HIDDEN, csv_of, rows_of
from services.router.domain.learning.learned import Coded, first_day, quarter_of
from services.router.domain.learning.learning import Labels, report, spans
from services.router.domain.learning.suppression import LEAST, Published
from shared.terms import EscalationRef, PartnershipId
from tests.property.test_suppression_laws import known_values

YEAR, NEXT = 2025, date(2026, 6, 1)
FIRST = quarter_of(date(YEAR, 4, 1))
LABELS = Labels(
    areas=(("threshold", "Threshold"), ("delay", "Delay")),
    stages=(("2", "Stage 2"), ("3", "Stage 3")),
    kinds=(("education", "Education"), ("police", "Police"), ("health", "Health")),
)
KINDS = ("education", "education", "education", "police", "health")
YEAR_IN_ALL = "The year"


@st.composite
def matters(draw: st.DrawFn) -> list[Coded]:
    """A year of few: most categories hold less than five, as in a small partnership."""
    found = []
    for quarter, many in enumerate(draw(st.lists(st.integers(0, 16), min_size=4, max_size=4))):
        day = first_day(FIRST + quarter)
        for number in range(many):
            learning = draw(st.sampled_from([(), (), ("threshold",), ("roles", "threshold")]))
            found.append(
                Coded(
                    matter=EscalationRef(f"WS-{quarter}-{number}-{draw(st.integers(0, 99))}"),
                    partnership=PartnershipId("west-sussex"),
                    area=draw(st.sampled_from(["threshold", "threshold", "delay", "another"])),
                    raised_by=draw(st.sampled_from(KINDS)),
                    about=draw(st.sampled_from(KINDS)),
                    stage=draw(st.sampled_from([2, 2, 2, 3])),
                    received_on=day,
                    closed_on=day,
                    acknowledged_hours=draw(st.sampled_from([1, 1, 50, None])),
                    resolved_days=draw(st.sampled_from([1, 7, 30])),
                    overdue=draw(st.booleans()),
                    outcome=draw(st.sampled_from(["agreed", "agreed", "partly", "withdrawn"])),
                    debrief=draw(st.sampled_from(["taken", ""])),
                    learning=learning,
                )
            )
    return found


def published(found: list[Coded]) -> str:
    """The file, as anybody may have it."""
    by_quarter: dict[int, list[Coded]] = defaultdict(list)
    for one in found:
        by_quarter[quarter_of(one.received_on)].append(one)
    totals = {quarter: len(each) for quarter, each in by_quarter.items()}
    shown = {
        period: [one for quarter in period for one in by_quarter.get(quarter, [])]
        for period in spans(totals, year=YEAR, today=NEXT)
    }
    return csv_of(rows_of(report(shown, shown, labels=LABELS, year=YEAR, today=NEXT)))


def tables(text: str) -> dict[tuple[str, str], dict[str, dict[str, int | None]]]:
    """(half, table) to line to period to count, from the file alone."""
    found: dict[tuple[str, str], dict[str, dict[str, int | None]]] = defaultdict(lambda: defaultdict(dict))
    for half, table, line, period, count in list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:]:
        found[(half, table)][line][period] = None if count == HIDDEN else int(count)
    return found


@settings(max_examples=60, deadline=None)
@given(matters())
def test_no_count_under_five_follows_from_the_file(found: list[Coded]) -> None:
    held = tables(published(found))
    for (half, table), lines in held.items():
        totals = held[(half, "All")]["All"]
        periods = [period for period in totals if period != YEAR_IN_ALL]
        if table.startswith("What the learning"):  # each line is a table of its own: said, and not said
            for said in lines.values():
                assert_nothing_follows([said, {}], totals, periods)
        else:
            assert_nothing_follows(list(lines.values()), totals, periods)


def assert_nothing_follows(
    lines: list[dict[str, int | None]], totals: dict[str, int | None], periods: list[str]
) -> None:
    """Neither shown nor by subtraction: what follows of a cell is five or more."""
    cells = tuple(tuple(line.get(period) for period in periods) for line in lines)
    whole = tuple(line.get(YEAR_IN_ALL) for line in lines)
    assert all(one is None or one >= LEAST for line in (*cells, whole) for one in line)
    follows = known_values(Published(cells, whole), [totals[period] or 0 for period in periods])
    assert all(value >= LEAST for value in follows.values()), follows


@settings(max_examples=10, deadline=None)
@given(matters())
def test_the_file_holds_every_table_and_what_is_five_or_more_in_all(found: list[Coded]) -> None:
    held = tables(published(found))
    if len(found) >= LEAST:
        assert {half for half, _ in held} == {"Received", "Closed"}
        assert len(held) >= 12
        assert all(total is not None and total >= LEAST for total in held[("Received", "All")]["All"].values())

"""The report as CSV. Each cell is text that a spreadsheet does not calculate. Pure."""

import csv
import io
from collections.abc import Iterable

from services.router.domain.learning.learning import Half, Report

HIDDEN = "not shown"
_CALCULATES = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of(rows: Iterable[Iterable[str]]) -> str:
    """Quoted throughout, with what spreadsheets expect at its head; what would be a formula gets an apostrophe."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return "\ufeff" + written.getvalue()


def rows_of(made: Report) -> Iterable[tuple[str, ...]]:
    """One row a number: half, table, line, period, count."""
    yield "Counted", "Table", "Line", "Period", "Escalations"
    for counted, half in (("Received", made.received), ("Closed", made.closed)):
        yield from _rows_of_half(counted, half)


def _rows_of_half(counted: str, half: Half) -> Iterable[tuple[str, ...]]:
    totals = list(zip(half.periods, half.totals, strict=True))
    for period, total in [*totals, *([("The year", half.whole)] if half.whole is not None else [])]:
        yield counted, "All", "All", period, str(total)
    for sheet in half.sheets:
        for line in sheet.lines:
            cells: list[tuple[str, int | None]] = list(zip(half.periods, line.cells, strict=True))
            if half.whole is not None:
                cells.append(("The year", line.whole))
            for period, count in cells:
                yield counted, sheet.title, line.label, period, HIDDEN if count is None else str(count)


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_CALCULATES) else cell

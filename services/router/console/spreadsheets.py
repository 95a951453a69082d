"""Spreadsheets read, CSV and XLSX, as rows of text. A formula is refused. Shell.

openpyxl is imported when a workbook is read: no other page needs its eight megabytes.
"""

import csv
import io
import zipfile
import zlib
from datetime import date, datetime
from xml.etree.ElementTree import ParseError

from services.router.domain.keeping.importing import LineProblem
from services.router.domain.keeping.sheets import Row, unguarded

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
MOST_ROWS = 25_000
_MOST_COLUMNS = 40
_MOST_PARTS = 200
_BROKEN = (
    zipfile.BadZipFile,
    ParseError,
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    EOFError,
    NotImplementedError,
)
"""What openpyxl and its readers raise for a file that is no workbook; none of them is shown."""


class Sheet:
    """What a file holds. problems: what keeps it from being read."""

    def __init__(self, header: list[str], rows: list[Row], problems: list[LineProblem]) -> None:
        self.header = header
        self.rows = rows
        self.problems = problems


def read_file(body: bytes) -> Sheet:
    """The first sheet of a workbook, or a CSV: told apart by what they begin with."""
    if len(body) > MOST_BYTES:
        return _nothing("The file is larger than 5 MB.")
    return _workbook(body) if body.startswith(b"PK") else _csv(body)


def _nothing(says: str) -> Sheet:
    return Sheet([], [], [LineProblem(line=0, says=says)])


def _csv(body: bytes) -> Sheet:
    text = _decoded(body)
    if text is None:
        return _nothing("The file cannot be read as text. Save it as CSV in UTF-8, or as a workbook.")
    first = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    lines: list[tuple[int, list[object]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            lines.append((reader.line_num, list(row)))
            if len(lines) > MOST_ROWS:
                return _nothing(f"The file has more than {MOST_ROWS} rows.")
    except csv.Error:
        return Sheet([], [], [LineProblem(line=reader.line_num, says="From here on this is not CSV.")])
    return _sheet(lines, [])


def _decoded(body: bytes) -> str | None:
    """Text as spreadsheets save it: UTF-8, or Windows' own."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def _workbook(body: bytes) -> Sheet:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    problems: list[LineProblem] = []
    lines: list[tuple[int, list[object]]] = []
    try:
        if _is_too_much(body):
            return _nothing("The workbook is too large when it is unpacked.")
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=False, keep_links=False)
        page = book.worksheets[0]
        cells = page.iter_rows(max_row=MOST_ROWS + 1, max_col=_MOST_COLUMNS)
        for number, row in enumerate(cells, start=1):
            if any(cell.data_type == "f" for cell in row):
                problems.append(LineProblem(line=number, says="A cell holds a formula. Paste its value instead."))
            lines.append((number, [cell.value for cell in row]))
    except (*_BROKEN, InvalidFileException):
        return _nothing("This is no workbook that can be read. Save it as XLSX or CSV.")
    if len(lines) > MOST_ROWS:
        return _nothing(f"The sheet has more than {MOST_ROWS} rows.")
    return _sheet(lines, problems)


def _is_too_much(body: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        parts = packed.infolist()
        return len(parts) > _MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNPACKED


def _sheet(lines: list[tuple[int, list[object]]], problems: list[LineProblem]) -> Sheet:
    """Header and rows as text; empty rows are left out."""
    header = [_text(cell).casefold().replace(" ", "_") for cell in lines[0][1]] if lines else []
    while header and not header[-1]:
        header.pop()
    rows = []
    for line, cells in lines[1:]:
        texts = [_text(cell) for cell in cells]
        if any(texts[len(header) :]):
            problems.append(LineProblem(line=line, says="This row has more cells than there are columns."))
        if any(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells):
            says = "A cell is a number, and may have lost its first 0. Format the column as text, and type it again."
            problems.append(LineProblem(line=line, says=says))
        if any(texts):
            rows.append(Row(line, dict(zip(header, [*texts, *[""] * len(header)], strict=False))))
    return Sheet(header, rows, problems)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return unguarded(str(cell).strip())

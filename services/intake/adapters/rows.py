"""Inserts many rows by one statement, which leaves the event loop free for its whole length. Shell.

A statement a row (`executemany`) gives the interpreter's lock back and waits for it again at each row, 5 ms when the
loop is busy; that halved the rate of acceptances. SQLAlchemy does not keep a compiled insert of many rows, so the text
for each number of rows is kept here; the driver keeps what it prepared for it.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table

from shared.sql import driver_of, with_our_errors

Converter = Callable[[Any], Any]


def insert_new(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert those rows that break no unique key; how many that were. A row has every column, in the table's order."""
    width = len(table.columns)
    flat = [value for row in rows for value in row]
    for place, convert in _converters(table, connection.dialect):
        flat[place::width] = map(convert, flat[place::width])
    text = _statement(table, len(rows), connection.dialect.name)
    inserted: int = with_our_errors(connection.dialect, driver_of(connection).execute, text, flat).rowcount
    return inserted


@lru_cache(maxsize=512)
def _statement(table: Table, size: int, dialect: str) -> str:
    """Only our own names stand in it; values are bound.

    SQLite: OR IGNORE, since a statement that may yet fail at a later row first copies what it changes into a file.
    """
    columns = [column.name for column in table.columns]
    mark, verb, end = ("%s", "INSERT", " ON CONFLICT DO NOTHING") if dialect == "postgresql" else ("?", _IGNORE, "")
    row = f"({', '.join(mark for _ in columns)})"
    return f"{verb} INTO {table.name} ({', '.join(columns)}) VALUES {', '.join([row] * size)}{end}"


_IGNORE = "INSERT OR IGNORE"


@lru_cache
def _converters(table: Table, dialect: Dialect) -> tuple[tuple[int, Converter], ...]:
    """The columns, by place, whose values SQLAlchemy itself would change on their way to the driver, and how."""
    processors = (column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns)
    return tuple((place, processor) for place, processor in enumerate(processors) if processor is not None)

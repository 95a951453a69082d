"""Inserts many rows by one statement, which leaves the event loop free for its whole length. Shell.

A statement a row (`executemany`) gives the interpreter's lock back and waits for it again at each row, 5 ms when the
loop is busy; that halved the rate of acceptances. SQLAlchemy does not keep a compiled insert of many rows, so the text
for each number of rows is kept here; the driver keeps what it prepared for it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Table

Converter = Callable[[Any], Any]


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert those rows that break no unique key; how many that were. Every row has every column."""
    converters = _converters(table, connection.dialect)
    values_of = itemgetter(*table.columns.keys())
    flat: list[Any] = []
    for row in rows:
        start = len(flat)
        flat += values_of(row)
        for place, convert in converters:
            flat[start + place] = convert(flat[start + place])
    return connection.exec_driver_sql(_statement(table, len(rows), connection.dialect.name), tuple(flat)).rowcount


@lru_cache(maxsize=512)
def _statement(table: Table, size: int, dialect: str) -> str:
    """Only our own names stand in it; values are bound."""
    mark = "%s" if dialect == "postgresql" else "?"
    columns = [column.name for column in table.columns]
    row = f"({', '.join(mark for _ in columns)})"
    values = ", ".join(row for _ in range(size))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES {values} ON CONFLICT DO NOTHING"


@lru_cache
def _converters(table: Table, dialect: Dialect) -> tuple[tuple[int, Converter], ...]:
    """The columns, by place, whose values SQLAlchemy itself would change on their way to the driver, and how."""
    processors = (column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns)
    return tuple((place, processor) for place, processor in enumerate(processors) if processor is not None)

"""Inserts many rows by few statements: each leaves the event loop free for its whole length. Shell.

A statement a row (`executemany`) gives the interpreter's lock back and waits for it again at each row, 5 ms when the
loop is busy; that halved the rate of acceptances. SQLAlchemy does not keep a compiled insert of many rows, so these
few are kept here.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table

Converter = Callable[[Any], Any] | None
_SIZES = (64, 16, 4, 1)


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert those rows that break no unique key; how many that were. Every row has every column."""
    columns = [column.name for column in table.columns]
    converters = _converters(table, connection.dialect)
    values = [tuple(_converted(row, columns, converters)) for row in rows]
    inserted, start = 0, 0
    for size in _SIZES:
        while len(values) - start >= size:
            flat = tuple(value for row in values[start : start + size] for value in row)
            statement = _statement(table, size, connection.dialect.name)
            inserted += connection.exec_driver_sql(statement, flat).rowcount
            start += size
    return inserted


def _converted(row: Mapping[str, Any], columns: Sequence[str], converters: Sequence[Converter]) -> list[Any]:
    return [
        row[column] if convert is None else convert(row[column])
        for column, convert in zip(columns, converters, strict=True)
    ]


@lru_cache
def _statement(table: Table, size: int, dialect: str) -> str:
    """Only our own names stand in it; values are bound."""
    mark = "%s" if dialect == "postgresql" else "?"
    columns = [column.name for column in table.columns]
    row = f"({', '.join(mark for _ in columns)})"
    values = ", ".join(row for _ in range(size))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES {values} ON CONFLICT DO NOTHING"


@lru_cache
def _converters(table: Table, dialect: Dialect) -> tuple[Converter, ...]:
    """How each column's value goes to the driver, as SQLAlchemy itself would send it."""
    return tuple(column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns)

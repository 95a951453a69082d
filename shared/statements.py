"""Statements compiled once: to build one anew, or to run it SQLAlchemy's way, costs more than the work. Shell."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import sqlite

from shared.sql import StoreFault, driver_of, with_our_errors

_GIVEN: Any = object()
"""Stands where a value is given at each run."""


class Prepared:
    """A statement compiled once and run on the driver's own cursor: SQLAlchemy's way there costs ten times the reading.

    columns: what an insert or an update gives. Parameters are the statement's own; results pass through their types.
    """

    def __init__(self, statement: Any, *, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = None if columns is None else list(columns)
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Every row of a select."""
        compiled = self._for(connection.dialect)
        bound = compiled.bound(given)
        return compiled.results(with_our_errors(connection.dialect, _fetched, connection, compiled.text, bound))

    def scalars(self, connection: Connection, given: Mapping[str, Any]) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self.rows(connection, given)]

    def run(self, connection: Connection, given: Mapping[str, Any]) -> int:
        """How many rows it wrote."""
        compiled = self._for(connection.dialect)
        cursor = _cursor(connection)
        with_our_errors(connection.dialect, cursor.execute, compiled.text, compiled.bound(given))
        return int(cursor.rowcount)

    def run_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Once for each of `rows`."""
        if rows:
            compiled = self._for(connection.dialect)
            values = [compiled.bound(row) for row in rows]
            with_our_errors(connection.dialect, _cursor(connection).executemany, compiled.text, values)

    def _for(self, dialect: Dialect) -> "_Compiled":
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _Compiled(self._statement, dialect, self._columns)
        return self._compiled[dialect.name]


class _Compiled:
    """What the driver is given: the text, and each value as the driver wants it."""

    def __init__(self, statement: Any, dialect: Dialect, columns: list[str] | None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        self.text = str(compiled)
        self._by_place = compiled.positional
        names = compiled.positiontup if self._by_place else list(compiled.binds)
        self._binds = [(name, *_value_of(compiled.binds[name], dialect)) for name in names]
        results = [column.type for column in getattr(statement, "exported_columns", ())]
        self._results = [kind.dialect_impl(dialect).result_processor(dialect, None) for kind in results]
        self._plain = not any(self._results)

    def bound(self, given: Mapping[str, Any]) -> Any:
        """Raises StoreFault where a value is not what its type takes: a bug."""
        try:
            values = [
                fixed if fixed is not _GIVEN else given[name] if process is None else process(given[name])
                for name, process, fixed in self._binds
            ]
        except (TypeError, ValueError):
            raise StoreFault("bind") from None
        return values if self._by_place else {bind[0]: value for bind, value in zip(self._binds, values, strict=True)}

    def results(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        return rows if self._plain else [tuple(map(_processed, self._results, row)) for row in rows]


def _value_of(bind: Any, dialect: Dialect) -> tuple[Callable[[Any], Any] | None, Any]:
    """How a given value is made fit for the driver; and the value that stands in the statement itself, if one does."""
    process = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if bind.required:
        return process, _GIVEN
    return process, bind.effective_value if process is None else process(bind.effective_value)


def _processed(process: Callable[[Any], Any] | None, value: Any) -> Any:
    return value if process is None else process(value)


def _fetched(connection: Connection, text: str, values: Any) -> Any:
    cursor = _cursor(connection)
    cursor.execute(text, values)
    return cursor.fetchall()


def _cursor(connection: Connection) -> Any:
    return driver_of(connection).cursor()


def insert_once(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert `row` unless one with its key is there. True where it was inserted."""
    return _once(table, connection.dialect.name, tuple(row)).run(connection, row) == 1


def insert_each_once(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert those of `rows` whose key is not there, in one statement. All have the same columns."""
    if rows:
        _once(table, connection.dialect.name, tuple(rows[0])).run_each(connection, rows)


@lru_cache(maxsize=64)
def _once(table: Table, dialect: str, columns: tuple[str, ...]) -> Prepared:
    """The statement, built once: building it anew costs more than running it."""
    insert: Any = sqlite.insert
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # slow to import, and most stores are SQLite

        insert = postgresql.insert
    return Prepared(insert(table).on_conflict_do_nothing().inline(), columns=columns)

"""SQL that is compiled once a database: Core takes longer over a statement than the database does. Shell."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.types import TypeEngine

_Convert = Callable[[Any], Any]


class Statement:
    """A Core statement, ready to run. What it needs is named by its bind parameters.

    An INSERT fills every column of its table. once: it leaves out a row whose key is there.
    """

    def __init__(self, core: Any, *, once: bool = False) -> None:
        self._core = core
        self._ending = " ON CONFLICT DO NOTHING" if once else ""  # both databases say it so
        self._ready: dict[str, _Ready] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Execute once."""
        ready = self._for(connection)
        return connection.exec_driver_sql(ready.text, ready.bound(values))

    def run_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute for every row."""
        ready = self._for(connection)
        connection.exec_driver_sql(ready.text, [ready.bound(values) for values in rows])

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Execute a SELECT, and read its columns as their types say."""
        ready = self._for(connection)
        found = connection.exec_driver_sql(ready.text, ready.bound(values)).all()
        return [ready.read(row) for row in found]

    def _for(self, connection: Connection) -> "_Ready":
        ready = self._ready.get(connection.dialect.name)
        if ready is None:
            ready = self._ready[connection.dialect.name] = _Ready(self._core, self._ending, connection.dialect)
        return ready


class _Ready:
    """The text for one database, and how values go in and come out."""

    def __init__(self, core: Any, ending: str, dialect: Dialect) -> None:
        compiled = core.compile(dialect=dialect)
        wanted = {name: None for name, bind in compiled.binds.items() if bind.required}
        expanded = compiled.construct_expanded_state(wanted)
        self.text = expanded.statement + ending
        self._given = {name: value for name, value in expanded.parameters.items() if name not in wanted}
        self._order = expanded.positiontup
        self._in = {
            name: convert
            for name in wanted
            if (convert := _type(compiled.binds[name].type, dialect).bind_processor(dialect)) is not None
        }
        selected = core.selected_columns if core.is_select else ()
        self._out = [_type(column.type, dialect).result_processor(dialect, None) for column in selected]

    def bound(self, values: Mapping[str, Any]) -> Any:
        """As the driver wants them: in order, or by name."""
        given = {**self._given, **values}
        for name, convert in self._in.items():
            given[name] = convert(given[name])
        return given if self._order is None else tuple([given[name] for name in self._order])

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple([value if out is None else out(value) for value, out in zip(row, self._out, strict=True)])


def _type(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)

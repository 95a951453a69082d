"""What SQLite and PostgreSQL each ask of us: engines, types, and their failures as ours. Shell."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, Table, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.types import TypeDecorator

from shared.failures import Code, Transient
from shared.terms import Instant

READERS = 4
READS = {"candour_reads": True}
"""Execution options of a connection that only reads: it takes no lock on SQLite."""

_BUSY_SECONDS = 5
_CHECKPOINT_PAGES = 4000
"""16 MiB: a page that many commits change is copied into the file once, not at every fourth megabyte."""
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"wal_autocheckpoint={_CHECKPOINT_PAGES}",
    "foreign_keys=ON",
    f"busy_timeout={_BUSY_SECONDS * 1000}",
)
_AGAIN_STATES = frozenset({"40001", "40P01"})  # serialization, deadlock
_CONFLICT_STATES = _AGAIN_STATES | {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
_GONE_CLASSES = ("08", "53", "55", "57", "58")  # connection, resources, lock not available, intervention, system
_SQLITE_BUGS = ("SQLITE_ERROR", "SQLITE_MISMATCH", "SQLITE_RANGE")


class StoreFault(Exception):
    """The database refused a statement: a bug. Holds the error's name only, for its text quotes values."""


class UtcDateTime(TypeDecorator[Instant]):
    """An aware UTC instant, in and out. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Instant | None, dialect: Dialect) -> Instant | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Instant | None, dialect: Dialect) -> Instant | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def insert_once(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert `row` unless one with its key is there. True where it was inserted."""
    statement = _once(table, connection.dialect.name, says=True)
    return connection.execute(statement, row).first() is not None


def insert_each_once(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert those of `rows` whose key is not there, in one statement. All have the same columns."""
    if rows:
        connection.execute(_once(table, connection.dialect.name, says=False), rows)


@lru_cache(maxsize=64)
def _once(table: Table, dialect: str, *, says: bool) -> Any:
    """The statement, built once: building it anew costs more than running it."""
    insert: Any = sqlite.insert
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # slow to import, and most stores are SQLite

        insert = postgresql.insert
    statement = insert(table).on_conflict_do_nothing()
    return statement.returning(*table.primary_key.columns) if says else statement


def engine_of(url: str) -> Engine:
    """An engine that shows no values in its errors. SQLite: WAL, every commit synced, begun with the write lock."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    return create_engine(
        url,
        hide_parameters=True,
        isolation_level="SERIALIZABLE",
        pool_size=READERS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"connect_timeout": _BUSY_SECONDS},
    )


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, pool_size=READERS + 1, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for a savepoint or a lock
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("candour_reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def may_run_again(failure: BaseException) -> bool:
    """Whether the transaction lost a race and the same work may win the next."""
    return state_of(failure) in _AGAIN_STATES


def state_of(failure: BaseException) -> str:
    """The database's own code of a failure, "" where it has none."""
    original = failure.orig if isinstance(failure, DBAPIError) else None
    return str(getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None) or "")


def translated(failure: SQLAlchemyError) -> Exception:
    """The failure as ours. Nothing of the foreign one is kept: its text has statements and values."""
    state = state_of(failure)
    if state in _CONFLICT_STATES:
        return Transient(Code.STORE_CONFLICT)
    if isinstance(failure, IntegrityError):
        return StoreFault(state)
    if state.startswith("SQLITE_") and state not in _SQLITE_BUGS:
        return Transient(Code.STORE_UNAVAILABLE)
    if state.startswith(_GONE_CLASSES) or (isinstance(failure, DBAPIError) and failure.connection_invalidated):
        return Transient(Code.STORE_UNAVAILABLE)
    if not state and type(failure).__name__ in ("OperationalError", "TimeoutError", "InterfaceError"):
        return Transient(Code.STORE_UNAVAILABLE)
    return StoreFault(state or type(failure).__name__)

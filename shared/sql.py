"""What SQLite and PostgreSQL each ask of us: engines, types, and their failures as ours. Shell."""

from collections.abc import Callable
from datetime import UTC
from typing import Any, TypeVar

from sqlalchemy import Connection, DateTime, Dialect, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.types import TypeDecorator

from shared.failures import Code, Transient
from shared.terms import Instant

T = TypeVar("T")

READERS = 4

_BEGUN_BY_US = "candour_begun_by_us"
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
        if not connection.get_execution_options().get(_BEGUN_BY_US):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class KeptConnection:
    """A connection to SQLite that one thread keeps: taking one from the pool costs more than most transactions.

    For SQLAlchemy it is in one transaction without end; the driver is told where each begins and ends.
    """

    def __init__(self, engine: Engine, *, begin: str) -> None:
        self._engine = engine
        self._begin = begin
        self._connection: Connection | None = None

    def transaction(self, work: Callable[[Connection], T]) -> T:
        """Run `work` and commit. After any failure nothing of it is there, and the next begins on a new connection."""
        connection = self._connection or self._connected()
        try:
            tell_driver(connection, self._begin)
            value = work(connection)
            tell_driver(connection, "COMMIT")
        except BaseException:
            self.close()
            raise
        return value

    def close(self) -> None:
        """Undo what is not committed and give the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connected(self) -> Connection:
        self._connection = self._engine.connect().execution_options(**{_BEGUN_BY_US: True})
        self._connection.begin()
        return self._connection


def driver_of(connection: Connection) -> Any:
    """The driver's own connection under SQLAlchemy's."""
    return connection.connection.driver_connection


def tell_driver(connection: Connection, text: str) -> None:
    """A statement with neither parameters nor rows, past SQLAlchemy. Raises its errors."""
    with_our_errors(connection.dialect, driver_of(connection).execute, text)


def with_our_errors(dialect: Dialect, work: Callable[..., T], *given: Any) -> T:
    """Run a call of the driver's. Raises its errors as SQLAlchemy's, without their values: `translated` knows those."""
    try:
        return work(*given)
    except Exception as failure:
        driver: Any = dialect.loaded_dbapi
        if not isinstance(failure, driver.Error):
            raise
        raise DBAPIError.instance("", None, failure, driver.Error, hide_parameters=True, dialect=dialect) from None


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

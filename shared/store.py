"""A service's own SQL database: one transaction a piece of work, on threads of its own, SQLite or PostgreSQL. Shell.

Work is a plain function of a `Connection`. It may be run again, so it has no effect but on the database.
"""

import asyncio
import queue
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from shared.failures import Code, Transient
from shared.sql import READERS, KeptConnection, engine_of, may_run_again, tell_driver, translated
from shared.sql import StoreFault as StoreFault
from shared.sql import UtcDateTime as UtcDateTime
from shared.statements import Prepared as Prepared
from shared.statements import insert_each_once as insert_each_once
from shared.statements import insert_once as insert_once

T = TypeVar("T")

_MOST_TOGETHER = 64
_REVISIONS = "alembic_version"
_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_FOLLOWS = re.compile(r'^down_revision = "(\w+)"$', re.MULTILINE)


class Database:
    """A database by URL: `sqlite:////absolute/path.db` or `postgresql+psycopg://…`.

    SQLite has one writer thread; what waits for it is committed together, each piece failing alone.
    PostgreSQL runs serializable transactions on a small pool, so that work means the same on both.
    """

    def __init__(self, url: str) -> None:
        self._engine = engine_of(url)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store")
        self._kept: list[KeptConnection] = []
        lite = self._engine.dialect.name == "sqlite"
        self._own = _Readers(self._engine, self._kept) if lite else None
        self._writer = _Writer(self._engine) if lite else None

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction, committed on return. Raises: Transient(STORE_UNAVAILABLE, STORE_CONFLICT)."""
        if self._writer is not None:
            return await self._writer.run(work)
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._transaction, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which only reads, on one snapshot. Raises: Transient(STORE_UNAVAILABLE)."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._snapshot, work)

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.stop()
        self._readers.shutdown()
        for kept in self._kept:
            kept.close()
        self._engine.dispose()

    def _transaction(self, work: Callable[[Connection], T]) -> T:
        for last in (False, False, True):
            try:
                with self._engine.connect() as connection, connection.begin():
                    return work(connection)
            except SQLAlchemyError as failure:
                if last or not may_run_again(failure):
                    raise translated(failure) from None
        raise AssertionError("the last try returned or raised")

    def _snapshot(self, work: Callable[[Connection], T]) -> T:
        try:
            if self._own is not None:
                return self._own.kept.transaction(work)
            with (
                self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection,
                connection.begin(),
            ):
                return work(connection)
        except SQLAlchemyError as failure:
            raise translated(failure) from None


class _Readers(threading.local):
    """Each thread's own kept connection. all: every thread's, to be closed when the threads have ended."""

    def __init__(self, engine: Engine, every: list[KeptConnection]) -> None:
        self.kept = KeptConnection(engine, begin="BEGIN")
        every.append(self.kept)


class _Piece:
    """One unit of work that waits for the writer, and where its outcome goes."""

    def __init__(self, work: Callable[[Connection], Any], loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.value: Any = None
        self.failure: BaseException | None = None

    def tell(self) -> None:
        if self.future.done():  # its waiter was cancelled
            return
        if self.failure is None:
            self.future.set_result(self.value)
        else:
            self.future.set_exception(self.failure)


class _Writer:
    """SQLite's one writer: all that waits goes into one transaction and one fsync."""

    def __init__(self, engine: Engine) -> None:
        self._kept = KeptConnection(engine, begin="BEGIN IMMEDIATE")
        self._waiting: queue.SimpleQueue[_Piece | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._stopped = False
        self._thread.start()

    async def run(self, work: Callable[[Connection], T]) -> T:
        if self._stopped:
            raise Transient(Code.STORE_UNAVAILABLE)
        piece = _Piece(work, asyncio.get_running_loop())
        self._waiting.put(piece)
        value: T = await piece.future
        return value

    def stop(self) -> None:
        self._stopped = True
        self._waiting.put(None)
        self._thread.join()
        self._kept.close()

    def _serve(self) -> None:
        while (first := self._waiting.get()) is not None:
            pieces, more = self._those_waiting(first)
            self._commit(pieces)
            for piece in pieces:
                _tell(piece)
            if not more:
                return

    def _those_waiting(self, first: _Piece) -> tuple[list[_Piece], bool]:
        pieces = [first]
        while len(pieces) < _MOST_TOGETHER:
            try:
                piece = self._waiting.get_nowait()
            except queue.Empty:
                break
            if piece is None:
                return pieces, False
            pieces.append(piece)
        return pieces, True

    def _commit(self, pieces: list[_Piece]) -> None:
        try:
            self._kept.transaction(lambda connection: _run_all(connection, pieces))
        except BaseException as failure:  # noqa: BLE001 - nothing was committed; every waiter is told so
            told = translated(failure) if isinstance(failure, SQLAlchemyError) else failure
            for piece in pieces:
                piece.failure = piece.failure or told


def _run_all(connection: Connection, pieces: list[_Piece]) -> None:
    if len(pieces) == 1:  # its failure undoes the whole transaction, which is its own
        pieces[0].value = pieces[0].work(connection)
        return
    for piece in pieces:
        _run_alone(connection, piece)


def _run_alone(connection: Connection, piece: _Piece) -> None:
    """Run one piece in a savepoint, so that its failure undoes it alone."""
    tell_driver(connection, "SAVEPOINT piece")
    try:
        piece.value = piece.work(connection)
    except BaseException as failure:  # noqa: BLE001 - it belongs to the one who waits for it
        piece.failure = translated(failure) if isinstance(failure, SQLAlchemyError) else failure
        tell_driver(connection, "ROLLBACK TO piece")
    tell_driver(connection, "RELEASE piece")


def _tell(piece: _Piece) -> None:
    try:
        piece.loop.call_soon_threadsafe(piece.tell)
    except RuntimeError:  # its event loop has ended, so nobody waits any more
        return


def migrate(url: str, *, scripts: Path) -> None:
    """Bring the database to the newest revision in `scripts/versions`. Raises: Transient when it cannot be reached."""
    engine = engine_of(url)
    try:
        with engine.connect() as connection, connection.begin():
            if not _is_newest(connection, scripts):
                _upgrade(connection, scripts)
    except SQLAlchemyError as failure:
        raise translated(failure) from None
    finally:
        engine.dispose()


def _is_newest(connection: Connection, scripts: Path) -> bool:
    """Whether nothing is to be done, found out without Alembic: importing it takes longer than asking."""
    if not inspect(connection).has_table(_REVISIONS):
        return False
    stored = connection.exec_driver_sql(f"SELECT version_num FROM {_REVISIONS}").scalars().all()
    texts = [path.read_text() for path in scripts.glob("versions/*.py")]
    known, followed = ({found[1] for text in texts if (found := name.search(text))} for name in (_REVISION, _FOLLOWS))
    return set(stored) == known - followed


def _upgrade(connection: Connection, scripts: Path) -> None:
    from alembic.config import Config  # a third of a service's start, and no service needs it to serve
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    directory = ScriptDirectory.from_config(config)

    def steps(revision: Any, _: Any) -> Any:
        return directory._upgrade_revs("head", revision)  # what alembic.command.upgrade does, with no env.py between

    with EnvironmentContext(config, directory, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection)
        environment.run_migrations()

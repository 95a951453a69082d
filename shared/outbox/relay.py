"""The relay: publishes what is owed, and again, until its reader says that it is settled. Shell.

A PubAck settles nothing: the broker may lose what it acknowledged. Every minute the relay asks each reader which ids
it has committed or parked (`ask.tally`); those rows go, the others are published again under the same id.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Protocol

import msgspec
from sqlalchemy import Connection, Table

from shared.clock import Clock
from shared.failures import Code, Failure, Transient, decoded
from shared.log import Event, record
from shared.outbox.rows import Due, Owed, OwedRows, Place, TableRows
from shared.questions import TallyAnswer, TallyQuestion
from shared.store import Database
from shared.subjects import ask_tally, reader_of
from shared.terms import Instant, MessageId, Service

_DECODE_TALLY = msgspec.json.Decoder(TallyAnswer)


LOOK_FOR_OLDEST = timedelta(seconds=5)
"""It reads every row that is owed: not at each batch."""


class Publisher(Protocol):
    """The part of the broker that the relay needs."""

    async def publish(self, subject: str, *, message: MessageId, body: bytes) -> None: ...

    async def ask(self, subject: str, body: bytes, *, timeout_seconds: float) -> bytes: ...


class RelaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """How often the relay looks and asks.

    look_seconds: for rows another process committed; one's own commit calls `wake`.
    owed_seconds: how old a row is before its reader is asked.
    again_seconds: the shortest time between two publications of one row; doubles to `again_most_seconds`.
    """

    look_seconds: float = 1.0
    tally_seconds: float = 60.0
    owed_seconds: float = 60.0
    again_seconds: float = 60.0
    again_most_seconds: float = 3600.0
    answer_seconds: float = 10.0
    unhealthy_seconds: float = 300.0
    batch: int = 64
    asked_most: int = 1000


class Relay:
    """Publishes what is owed and asks what became of it. `run` it in the service's TaskGroup.

    outbox: an `outbox_table`, or rows that a service keeps in its own way.
    """

    def __init__(
        self,
        *,
        database: Database,
        outbox: Table | OwedRows,
        broker: Publisher,
        clock: Clock,
        settings: RelaySettings | None = None,
    ) -> None:
        self._database = database
        self._rows: OwedRows = TableRows(outbox) if isinstance(outbox, Table) else outbox
        self._broker = broker
        self._clock = clock
        self._settings = settings or RelaySettings()
        self._woken = asyncio.Event()
        self._oldest: Instant | None = None
        self._looked_at: Instant | None = None

    name = "relay"

    def wake(self) -> None:
        """Something was committed: publish it now."""
        self._woken.set()

    def oldest_owed(self) -> Instant | None:
        """Since when the oldest row is owed, as of the last look; None where nothing is."""
        return self._oldest

    def problem(self) -> Code | None:
        """For health: a message has been owed for over five minutes."""
        late = timedelta(seconds=self._settings.unhealthy_seconds)
        return Code.PEER_SILENT if self._oldest is not None and self._clock.now() - self._oldest > late else None

    async def run(self) -> None:
        """Publish and ask, for ever."""
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._publish_for_ever())
            loops.create_task(self._ask_for_ever())

    async def _publish_for_ever(self) -> None:
        while True:
            self._woken.clear()
            try:
                more = await self.publish_owed()
            except Transient as failure:
                record(Event.RELAY_FAILED, failure=failure)
                await asyncio.sleep(self._settings.look_seconds)
                continue
            if not more:
                await self._woken_or_later()

    async def _woken_or_later(self) -> None:
        try:
            async with asyncio.timeout(self._settings.look_seconds):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _ask_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._settings.tally_seconds)
            try:
                await self.reconcile()
            except Failure as failure:
                record(Event.TALLY_FAILED, failure=failure)

    async def publish_owed(self) -> bool:
        """Publish one batch of what is due for it. True where there may be more. Raises: Transient."""
        rows = await self._database.read(self._due)
        if not rows:
            return False
        published: list[Place] = []

        async def publish(row: Due) -> None:
            await self._broker.publish(row.subject, message=row.message, body=row.body)
            published.append(row.place)

        outcomes = await asyncio.gather(*(publish(row) for row in rows), return_exceptions=True)
        if published:
            at = self._clock.now()
            await self._database.write(lambda connection: self._rows.published(connection, published, at=at))
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return len(rows) == self._settings.batch

    def _due(self, connection: Connection) -> Sequence[Due]:
        found = self._rows.due(connection, self._settings.batch)
        now = self._clock.now()
        if not found or self._looked_at is None or now - self._looked_at > LOOK_FOR_OLDEST:
            self._oldest = self._rows.oldest(connection)
            self._looked_at = now
        return found

    async def reconcile(self) -> None:
        """Ask every reader about all that is owed too long; forget what is settled, make due what is not."""
        rows = await self._database.read(self._owed_long)
        for reader, group in groupby(rows, key=lambda row: reader_of(row.subject)):
            of_reader = list(group)
            for start in range(0, len(of_reader), self._settings.asked_most):
                await self._reconcile_with(reader, of_reader[start : start + self._settings.asked_most])

    async def _reconcile_with(self, reader: Service, rows: Sequence[Owed]) -> None:
        question = TallyQuestion(owed=tuple(row.message for row in rows))
        try:
            reply = await self._broker.ask(
                ask_tally(reader), msgspec.json.encode(question), timeout_seconds=self._settings.answer_seconds
            )
            settled = set(decoded(reply, _DECODE_TALLY).settled)
        except Failure as failure:  # one silent reader keeps no other from being asked
            record(Event.TALLY_FAILED, failure=failure)
            return
        gone = [row.place for row in rows if row.message in settled]
        again = [row.place for row in rows if row.message not in settled and self._is_due_again(row)]
        await self._database.write(lambda connection: self._forget_and_owe_again(connection, gone, again))
        if again:
            record(Event.PUBLISHED_AGAIN, count=len(again))
            self.wake()

    def _is_due_again(self, row: Owed) -> bool:
        wait = min(self._settings.again_seconds * 2 ** min(row.times - 1, 20), self._settings.again_most_seconds)
        return self._clock.now() - row.published_at >= timedelta(seconds=wait)

    def _owed_long(self, connection: Connection) -> list[Owed]:
        before = self._clock.now() - timedelta(seconds=self._settings.owed_seconds)
        found = self._rows.owed(connection, before=before)
        return sorted(found, key=lambda row: (reader_of(row.subject), row.published_at))

    def _forget_and_owe_again(self, connection: Connection, gone: Sequence[Place], again: Sequence[Place]) -> None:
        if gone:
            self._rows.forget(connection, gone)
        if again:
            self._rows.owe_again(connection, again)

"""The outbox: messages owed since the commit of their cause, until their reader says they are settled. Shell.

A PubAck settles nothing: the broker may lose what it acknowledged. Every minute the relay asks each reader which ids
it has committed or parked (`ask.tally`); those rows go, the others are published again under the same id.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Protocol

import msgspec
from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, String, Table, Text, select

from shared.clock import Clock
from shared.failures import Code, Failure, Transient, decoded
from shared.log import Event, record
from shared.questions import TallyAnswer, TallyQuestion
from shared.store import Database, UtcDateTime, insert_each_once
from shared.subjects import ask_tally, reader_of
from shared.terms import Instant, MessageId, Service

_DECODE_TALLY = msgspec.json.Decoder(TallyAnswer)


def outbox_table(metadata: MetaData) -> Table:
    """The table, in a service's own metadata. A row is owed as long as it is there; `published_at` null: at once."""
    return Table(
        "outbox",
        metadata,
        Column("message", String(64), primary_key=True),
        Column("subject", Text, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("owed_at", UtcDateTime, nullable=False),
        Column("published_at", UtcDateTime, index=True),
        Column("times", Integer, nullable=False, default=0),
    )


def owe(connection: Connection, outbox: Table, *, message: MessageId, subject: str, body: bytes, at: Instant) -> None:
    """Owe a message from this commit on. The same id again is the same message: one row."""
    owe_each(connection, outbox, [(message, subject, body)], at=at)


def owe_each(
    connection: Connection, outbox: Table, owed: Sequence[tuple[MessageId, str, bytes]], *, at: Instant
) -> None:
    """Owe several messages, each (id, subject, body), in one statement."""
    rows = [
        {"message": message, "subject": subject, "body": body, "owed_at": at, "published_at": None, "times": 0}
        for message, subject, body in owed
    ]
    insert_each_once(connection, outbox, rows)


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


class _Owed(msgspec.Struct, frozen=True):
    message: MessageId
    subject: str
    published_at: Instant
    times: int


class Relay:
    """Publishes what is owed and asks what became of it. `run` it in the service's TaskGroup."""

    def __init__(
        self,
        *,
        database: Database,
        outbox: Table,
        broker: Publisher,
        clock: Clock,
        settings: RelaySettings | None = None,
    ) -> None:
        self._database = database
        self._outbox = outbox
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
        published: list[MessageId] = []

        async def publish(row: tuple[MessageId, str, bytes]) -> None:
            await self._broker.publish(row[1], message=row[0], body=row[2])
            published.append(row[0])

        outcomes = await asyncio.gather(*(publish(row) for row in rows), return_exceptions=True)
        if published:
            await self._database.write(lambda connection: self._mark_published(connection, published))
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return len(rows) == self._settings.batch

    def _due(self, connection: Connection) -> list[tuple[MessageId, str, bytes]]:
        table = self._outbox.c
        query = select(table.message, table.subject, table.body).where(table.published_at.is_(None))
        found = connection.execute(query.order_by(table.owed_at).limit(self._settings.batch)).all()
        now = self._clock.now()
        if not found or self._looked_at is None or now - self._looked_at > LOOK_FOR_OLDEST:
            self._oldest = connection.execute(select(table.owed_at).order_by(table.owed_at).limit(1)).scalar()
            self._looked_at = now
        return [(MessageId(message), subject, body) for message, subject, body in found]

    def _mark_published(self, connection: Connection, messages: Sequence[MessageId]) -> None:
        table = self._outbox
        these = table.update().where(table.c.message.in_(messages))  # one statement: one a row would hold up the writer
        connection.execute(these.values(published_at=self._clock.now(), times=table.c.times + 1))

    async def reconcile(self) -> None:
        """Ask every reader about all that is owed too long; forget what is settled, make due what is not."""
        rows = await self._database.read(self._owed_long)
        for reader, group in groupby(rows, key=lambda row: reader_of(row.subject)):
            of_reader = list(group)
            for start in range(0, len(of_reader), self._settings.asked_most):
                await self._reconcile_with(reader, of_reader[start : start + self._settings.asked_most])

    async def _reconcile_with(self, reader: Service, rows: Sequence[_Owed]) -> None:
        question = TallyQuestion(owed=tuple(row.message for row in rows))
        try:
            reply = await self._broker.ask(
                ask_tally(reader), msgspec.json.encode(question), timeout_seconds=self._settings.answer_seconds
            )
            settled = set(decoded(reply, _DECODE_TALLY).settled)
        except Failure as failure:  # one silent reader keeps no other from being asked
            record(Event.TALLY_FAILED, failure=failure)
            return
        gone = [row.message for row in rows if row.message in settled]
        again = [row.message for row in rows if row.message not in settled and self._is_due_again(row)]
        await self._database.write(lambda connection: self._forget_and_owe_again(connection, gone, again))
        if again:
            record(Event.PUBLISHED_AGAIN, count=len(again))
            self.wake()

    def _is_due_again(self, row: _Owed) -> bool:
        wait = min(self._settings.again_seconds * 2 ** min(row.times - 1, 20), self._settings.again_most_seconds)
        return self._clock.now() - row.published_at >= timedelta(seconds=wait)

    def _owed_long(self, connection: Connection) -> list[_Owed]:
        table = self._outbox.c
        before = self._clock.now() - timedelta(seconds=self._settings.owed_seconds)
        query = select(table.message, table.subject, table.published_at, table.times)
        query = query.where(table.published_at.is_not(None), table.owed_at <= before)
        found = [_Owed(*row) for row in connection.execute(query)]
        return sorted(found, key=lambda row: (reader_of(row.subject), row.published_at))

    def _forget_and_owe_again(
        self, connection: Connection, gone: Sequence[MessageId], again: Sequence[MessageId]
    ) -> None:
        message = self._outbox.c.message
        if gone:
            connection.execute(self._outbox.delete().where(message.in_(gone)))
        if again:
            connection.execute(self._outbox.update().where(message.in_(again)).values(published_at=None))

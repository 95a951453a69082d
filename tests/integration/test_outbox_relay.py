"""The way of a message from one service's commit to another's, with the broker losing what it can lose."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest_asyncio
from machines import NatsServer
from sqlalchemy import Column, Connection, MetaData, String, Table, func, select

from shared.clock import SystemClock
from shared.failures import Code, Permanent
from shared.inbox import already_in, inbox_table, take_in, tally
from shared.jetstream import Broker, Received
from shared.outbox import Relay, RelaySettings, outbox_table, owe
from shared.store import Database
from shared.subjects import Stream, ask_tally, submissions
from shared.terms import EscalationRef, MessageId, PartnershipId, Service

SENT, READ = MetaData(), MetaData()
OUTBOX = outbox_table(SENT)
INBOX = inbox_table(READ)
EFFECTS = Table("effects", READ, Column("message", String(64)))
SUBJECT = submissions(PartnershipId("west-sussex"), EscalationRef("WS-7K3-QM9-PXC"))
CLOCK = SystemClock()
QUICK = RelaySettings(
    look_seconds=0.1, tally_seconds=0.3, owed_seconds=0.2, again_seconds=1.0, again_most_seconds=1.0, answer_seconds=1.0
)


class Sender:
    """A service with an outbox: what intake is to router."""

    def __init__(self, database: Database, broker: Broker) -> None:
        self.database = database
        self.broker = broker
        self.relay = Relay(database=database, outbox=OUTBOX, broker=broker, clock=CLOCK, settings=QUICK)

    async def owe(self, ids: list[str]) -> None:
        def work(connection: Connection) -> None:
            for one in ids:
                owe(connection, OUTBOX, message=MessageId(one), subject=SUBJECT, body=one.encode(), at=CLOCK.now())

        await self.database.write(work)
        self.relay.wake()

    async def owed(self) -> int:
        return await self.database.read(lambda c: c.execute(select(func.count()).select_from(OUTBOX)).scalar_one())


class Reader:
    """A service with an inbox: what router is to intake."""

    def __init__(self, database: Database, broker: Broker) -> None:
        self.database = database
        self.broker = broker
        self.refused: frozenset[str] = frozenset()

    async def handle(self, received: Received) -> None:
        if received.message in self.refused:
            raise Permanent(Code.CANNOT_OPEN)
        await self.database.write(lambda connection: self._have_its_effect(connection, received.message))

    @staticmethod
    def _have_its_effect(connection: Connection, message: MessageId) -> None:
        if already_in(connection, INBOX, message):
            return
        connection.execute(EFFECTS.insert().values(message=message))
        take_in(connection, INBOX, message=message, at=CLOCK.now())

    async def park(self, received: Received, code: Code) -> None:
        def work(connection: Connection) -> None:
            take_in(
                connection,
                INBOX,
                message=received.message,
                at=CLOCK.now(),
                code=code,
                subject=received.subject,
                frame=received.raw,
            )

        await self.database.write(work)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self.broker.consume(Stream.SUBMISSIONS, self.handle, park=self.park))
            loops.create_task(self.broker.answer(ask_tally(Service.ROUTER), tally(self.database, INBOX)))

    async def effects(self) -> list[str]:
        return list(await self.database.read(lambda c: c.execute(select(EFFECTS.c.message)).scalars().all()))


class Pair:
    """Both of them, running or not."""

    def __init__(self, server: NatsServer, sender: Sender, reader: Reader) -> None:
        self.server = server
        self.sender = sender
        self.reader = reader
        self._loops: list[asyncio.Future[None]] = []

    def run_relay(self) -> None:
        self._loops.append(asyncio.ensure_future(self.sender.relay.run()))

    def run_reader(self) -> None:
        self._loops.append(asyncio.ensure_future(self.reader.run()))

    async def until(self, wanted: Callable[[int, list[str]], bool]) -> list[str]:
        """The effects, once `wanted(owed, effects)` holds."""
        async with asyncio.timeout(60):
            while True:
                for loop in self._loops:
                    if loop.done():
                        loop.result()
                owed, effects = await self.sender.owed(), await self.reader.effects()
                if wanted(owed, effects):
                    return effects
                await asyncio.sleep(0.05)

    async def end(self) -> None:
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        for side in (self.sender, self.reader):
            await side.broker.close()
            await side.database.close()


@pytest_asyncio.fixture
async def pair(fresh_nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[Pair]:
    sent, read = (Database(f"sqlite:///{tmp_path / name}") for name in ("sent.db", "read.db"))
    await sent.write(SENT.create_all)
    await read.write(READ.create_all)
    sender = Sender(sent, await fresh_nats_server.broker(Service.INTAKE, publish_seconds=1.0))
    reader = Reader(read, await fresh_nats_server.broker(Service.ROUTER, publish_seconds=1.0))
    made = Pair(fresh_nats_server, sender, reader)
    yield made
    await made.end()


def ids(count: int) -> list[str]:
    return [f"m{number:03}" for number in range(count)]


async def test_what_is_owed_arrives_and_is_then_forgotten(pair: Pair) -> None:
    pair.run_relay()
    pair.run_reader()
    await pair.sender.owe(ids(100))
    effects = await pair.until(lambda owed, _: owed == 0)
    assert sorted(effects) == ids(100)
    assert pair.sender.relay.problem() is None


async def test_a_row_is_owed_until_its_reader_has_it_whatever_the_broker_acknowledged(pair: Pair) -> None:
    pair.run_relay()
    await pair.sender.owe(ids(5))
    await asyncio.sleep(1)
    assert await pair.sender.owed() == 5
    pair.run_reader()
    assert sorted(await pair.until(lambda owed, _: owed == 0)) == ids(5)


async def test_all_arrives_once_when_the_brokers_store_is_deleted_in_mid_run(pair: Pair) -> None:
    await pair.sender.owe(ids(300))
    pair.run_relay()
    pair.run_reader()
    await pair.until(lambda _, effects: len(effects) >= 60)
    pair.server.kill()
    pair.server.delete_store()
    await pair.sender.owe([f"late{number}" for number in range(20)])
    pair.server.start()
    await pair.server.provision()
    effects = await pair.until(lambda owed, _: owed == 0)
    assert len(effects) == len(set(effects)) == 320


async def test_all_arrives_once_when_bits_flip_in_the_brokers_store(pair: Pair) -> None:
    await pair.sender.owe(ids(50))
    pair.run_relay()
    await asyncio.sleep(1)
    pair.server.stop()
    blocks = list(pair.server.store.rglob("SUBMISSIONS/msgs/*.blk"))
    assert blocks
    for block in blocks:
        content = bytearray(block.read_bytes())
        content[len(content) // 2] ^= 1
        block.write_bytes(content)
    pair.server.start()
    pair.run_reader()
    effects = await pair.until(lambda owed, _: owed == 0)
    assert sorted(effects) == ids(50)


async def test_what_is_accepted_with_the_broker_down_arrives_when_it_is_up(pair: Pair) -> None:
    pair.server.stop()
    pair.run_relay()
    pair.run_reader()
    await pair.sender.owe(ids(20))
    await asyncio.sleep(0.5)
    assert await pair.sender.owed() == 20
    pair.server.start()
    assert sorted(await pair.until(lambda owed, _: owed == 0)) == ids(20)


async def test_a_message_delivered_twice_has_its_effect_once(pair: Pair) -> None:
    pair.run_reader()
    for _ in range(3):
        await pair.sender.broker.publish(SUBJECT, message=MessageId("m1"), body=b"m1")
    await pair.sender.broker.publish(SUBJECT, message=MessageId("m2"), body=b"m2")
    await pair.until(lambda _, effects: "m2" in effects)
    await asyncio.sleep(0.5)
    assert sorted(await pair.reader.effects()) == ["m1", "m2"]


async def test_a_parked_message_is_settled_and_keeps_its_frame(pair: Pair) -> None:
    pair.reader.refused = frozenset({"m001"})
    pair.run_relay()
    pair.run_reader()
    await pair.sender.owe(ids(3))
    effects = await pair.until(lambda owed, _: owed == 0)
    assert sorted(effects) == ["m000", "m002"]
    parked = await pair.reader.database.read(
        lambda connection: connection.execute(select(INBOX).where(INBOX.c.code.is_not(None))).one()
    )
    assert (parked.message, parked.code) == ("m001", Code.CANNOT_OPEN.value)
    assert b"m001" in parked.frame


async def test_more_rows_than_one_question_may_hold_are_all_settled(pair: Pair) -> None:
    few = msgspec.structs.replace(QUICK, asked_most=50)
    sender = pair.sender
    sender.relay = Relay(database=sender.database, outbox=OUTBOX, broker=sender.broker, clock=CLOCK, settings=few)
    await sender.owe(ids(120))
    pair.run_relay()
    pair.run_reader()
    assert sorted(await pair.until(lambda owed, _: owed == 0)) == ids(120)

"""The relay's judgement, on both databases: what it publishes again, and when it says that something is wrong."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import MetaData

from shared.clock import FixedClock
from shared.failures import Code, Transient
from shared.outbox import Relay, outbox_table, owe
from shared.questions import TallyAnswer, TallyQuestion
from shared.store import Database
from shared.subjects import ask_tally, notices, reports
from shared.terms import EscalationRef, MessageId, PartnershipId, Service

METADATA = MetaData()
OUTBOX = outbox_table(METADATA)
WHERE, REF = PartnershipId("west-sussex"), EscalationRef("WS-7K3-QM9-PXC")
TO_NOTIFIER, TO_ROUTER = notices(WHERE, REF), reports(Service.NOTIFIER, WHERE, REF)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class FakePublisher:
    """Takes what is published; answers tallies with what it was told is settled. Down or silent as told."""

    def __init__(self) -> None:
        self.published: list[str] = []
        self.settled: set[str] = set()
        self.silent: set[str] = set()
        self.asked: list[str] = []
        self.down = False
        self.nonsense = False

    async def publish(self, subject: str, *, message: MessageId, body: bytes) -> None:
        if self.down:
            raise Transient(Code.BROKER_UNAVAILABLE)
        self.published.append(message)

    async def ask(self, subject: str, body: bytes, *, timeout_seconds: float) -> bytes:
        self.asked.append(subject)
        if subject in self.silent:
            raise Transient(Code.PEER_SILENT)
        if self.nonsense:
            return b'{"type":"\xff"}'
        owed = msgspec.json.decode(body, type=TallyQuestion).owed
        return msgspec.json.encode(TallyAnswer(settled=tuple(one for one in owed if one in self.settled)))


class Scene:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.publisher = FakePublisher()
        self.clock = FixedClock(NOON)
        self.relay = Relay(database=database, outbox=OUTBOX, broker=self.publisher, clock=self.clock)

    async def owe(self, message: str, subject: str = TO_NOTIFIER) -> None:
        at = self.clock.now()
        await self.database.write(
            lambda connection: owe(connection, OUTBOX, message=MessageId(message), subject=subject, body=b"", at=at)
        )

    async def minutes(self, count: int) -> list[str]:
        """What is published while `count` minutes pass, each with a tally at its end."""
        self.publisher.published.clear()
        for _ in range(count):
            self.clock.advance(timedelta(minutes=1))
            await self.relay.reconcile()
            await self.relay.publish_owed()
        return self.publisher.published


@pytest_asyncio.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    database = Database(database_url)
    await database.write(METADATA.create_all)
    yield Scene(database)
    await database.close()


async def test_what_is_owed_is_published_once(scene: Scene) -> None:
    await scene.owe("m1")
    await scene.relay.publish_owed()
    await scene.relay.publish_owed()
    assert scene.publisher.published == ["m1"]


async def test_nobody_is_asked_about_what_is_owed_less_than_a_minute(scene: Scene) -> None:
    await scene.owe("m1")
    await scene.relay.publish_owed()
    scene.clock.advance(timedelta(seconds=59))
    await scene.relay.reconcile()
    assert scene.publisher.asked == []


async def test_what_is_settled_is_forgotten(scene: Scene) -> None:
    await scene.owe("m1")
    await scene.relay.publish_owed()
    scene.publisher.settled = {"m1"}
    assert await scene.minutes(10) == []
    assert scene.relay.oldest_owed() is None


async def test_what_is_not_settled_is_published_again_ever_more_rarely(scene: Scene) -> None:
    await scene.owe("m1")
    await scene.relay.publish_owed()
    assert await scene.minutes(1) == ["m1"]
    assert await scene.minutes(1) == []
    assert await scene.minutes(5) == ["m1", "m1"]
    await scene.minutes(120)
    assert len(await scene.minutes(180)) == 3, "once an hour in the end, without end"


async def test_a_silent_reader_is_sent_nothing_again_and_keeps_no_other_from_being_asked(scene: Scene) -> None:
    await scene.owe("m1", TO_NOTIFIER)
    await scene.owe("m2", TO_ROUTER)
    await scene.relay.publish_owed()
    for silent, other in ((Service.NOTIFIER, "m2"), (Service.ROUTER, "m1")):
        scene.publisher.silent = {ask_tally(silent)}
        scene.clock.advance(timedelta(hours=1))
        assert await scene.minutes(1) == [other]


async def test_nonsense_for_an_answer_settles_nothing(scene: Scene) -> None:
    await scene.owe("m1")
    await scene.relay.publish_owed()
    scene.publisher.nonsense = True
    assert await scene.minutes(1) == []
    scene.publisher.nonsense = False
    assert await scene.minutes(1) == ["m1"]


async def test_with_the_broker_down_the_row_stays_owed(scene: Scene) -> None:
    await scene.owe("m1")
    scene.publisher.down = True
    with pytest.raises(Transient):
        await scene.relay.publish_owed()
    scene.publisher.down = False
    await scene.relay.publish_owed()
    assert scene.publisher.published == ["m1"]


async def test_health_fails_when_a_message_is_owed_for_over_five_minutes(scene: Scene) -> None:
    await scene.owe("m1")
    await scene.relay.publish_owed()
    scene.clock.advance(timedelta(minutes=5))
    assert scene.relay.problem() is None
    scene.clock.advance(timedelta(seconds=1))
    assert scene.relay.problem() is Code.PEER_SILENT
    assert scene.relay.oldest_owed() == NOON

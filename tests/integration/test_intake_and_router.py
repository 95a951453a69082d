"""Intake and a stand-in for router, over a real nats-server."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest
import pytest_asyncio
from machines import Identities, NatsServer

from services.intake.adapters.book_shelf import SqlShelf
from services.intake.adapters.router_questions import BrokerRouter, RouterSeal
from services.intake.adapters.tables import MIGRATIONS
from services.intake.domain.public_book import BookStand, Taken
from services.intake.handlers import BookKeeper
from shared.clock import SystemClock
from shared.failures import Code, Permanent, Transient
from shared.jetstream import Broker, Received
from shared.messages import Sealed, SubmissionReceived
from shared.public_book import PublicQuestion, PublicUnchanged
from shared.questions import RouteAnswer, RouteQuestion, SealedAnswer, SealedQuestion
from shared.receipts import Signer, write_public
from shared.store import Database
from shared.subjects import ASK_PUBLIC, ASK_ROUTE, ASK_SEALED, Stream
from shared.terms import KeyId, PartnershipId, Service
from tests.intake_world import World, as_bytes, book, envelope_json, signed
from tests.migrated import migrated

SEALED = SealedQuestion(partnership=PartnershipId("west-sussex"), question=Sealed(key=KeyId("k"), sealed=b"abc"))


class StandIn:
    """Answers what intake asks, as router."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.revision = 1

    async def public(self, body: bytes, asker: Service) -> bytes:
        assert asker is Service.INTAKE
        asked = msgspec.json.decode(body, type=PublicQuestion).revision
        answer = PublicUnchanged(revision=asked) if asked == self.revision else book(self.revision)
        return msgspec.json.encode(answer)

    async def route(self, body: bytes, _: Service) -> bytes:
        return msgspec.json.encode(RouteAnswer(stage_label=msgspec.json.decode(body, type=RouteQuestion).area))

    async def sealed(self, body: bytes, _: Service) -> bytes:
        question = msgspec.json.decode(body, type=SealedQuestion)
        return msgspec.json.encode(SealedAnswer(sealed=question.question.sealed[::-1]))

    async def run(self) -> None:
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._broker.answer(ASK_PUBLIC, self.public))
            loops.create_task(self._broker.answer(ASK_ROUTE, self.route))
            loops.create_task(self._broker.answer(ASK_SEALED, self.sealed))


@pytest_asyncio.fixture
async def intake(nats_server: NatsServer) -> AsyncIterator[Broker]:
    broker = await nats_server.broker(Service.INTAKE)
    yield broker
    await broker.close()


@pytest_asyncio.fixture
async def stand_in(nats_server: NatsServer, intake: Broker) -> AsyncIterator[StandIn]:
    broker = await nats_server.broker(Service.ROUTER)
    made = StandIn(broker)
    running = asyncio.ensure_future(made.run())
    router = BrokerRouter(intake, timeout_seconds=1)
    async with asyncio.timeout(20):
        while True:
            try:
                await router.route(RouteQuestion(partnership=PartnershipId("west-sussex")))
                break
            except Transient:
                await asyncio.sleep(0.02)
    yield made
    running.cancel()
    await asyncio.wait({running})
    await broker.close()


@pytest_asyncio.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[SqlShelf]:
    url = f"sqlite:///{tmp_path}/shelf.db"
    migrated(url, scripts=MIGRATIONS)
    database = Database(url)
    yield SqlShelf(database)
    await database.close()


def keeper(stand: BookStand, broker: Broker, shelf: SqlShelf, identities: Identities) -> BookKeeper:
    return BookKeeper(
        stand=stand,
        router=BrokerRouter(broker, timeout_seconds=5),
        shelf=shelf,
        seal=RouterSeal(identities.verifier),
        clock=SystemClock(),
    )


async def test_the_book_is_asked_for_kept_and_verified_again_when_read(
    intake: Broker, stand_in: StandIn, shelf: SqlShelf, identities: Identities
) -> None:
    stand = BookStand()
    keeping = keeper(stand, intake, shelf, identities)
    assert await keeping.refresh() is Taken.TAKEN
    assert await keeping.refresh() is Taken.UNCHANGED
    stand_in.revision = 2
    assert await keeping.refresh() is Taken.TAKEN
    stand_in.revision = 1
    with pytest.raises(Permanent):
        await keeping.refresh()
    fresh = BookStand()
    await keeper(fresh, intake, shelf, identities).open_kept()
    assert fresh.revision == 2


async def test_a_kept_book_with_one_changed_byte_is_refused(
    intake: Broker, stand_in: StandIn, shelf: SqlShelf, identities: Identities
) -> None:
    await keeper(BookStand(), intake, shelf, identities).refresh()
    kept = await shelf.kept()
    assert kept is not None
    changed = kept.replace(b"West Sussex children", b"Mest Sussex children", 1)
    assert changed != kept
    with pytest.raises(Permanent) as failure:
        RouterSeal(identities.verifier).book_of(changed)
    assert failure.value.code is Code.BAD_SIGNATURE


@pytest.mark.parametrize("by", [Service.INTAKE, Service.NOTIFIER])
def test_a_book_that_another_service_signed_is_refused(identities: Identities, by: Service) -> None:
    seal = RouterSeal(identities.verifier)
    assert seal.book_of(signed(book(), identities.signers[Service.ROUTER])).revision == 1
    for forged in (signed(book(), identities.signers[by], by=by), signed(book(), identities.signers[by])):
        with pytest.raises(Permanent):
            seal.book_of(forged)


async def test_questions_are_carried_over_and_back(intake: Broker, stand_in: StandIn) -> None:
    router = BrokerRouter(intake, timeout_seconds=5)
    assert (await router.sealed(SEALED)).sealed == b"cba"
    question = RouteQuestion(partnership=PartnershipId("west-sussex"), area="thresholds")
    assert (await router.route(question)).stage_label == "thresholds"


async def test_a_silent_router_is_a_reason_to_ask_again(intake: Broker) -> None:
    with pytest.raises(Transient) as failure:
        await BrokerRouter(intake, timeout_seconds=0.3).sealed(SEALED)
    assert failure.value.code is Code.PEER_SILENT


async def test_what_was_accepted_while_the_broker_was_down_is_published_when_it_comes(
    fresh_nats_server: NatsServer, identities: Identities, tmp_path: Path
) -> None:
    world = await asyncio.to_thread(World, tmp_path / "intake")
    own_identity(world, identities, fresh_nats_server)
    fresh_nats_server.stop()
    arrived: list[SubmissionReceived] = []

    async def handle(received: Received) -> None:
        arrived.append(msgspec.json.decode(received.frame.body, type=SubmissionReceived))

    async def park(received: Received, code: Code) -> None:
        raise AssertionError(code)

    with world.running() as running:
        async with httpx.AsyncClient() as web:
            posted = [
                await web.post(f"{running.url}/api/v1/submissions", content=as_bytes(envelope_json())) for _ in range(3)
            ]
        assert [answer.status_code for answer in posted] == [201] * 3
        fresh_nats_server.start()
        reader = await fresh_nats_server.broker(Service.ROUTER)
        reading = asyncio.ensure_future(reader.consume(Stream.SUBMISSIONS, handle, park=park))
        async with asyncio.timeout(30):
            while len(arrived) < 3:
                await asyncio.sleep(0.05)
        reading.cancel()
        await asyncio.wait({reading})
        await reader.close()
    receipts = {answer.json()["receipt"]["reference"]: answer.json()["receipt"] for answer in posted}
    assert {each.ref for each in arrived} == set(receipts)
    assert all(each.envelope_digest == receipts[each.ref]["envelope_digest"] for each in arrived)


def own_identity(world: World, identities: Identities, server: NatsServer) -> None:
    """Give the process the identity that this server knows, and keep a book that its router signed."""
    folder = world.folder
    seed, signing, public = folder / "seed", folder / "signing.key", folder / "verify"
    seed.write_bytes(identities.seeds[Service.INTAKE].reveal())
    identities.signers[Service.INTAKE].save(signing)
    public.mkdir()
    for service, signer in identities.signers.items():
        write_public(public / f"{service}.pub", [signer.public])
    world.environment |= {
        "NATS_URL": server.url,
        "NATS_SEED_FILE": str(seed),
        "SIGNING_KEY_FILE": str(signing),
        "VERIFY_KEYS": str(public),
    }
    router: Signer = identities.signers[Service.ROUTER]
    _keep(world, signed(book(), router))


def _keep(world: World, frame: bytes) -> None:
    thread = threading.Thread(target=world.keep, args=(frame,))  # it runs an event loop of its own
    thread.start()
    thread.join()

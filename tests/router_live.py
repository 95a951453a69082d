"""A router as it really runs: its settings, keys as files, SQL, a real broker; and the peers it talks to. Shell."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import msgspec
from machines import NatsServer

from services.router.adapters.tables import MIGRATIONS
from services.router.app import Router, build
from services.router.domain.directory import entries_bytes
from services.router.settings import RouterSettings
from shared.clock import SystemClock
from shared.envelope import OpeningKey, StorageKey
from shared.failures import Transient
from shared.jetstream import Broker, Received
from shared.messages import Notice, NoticeDue, NoticeKind, SubmissionReceived
from shared.public_book import PublicQuestion
from shared.questions import Answer, Question, SealedAnswer, SealedQuestion
from shared.receipts import write_public
from shared.references import derive_id
from shared.subjects import ASK_PUBLIC, ASK_SEALED, Stream, submissions
from shared.terms import KeyId, MessageId, Service
from tests.migrated import migrated
from tests.router_world import RouterWorld, demonstration, open_answer, open_notice, sealed_question

PARTNERSHIPS = ("west-sussex", "east-sussex", "brighton-hove")
PATIENCE_SECONDS = 60.0


class Files:
    """Router's key files under one folder, made from the test's identities."""

    def __init__(self, home: Path, server: NatsServer, *, database_url: str) -> None:
        identities, self.home = server.identities, home
        for name in ("facts", "public", "custody"):
            (home / name).mkdir(parents=True)
        self.facts_key = OpeningKey.generate(
            key_id=KeyId("facts-1"), expires_at=SystemClock().now() + timedelta(days=30)
        )
        self.facts_key.save(home / "facts/facts-1.key")
        self.notifier_key = OpeningKey.generate(key_id=KeyId("notifier"))
        self.notifier_key.half().save(home / "notifier.pub")
        StorageKey.generate().save(home / "storage.key")
        for partnership in PARTNERSHIPS:
            OpeningKey.generate(key_id=KeyId(f"custody-{partnership}")).half().save(home / f"custody/{partnership}.pub")
        for service, signer in identities.signers.items():
            write_public(home / f"public/{service}.pub", [signer.public])
        identities.signers[Service.ROUTER].save(home / "signing.key")
        (home / "nats.seed").write_bytes(identities.seeds[Service.ROUTER].reveal())
        self.settings = RouterSettings(
            database=database_url,
            nats_url=server.url,
            nats_seed_file=home / "nats.seed",
            signing_key_file=home / "signing.key",
            verify_keys=home / "public",
            facts_keys=home / "facts",
            storage_key_file=home / "storage.key",
            notifier_key_file=home / "notifier.pub",
            custody_keys=home / "custody",
            http_host="127.0.0.1",
            http_port=0,
            public_url="https://escalate.example",
            sweep_seconds=0.2,
            answer_seconds=0.0,
        )


class LiveRouter:
    """A router that runs, with intake's and notifier's brokers beside it. `browser` seals as a page does."""

    def __init__(self, router: Router, files: Files, *, intake: Broker, notifier: Broker) -> None:
        self.router = router
        self.files = files
        self.intake = intake
        self.notifier = notifier
        self.browser = RouterWorld(at=SystemClock().now())
        self.browser.facts_key = files.facts_key
        self.notices: list[Notice] = []
        self.bodies: list[bytes] = []
        self._changed = asyncio.Event()

    async def take_notice(self, received: Received) -> None:
        """As notifier does: only what opens with notifier's key is a notice."""
        msgspec.json.decode(received.frame.body, type=NoticeDue)
        self.bodies.append(received.raw)
        self.notices.append(open_notice(received.frame.body, self.files.notifier_key))
        self._changed.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until it holds; notices arriving are looked at at once."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not holds():
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.1):
                        await self._changed.wait()

    def of(self, kind: NoticeKind) -> list[Notice]:
        return [notice for notice in self.notices if notice.kind is kind]

    async def send(self, submission: SubmissionReceived, *, message: str | None = None) -> None:
        """As intake's relay does."""
        known = message or derive_id("submission", submission.submission, submission.ref)
        subject = submissions(submission.partnership, submission.ref)
        await self.intake.publish(subject, message=MessageId(known), body=msgspec.json.encode(submission))

    async def settled(self, *sent: SubmissionReceived) -> None:
        """Until router has committed or parked each of them."""
        for one in sent:
            message = MessageId(derive_id("submission", one.submission, one.ref))
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await self.router.world.escalations.taken(message):
                    await asyncio.sleep(0.02)

    async def ask(self, question: Question, *, secret: bytes, counter: int) -> Answer:
        key = OpeningKey.generate()
        sealed = sealed_question(self.browser, question, secret=secret, counter=counter, answer_key=key.public)
        return open_answer(await self.carry(sealed), key)

    async def carry(self, sealed: SealedQuestion) -> bytes:
        """What intake carries over and back."""
        raw = await self.intake.ask(ASK_SEALED, msgspec.json.encode(sealed), timeout_seconds=10)
        msgspec.json.decode(raw, type=SealedAnswer)
        return raw


@contextlib.asynccontextmanager
async def live_router(home: Path, server: NatsServer, *, database_url: str) -> AsyncIterator[LiveRouter]:
    """A running router with the demonstration's directory."""
    files = Files(home / "router", server, database_url=database_url)
    migrated(database_url, scripts=MIGRATIONS)
    router = await build(files.settings)
    await router.world.directories.add(entries_bytes(demonstration()), at=SystemClock().now())
    intake, notifier = await server.broker(Service.INTAKE), await server.broker(Service.NOTIFIER)
    live = LiveRouter(router, files, intake=intake, notifier=notifier)

    async def park(received: Received, code: object) -> None:
        raise AssertionError(code)

    notices = notifier.consume(Stream.NOTICES, live.take_notice, park=park)
    tasks = [asyncio.ensure_future(loop) for loop in (*router.loops(), notices)]
    try:
        await _until_it_answers(intake)
        yield live
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for broker in (intake, notifier):
            await broker.close()
        await router.close()


async def _until_it_answers(intake: Broker) -> None:
    question = msgspec.json.encode(PublicQuestion(revision=0))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            with contextlib.suppress(Transient):
                await intake.ask(ASK_PUBLIC, question, timeout_seconds=2)
                return
            await asyncio.sleep(0.05)

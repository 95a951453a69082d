"""Builds router's adapters and hands them to its handlers, and nothing else does. Shell."""

from collections.abc import Coroutine, Sequence
from typing import Any

from services.router.adapters.asks import SqlAsks
from services.router.adapters.grounds import StoredGrounds, read_rules
from services.router.adapters.keys import (
    CustodyKeyFiles,
    FactsKeyFiles,
    NotifierKeyFile,
    StorageKeyFile,
    TicketSigner,
)
from services.router.adapters.store import SqlDirectories, SqlEscalations, SqlSessions
from services.router.adapters.tables import INBOX, OUTBOX
from services.router.consumer import Consumer
from services.router.domain.changes import FAILED, Change
from services.router.handlers.health import Health
from services.router.handlers.publishing import BookMaker
from services.router.ports import World
from services.router.questions import Questions
from services.router.settings import RouterSettings
from services.router.timers import OrderTimers, Timers
from shared.clock import Clock, DemoClock, SystemClock
from shared.inbox import tally
from shared.jetstream import Broker, BrokerSettings
from shared.outbox import Relay
from shared.receipts import Signer, Verifier
from shared.settings import read_secret
from shared.store import Database
from shared.subjects import inbox_prefix
from shared.terms import Service
from shared.web import Check, HealthSite


class Router:
    """The built service: what serves, and what must run beside it."""

    def __init__(
        self, *, world: World, database: Database, broker: Broker, loops: Sequence[Any], app: HealthSite
    ) -> None:
        self.world = world
        self.app = app
        self._database = database
        self._broker = broker
        self._loops = loops

    def loops(self) -> Sequence[Coroutine[Any, Any, None]]:
        """Everything that runs without end. The first that fails must stop the process."""
        return tuple(loop() for loop in self._loops)

    async def close(self) -> None:
        """Let go of the broker and the store."""
        await self._broker.close()
        await self._database.close()


def clock_of(settings: RouterSettings) -> Clock:
    return DemoClock(settings.clock_file) if settings.clock_file is not None else SystemClock()


def world_of(settings: RouterSettings, database: Database, *, clock: Clock, after_commit: Any) -> World:
    """Router's ports on SQL and key files. after_commit: called with each change that was committed."""
    directories = SqlDirectories(database)
    return World(
        escalations=SqlEscalations(database, after_commit=after_commit),
        sessions=SqlSessions(database),
        directories=directories,
        grounds=StoredGrounds(directories, rules=read_rules(), base_url=settings.public_url),
        facts_keys=FactsKeyFiles(settings.facts_keys, clock=clock),
        record_keys=StorageKeyFile(settings.storage_key_file),
        notifier=NotifierKeyFile(settings.notifier_key_file),
        tickets=TicketSigner(Signer.from_file(settings.signing_key_file)),
        asks=SqlAsks(database),
        clock=clock,
    )


class _Wakes:
    """Whom a commit wakes: the relay where something is owed, the sweep where something may be due."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self.timers: Timers | None = None

    def __call__(self, change: Change) -> None:
        if change.owed:
            self._relay.wake()
        due = change.waiting or change.mail or any(notice.state in FAILED for notice in change.sent)
        if due and self.timers is not None:
            self.timers.wake()


async def build(settings: RouterSettings) -> Router:
    """The whole service from its settings. The broker may be down; the store may not."""
    clock, database = clock_of(settings), Database(settings.database)
    broker = await _connected(settings, clock=clock)
    relay = Relay(database=database, outbox=OUTBOX, broker=broker, clock=clock)
    wakes = _Wakes(relay)
    world = world_of(settings, database, clock=clock, after_commit=wakes)
    wakes.timers = timers = Timers(world, every_seconds=settings.sweep_seconds)
    orders = OrderTimers(world)
    consumer, health = Consumer(broker, world=world), Health(world)
    questions = Questions(
        world=world,
        books=BookMaker(world, custody=CustodyKeyFiles(settings.custody_keys)),
        tally=tally(database, INBOX),
        answer_seconds=settings.answer_seconds,
    )
    loops = (
        relay.run,
        timers.run,
        orders.run,
        consumer.submissions,
        consumer.reports,
        lambda: questions.run(broker),
        health.run,
    )
    checks: Sequence[Check] = (broker, relay, timers, orders, *health.checks())
    app = HealthSite(checks, warnings=health.warnings)
    return Router(world=world, database=database, broker=broker, loops=loops, app=app)


async def _connected(settings: RouterSettings, *, clock: Clock) -> Broker:
    return await Broker.connect(
        _broker_settings(settings),
        service=Service.ROUTER,
        signer=Signer.from_file(settings.signing_key_file),
        verifier=Verifier.from_dir(settings.verify_keys),
        clock=clock,
    )


def _broker_settings(settings: RouterSettings) -> BrokerSettings:
    return BrokerSettings(
        url=settings.nats_url,
        seed=read_secret(settings.nats_seed_file) if settings.nats_seed_file is not None else None,
        inbox_prefix=inbox_prefix(Service.ROUTER),
        ca_file=settings.nats_ca_file,
    )

"""Builds the console's adapters and hands them to its pages, and runs it: nothing else does. Shell."""

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from services.router.adapters.asks import SqlAsks
from services.router.adapters.audit_store import SqlAudit
from services.router.adapters.console_store import SqlAdmins
from services.router.adapters.desk_store import SqlDesk
from services.router.adapters.digest_store import SqlDigests
from services.router.adapters.directory_changes import SqlDirectoryChanges
from services.router.adapters.grounds import read_rules
from services.router.adapters.keys import NotifierKeyFile
from services.router.adapters.learned_store import SqlLearned
from services.router.adapters.learning_store import SqlLearning
from services.router.adapters.listing_store import SqlListing
from services.router.adapters.orders import SqlOrders
from services.router.adapters.replays import SqlReplays
from services.router.adapters.store import SqlDirectories, SqlEscalations
from services.router.console.audit_now import Verified, verify_audit
from services.router.console.comfort import going_on
from services.router.console.commands import run_command
from services.router.console.console import Console
from services.router.console.demonstration import demo_link, refuse_made_up, write_link
from services.router.console.desk_now import DeskNow
from services.router.console.digests import Digests
from services.router.console.directory_now import NewestDirectory
from services.router.console.editor import Editor
from services.router.console.frame import Frame
from services.router.console.holder_asking import HolderAsking
from services.router.console.learning_now import LearningNow
from services.router.console.ordering import Ordering
from services.router.console.passkeys import Passkeys
from services.router.console.preparing import keep_prepared
from services.router.console.settings import ConsoleSettings
from services.router.console.site import site
from services.router.console.static_files import BUILT, read_assets
from services.router.console.would_change import WouldChange
from shared.clock import Clock, DemoClock, SystemClock
from shared.failures import Code, Transient
from shared.jetstream import BrokerSettings
from shared.jetstream.link import Link
from shared.log import Event, record
from shared.references import mint_secret
from shared.running import told_to_stop, without_end
from shared.settings import read_secret
from shared.store import Database
from shared.subjects import CONSOLE, inbox_prefix
from shared.terms import Service
from shared.web import HealthCheck, serve

_LOOK_SECONDS = 5.0
_FORGET_SECONDS = 3600.0


class BuiltConsole:
    """The built console: what serves, and what must run beside it."""

    def __init__(self, console: Console, *, digests: Digests, database: Database, link: Link, built: Path) -> None:
        self.console = console
        self.digests = digests
        self.app = site(console, checks=(HealthCheck("broker", console.broker.problem),), built=built)
        self._database = database
        self._link = link

    def loops(self) -> Sequence[Coroutine[Any, Any, None]]:
        """Everything that runs without end. The first that fails must stop the process."""
        return (
            _look(self._link),
            _forget(self.console),
            self.console.learning.follow(self.console.directories),
            self.console.desk.follow(),
            self.digests.follow(self.console.directories),
            keep_prepared(self.console),
        )

    async def close(self) -> None:
        """Let go of the broker and the store."""
        await self._link.close()
        await self._database.close()


class LookedAt:
    """Whether the broker can be reached, for pages and health."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def problem(self) -> Code | None:
        return self._link.health.problem()


def clock_of(settings: ConsoleSettings) -> Clock:
    return DemoClock(settings.clock_file) if settings.clock_file is not None else SystemClock()


def build(settings: ConsoleSettings, *, clock: Clock | None = None, built: Path = BUILT) -> BuiltConsole:
    """The whole console from its settings. The broker may be down; the store may not. clock, built: a test's own."""
    clock, database = clock or clock_of(settings), Database(settings.database)
    link = Link(_broker_settings(settings), service=Service.ROUTER, clock=clock)
    rules, notifier = read_rules(), NotifierKeyFile(settings.notifier_key_file)
    base_url = settings.escalations_url
    console = Console(
        settings,
        admins=SqlAdmins(database),
        directories=NewestDirectory(SqlDirectories(database)),
        frame=Frame(read_assets(built), clock=clock),
        broker=LookedAt(link),
        passkeys=Passkeys(settings, key=mint_secret()),
        editor=Editor(SqlDirectoryChanges(database), rules=rules, notifier=notifier, base_url=base_url, clock=clock),
        learning=LearningNow(SqlLearned(database), SqlLearning(database), policies=rules.newest, clock=clock),
        audit=SqlAudit(database),
        desk=DeskNow(SqlListing(database), SqlEscalations(database), SqlDesk(database, clock=clock), rules=rules),
        orders=Ordering(SqlOrders(database), clock=clock),
        holders=HolderAsking(SqlAsks(database), rules=rules, notifier=notifier, base_url=base_url, clock=clock),
        would_change=WouldChange(SqlReplays(database), SqlDirectories(database), rules=rules),
        clock=clock,
    )
    digests = Digests(
        SqlDigests(database),
        admins=console.admins,
        rules=rules,
        notifier=notifier,
        url=settings.origin,
        base_url=base_url,
        clock=clock,
    )
    return BuiltConsole(console, digests=digests, database=database, link=link, built=built)


async def _look(link: Link) -> None:
    """Stay connected. Nothing is ever sent or read: it is known from this whether the broker is up."""
    while True:
        with contextlib.suppress(Transient):  # the link keeps since when
            await link.client()
        await asyncio.sleep(_LOOK_SECONDS)


async def _forget(console: Console) -> None:
    """Drop what has ended, once an hour."""
    while True:
        with going_on():
            await console.admins.forget(before=console.clock.now() - console.settings.limits.whole)
        await asyncio.sleep(_FORGET_SECONDS)


def _broker_settings(settings: ConsoleSettings) -> BrokerSettings:
    return BrokerSettings(
        url=settings.nats_url,
        seed=read_secret(settings.nats_seed_file) if settings.nats_seed_file is not None else None,
        inbox_prefix=inbox_prefix(CONSOLE),
        ca_file=settings.nats_ca_file,
    )


async def run(settings: ConsoleSettings) -> None:
    """Serve until SIGTERM or SIGINT. The first failure of any part ends all of them and is raised."""
    stop = told_to_stop()
    built = build(settings)
    try:
        await refuse_made_up(built.console)
        if settings.demo_link_file is not None:
            write_link(settings.demo_link_file, await demo_link(built.console))
        await _run_all(built, settings, stop)
    finally:
        await built.close()


async def _run_all(built: BuiltConsole, settings: ConsoleSettings, stop: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as group:
        serving = serve(built.app, host=settings.http_host, port=settings.http_port, port_file=settings.port_file)
        tasks = [group.create_task(without_end(loop)) for loop in (*built.loops(), serving)]
        record(Event.STARTED)
        await stop.wait()
        record(Event.STOPPING)
        for task in tasks:
            task.cancel()


async def administer(settings: ConsoleSettings, arguments: Sequence[str]) -> tuple[str, ...]:
    """What `admin …` says. Raises: Refused, SettingsProblem."""
    built = build(settings)
    try:
        return await run_command(built.console, arguments)
    finally:
        await built.close()


async def audit(settings: ConsoleSettings, arguments: Sequence[str]) -> Verified:
    """What `audit …` says."""
    built = build(settings)
    try:
        return await verify_audit(built.console.audit, arguments)
    finally:
        await built.close()

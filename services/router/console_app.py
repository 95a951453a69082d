"""Builds the console's adapters and hands them to its pages, and runs it: nothing else does. Shell."""

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence
from typing import Any

from services.router.adapters.console_store import SqlAdmins
from services.router.adapters.store import SqlDirectories
from services.router.console.console import Console
from services.router.console.directory_now import NewestDirectory
from services.router.console.frame import Frame
from services.router.console.settings import PREFIX, ConsoleSettings
from services.router.console.site import site
from services.router.console.static_files import read_assets
from shared.clock import Clock, DemoClock, SystemClock
from shared.failures import Code, Transient
from shared.jetstream import BrokerSettings
from shared.jetstream.link import Link
from shared.log import Event, record
from shared.running import told_to_stop, without_end
from shared.settings import load, read_secret
from shared.store import Database
from shared.subjects import CONSOLE, inbox_prefix
from shared.terms import Service
from shared.web import HealthCheck, serve

_LOOK_SECONDS = 5.0


class BuiltConsole:
    """The built console: what serves, and what must run beside it."""

    def __init__(self, console: Console, *, database: Database, link: Link) -> None:
        self.console = console
        self.app = site(console, checks=(HealthCheck("broker", console.broker.problem),))
        self._database = database
        self._link = link

    def loops(self) -> Sequence[Coroutine[Any, Any, None]]:
        """Everything that runs without end. The first that fails must stop the process."""
        return (_look(self._link),)

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


def build(settings: ConsoleSettings) -> BuiltConsole:
    """The whole console from its settings. The broker may be down; the store may not."""
    clock, database = clock_of(settings), Database(settings.database)
    link = Link(_broker_settings(settings), service=Service.ROUTER, clock=clock)
    console = Console(
        settings,
        admins=SqlAdmins(database),
        directories=NewestDirectory(SqlDirectories(database)),
        frame=Frame(read_assets()),
        broker=LookedAt(link),
        clock=clock,
    )
    return BuiltConsole(console, database=database, link=link)


async def _look(link: Link) -> None:
    """Stay connected. Nothing is ever sent or read: it is known from this whether the broker is up."""
    while True:
        with contextlib.suppress(Transient):  # the link keeps since when
            await link.client()
        await asyncio.sleep(_LOOK_SECONDS)


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
        async with asyncio.TaskGroup() as group:
            host, port = settings.http_host, settings.http_port
            serving = serve(built.app, host=host, port=port, port_file=settings.port_file)
            tasks = [group.create_task(without_end(loop)) for loop in (*built.loops(), serving)]
            record(Event.STARTED)
            await stop.wait()
            record(Event.STOPPING)
            for task in tasks:
                task.cancel()
    finally:
        await built.close()


def command(arguments: Sequence[str]) -> int:
    """`console` serves; `admin …` says who may sign in. Both read the console's settings and nothing of router's."""
    settings = load(ConsoleSettings, prefix=PREFIX)
    asyncio.run(run(settings))
    record(Event.STOPPED)
    return 0

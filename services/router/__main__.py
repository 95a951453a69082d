"""Runs router or its console, and their commands: migrate, directory import, explain, admin and others. Shell."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from services.router.adapters.directory_changes import SqlDirectoryChanges
from services.router.adapters.tables import MIGRATIONS
from services.router.app import Router, build, clock_of, world_of
from services.router.commands import (
    Said,
    convene_panel,
    delete,
    explain,
    import_directory,
    refuse_demonstration,
    replay,
)
from services.router.parking import list_parked, retry, settle
from services.router.ports import World
from services.router.settings import PREFIX, RouterSettings
from shared.log import Event, record, set_up
from shared.running import exit_code, told_to_stop, without_end
from shared.settings import load
from shared.store import Database, migrate
from shared.terms import Service
from shared.web import serve

_USAGE = (
    "usage: python -m services.router [migrate | directory import FILE… [--check] | explain REF | "
    "delete REF | panel convene REF --by WHO | parked [list | retry ID | settle ID] | replay --all | "
    "audit verify [--noted NUMBER:DIGEST]]"
)
_CHECK = "--check"


async def run(settings: RouterSettings) -> None:
    """Serve until SIGTERM or SIGINT. The first failure of any part ends all of them and is raised."""
    stop = told_to_stop()
    router = await build(settings)
    try:
        if not settings.one_machine:
            await refuse_demonstration(router.world)
        await _run_all(router, settings, stop)
    finally:
        await router.close()


async def _run_all(router: Router, settings: RouterSettings, stop: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as group:
        serving = serve(router.app, host=settings.http_host, port=settings.http_port, port_file=settings.port_file)
        tasks = [group.create_task(without_end(loop)) for loop in (*router.loops(), serving)]
        record(Event.STARTED)
        await stop.wait()
        record(Event.STOPPING)
        for task in tasks:
            task.cancel()


def _say(settings: RouterSettings, command: Callable[[World], Awaitable[Said]]) -> int:
    """Run a command on the store and print what it says."""
    return _told(asyncio.run(_with_world(settings, command)))


def _told(said: Said) -> int:
    for line in said.lines:
        print(line)
    for problem in said.problems:
        print(problem, file=sys.stderr)
    return said.code


async def _import(settings: RouterSettings, files: Sequence[Path], *, check_only: bool) -> Said:
    database, made_up = Database(settings.database), settings.one_machine
    try:
        world = world_of(settings, database, clock=clock_of(settings), after_commit=lambda _: None)
        kept = SqlDirectoryChanges(database)
        return await import_directory(files, world=world, kept=kept, check_only=check_only, made_up=made_up)
    finally:
        await database.close()


async def _with_world(settings: RouterSettings, command: Callable[[World], Awaitable[Said]]) -> Said:
    database = Database(settings.database)
    try:
        return await command(world_of(settings, database, clock=clock_of(settings), after_commit=lambda _: None))
    finally:
        await database.close()


def _command(settings: RouterSettings, arguments: Sequence[str]) -> int:
    match list(arguments):
        case []:
            asyncio.run(run(settings))
            record(Event.STOPPED)
        case ["migrate"]:
            migrate(settings.database, scripts=MIGRATIONS)
            record(Event.MIGRATED)
        case ["directory", "import", *rest] if any(one != _CHECK for one in rest):
            files = [Path(one) for one in rest if one != _CHECK]
            return _told(asyncio.run(_import(settings, files, check_only=_CHECK in rest)))
        case ["explain", ref]:
            return _say(settings, lambda world: explain(ref, world=world))
        case ["delete", ref]:
            return _say(settings, lambda world: delete(ref, world=world))
        case ["panel", "convene", ref, "--by", who] if who.strip():
            return _say(settings, lambda world: convene_panel(ref, by=who, world=world))
        case ["parked"] | ["parked", "list"]:
            return _say(settings, lambda world: list_parked(world=world))
        case ["parked", "retry", message]:
            return _say(settings, lambda world: retry(message, world=world))
        case ["parked", "settle", message]:
            return _say(settings, lambda world: settle(message, world=world))
        case ["replay", "--all"]:
            return _say(settings, lambda world: replay(world=world))
        case _:
            print(_USAGE, file=sys.stderr)
            return 2
    return 0


def _console(arguments: Sequence[str]) -> int:
    """`console` serves; `admin …` says who may sign in, `audit verify` whether the audit is whole.

    They read the console's settings and nothing of router's.
    """
    from services.router import console_app  # another process's: router itself imports nothing of it
    from services.router.console import commands
    from services.router.console import settings as its

    settings = load(its.ConsoleSettings, prefix=its.PREFIX)
    match list(arguments):
        case ["console"]:
            asyncio.run(console_app.run(settings))
            record(Event.STOPPED)
        case ["admin", *rest]:
            try:
                for line in asyncio.run(console_app.administer(settings, rest)):
                    print(line)
            except commands.Refused as refused:
                print(refused, file=sys.stderr)
                return 1
        case ["audit", *rest]:
            said = asyncio.run(console_app.audit(settings, rest))
            print("\n".join(said.lines), file=sys.stderr if said.code else sys.stdout)
            return said.code
        case _:
            print(_USAGE, file=sys.stderr)
            return 2
    return 0


def main(arguments: Sequence[str]) -> int:
    """Run a command. 0 for done, 1 for a failure or a difference found, 2 for wrong settings or usage."""
    set_up(Service.ROUTER)
    if arguments[:1] and arguments[0] in ("console", "admin", "audit"):
        return exit_code(lambda: _console(arguments))
    return exit_code(lambda: _command(load(RouterSettings, prefix=PREFIX), arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

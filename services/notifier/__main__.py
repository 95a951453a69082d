"""Runs notifier: `python -m services.notifier [migrate]`. Shell."""

import asyncio
import signal
import sys
from collections.abc import Coroutine, Sequence
from typing import Any

from services.notifier.adapters.tables import MIGRATIONS
from services.notifier.app import Notifier, build
from services.notifier.settings import PREFIX, NotifierSettings
from shared.failures import Failure
from shared.log import Event, record, set_up
from shared.settings import SettingsProblem, load
from shared.store import migrate
from shared.terms import Service
from shared.web import PortInUse, serve

_USAGE = "usage: python -m services.notifier [migrate]"


class _Ended(Exception):
    """Something that runs without end has ended."""


async def run(settings: NotifierSettings) -> None:
    """Send until SIGTERM or SIGINT. The first failure of any part ends all of them and is raised."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    notifier = await build(settings)
    try:
        await _run_all(notifier, settings, stop)
    finally:
        await notifier.close()


async def _run_all(notifier: Notifier, settings: NotifierSettings, stop: asyncio.Event) -> None:
    """Stopping is in order: no letter begins, those on their way end and are written, then the rest ends."""
    async with asyncio.TaskGroup() as group:
        serving = serve(notifier.asgi, host=settings.http_host, port=settings.http_port, port_file=settings.port_file)
        loops = [group.create_task(_without_end(loop)) for loop in (*notifier.loops(), serving)]
        sending = group.create_task(_sending(notifier, stop))
        record(Event.STARTED)
        await stop.wait()
        record(Event.STOPPING)
        notifier.postman.stop()
        await asyncio.wait({sending})
        for task in loops:
            task.cancel()


async def _sending(notifier: Notifier, stop: asyncio.Event) -> None:
    await notifier.postman.run()
    if not stop.is_set():
        raise _Ended


async def _without_end(work: Coroutine[Any, Any, None]) -> None:
    await work
    raise _Ended


def main(arguments: Sequence[str]) -> int:
    """Run a command. 0 for done, 1 for a failure, 2 for wrong settings or usage."""
    set_up(Service.NOTIFIER)
    try:
        settings = load(NotifierSettings, prefix=PREFIX)
        match list(arguments):
            case []:
                asyncio.run(run(settings))
            case ["migrate"]:
                migrate(settings.database, scripts=MIGRATIONS)
                record(Event.MIGRATED)
            case _:
                print(_USAGE, file=sys.stderr)
                return 2
    except SettingsProblem as problem:
        print("\n".join(problem.problems), file=sys.stderr)
        return 2
    except Failure as failure:
        record(Event.FAILED, failure=failure)
        return 1
    except BaseExceptionGroup as failures:
        for one in failures.exceptions:
            record(Event.FAILED, failure=one)
            if isinstance(one, PortInUse):
                print(one, file=sys.stderr)
        return 1
    if not arguments:
        record(Event.STOPPED)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

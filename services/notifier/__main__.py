"""Runs notifier: `python -m services.notifier [migrate]`. Shell."""

import asyncio
import sys
from collections.abc import Sequence

import uvloop

from services.notifier.adapters.tables import MIGRATIONS
from services.notifier.app import Notifier, build
from services.notifier.settings import PREFIX, NotifierSettings
from shared.log import Event, record, set_up
from shared.running import Ended, exit_code, told_to_stop, without_end
from shared.settings import load
from shared.store import migrate
from shared.terms import Service
from shared.web import serve

_USAGE = "usage: python -m services.notifier [migrate]"


async def run(settings: NotifierSettings) -> None:
    """Send until SIGTERM or SIGINT. The first failure of any part ends all of them and is raised."""
    stop = told_to_stop()
    notifier = await build(settings)
    try:
        await _run_all(notifier, settings, stop)
    finally:
        await notifier.close()


async def _run_all(notifier: Notifier, settings: NotifierSettings, stop: asyncio.Event) -> None:
    """Stopping is in order: no letter begins, those on their way end and are written, then the rest ends."""
    async with asyncio.TaskGroup() as group:
        serving = serve(notifier.asgi, host=settings.http_host, port=settings.http_port, port_file=settings.port_file)
        loops = [group.create_task(without_end(loop)) for loop in (*notifier.loops(), serving)]
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
        raise Ended


def _command(settings: NotifierSettings, arguments: Sequence[str]) -> int:
    match list(arguments):
        case []:
            uvloop.run(run(settings))
            record(Event.STOPPED)
        case ["migrate"]:
            migrate(settings.database, scripts=MIGRATIONS)
            record(Event.MIGRATED)
        case _:
            print(_USAGE, file=sys.stderr)
            return 2
    return 0


def main(arguments: Sequence[str]) -> int:
    """Run a command. 0 for done, 1 for a failure, 2 for wrong settings or usage."""
    set_up(Service.NOTIFIER)
    return exit_code(lambda: _command(load(NotifierSettings, prefix=PREFIX), arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

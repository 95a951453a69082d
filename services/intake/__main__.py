"""Runs intake: `python -m services.intake [migrate | verify-receipts [FILE…]]`. Shell."""

import asyncio
import signal
import sys
from collections.abc import Coroutine, Sequence
from typing import Any

import uvloop
from litestar.handlers import HTTPRouteHandler

from services.intake.adapters.tables import MIGRATIONS
from services.intake.app import Intake, build
from services.intake.commands import verify_receipts
from services.intake.settings import PREFIX, IntakeSettings
from shared.failures import Failure
from shared.log import Event, record, set_up
from shared.receipts import Signer, read_public
from shared.settings import SettingsProblem, load
from shared.store import migrate
from shared.terms import KeyId, Service
from shared.web import PortInUse, serve

_USAGE = "usage: python -m services.intake [migrate | verify-receipts [RECEIPT FILE…]]"


class _Ended(Exception):
    """Something that runs without end has ended."""


async def run(settings: IntakeSettings, *, more_routes: Sequence[HTTPRouteHandler] = ()) -> None:
    """Serve until SIGTERM or SIGINT. The first failure of any part ends all of them and is raised."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    intake = await build(settings, more_routes=more_routes)
    try:
        await _run_all(intake, settings, stop)
    finally:
        await intake.close()


async def _run_all(intake: Intake, settings: IntakeSettings, stop: asyncio.Event) -> None:
    """Stopping is in order: first nothing new is taken and what was taken is answered, then the rest ends."""
    async with asyncio.TaskGroup() as group:
        loops = [group.create_task(_without_end(loop)) for loop in intake.loops()]
        serving = group.create_task(
            _without_end(
                serve(intake.asgi, host=settings.http_host, port=settings.http_port, port_file=settings.port_file)
            )
        )
        record(Event.STARTED)
        await stop.wait()
        record(Event.STOPPING)
        serving.cancel()
        await asyncio.wait({serving})
        for task in loops:
            task.cancel()


async def _without_end(work: Coroutine[Any, Any, None]) -> None:
    await work
    raise _Ended


def _receipt_keys(settings: IntakeSettings) -> dict[KeyId, bytes]:
    """The key in use, and those before it that provision still publishes."""
    signer = Signer.from_file(settings.receipt_key_file)
    published = settings.verify_keys / "receipts.pub"
    return {signer.key_id: signer.public} | (read_public(published) if published.exists() else {})


def main(arguments: Sequence[str]) -> int:
    """Run a command. 0 for done, 1 for a failure or damage found, 2 for wrong settings or usage."""
    set_up(Service.INTAKE)
    try:
        settings = load(IntakeSettings, prefix=PREFIX)
        match list(arguments):
            case []:
                uvloop.run(run(settings))
            case ["migrate"]:
                migrate(settings.database, scripts=MIGRATIONS)
                record(Event.MIGRATED)
            case ["verify-receipts", *files]:
                return asyncio.run(verify_receipts(settings.database, _receipt_keys(settings), files))
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

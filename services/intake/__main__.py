"""Runs intake: `python -m services.intake [migrate | verify-receipts [FILE…]]`. Shell."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import uvloop
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from services.intake.adapters.tables import MIGRATIONS
from services.intake.app import Intake, build
from services.intake.commands import delete, export, verify_receipts
from services.intake.settings import PREFIX, IntakeSettings
from shared.log import Event, record, set_up
from shared.receipts import Signer, read_public
from shared.running import exit_code, told_to_stop, without_end
from shared.settings import load
from shared.store import migrate
from shared.terms import KeyId, Service
from shared.web import serve

_USAGE = "usage: python -m services.intake [migrate | verify-receipts [RECEIPT FILE…] | export REF FILE | delete REF]"


async def run(
    settings: IntakeSettings,
    *,
    more_routes: Sequence[HTTPRouteHandler] = (),
    before: Callable[[ASGIApp], ASGIApp] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT. The first failure of any part ends all of them and is raised.

    more_routes, before: what a bench serves beside, and what it puts before everything.
    """
    stop = told_to_stop()
    intake = await build(settings, more_routes=more_routes)
    if before is not None:
        intake.asgi = before(intake.asgi)
    try:
        await _run_all(intake, settings, stop)
    finally:
        await intake.close()


async def _run_all(intake: Intake, settings: IntakeSettings, stop: asyncio.Event) -> None:
    """Stopping is in order: first nothing new is taken and what was taken is answered, then the rest ends."""
    async with asyncio.TaskGroup() as group:
        loops = [group.create_task(without_end(loop)) for loop in intake.loops()]
        serving = group.create_task(
            without_end(
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


def _receipt_keys(settings: IntakeSettings) -> dict[KeyId, bytes]:
    """The key in use, and those before it that provision still publishes."""
    signer = Signer.from_file(settings.receipt_key_file)
    published = settings.verify_keys / "receipts.pub"
    return {signer.key_id: signer.public} | (read_public(published) if published.exists() else {})


def _command(settings: IntakeSettings, arguments: Sequence[str]) -> int:
    match list(arguments):
        case []:
            uvloop.run(run(settings))
            record(Event.STOPPED)
        case ["migrate"]:
            migrate(settings.database, scripts=MIGRATIONS)
            record(Event.MIGRATED)
        case ["export", ref, file]:
            return asyncio.run(export(settings.database, ref, Path(file)))
        case ["delete", ref]:
            return asyncio.run(delete(settings.database, ref))
        case ["verify-receipts", *files]:
            return asyncio.run(verify_receipts(settings.database, _receipt_keys(settings), files))
        case _:
            print(_USAGE, file=sys.stderr)
            return 2
    return 0


def main(arguments: Sequence[str]) -> int:
    """Run a command. 0 for done, 1 for a failure or damage found, 2 for wrong settings or usage."""
    set_up(Service.INTAKE)
    return exit_code(lambda: _command(load(IntakeSettings, prefix=PREFIX), arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

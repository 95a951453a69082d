"""`make run`: starts everything on this machine, says what to try, and stops it all on Ctrl-C. Shell."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from deploy.nats.server import BrokerProblem
from deploy.one_machine.machine import OneMachine
from deploy.one_machine.parts import PartFailed
from deploy.one_machine.places import Layout, Ports
from deploy.one_machine.ports import CannotStart
from shared.settings import SettingsProblem, load

PREFIX = "CANDOUR_MACHINE_"
_WELCOME = """
Candour runs on this machine. Everything in it is made up; no email leaves it.

  The first page  {intake}
  Local inbox     {inbox}   every email, as it arrives
  Every wording   {inbox}/preview
  For programs    {intake}/schema/openapi.json
  Admins’ console {console}
                  this link signs you in once as its admin

Try this:
  1. Open the first page, choose "West Sussex", go on to the partnership's page and press Start.
  2. Press "Fill in an example", then Continue to the end, and Send. The receipt gives a reference.
  3. A code of six digits is in the inbox: type it on the receipt. Then everybody's emails are in the inbox.
  4. Be the one who is asked to act: open the link in their email and sign in with their address; the code comes to the
     inbox. Read the record, say "I have this", record an outcome. Then confirm or dispute it as the raiser.
  5. The inbox has a button that moves the clock on by a working day: reminders come, and silence is told.
  6. Be the duty contact: open {intake}/e/<reference>, sign in as duty@west-sussex.example; the code comes to the inbox.

Only localhost addresses work without TLS: browsers seal nothing on other plain addresses.
Why an escalation went where it went:  {explain}
Ctrl-C stops everything.
"""


async def run(starting: AbstractAsyncContextManager[OneMachine]) -> int:
    """Start, wait for Ctrl-C or for a part that fails, stop. The exit code."""
    print("Starting the broker, intake, router, notifier, the console and the local inbox ...", flush=True)
    _cancel_on_signals()
    try:
        async with starting as machine:
            print(_welcome(machine.layout), flush=True)
            failed = await _until_told_or(machine)
            print("Stopping ..." if failed is None else f"Stopping everything: {failed}.", flush=True)
    except asyncio.CancelledError:  # Ctrl-C before everything ran
        failed = None
    print("Stopped.", flush=True)
    return 0 if failed is None else 1


async def _until_told_or(machine: OneMachine) -> PartFailed | None:
    try:
        return await machine.failure()
    except asyncio.CancelledError:
        return None


def _cancel_on_signals() -> None:
    main_task = asyncio.current_task()
    assert main_task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, main_task.cancel)


def _welcome(layout: Layout) -> str:
    explain = "make explain REF=<reference>"
    console = layout.demo_link.read_text().strip()
    return _WELCOME.format(intake=layout.intake_url, inbox=layout.inbox_url, explain=explain, console=console)


def _say(line: str) -> None:
    print(line, flush=True)


def main(arguments: Sequence[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m deploy.one_machine", description=__doc__)
    parser.add_argument("--var", type=Path, default=Path("var"), help="where everything is kept (default: var)")
    parser.add_argument(
        "--ephemeral", action="store_true", help="on free ports, in a folder that is removed at the end"
    )
    given = parser.parse_args(arguments)
    code = 1
    try:
        if given.ephemeral:
            code = asyncio.run(run(OneMachine.ephemeral(echo=_say)))
        else:
            code = asyncio.run(run(OneMachine(given.var, ports=load(Ports, prefix=PREFIX), echo=_say)))
    except* (CannotStart, PartFailed, BrokerProblem, SettingsProblem) as problems:
        for line in _lines(problems):
            print(f"Candour cannot start: {line}", file=sys.stderr)
    return code


def _lines(problems: BaseExceptionGroup[BaseException]) -> list[str]:
    nested = [_lines(one) if isinstance(one, BaseExceptionGroup) else [str(one)] for one in problems.exceptions]
    return [line for lines in nested for line in lines]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

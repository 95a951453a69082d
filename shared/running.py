"""How every service runs until it is told to stop, and how its command ends: `__main__` is made of these. Shell."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from shared.failures import Failure
from shared.log import Event, record
from shared.settings import SettingsProblem
from shared.web import PortInUse

FAILED, WRONG_SETTINGS = 1, 2


class Ended(Exception):
    """Something that runs without end has ended."""


async def without_end(work: Coroutine[Any, Any, None]) -> None:
    """`work`, whose end is a failure: its TaskGroup then stops everything else. Raises: Ended."""
    await work
    raise Ended


def told_to_stop() -> asyncio.Event:
    """Set by SIGTERM or SIGINT; the embedded server handles no signals. To be called inside the running loop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def exit_code(command: Callable[[], int]) -> int:
    """The command's own; 2 for wrong settings, every one of them named; 1 for a failure, logged by its code."""
    try:
        return command()
    except SettingsProblem as problem:
        _say("\n".join(problem.problems))
        return WRONG_SETTINGS
    except Failure as failure:
        record(Event.FAILED, failure=failure)
        return FAILED
    except BaseExceptionGroup as failures:
        for one in failures.exceptions:
            record(Event.FAILED, failure=one)
            if isinstance(one, PortInUse):
                _say(str(one))
        return FAILED


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")

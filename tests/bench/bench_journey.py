"""From a receipt to the last of its emails; what a whole machine weighs; how fast it starts. Shell."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from deploy.one_machine import fetching
from deploy.one_machine.machine import OneMachine
from deploy.one_machine.places import Ports
from deploy.one_machine.ports import free_ports
from shared.terms import Service
from tests.journey import EMAILS_EACH, NO_LIMITS, Journey

IDLE_RUNS = 15
BUSY_A_SECOND = 50
BUSY_RUNS = 150
AT_REST_SECONDS = 3
FORM = "/west-sussex"
ROOT = Path(__file__).parents[2]


class Times(msgspec.Struct, frozen=True, kw_only=True):
    p50_seconds: float
    p99_seconds: float


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured. The machine's own inbox is the sink.

    pss_mib: by process; "starter" is `make run` itself.
    start_seconds, again_seconds: from the command to the form's first 200, in an empty folder and in one already used.
    """

    idle: Times
    busy: Times
    pss_mib: dict[str, float]
    start_seconds: float
    again_seconds: float
    interpreter_seconds: float


async def measure() -> Figures:
    """The command three times, the last at rest; then one machine, first idle, then busy."""
    interpreter = _interpreter_seconds()
    start, again, pss = await asyncio.to_thread(_command)
    async with OneMachine.ephemeral(settings={Service.INTAKE: NO_LIMITS}) as machine:
        journey = await Journey.at(machine)
        bodies = await journey.bodies(IDLE_RUNS)
        idle = [await _one(journey, body) for body in bodies]
        bodies = await journey.bodies(BUSY_RUNS)
        busy = await _at_a_rate(journey, bodies)
    return Figures(
        idle=_times(idle),
        busy=_times(busy),
        pss_mib=pss,
        start_seconds=start,
        again_seconds=again,
        interpreter_seconds=interpreter,
    )


def _command() -> tuple[float, float, dict[str, float]]:
    """Seconds to the form of a first and of a second start, and what each process of the second weighs at rest."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with _running(Path(folder)) as (_, first):
            pass
        with _running(Path(folder)) as (pid, again):
            time.sleep(AT_REST_SECONDS)
            return first, again, _memory(pid)


@contextmanager
def _running(var: Path) -> Iterator[tuple[int, float]]:
    """`make run`'s command, from its start to its welcome; its process id, and when the form answered."""
    ports = free_ports()
    named = {f"CANDOUR_MACHINE_{name.upper()}": str(port) for name, port in msgspec.structs.asdict(ports).items()}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.one_machine", "--var", str(var)],
        cwd=ROOT,
        env={**os.environ, **named},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        _until_the_form_answers(ports, process)
        took = time.perf_counter() - began
        assert process.stdout is not None
        for line in process.stdout:
            if "Ctrl-C stops everything" in line:
                break
        yield process.pid, took
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def _until_the_form_answers(ports: Ports, process: "subprocess.Popen[str]") -> None:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{ports.intake}{FORM}", timeout=5) as response:
                if response.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise SystemExit("make run ended before its form answered")


def _memory(starter: int) -> dict[str, float]:
    """MiB of each process that `make run` starts, and of itself."""
    children = [int(pid) for pid in Path(f"/proc/{starter}/task/{starter}/children").read_text().split()]
    return {"starter": _pss_mib(starter)} | {_name(pid): _pss_mib(pid) for pid in children}


def _name(pid: int) -> str:
    command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    named = re.search(r"services\.(\w+)|one_machine\.(inbox)", command)
    return "broker" if named is None else named[1] or named[2]


async def _one(journey: Journey, body: bytes) -> float:
    ref = await journey.send(body)
    accepted = time.time()
    letters = await journey.letters_about(ref, EMAILS_EACH, seconds=60)
    return max(letter.arrived_at.timestamp() for letter in letters) - accepted


async def _at_a_rate(journey: Journey, bodies: list[bytes]) -> list[float]:
    """Send at a steady rate, whatever the answers take; then read from the inbox's files when each letter arrived."""
    accepted: dict[str, float] = {}
    count = len(bodies) * EMAILS_EACH
    enough = journey.machine.count_letters() + count

    async def all_there() -> bool:  # reading the emails takes the machine longer than sending them
        return journey.machine.count_letters() >= enough

    async def one(number: int, body: bytes) -> None:
        await asyncio.sleep(number / BUSY_A_SECOND)
        ref = await journey.send(body)
        accepted[ref] = time.time()

    await asyncio.gather(*(one(number, body) for number, body in enumerate(bodies)))
    await fetching.until("all emails", all_there, seconds=120)
    letters = await journey.machine.wait_for_letters(
        count, such=lambda letter: any(ref in letter.subject for ref in accepted), seconds=120
    )
    last: dict[str, float] = {}
    for letter in letters:
        ref = next(ref for ref in accepted if ref in letter.subject)
        last[ref] = max(last.get(ref, 0), letter.arrived_at.timestamp())
    return [last[ref] - at for ref, at in accepted.items()]


def _times(seconds: list[float]) -> Times:
    ordered = sorted(seconds)
    return Times(p50_seconds=ordered[len(ordered) // 2], p99_seconds=ordered[int(len(ordered) * 0.99)])


def _pss_mib(pid: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def _interpreter_seconds() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began

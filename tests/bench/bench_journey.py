"""From a receipt to the last of its emails; what a whole machine weighs; how fast it starts. Shell."""

import asyncio
import re
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from deploy.one_machine import fetching
from deploy.one_machine.machine import OneMachine
from shared.references import mint_submission_id
from shared.terms import Service
from tests.journey import EMAILS_EACH, Journey

IDLE_RUNS = 15
BUSY_A_SECOND = 50
BUSY_RUNS = 150
PARTS = ("broker", *Service)


class Times(msgspec.Struct, frozen=True, kw_only=True):
    p50_seconds: float
    p99_seconds: float


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured. The machine's own inbox is the sink."""

    idle: Times
    busy: Times
    pss_mib: float
    services_pss_mib: float
    start_seconds: float
    interpreter_seconds: float


async def measure() -> Figures:
    """One machine, first at rest, then idle, then busy."""
    interpreter = _interpreter_seconds()
    began = time.perf_counter()
    async with OneMachine.ephemeral() as machine:
        started = time.perf_counter() - began
        status, _ = await fetching.status_of(machine.layout.intake_url + "/west-sussex")
        assert status == 200
        await asyncio.sleep(2)
        pss = {part: _pss_mib(machine.pid(part)) for part in PARTS}
        journey = await Journey.at(machine)
        bodies = [await _body(journey) for _ in range(IDLE_RUNS)]
        idle = [await _one(journey, body) for body in bodies]
        bodies = [await _body(journey) for _ in range(BUSY_RUNS)]
        busy = await _at_a_rate(journey, bodies)
    return Figures(
        idle=_times(idle),
        busy=_times(busy),
        pss_mib=sum(pss.values()),
        services_pss_mib=sum(pss[service] for service in Service),
        start_seconds=started,
        interpreter_seconds=interpreter,
    )


async def _body(journey: Journey) -> bytes:
    address, submission = journey.fresh_address(), mint_submission_id()
    confirmation = await journey.confirmed(address, submission)
    return journey.sealed(address=address, submission=submission, confirmation=confirmation)


async def _one(journey: Journey, body: bytes) -> float:
    ref = await journey.send(body)
    accepted = time.time()
    letters = await journey.letters_about(ref, EMAILS_EACH, seconds=60)
    return max(letter.arrived_at.timestamp() for letter in letters) - accepted


async def _at_a_rate(journey: Journey, bodies: list[bytes]) -> list[float]:
    """Send at a steady rate, whatever the answers take; then read from the inbox's files when each letter arrived."""
    accepted: dict[str, float] = {}

    async def one(number: int, body: bytes) -> None:
        await asyncio.sleep(number / BUSY_A_SECOND)
        ref = await journey.send(body)
        accepted[ref] = time.time()

    await asyncio.gather(*(one(number, body) for number, body in enumerate(bodies)))
    count = len(bodies) * EMAILS_EACH
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

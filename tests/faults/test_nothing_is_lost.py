"""Parts are stopped, killed and damaged in mid-run. At the end every receipt has its emails, each of them once.

Small within `make test`; `make faults` runs them at their full size. A crash may repeat an email, byte for byte, no
more than were on their way.
"""

import asyncio
import os
import random
import shutil
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from deploy.one_machine.machine import OneMachine
from deploy.one_machine.mailbox import Letter
from shared.references import mint_submission_id
from shared.terms import Service
from tests.journey import EMAILS_EACH, NO_LIMITS, Journey

BROKER = "broker"
RUNS = int(os.environ.get("CANDOUR_FAULT_RUNS", "12"))
"""How many escalations; `make faults` says 300."""
JUNK = 5 * RUNS if RUNS < 200 else 1000
AROUND = max(RUNS // 15, 3)
"""No service is killed in the first or last of them."""
SEED = random.SystemRandom().randrange(2**32)

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
async def journey() -> AsyncIterator[Journey]:
    print(f"seed {SEED}")
    async with OneMachine.ephemeral(settings={Service.INTAKE: NO_LIMITS}) as machine:
        yield await Journey.at(machine)


async def send_until_received(journey: Journey, body: bytes) -> str:
    """As the page does: anything short of a receipt is "not confirmed yet", and the same bytes go again."""
    async with asyncio.timeout(120):
        while True:
            try:
                return await journey.send(body)
            except OSError:
                await asyncio.sleep(0.2)


async def all_emails(journey: Journey, refs: set[str], *, seconds: float) -> list[Letter]:
    """The emails about `refs`, once each of them has its emails."""

    def about(letter: Letter) -> bool:
        return any(ref in letter.subject for ref in refs)

    async with asyncio.timeout(seconds):
        while True:
            letters = [letter for letter in journey.machine.letters() if about(letter)]
            if len({(letter.subject, letter.recipient) for letter in letters}) >= EMAILS_EACH * len(refs):
                return letters
            await asyncio.sleep(1)


def repeated(letters: list[Letter]) -> int:
    """How many emails came more than once; each repetition must be the same bytes."""
    by_id: dict[str, set[bytes]] = {}
    counted: Counter[str] = Counter()
    for letter in letters:
        message_id = next(line for line in letter.raw.splitlines() if line.lower().startswith(b"message-id:")).decode()
        counted[message_id] += 1
        by_id.setdefault(message_id, set()).add(letter.raw)
    assert all(len(versions) == 1 for versions in by_id.values()), "an email was sent again with other bytes"
    return sum(count - 1 for count in counted.values())


async def test_a_submission_is_accepted_with_the_broker_stopped_and_its_emails_come_after(journey: Journey) -> None:
    bodies = await journey.bodies(3)
    await journey.machine.stop_part(BROKER)
    refs = {await journey.send(body) for body in bodies}
    assert len(refs) == 3
    await journey.machine.start_broker()
    assert repeated(await all_emails(journey, refs, seconds=120)) == 0


async def test_everything_arrives_once_though_the_brokers_store_is_deleted_in_mid_run(journey: Journey) -> None:
    half = max(RUNS // 15, 4)
    bodies = await journey.bodies(2 * half)
    refs = {await journey.send(body) for body in bodies[:half]}
    await journey.machine.kill(BROKER)
    shutil.rmtree(journey.machine.layout.broker / "jetstream", ignore_errors=True)
    for path in journey.machine.layout.broker.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
    refs |= {await journey.send(body) for body in bodies[half:]}
    await journey.machine.start_broker()
    assert repeated(await all_emails(journey, refs, seconds=300)) == 0


async def test_no_receipt_is_without_its_emails_though_every_service_is_killed_in_mid_run(journey: Journey) -> None:
    chance = random.Random(SEED)
    bodies = await journey.bodies(RUNS)
    kills = dict(zip(chance.sample(range(AROUND, RUNS - AROUND), len(Service)), Service, strict=True))
    gate, refs = asyncio.Semaphore(8), set[str]()

    async def one(number: int, body: bytes) -> None:
        async with gate:
            if number in kills:
                await journey.machine.kill(kills[number])
                await journey.machine.start_part(kills[number], ready=False)
            refs.add(await send_until_received(journey, body))

    await asyncio.gather(*(one(number, body) for number, body in enumerate(bodies)))
    assert len(refs) == RUNS
    letters = await all_emails(journey, refs, seconds=600)
    most_in_flight = 8
    assert repeated(letters) <= len(kills) * most_in_flight
    assert len({(letter.subject, letter.recipient) for letter in letters}) == RUNS * EMAILS_EACH


async def test_a_flood_of_junk_makes_few_emails_and_an_honest_urgent_one_is_still_told_at_once(
    journey: Journey,
) -> None:
    async def junk() -> None:
        await journey.send(
            journey.sealed(address=f"nobody.{mint_submission_id()}@junk.example", facts={"child_status": "unheard_of"})
        )

    before = len(journey.machine.letters())
    gate = asyncio.Semaphore(16)

    async def one() -> None:
        async with gate:
            await junk()

    await asyncio.gather(*(one() for _ in range(JUNK)))
    urgent = await journey.send(
        journey.sealed(
            address=journey.fresh_address(),
            facts={"immediate_harm": "yes", "harm_consulted": "safeguarding_lead"},
        )
    )
    told = await journey.machine.wait_for_letters(
        1, such=lambda letter: urgent in letter.subject + letter.text, seconds=60
    )
    assert all("nobody." not in letter.recipient for letter in journey.machine.letters())
    assert told
    assert len(journey.machine.letters()) - before <= 10

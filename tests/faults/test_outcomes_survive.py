"""Parts are killed while outcomes are agreed. At the end each is closed, and each party has one written confirmation.

Small within `make test`; `make faults` runs it at its full size. A crash may repeat an email, byte for byte.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from http.client import HTTPException
from typing import Any

import pytest
from test_nothing_is_lost import BROKER, RUNS, SEED, repeated, send_until_received

from deploy.one_machine.machine import OneMachine
from deploy.one_machine.mailbox import Letter
from deploy.one_machine.party import Party
from shared.following import SeenEscalation
from shared.references import mint_submission_id
from shared.terms import Service
from tests.journey import NO_LIMITS, Journey

CONTACT = "taylor.willowby@west-sussex-council.example"
MANAGER = "harper.cobblestone@oakfield-primary.example"
DECISION_MAKER = "quinn.quaverley@west-sussex-council.example"
MATTERS = max(RUNS // 3, 6)
AGREED = {"outcome": "agreed", "agreed_outcome": "A strategy discussion is held this week."}
CONFIRMATION = "Written confirmation of an outcome: "

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
async def journey() -> AsyncIterator[Journey]:
    print(f"seed {SEED}")
    async with OneMachine.ephemeral(settings={Service.INTAKE: NO_LIMITS}) as machine:
        yield await Journey.at(machine)


async def patiently(ask: Callable[[], Awaitable[Any]]) -> Any:
    """As a person does: no answer came, so they ask again."""
    async with asyncio.timeout(120):
        while True:
            try:
                return await ask()
            except (OSError, HTTPException):
                await asyncio.sleep(0.2)


async def raised(journey: Journey) -> tuple[str, Party]:
    """An escalation, with its raiser signed in."""
    address, submission = journey.fresh_address(), mint_submission_id()
    confirmation = await journey.confirmed(address, submission)
    ref = await journey.send(journey.sealed(address=address, submission=submission, confirmation=confirmation))
    raiser = Party.of(journey.machine, journey.book, address)
    await journey.letters_about(ref, 4)
    await raiser.sign_in(ref)
    return ref, raiser


async def agree(journey: Journey, ref: str, *, contact: Party, others: tuple[Party, ...]) -> None:
    await send_until_received(journey, contact.sealed(ref, "outcome", facts=AGREED, sealed={"details": "Sealed."}))
    for party in others:
        await confirm(party, ref)


async def confirm(party: Party, ref: str) -> None:
    await patiently(lambda: party.until(ref, lambda page: page.outcome is not None, seconds=120))
    await patiently(lambda: party.answer_outcome(ref, agrees=True))


async def state(party: Party, ref: str) -> str:
    page: SeenEscalation = await patiently(lambda: party.see(ref))
    return page.state


async def test_every_party_gets_one_written_confirmation_though_every_part_is_killed(journey: Journey) -> None:
    chance, machine = random.Random(SEED), journey.machine
    matters = [one for _ in range(MATTERS // 3) for one in await asyncio.gather(*(raised(journey) for _ in range(3)))]
    contact, manager = (Party.of(machine, journey.book, address) for address in (CONTACT, MANAGER))
    for party in (contact, manager):
        await party.sign_in(matters[0][0])
    kills = dict(zip(chance.sample(range(MATTERS), len(Service) + 1), (*Service, BROKER), strict=True))
    gate = asyncio.Semaphore(4)

    async def one(number: int, ref: str, raiser: Party) -> None:
        async with gate:
            agreeing = asyncio.ensure_future(agree(journey, ref, contact=contact, others=(raiser, manager)))
            if number in kills:
                await asyncio.sleep(chance.random() / 2)
                await machine.kill(kills[number])
                await start_again(machine, kills[number])
            await agreeing

    await asyncio.gather(*(one(number, ref, raiser) for number, (ref, raiser) in enumerate(matters)))
    assert {await state(raiser, ref) for ref, raiser in matters} == {"closed"}
    letters = await confirmations(machine, {ref for ref, _ in matters})
    repeated(letters)
    each = Counter((one.subject, one.recipient) for one in {letter.raw: letter for letter in letters}.values())
    wanted = {
        (CONFIRMATION + ref, address)
        for ref, raiser in matters
        for address in (raiser.address, CONTACT, MANAGER, DECISION_MAKER)
    }
    assert set(each) == wanted
    assert set(each.values()) == {1}


async def start_again(machine: OneMachine, name: str) -> None:
    if name == BROKER:
        await machine.start_broker()
    else:
        await machine.start_part(name, ready=False)


async def confirmations(machine: OneMachine, refs: set[str]) -> list[Letter]:
    """Every written confirmation, once there are four of each."""

    def of_these(letter: Letter) -> bool:
        return letter.subject.startswith(CONFIRMATION) and letter.subject.removeprefix(CONFIRMATION) in refs

    async with asyncio.timeout(300):
        while True:
            letters = [letter for letter in machine.letters() if of_these(letter)]
            if len({(letter.subject, letter.recipient) for letter in letters}) >= 4 * len(refs):
                return letters
            await asyncio.sleep(1)

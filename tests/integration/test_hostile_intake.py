"""Intake in an attacker's hands, with all that intake holds: nothing opens, nothing changes. Shell."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from machines import NatsServer
from sqlalchemy import Connection, select

from services.router.adapters.tables import METADATA, OUTBOX
from shared.envelope import OpeningKey
from shared.failures import Permanent
from shared.following import SeeEscalation
from shared.messages import NoticeKind
from shared.questions import (
    CodeSent,
    ConfirmAddress,
    Refused,
    SealedAnswer,
    SendConfirmationCode,
    SendSignInCode,
    SignedIn,
    SignIn,
)
from shared.references import mint_reference, mint_secret, mint_submission_id
from tests.router_live import LiveRouter, live_router
from tests.router_world import DUTY, RAISER, open_answer, sealed_question


@pytest_asyncio.fixture
async def live(fresh_nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[LiveRouter]:
    async with live_router(tmp_path, fresh_nats_server, database_url=f"sqlite:///{tmp_path}/r.db") as running:
        yield running


async def state(live: LiveRouter) -> dict[str, list[Any]]:
    """Every row that says what an escalation is and who was told; not the transport's own, nor the sessions'."""

    def read(connection: Connection) -> dict[str, list[Any]]:
        names = ("escalations", "decisions", "parties", "history", "notices", "added")
        rows = {name: sorted(map(repr, connection.execute(select(METADATA.tables[name])))) for name in names}
        return rows | {"outbox": sorted(connection.execute(select(OUTBOX.c.message)).scalars())}

    return await live.router._database.read(read)


async def waiting(live: LiveRouter) -> Any:
    """An honest form whose code is on its way to the raiser."""
    received = live.browser.submission()
    await live.send(received)
    await live.until(lambda: bool(live.of(NoticeKind.CONFIRMATION_CODE)))
    return received


async def test_a_question_with_intakes_own_key_in_it_cannot_be_made_of_an_honest_one(live: LiveRouter) -> None:
    """The page's key stands inside the seal: intake can put its own into a question of its own only."""
    received = await waiting(live)
    before = await state(live)
    page_key, own = OpeningKey.generate(), OpeningKey.generate()
    honest = sealed_question(
        live.browser, SeeEscalation(ref=received.ref), secret=mint_secret(), counter=1, answer_key=page_key.public
    )
    raw = await live.carry(honest)
    with pytest.raises(Permanent):
        open_answer(raw, own)
    mine = await live.ask(SeeEscalation(ref=received.ref), secret=mint_secret(), counter=1)
    assert mine == Refused(why="not-signed-in")
    assert await state(live) == before


async def test_a_replayed_question_gets_nothing_and_does_nothing(live: LiveRouter) -> None:
    received = await waiting(live)
    secret, key = mint_secret(), OpeningKey.generate()
    asked = sealed_question(
        live.browser, SendSignInCode(ref=received.ref, address=DUTY), secret=secret, counter=1, answer_key=key.public
    )
    assert open_answer(await live.carry(asked), key) == CodeSent()
    await live.until(lambda: bool(live.of(NoticeKind.SIGN_IN_CODE)))
    before = await state(live)
    for _ in range(3):
        assert open_answer(await live.carry(asked), key) == Refused(why="replayed")
    assert await state(live) == before


async def test_an_old_answer_opens_for_no_other_question(live: LiveRouter) -> None:
    received = await waiting(live)
    secret, old_key, new_key = mint_secret(), OpeningKey.generate(), OpeningKey.generate()
    question = SeeEscalation(ref=received.ref)
    old = await live.carry(sealed_question(live.browser, question, secret=secret, counter=1, answer_key=old_key.public))
    with pytest.raises(Permanent):
        open_answer(old, new_key)


async def test_a_question_moved_to_another_partnership_opens_for_nobody(live: LiveRouter) -> None:
    received = await waiting(live)
    before, key = await state(live), OpeningKey.generate()
    asked = sealed_question(
        live.browser, SeeEscalation(ref=received.ref), secret=mint_secret(), counter=1, answer_key=key.public
    )
    raw = await live.carry(msgspec.structs.replace(asked, partnership="east-sussex"))
    with pytest.raises(Permanent):
        open_answer(raw, key)
    garbled = msgspec.structs.replace(
        asked, question=msgspec.structs.replace(asked.question, sealed=asked.question.sealed[:-1] + b"x")
    )
    other = await live.carry(garbled)
    assert len(msgspec.json.decode(other, type=SealedAnswer).sealed) == len(
        msgspec.json.decode(raw, type=SealedAnswer).sealed
    )
    assert await state(live) == before


async def test_the_same_submission_under_another_reference_changes_nothing(live: LiveRouter) -> None:
    received = await waiting(live)
    before = await state(live)
    moved = msgspec.structs.replace(received, ref=mint_reference("WS"))
    await live.send(moved)
    other = msgspec.structs.replace(live.browser.submission(), ref=received.ref)
    await live.send(other)
    await live.settled(moved, other)
    assert await state(live) == before


async def test_facts_moved_to_another_submission_do_not_open(live: LiveRouter) -> None:
    received = await waiting(live)
    moved = msgspec.structs.replace(received, ref=mint_reference("WS"), submission=mint_submission_id())
    await live.send(moved)
    await live.settled(moved)
    parked = await live.router.world.escalations.escalation(moved.ref)
    assert parked is not None
    assert (parked.state.value, parked.facts) == ("parked", None)


async def test_a_confirmation_cannot_be_forged(live: LiveRouter) -> None:
    """Intake knows the submission's id, and may have a code mailed to an address of its own."""
    received = await waiting(live)
    secret = mint_secret()
    own = SendConfirmationCode(submission=received.submission, address="attacker@oakfield-primary.example")
    assert await live.ask(own, secret=secret, counter=1) == CodeSent()
    await live.until(lambda: len(live.of(NoticeKind.CONFIRMATION_CODE)) == 2)
    code = live.of(NoticeKind.CONFIRMATION_CODE)[-1].code
    assert code is not None
    before = await state(live)
    forged = ConfirmAddress(submission=received.submission, code=code.code, ref=received.ref)
    assert await live.ask(forged, secret=secret, counter=2) == Refused(why="code-wrong")
    for counter in range(3, 12):
        guess = ConfirmAddress(submission=received.submission, code="000000", ref=received.ref)
        assert isinstance(await live.ask(guess, secret=secret, counter=counter), Refused)
    assert await state(live) == before


async def test_a_code_meant_for_one_tab_signs_no_other_in(live: LiveRouter) -> None:
    received = await waiting(live)
    victim, attacker = mint_secret(), mint_secret()
    await live.ask(SendSignInCode(ref=received.ref, address=RAISER), secret=victim, counter=1)
    await live.until(lambda: bool(live.of(NoticeKind.SIGN_IN_CODE)))
    code = live.of(NoticeKind.SIGN_IN_CODE)[-1].code
    assert code is not None
    stolen = await live.ask(SignIn(ref=received.ref, code=code.code), secret=attacker, counter=1)
    assert stolen == Refused(why="code-wrong")
    assert isinstance(await live.ask(SignIn(ref=received.ref, code=code.code), secret=victim, counter=2), SignedIn)

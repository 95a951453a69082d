"""Intake in an attacker's hands while people agree an outcome: it confirms, reads and adds nothing. Shell."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from machines import NatsServer

from deploy.one_machine.party import NotAnswered, unsealed
from services.intake.adapters.router_questions import RouterTickets
from services.router.domain.escalation import Escalation, State
from shared.clock import SystemClock
from shared.envelope import OpeningKey
from shared.failures import Permanent
from shared.following import AnswerOutcome, ReadRecord, RecordOpened, SeeEscalation, SeenEscalation
from shared.messages import NoticeKind, SubmissionReceived
from shared.questions import (
    Answer,
    CodeSent,
    Done,
    Question,
    Refused,
    SendConfirmationCode,
    SendSignInCode,
    SignedIn,
    SignIn,
)
from shared.receipts import Signer
from shared.references import mint_reference, mint_secret, mint_submission_id
from shared.releases import SignedTicket, ticket_bytes
from shared.terms import Digest, EscalationRef
from tests.router_live import LiveRouter, live_router
from tests.router_world import CONTACT, DUTY, RAISER, open_answer, sealed_question

AGREED: dict[str, object] = {"outcome": "agreed", "agreed_outcome": "A strategy meeting is held this week."}


@pytest_asyncio.fixture
async def live(fresh_nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[LiveRouter]:
    async with live_router(tmp_path, fresh_nats_server, database_url=f"sqlite:///{tmp_path}/r.db") as running:
        yield running


class Session:
    """One browser, through which intake carries."""

    def __init__(self, live: LiveRouter) -> None:
        self.live = live
        self.secret = mint_secret()
        self.counter = 0

    async def ask(self, question: Question) -> Answer:
        self.counter += 1
        return await self.live.ask(question, secret=self.secret, counter=self.counter)

    def sealed(self, question: Question, key: OpeningKey) -> Any:
        """The question as it passes intake, not carried on yet."""
        self.counter += 1
        return sealed_question(
            self.live.browser, question, secret=self.secret, counter=self.counter, answer_key=key.public
        )

    async def sign_in(self, ref: str, address: str) -> "Session":
        known = len(self.live.of(NoticeKind.SIGN_IN_CODE))
        assert await self.ask(SendSignInCode(ref=ref, address=address)) == CodeSent()
        await self.live.until(lambda: len(self.live.of(NoticeKind.SIGN_IN_CODE)) > known)
        code = self.live.of(NoticeKind.SIGN_IN_CODE)[-1].code
        assert code is not None
        assert isinstance(await self.ask(SignIn(ref=ref, code=code.code)), SignedIn)
        return self


async def raised(live: LiveRouter) -> SubmissionReceived:
    """An escalation by a raiser whose address is confirmed, routed."""
    browser, submission = Session(live), mint_submission_id()
    await browser.ask(SendConfirmationCode(submission=submission, address=RAISER))
    await live.until(lambda: bool(live.of(NoticeKind.CONFIRMATION_CODE)))
    code = live.of(NoticeKind.CONFIRMATION_CODE)[-1].code
    assert code is not None
    received = live.browser.submission(
        submission=submission, confirmation={"secret": _b64(browser.secret), "code": code.code}
    )
    await live.send(received)
    await live.until(lambda: bool(live.of(NoticeKind.ACT)))
    return received


async def add(
    live: LiveRouter, by: Session, form: str, answers: dict[str, object], *, about: str
) -> SubmissionReceived:
    """What is added from this browser, as intake sends it on."""
    act = live.browser.act(form, answers, about=about, secret=by.secret, accepted_at=SystemClock().now())
    await live.send(act)
    await live.settled(act)
    return act


async def escalation(live: LiveRouter, ref: EscalationRef) -> Escalation:
    found = await live.router.world.escalations.escalation(ref)
    assert found is not None
    return found


async def digest_shown(by: Session, ref: str) -> Digest:
    page = await by.ask(SeeEscalation(ref=ref))
    assert isinstance(page, SeenEscalation)
    assert page.outcome is not None
    return page.outcome.digest


async def words(live: LiveRouter, ref: EscalationRef) -> list[tuple[str, bool]]:
    """Whose word stands on the current version, and which."""
    return [(one.address, one.agrees) for one in (await escalation(live, ref)).life.versions[-1].answers]


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


async def put_to_the_parties(live: LiveRouter) -> tuple[EscalationRef, Session, Session]:
    """An outcome that waits for the raiser's word; the contact's session and the raiser's."""
    ref = (await raised(live)).ref
    contact, raiser = await Session(live).sign_in(ref, CONTACT), await Session(live).sign_in(ref, RAISER)
    await add(live, contact, "outcome", AGREED, about=ref)
    assert await words(live, ref) == [(CONTACT, True)]
    return ref, contact, raiser


async def test_a_confirmation_of_intakes_own_counts_for_nobody(live: LiveRouter) -> None:
    ref, _, raiser = await put_to_the_parties(live)
    digest = await digest_shown(raiser, ref)
    own = Session(live)
    assert await own.ask(AnswerOutcome(ref=ref, digest=digest, agrees=True)) == Refused(why="not-signed-in")
    assert await own.ask(SendSignInCode(ref=ref, address=RAISER)) == CodeSent()
    for guess in ("AAAAAAAA", "BBBBBBBB", "CCCCCCCC", "DDDDDDDD", "EEEEEEEE", "FFFFFFFF"):
        assert isinstance(await own.ask(SignIn(ref=ref, code=guess)), Refused)
    assert await own.ask(AnswerOutcome(ref=ref, digest=digest, agrees=True)) == Refused(why="not-signed-in")
    assert await words(live, ref) == [(CONTACT, True)]
    assert live.of(NoticeKind.CONFIRMATION) == []


async def test_a_word_that_was_held_back_does_not_confirm_what_was_written_since(live: LiveRouter) -> None:
    """The raiser confirms version 1; intake keeps it, and carries it on once there is a version 2."""
    ref, contact, raiser = await put_to_the_parties(live)
    key = OpeningKey.generate()
    kept = raiser.sealed(AnswerOutcome(ref=ref, digest=await digest_shown(raiser, ref), agrees=True), key)
    await add(live, contact, "outcome", {**AGREED, "agreed_outcome": "Nothing is done for a month."}, about=ref)
    assert open_answer(await live.carry(kept), key) == Refused(why="changed")
    assert open_answer(await live.carry(kept), key) == Refused(why="replayed")
    assert await words(live, ref) == [(CONTACT, True)]
    assert (await escalation(live, ref)).state is State.ROUTED


async def test_a_dispute_carried_twice_is_one_and_a_yes_is_made_of_it_by_nobody(live: LiveRouter) -> None:
    ref, _, raiser = await put_to_the_parties(live)
    digest, key = await digest_shown(raiser, ref), OpeningKey.generate()
    no = raiser.sealed(AnswerOutcome(ref=ref, digest=digest, agrees=False, reason="It is not what we said."), key)
    assert open_answer(await live.carry(no), key) == Done()
    for _ in range(2):
        assert open_answer(await live.carry(no), key) == Refused(why="replayed")
    garbled = msgspec.structs.replace(no.question, sealed=no.question.sealed[:-1] + b"x")
    with pytest.raises(Permanent):
        open_answer(await live.carry(msgspec.structs.replace(no, question=garbled)), key)
    assert await words(live, ref) == [(CONTACT, True), (RAISER, False)]
    assert live.of(NoticeKind.CONFIRMATION) == []


async def test_what_intake_writes_itself_is_set_aside_and_told_to_the_duty_contact_alone(live: LiveRouter) -> None:
    ref, contact, _ = await put_to_the_parties(live)
    before = await escalation(live, ref)
    owed = {one.id for one in await live.router.world.escalations.notices(ref)}
    await live.until(lambda: owed <= {one.id for one in live.notices})
    told = len(live.notices)
    forged = {**AGREED, "agreed_outcome": "Nothing was wrong."}
    for secret in (mint_secret(), b"", contact.secret[:16]):
        act = live.browser.act("outcome", forged, about=ref, secret=secret, accepted_at=SystemClock().now())
        await live.send(act)
        await live.settled(act)
    after = await escalation(live, ref)
    assert (after.life, after.state) == (before.life, before.state)
    await live.until(lambda: len(live.notices) > told)
    assert {one.address for one in live.notices[told:]} <= {DUTY}


async def test_an_act_under_another_id_or_with_another_record_changes_nothing(live: LiveRouter) -> None:
    ref, contact, _ = await put_to_the_parties(live)
    act = await add(live, contact, "representation", {}, about=ref)
    held = await live.router.world.escalations.added(ref)
    replace = msgspec.structs.replace
    twice = (
        replace(act, ref=mint_reference("WS")),
        replace(act, ref=mint_reference("WS"), submission=mint_submission_id()),
        replace(act, ref=mint_reference("WS"), record_digest=Digest("0" * 64)),
        replace(act, ref=mint_reference("WS"), form="outcome"),
        replace(act, ref=ref),
    )
    for each in twice:
        await live.send(each)
    await live.settled(*twice)
    assert await live.router.world.escalations.added(ref) == held
    assert await words(live, ref) == [(CONTACT, True)]


async def test_nobody_between_learns_a_record_key_nor_passes_off_another_record(live: LiveRouter) -> None:
    received = await raised(live)
    contact = await Session(live).sign_in(received.ref, CONTACT)
    key, own = OpeningKey.generate(), OpeningKey.generate()
    question = ReadRecord(ref=received.ref, submission=received.submission)
    raw = await live.carry(contact.sealed(question, key))
    with pytest.raises(Permanent):
        open_answer(raw, own)
    assert await Session(live).ask(question) == Refused(why="not-signed-in")
    opened = open_answer(raw, key)
    assert isinstance(opened, RecordOpened)
    with pytest.raises(NotAnswered):
        unsealed(opened, b"another record")


async def test_a_ticket_of_anybody_elses_making_is_no_ticket(live: LiveRouter, fresh_nats_server: NatsServer) -> None:
    received = await raised(live)
    contact = await Session(live).sign_in(received.ref, CONTACT)
    opened = await contact.ask(ReadRecord(ref=received.ref, submission=received.submission))
    assert isinstance(opened, RecordOpened)
    router = live.router.world.tickets.sign(opened.ticket.ticket)
    tickets = RouterTickets(fresh_nats_server.identities.verifier)
    tickets.check(router)
    intake = Signer.generate()
    other = msgspec.structs.replace(opened.ticket.ticket, submission=mint_submission_id())
    for forged in (
        SignedTicket(ticket=other, key=intake.key_id, signature=intake.sign(ticket_bytes(other))),
        SignedTicket(ticket=other, key=router.key, signature=intake.sign(ticket_bytes(other))),
        SignedTicket(ticket=other, key=router.key, signature=router.signature),
    ):
        with pytest.raises(Permanent):
            tickets.check(forged)

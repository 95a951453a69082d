"""Bytes and reports that no honest page or service sends: refused, set aside, told; never a stuck message. Shell."""

import msgspec
import pytest

from services.router.consumer import Consumer
from services.router.domain.escalation import State
from services.router.handlers.asking import answer_sealed
from services.router.questions import Questions
from shared.envelope import Binding, seal
from shared.failures import Code, Permanent
from shared.jetstream import Received
from shared.messages import (
    Frame,
    MailState,
    NoticeKind,
    NoticeReported,
    NoticeState,
    Parked,
    Report,
    Sealed,
    SubmissionReceived,
)
from shared.questions import SealedQuestion, SendConfirmationCode
from shared.references import derive_id
from shared.subjects import reports
from shared.terms import KeyId, MessageId, Service
from tests.router_world import FORM, PARTNERSHIP, RAISER, VERSION, RouterWorld

DEEP = b"[" * 200_000
NOT_READABLE = [b"\xff\xfe", b'{"answers": {"a": "\xff"}}', b'{"answers": {"a": ' + DEEP[:60_000], b"", b"{}"]


def submission_of(router: RouterWorld, plain: bytes) -> SubmissionReceived:
    """A submission whose facts open to `plain`."""
    whole = router.submission()
    binding = Binding(
        partnership=PARTNERSHIP,
        key=router.facts_key.id,
        form=FORM,
        form_version=VERSION,
        compartment="facts",
        submission=whole.submission,
    )
    sealed = seal(plain, to=router.facts_key.public, binding=binding)
    return msgspec.structs.replace(whole, facts=Sealed(key=router.facts_key.id, sealed=sealed))


@pytest.mark.parametrize("plain", NOT_READABLE, ids=range(len(NOT_READABLE)))
async def test_facts_that_are_no_text_are_set_aside_and_the_duty_contact_is_told(plain: bytes) -> None:
    router = await RouterWorld().ready()
    ref = await router.take(submission_of(router, plain))
    assert router.memory.escalations[ref].state is State.PARKED
    assert len(router.notices(NoticeKind.WAITING)) == 1


@pytest.mark.parametrize("stage", ["9" * 5000, ["2"], {"stage": 2}, 2])
async def test_a_stage_that_is_none_is_set_aside_as_refused(stage: object) -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission({"stage": stage}))
    assert router.memory.escalations[ref].state is State.PARKED


@pytest.mark.parametrize("value", [{"a": 1}, [{"a": 1}], [["yes"]], 1.5, None, True])
@pytest.mark.parametrize("field", ["immediate_harm", "raising_agency", "entry", "timeframe", "child_status"])
async def test_an_answer_of_another_shape_is_set_aside_and_no_bug(field: str, value: object) -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission({field: value}))
    assert router.memory.escalations[ref].state in (State.PARKED, State.WAITING_CONFIRMATION)


@pytest.mark.parametrize("body", [b"\xff\xfe", b'{"type": "\xff"}', DEEP, b""], ids=range(4))
async def test_no_bytes_from_the_broker_are_a_bug(body: bytes) -> None:
    router = await RouterWorld().ready()
    consumer = Consumer(None, world=router.world)  # type: ignore[arg-type]  # nothing is consumed here
    questions = Questions(world=router.world, books=None, tally=None, answer_seconds=0.0)  # type: ignore[arg-type]
    received = received_of(body, sender=Service.INTAKE, subject="submissions.west-sussex.none")
    for work in (
        consumer.take_submission(received),
        consumer.take_report(received),
        questions.public(body, Service.INTAKE),
        questions.route(body, Service.INTAKE),
        answer_sealed(body, world=router.world),
    ):
        with pytest.raises(Permanent) as raised:
            await work
        assert raised.value.code is Code.UNREADABLE
    await consumer.park(received, Code.UNREADABLE)
    assert received.message in router.memory.inbox


@pytest.mark.parametrize("plain", [b"\xff", b'{"question": {"type": "see", "ref": "\xff"}}', DEEP], ids=range(3))
async def test_a_question_that_opens_to_no_text_is_answered_as_any_other(plain: bytes) -> None:
    router = await RouterWorld().ready()
    key = router.facts_key
    binding = Binding(
        partnership=PARTNERSHIP, key=key.id, form="question", form_version=1, compartment="question", submission=""
    )
    sealed = Sealed(key=key.id, sealed=seal(plain, to=key.public, binding=binding))
    assert await answer_sealed(
        msgspec.json.encode(SealedQuestion(partnership=PARTNERSHIP, question=sealed)), world=router.world
    )


def received_of(body: bytes, *, sender: Service, subject: str) -> Received:
    """A message as the broker hands it on once its signature held."""
    message = MessageId(derive_id(subject, body.hex()))
    at = RouterWorld().clock.now()
    frame = Frame(sender=sender, key=KeyId(""), message=message, at=at, body=body, signature=b"")
    return Received(subject=subject, frame=frame, message=message, raw=body, attempt=1)


async def test_only_notifier_says_what_became_of_a_notice_or_of_the_mail() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    ref = await page.raise_escalation(code=page.code())
    (act,) = router.notices(NoticeKind.ACT)
    at, consumer = router.clock.now(), Consumer(None, world=router.world)  # type: ignore[arg-type]
    refused = NoticeReported(id=act.id, ref=ref, partnership=PARTNERSHIP, state=NoticeState.REFUSED, at=at, attempt=1)
    parked = Parked(message=MessageId(act.id), by=Service.NOTIFIER, code=Code.UNREADABLE, at=at)
    forged: tuple[Report, ...] = (refused, MailState(since=at, at=at), parked)
    for report in forged:
        received = received_of(
            msgspec.json.encode(report), sender=Service.INTAKE, subject=reports(Service.INTAKE, PARTNERSHIP, ref)
        )
        with pytest.raises(Permanent) as raised:
            await consumer.take_report(received)
        assert raised.value.code is Code.BAD_SIGNATURE
    await router.sweep()
    assert len(await router.world.escalations.decisions(ref)) == 1
    assert (await router.world.escalations.mail()).down_since is None
    said = received_of(
        msgspec.json.encode(refused), sender=Service.NOTIFIER, subject=reports(Service.NOTIFIER, PARTNERSHIP, ref)
    )
    await consumer.take_report(said)
    await router.sweep()
    assert len(await router.world.escalations.decisions(ref)) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"ref": "RING-01632-960999-NOW"},
        {"ref": "W" * 60},
        {"submission": "s" * 65},
        {"submission": "\x00" * 32},
        {"partnership": "p" * 64},
    ],
)
async def test_what_intake_would_never_mint_is_set_aside_and_stands_in_no_mail(changes: dict[str, str]) -> None:
    router = await RouterWorld().ready()
    submission = msgspec.structs.replace(router.submission(), **changes)
    consumer = Consumer(None, world=router.world)  # type: ignore[arg-type]  # nothing is consumed here
    subject = f"submissions.{submission.partnership}.{submission.ref}"
    received = received_of(msgspec.json.encode(submission), sender=Service.INTAKE, subject=subject)
    with pytest.raises(Permanent) as raised:
        await consumer.take_submission(received)
    await consumer.park(received, raised.value.code)
    await router.sweep()
    assert received.message in router.memory.inbox
    assert not router.memory.escalations
    assert not router.notices()

"""What was set aside: listed, tried again, settled; and waiting mail that names nobody who went on. Shell."""

import msgspec

from services.router.domain.escalation import State
from services.router.handlers.submissions import set_aside
from services.router.parking import list_parked, retry, settle
from shared.failures import Code
from shared.messages import Frame, NoticeKind, SubmissionReceived
from shared.questions import ConfirmAddress, Confirmed, SendConfirmationCode
from shared.terms import KeyId, MessageId, Service
from tests.router_world import RAISER, URGENT, RouterWorld

ID = MessageId("m1")


async def parked(router: RouterWorld, submission: SubmissionReceived, code: Code) -> None:
    body = msgspec.json.encode(submission)
    at = router.clock.now()
    frame = Frame(sender=Service.INTAKE, key=KeyId("k"), message=ID, at=at, body=body, signature=b"s")
    subject = f"submissions.west-sussex.{submission.ref}"
    raw = msgspec.msgpack.encode(frame)
    shown = b"" if code is Code.BAD_SIGNATURE else body
    await set_aside(subject, shown, message=ID, frame=raw, code=code, world=router.world)


async def test_a_submission_goes_on_once_its_key_came_back() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    submission = router.submission(submission=page.submission)
    router.keys.facts.clear()
    await parked(router, submission, Code.UNKNOWN_KEY)
    listed = await list_parked(world=router.world)
    assert ID in listed.lines[0]
    assert listed.lines[-1] == "1 parked."
    assert (await retry(ID, world=router.world)).problems == ("It stays parked: envelope.unknown-key.",)
    assert router.memory.escalations[submission.ref].state is State.PARKED

    router.keys.facts[router.facts_key.id] = router.facts_key
    assert (await retry(ID, world=router.world)).code == 0
    assert router.memory.escalations[submission.ref].state is State.WAITING_CONFIRMATION
    assert (await list_parked(world=router.world)).lines == ("0 parked.",)
    assert (await retry(ID, world=router.world)).code == 1
    assert await page.ask(ConfirmAddress(submission=page.submission, code=page.code())) == Confirmed()
    assert router.memory.escalations[submission.ref].state is State.ROUTED


async def test_a_frame_with_a_wrong_signature_is_settled_but_never_read() -> None:
    router = await RouterWorld().ready()
    await parked(router, router.submission(), Code.BAD_SIGNATURE)
    assert await router.world.escalations.parked_signatures() == 1
    assert (await retry(ID, world=router.world)).code == 1
    assert not router.memory.escalations
    assert (await settle(ID, world=router.world)).code == 0
    assert await router.world.escalations.parked_signatures() == 0
    assert (await settle(ID, world=router.world)).code == 1


async def test_waiting_mail_names_no_reference_that_was_confirmed_meanwhile() -> None:
    router = await RouterWorld().ready()
    first = await router.take(router.submission(URGENT))
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    second = await router.take(router.submission(URGENT, submission=page.submission))
    assert await page.ask(ConfirmAddress(submission=page.submission, code=page.code(), ref=second)) == Confirmed()
    await router.later(minutes=6)
    named = {ref for one in router.notices(NoticeKind.WAITING_URGENT) if one.waiting for ref in one.waiting.urgent}
    assert named == {first}

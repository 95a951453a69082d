"""Things that cross on the way, and rows that fail alone. Shell."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from services.router.domain.changes import Change
from services.router.domain.escalation import State
from services.router.handlers.submissions import take_submission
from services.router.handlers.sweeping import sweep
from services.router.ports import Met
from services.router.questions import Questions
from shared.envelope import OpeningKey
from shared.failures import Code, Transient
from shared.following import SeeEscalation
from shared.messages import NoticeKind, NoticeState, SubmissionReceived
from shared.questions import ConfirmAddress, Confirmed, SendConfirmationCode
from shared.terms import MessageId
from tests.router_world import CONTACT, RAISER, URGENT, Page, RouterWorld, sealed_question


async def test_a_code_that_passes_while_the_form_is_being_opened_is_not_lost() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    real, crossed = router.world.escalations.similar, []

    async def meanwhile(pattern: str, *, since: object) -> int:
        crossed.append(await page.ask(ConfirmAddress(submission=page.submission, code=page.code())))
        return await real(pattern, since=since)  # type: ignore[arg-type]

    router.world.escalations.similar = meanwhile  # type: ignore[method-assign]
    ref = await router.take(router.submission(submission=page.submission))
    assert crossed == [Confirmed()]
    assert router.memory.escalations[ref].state is State.ROUTED


async def test_one_row_that_cannot_be_done_keeps_no_other_waiting() -> None:
    router = await RouterWorld().ready()
    broken = await router.take(router.submission())
    good = await router.take(router.submission())
    held = router.memory.escalations
    held[broken] = msgspec.structs.replace(held[broken], partnership="gone")
    router.clock.advance(held[good].wait_until - router.clock.now())  # type: ignore[operator]
    assert await sweep(router.world) == (Code.UNKNOWN_PARTNERSHIP,)
    (told,) = router.notices(NoticeKind.WAITING)
    assert told.waiting is not None
    assert told.waiting.references == (good,)


async def test_a_contact_is_asked_again_only_where_the_directory_has_somebody_else() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    ref = await page.raise_escalation(code=page.code())
    asked: list[str] = []
    for _ in range(12):
        failing = [notice for notice in router.notices(NoticeKind.ACT) if notice.address not in asked]
        if not failing:
            break
        asked.append(failing[0].address)
        await router.report(failing[0], NoticeState.REFUSED)
    assert asked[0] == CONTACT
    assert len(asked) == len(set(asked)) > 1
    assert await sweep(router.world) == ()
    assert router.memory.escalations[ref].state in (State.ROUTED, State.REFERRED)


async def test_a_sealed_question_takes_the_same_time_whatever_it_is() -> None:
    router = await RouterWorld().ready()
    answering = Questions(world=router.world, books=None, tally=None, answer_seconds=0.3)  # type: ignore[arg-type]
    ref = await router.take(router.submission())
    key, loop = OpeningKey.generate(), asyncio.get_running_loop()
    for asked in (ref, "WS-000-000-000"):
        question = SeeEscalation(ref=asked)
        sealed = sealed_question(router, question, secret=b"s" * 32, counter=1, answer_key=key.public)
        before = loop.time()
        await answering.sealed(msgspec.json.encode(sealed), "intake")  # type: ignore[arg-type]
        assert 0.29 < loop.time() - before < 3


async def crossed(router: RouterWorld, page: Page) -> SubmissionReceived:
    """An urgent submission whose code passes after its attempts were read and before it is committed."""
    submission = router.submission(URGENT, submission=page.submission)
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    real = router.world.escalations.met

    async def meanwhile(*given: Any) -> Met:
        router.world.escalations.met = real  # type: ignore[method-assign]
        found = await real(*given)
        assert await page.ask(ConfirmAddress(submission=page.submission, code=page.code())) == Confirmed()
        return found

    router.world.escalations.met = meanwhile  # type: ignore[method-assign]
    return submission


def fails(code: Code, *, at: int, of: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """`of`, whose call number `at` fails with `code`."""
    calls = iter(range(1, 1000))

    async def call(*given: Any) -> Any:
        if next(calls) == at:
            raise Transient(code)
        return await of(*given)

    return call


async def test_what_crossed_just_before_a_crash_is_confirmed_when_the_message_comes_again() -> None:
    router = await RouterWorld().ready()
    page, message = router.page(), MessageId("m1")
    submission = await crossed(router, page)
    held, real = router.world.escalations, router.world.escalations.commit
    held.commit = fails(Code.STORE_UNAVAILABLE, at=3, of=real)  # type: ignore[method-assign]
    with pytest.raises(Transient):
        await take_submission(submission, message=message, world=router.world)
    assert router.memory.escalations[submission.ref].state is State.WAITING_CONFIRMATION
    await take_submission(submission, message=message, world=router.world)
    assert router.memory.escalations[submission.ref].state is State.ROUTED


async def test_a_race_lost_after_a_code_was_right_is_no_refusal() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    submission, held, real = router.submission(submission=page.submission), router.world.escalations, []
    real.append(held.commit)

    async def form_arrives(change: Change) -> None:
        held.commit = real[0]  # type: ignore[method-assign]
        await take_submission(submission, message=MessageId("m1"), world=router.world)
        await real[0](change)
        held.commit = fails(Code.STORE_CONFLICT, at=1, of=real[0])  # type: ignore[method-assign]

    held.commit = form_arrives  # type: ignore[method-assign]
    assert await page.ask(ConfirmAddress(submission=page.submission, code=page.code())) == Confirmed()
    assert router.memory.escalations[submission.ref].state is State.ROUTED


async def test_a_code_typed_again_after_a_crash_still_confirms() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    submission = await crossed(router, page)
    held, real = router.world.escalations, router.world.escalations.commit
    held.commit = fails(Code.STORE_UNAVAILABLE, at=3, of=real)  # type: ignore[method-assign]
    with pytest.raises(Transient):
        await take_submission(submission, message=MessageId("m1"), world=router.world)
    assert await page.ask(ConfirmAddress(submission=page.submission, code=page.code())) == Confirmed()
    assert router.memory.escalations[submission.ref].state is State.ROUTED

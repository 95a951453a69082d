"""Things that cross on the way, and rows that fail alone. Shell."""

import asyncio

import msgspec

from services.router.domain.escalation import State
from services.router.handlers.sweeping import sweep
from services.router.questions import Questions
from shared.envelope import OpeningKey
from shared.failures import Code
from shared.messages import NoticeKind, NoticeState
from shared.questions import ConfirmAddress, Confirmed, SeeEscalation, SendConfirmationCode
from tests.router_world import CONTACT, RAISER, RouterWorld, sealed_question


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

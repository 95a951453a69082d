"""Where nobody but the duty contact can make it go on, their silence is not the end of it. Shell."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.router.domain.changes import What
from services.router.domain.decision import PassedOver
from services.router.domain.escalation import Escalation, State
from services.router.handlers.clocks import prompt
from shared.messages import NoticeKind
from shared.questions import Done, ReleaseAddress, SendConfirmationCode
from shared.terms import EscalationRef, StageNumber
from tests.life_world import at, changed, escalation_of
from tests.router_world import BEFORE_CHRISTMAS, CONTACT, DUTY, RAISER, URGENT, RouterWorld
from tests.unit.test_router_questions import on_duty, routed

replace = msgspec.structs.replace
OUTSIDE = "frankie@home.example"
MOST = 12
FRIDAY_NOON = datetime(2026, 12, 18, 12, 0, tzinfo=UTC)


async def raised(when: datetime = BEFORE_CHRISTMAS, **answers: Any) -> tuple[RouterWorld, EscalationRef]:
    router = await RouterWorld(at=when).ready()
    page = router.page()
    by = answers.get("raiser_email", RAISER)
    await page.ask(SendConfirmationCode(submission=page.submission, address=by))
    return router, await page.raise_escalation(answers, code=page.code())


def desked(router: RouterWorld, reason: str) -> int:
    found = router.notices(NoticeKind.DESK)
    assert {one.address for one in found} <= {DUTY}
    return sum(one.waiting is not None and one.waiting.reason == reason for one in found)


async def test_a_raiser_who_waits_for_release_is_not_forgotten_where_the_duty_contact_says_nothing() -> None:
    router, ref = await raised(raiser_email=OUTSIDE)
    assert (await escalation_of(router, ref)).state is State.WAITING_RELEASE
    assert desked(router, "unregistered") == 1
    await router.later(hours=22, minutes=59)
    assert desked(router, "unregistered") == 1
    await router.later(minutes=1)  # 9 am of the next working day
    assert desked(router, "unregistered") == 2
    await router.later(days=8)  # over Christmas, an outage: once
    assert desked(router, "unregistered") == 3
    duty = await on_duty(router, ref)
    assert await duty.ask(ReleaseAddress(ref=ref, address=OUTSIDE, how="Known to the school.")) == Done()
    await router.later(days=3)
    assert desked(router, "unregistered") == 3


async def referred(when: datetime = BEFORE_CHRISTMAS, **answers: Any) -> tuple[RouterWorld, EscalationRef]:
    """At a stage for which the policy says nobody."""
    router, ref = await raised(when, **answers)

    def nobody(found: Escalation) -> Escalation:
        facts = replace(found.facts, stage=StageNumber(6)) if found.facts is not None else None
        return replace(found, state=State.REFERRED, facts=facts, life=replace(found.life, holdings=()))

    await changed(router, ref, nobody)
    return router, ref


async def test_where_the_policy_gives_nobody_the_duty_contact_is_asked_each_working_morning() -> None:
    router, ref = await referred()
    for mornings in (1, 2, 3):
        await router.later(days=1)
        assert desked(router, "referred") == mornings
    told = [line for line in await router.world.escalations.history(ref) if line.what is What.DESK_TOLD]
    assert [line.note for line in told] == ["referred"] * 3
    assert (await escalation_of(router, ref)).state is State.REFERRED


async def test_with_immediate_harm_and_nobody_to_act_the_duty_contact_is_asked_each_hour_also_at_the_weekend() -> None:
    router, _ = await referred(FRIDAY_NOON, **URGENT)
    await router.later(days=1)
    before = desked(router, "referred")
    for hour in (1, 2, 3):
        await router.later(hours=1)
        assert desked(router, "referred") == before + hour


async def test_once_the_directory_names_somebody_it_goes_to_them_the_next_working_morning() -> None:
    router, ref = await routed()
    nobody = replace((await escalation_of(router, ref)).life, holdings=())
    await changed(router, ref, lambda found: replace(found, state=State.REFERRED, life=nobody, act_at=found.act_at))
    await router.later(days=1)
    assert (await escalation_of(router, ref)).state is State.ROUTED
    assert desked(router, "referred") == 0


async def test_what_was_raised_before_there_were_clocks_is_asked_about_once_the_sweep_is_told_to_look() -> None:
    router, ref = await routed()
    before = replace((await escalation_of(router, ref)).life, holdings=())
    await changed(router, ref, lambda found: replace(found, life=before, act_at=None))
    router.clock.advance(timedelta(days=1))
    await prompt(ref, world=router.world)
    after = await escalation_of(router, ref)
    assert [one.address for one in after.life.holdings] == [CONTACT]
    assert after.act_at is not None


async def passed_over(router: RouterWorld, ref: EscalationRef) -> None:
    """Mail reaches none of those who could be asked, the duty contact included."""
    for _ in range(MOST):
        acting = [one for one in (await at(router, ref, RAISER)).decision.persons if one.must_act]
        if not acting:
            break
        gone = tuple(PassedOver(address=one.address, why="x") for one in acting)
        await changed(router, ref, lambda found, gone=gone: without(found, gone))  # type: ignore[misc]
    router.clock.advance(timedelta(days=1))
    await prompt(ref, world=router.world)


def without(found: Escalation, gone: tuple[PassedOver, ...]) -> Escalation:
    passed = (*found.circumstances.passed_over, *gone)
    return replace(found, circumstances=replace(found.circumstances, passed_over=passed), act_at=None)


@pytest.mark.parametrize(("urgent", "hourly"), [(False, 0), (True, 5)])
async def test_where_all_who_could_be_asked_were_passed_over_it_is_not_left_to_itself(
    urgent: bool, hourly: int
) -> None:
    router, ref = await raised(BEFORE_CHRISTMAS, **(URGENT if urgent else {}))
    await passed_over(router, ref)
    found = await escalation_of(router, ref)
    assert (found.state, found.life.holdings) == (State.ROUTED, ())
    await router.later(minutes=1)
    before = desked(router, "gap")
    for _ in range(5):
        await router.later(hours=1)
    assert desked(router, "gap") - before == hourly
    await router.later(days=1)
    assert desked(router, "gap") > before + hourly

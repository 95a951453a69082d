"""Routes beside the stages end with an outcome of their own; where they offer the stages, these are open. Shell."""

from typing import Any

import msgspec
import pytest

from services.router.commands import replay
from services.router.domain.changes import Happened, What
from services.router.domain.decision import Decision, Part
from services.router.domain.escalation import State
from services.router.domain.life import OutcomeVersion
from shared.failures import Code
from shared.following import AnswerOutcome, SeeEscalation, SeenEscalation
from shared.messages import NoticeKind
from shared.questions import Done, SendConfirmationCode
from shared.terms import EscalationRef
from tests.life_world import AGREED, escalation_of
from tests.router_world import CONTACT, RAISER, Page, RouterWorld
from tests.unit.test_router_questions import signed_in

IRO: dict[str, Any] = {"child_status": "looked_after", "subject": "care_plan"}
DISSENT: dict[str, Any] = {
    "child_status": "child_protection",
    "route": "conference_dissent",
    "dissent": "formal",
    "conference_ended_at": "2026-12-20T15:00",
    "lead_backs": "yes",
}
LATE = DISSENT | {"conference_ended_at": "2026-12-14T10:00"}
LOOKED_AFTER_LATE: dict[str, Any] = {"child_status": "looked_after", "subject": "conference"}
NEXT: dict[str, Any] = {
    "stage": "2",
    "entry": ["unresolved"],
    "immediate_harm": "no",
    "timeframe": {"unit": "working_days", "amount": 3, "until": None},
}
SCRUTINEER_STAGE: dict[str, Any] = {"stage": "5", "entry": ["policy_significance"]}


async def raised(answers: dict[str, Any]) -> tuple[RouterWorld, EscalationRef]:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    return router, await page.raise_escalation(answers, code=page.code())


async def decision_of(router: RouterWorld, ref: EscalationRef) -> Decision:
    newest = (await router.world.escalations.decisions(ref))[-1]
    return msgspec.json.decode(newest.body, type=Decision)


async def acting(router: RouterWorld, ref: EscalationRef) -> list[str]:
    return [one.address for one in (await decision_of(router, ref)).persons if one.must_act]


async def lines(router: RouterWorld, ref: EscalationRef, what: What) -> list[Happened]:
    return [line for line in await router.world.escalations.history(ref) if line.what is what]


def refused(router: RouterWorld) -> list[Code]:
    return [code for code in router.memory.inbox.values() if code is not None]


async def next_stages(page: Page, ref: EscalationRef) -> list[str]:
    seen = await page.ask(SeeEscalation(ref=ref))
    assert isinstance(seen, SeenEscalation)
    return [one.code for one in seen.next_stages]


async def version_of(router: RouterWorld, ref: EscalationRef) -> OutcomeVersion:
    return (await escalation_of(router, ref)).life.versions[-1]


@pytest.mark.parametrize(
    ("answers", "route"), [(IRO, "looked_after"), (DISSENT, "conference_dissent"), (LATE, "conference_dissent")]
)
async def test_a_route_beside_the_stages_ends_with_an_outcome_that_everybody_confirms(
    answers: dict[str, Any], route: str
) -> None:
    router, ref = await raised(answers)
    decision = await decision_of(router, ref)
    assert (decision.route, decision.stage) == (route, None)
    (contact,) = await acting(router, ref)
    page = await signed_in(router, ref, contact)
    await page.add("acknowledgement", ref)
    await page.add("outcome", ref, AGREED)
    assert refused(router) == []
    digest = (await version_of(router, ref)).digest
    manager = next(one.address for one in decision.persons if one.part is Part.RAISERS_MANAGER)
    for address in (RAISER, manager):
        assert (await escalation_of(router, ref)).state is State.ROUTED
        other = await signed_in(router, ref, address)
        assert await other.ask(AnswerOutcome(ref=ref, digest=digest, agrees=True)) == Done()
    assert (await escalation_of(router, ref)).state is State.CLOSED
    assert {RAISER, manager, contact} <= set(router.told()[NoticeKind.CONFIRMATION])


@pytest.mark.parametrize("answers", [LATE, DISSENT, LOOKED_AFTER_LATE])
async def test_where_the_route_leaves_the_stages_open_going_on_takes_them(answers: dict[str, Any]) -> None:
    router, ref = await raised(answers)
    route = (await decision_of(router, ref)).route
    assert route != "stages"
    page = await signed_in(router, ref, RAISER)
    assert "2" in await next_stages(page, ref)
    submission = await page.add("next-stage", ref, NEXT)
    assert refused(router) == []
    decision = await decision_of(router, submission.ref)
    assert (decision.route, decision.stage) == ("stages", 2)
    assert await acting(router, submission.ref) == [CONTACT]
    assert (await escalation_of(router, ref)).state is State.MOVED_ON
    await router.later(minutes=1)
    third = await page.add("next-stage", submission.ref, NEXT | {"stage": "3"})
    further = await decision_of(router, third.ref)
    assert (further.route, further.stage) == ("stages", 3)
    assert await replay(world=router.world) == (0, ("3 decisions replayed, 0 differ.",), ())


async def test_a_late_dissent_is_heard_by_the_chair_and_offers_the_stages() -> None:
    router, ref = await raised(LATE)
    decision = await decision_of(router, ref)
    assert decision.late
    assert decision.offered == ("stages",)
    assert len(await acting(router, ref)) == 1


async def test_where_the_reviewing_officer_says_how_it_goes_further_nobody_opens_a_stage() -> None:
    router, ref = await raised(IRO)
    page = await signed_in(router, ref, RAISER)
    assert await next_stages(page, ref) == []
    submission = await page.add("next-stage", ref, NEXT)
    assert refused(router) == [Code.ACT_REFUSED]
    assert await router.world.escalations.escalation(submission.ref) is None
    assert (await escalation_of(router, ref)).state is State.ROUTED


async def test_one_that_closed_there_is_raised_again_with_the_same_officer() -> None:
    router, ref = await raised(IRO)
    officer = await acting(router, ref)
    router.memory.escalations[ref] = msgspec.structs.replace(await escalation_of(router, ref), state=State.CLOSED)
    page = await signed_in(router, ref, RAISER)
    submission = await page.add("next-stage", ref, NEXT)
    assert refused(router) == []
    assert await acting(router, submission.ref) == officer


# the scrutineer


WORDS = "I meet both agencies’ leads on Tuesday, and write to the partners by Friday."


async def test_the_scrutineers_process_is_told_in_words_to_everybody_the_chief_officers_too() -> None:
    router, ref = await raised(SCRUTINEER_STAGE)
    (scrutineer,) = await acting(router, ref)
    decision = await decision_of(router, ref)
    chiefs = {one.address for one in decision.persons if one.role in ("Chief constable", "Chief executive")}
    chiefs |= {one.address for one in decision.persons if one.role == "Director of Children's Services"}
    assert len(chiefs) == 3
    page = await signed_in(router, ref, scrutineer)
    await page.add("process", ref, {"process": WORDS})
    assert refused(router) == []
    news = [one for one in router.notices(NoticeKind.NEWS) if one.life is not None and one.life.what == "process"]
    told = {one.address for one in news}
    assert chiefs | {RAISER} <= told
    everybody = {one.address for one in decision.persons if one.told and one.part is not Part.PARTNERSHIP}
    assert told == everybody - {one.address for one in decision.persons if one.part is Part.DUTY}
    assert {one.life.text for one in news if one.life is not None} == {WORDS}
    assert (await escalation_of(router, ref)).life.process == WORDS
    (line,) = await lines(router, ref, What.PROCESS)
    assert line.note == WORDS


async def test_the_partnership_in_codes_does_not_get_the_words() -> None:
    router, ref = await raised(SCRUTINEER_STAGE)
    page = await signed_in(router, ref, (await acting(router, ref))[0])
    await page.add("process", ref, {"process": WORDS})
    for notice in router.notices(NoticeKind.CODED):
        assert WORDS.encode() not in msgspec.json.encode(notice)


@pytest.mark.parametrize("stage", ["2", "5"])
async def test_nobody_else_says_how_it_is_dealt_with(stage: str) -> None:
    router, ref = await raised({"stage": stage, "entry": ["policy_significance"]})
    decision = await decision_of(router, ref)
    scrutineers = await acting(router, ref) if stage == "5" else []
    others = [one.address for one in decision.persons if one.told and one.part is not Part.PARTNERSHIP]
    for address in dict.fromkeys(one for one in others if one not in scrutineers):
        page = await signed_in(router, ref, address)
        await page.add("process", ref, {"process": WORDS})
    assert set(refused(router)) == {Code.ACT_REFUSED}
    assert (await escalation_of(router, ref)).life.process == ""
    assert await router.world.escalations.added(ref) == ()

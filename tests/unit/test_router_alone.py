"""Whoever is alone in it can withdraw it; whom nobody vouches for goes on under the desk's eyes. Shell."""

from services.router.domain.changes import What
from services.router.domain.escalation import Standing, State
from services.router.handlers.outcomes import completed
from shared.messages import NoticeKind
from shared.terms import EscalationRef
from tests.life_world import MANAGER, at, escalation_of, put
from tests.router_world import BEFORE_CHRISTMAS, CONTACT, DUTY, RAISER, URGENT, RouterWorld
from tests.unit.test_router_desk_again import raised, referred
from tests.unit.test_router_going_on import goes_on

OUTSIDE = "pat.gorse@elsewhere.example"
WITHDRAWN: dict[str, object] = {"outcome": "withdrawn", "agreed_outcome": "It is answered otherwise."}


async def alone(**answers: object) -> tuple[RouterWorld, EscalationRef]:
    """Referred to the duty contact, with the raiser alone in it."""
    router, ref = await referred(BEFORE_CHRISTMAS, **answers)
    speak = [one.address for one in (await at(router, ref, RAISER)).everybody if Standing.CONFIRMER in one.standings]
    assert speak == [RAISER]
    return router, ref


async def test_a_raiser_who_is_alone_in_it_withdraws_it_by_their_own_word() -> None:
    router, ref = await alone()
    await put(router, ref, RAISER, WITHDRAWN)
    escalation = await escalation_of(router, ref)
    assert (escalation.state, escalation.life.closed_at) == (State.CLOSED, router.clock.now())
    assert [one.address for one in router.notices(NoticeKind.CONFIRMATION)] == [RAISER]
    assert What.CLOSED in [line.what for line in await router.world.escalations.history(ref)]
    desked = len(router.notices(NoticeKind.DESK))
    await router.later(days=3)
    assert len(router.notices(NoticeKind.DESK)) == desked


async def test_nothing_is_agreed_by_one_person_alone() -> None:
    router, ref = await alone()
    await put(router, ref, RAISER)
    assert (await escalation_of(router, ref)).state is State.REFERRED


async def test_with_immediate_harm_nobody_withdraws_it_alone() -> None:
    router, ref = await alone(**URGENT)
    await put(router, ref, RAISER, WITHDRAWN)
    assert (await escalation_of(router, ref)).state is State.REFERRED
    assert completed(await at(router, ref, RAISER), world=router.world) is None


async def test_where_somebody_is_asked_to_act_a_withdrawal_waits_for_their_word() -> None:
    router, ref = await raised()
    await put(router, ref, RAISER, WITHDRAWN)
    assert (await escalation_of(router, ref)).state is State.ROUTED
    asked = {one.address for one in router.notices(NoticeKind.OUTCOME)}
    assert {CONTACT, MANAGER} <= asked


async def test_a_raiser_whom_nobody_vouches_for_goes_on_and_the_duty_contact_is_told_at_each_stage() -> None:
    router, first = await raised(BEFORE_CHRISTMAS, raiser_email=OUTSIDE, **URGENT)
    assert (await escalation_of(router, first)).state is State.ROUTED
    second, _ = await goes_on(router, first, by=OUTSIDE)
    told = [one for one in router.notices(NoticeKind.DESK) if one.waiting and one.waiting.reason == "unregistered"]
    assert [(one.ref, one.address) for one in told] == [(first, DUTY), (second, DUTY)]

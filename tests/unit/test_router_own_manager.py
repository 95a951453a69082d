"""A dispute with the raiser's own manager is not sent to that manager, whatever else the form says. Shell."""

from services.router.domain.escalation import State
from shared.questions import SendConfirmationCode
from tests.router_world import DUTY, RouterWorld
from tests.unit.test_router_questions import see, signed_in

RAISER = "quinn.quaverley@west-sussex-council.example"
MANAGER = "taylor.willowby@west-sussex-council.example"
OWN_AGENCY: dict[str, object] = {
    "raiser_name": "Quinn Quaverley",
    "raiser_role": "Social worker",
    "raiser_email": RAISER,
    "raising_agency": "ws-social-care",
    "raising_team": "ws-social-care.assessment",
    "decision_maker_name": "Taylor Willowby",
    "decision_maker_email": MANAGER,
    "manager_name": "Taylor Willowby",
    "manager_email": MANAGER,
}


async def test_with_the_own_manager_nobody_but_the_raiser_and_the_duty_contact_is_told() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    ref = await page.raise_escalation(OWN_AGENCY | {"own_manager": "yes"}, code=page.code())
    assert router.memory.escalations[ref].state is State.DIVERTED
    told = {address for addresses in router.told().values() for address in addresses}
    assert told <= {RAISER, DUTY}


async def test_the_page_of_one_that_is_led_elsewhere_says_where_to() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    ref = await page.raise_escalation(OWN_AGENCY | {"own_manager": "yes"}, code=page.code())
    seen = await see(await signed_in(router, ref, RAISER), ref)
    public = (await router.world.grounds.now()).public(router.memory.escalations[ref].partnership)
    assert public is not None
    assert seen.diversion in {text.code for text in public.policy.diversions}


async def test_a_form_inside_one_agency_that_leaves_the_question_out_is_parked() -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission(OWN_AGENCY))
    assert router.memory.escalations[ref].state is State.PARKED

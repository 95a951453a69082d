"""A form entered for somebody else says who entered it, and is confirmed by the one it names. Shell."""

import base64

import pytest

from services.router.domain.changes import What
from services.router.domain.escalation import State
from shared.following import GiveName
from shared.messages import NoticeKind
from shared.questions import Done, RouteByHand
from shared.references import mint_submission_id
from shared.terms import EscalationRef
from tests.life_world import escalation_of
from tests.router_world import CONTACT, DECISION_MAKER, DUTY, RAISER, STAGE_TWO, Page, RouterWorld
from tests.unit.test_router_questions import routed, signed_in


async def entered(router: RouterWorld, page: Page, **answers: object) -> EscalationRef:
    proof = {"secret": base64.b64encode(page.secret).decode()}
    compartment = {"answers": STAGE_TWO | answers, "proof": proof, "on_behalf": True}
    return await router.take(router.sealed(compartment, submission=mint_submission_id(), record_digest=None))


async def received(router: RouterWorld, ref: EscalationRef) -> str:
    (line,) = [one for one in await router.world.escalations.history(ref) if one.what is What.RECEIVED]
    return line.name


async def test_what_the_duty_contact_enters_says_so_and_waits_for_the_raiser_it_names() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, DUTY)
    assert await page.ask(GiveName(name="Robin Fernhollow", role="On duty")) == Done()
    new = await entered(router, page)
    assert (await received(router, new)).startswith("Robin Fernhollow, On duty (as they say) for the duty contact, ")
    assert (await escalation_of(router, new)).state is State.WAITING_CONFIRMATION
    assert router.notices(NoticeKind.CONFIRMATION_CODE)[-1].address == RAISER


@pytest.mark.parametrize("by", [RAISER, CONTACT, DECISION_MAKER, ""])
async def test_nobody_else_enters_anything_for_others(by: str) -> None:
    router, ref = await routed()
    new = await entered(router, await signed_in(router, ref, by) if by else router.page())
    assert await received(router, new) == ""
    assert (await escalation_of(router, new)).state is State.WAITING_CONFIRMATION


async def test_a_safeguarding_lead_enters_what_a_colleague_says() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)  # who is the safeguarding lead of that school
    new = await entered(router, page, raiser_email="ellis.thistledown@oakfield-primary.example")
    assert await received(router, new) == "Designated safeguarding lead, Oakfield Primary School"


async def test_a_duty_contact_whose_sign_in_has_ended_enters_nothing() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, DUTY)
    await router.later(minutes=31)
    assert await received(router, await entered(router, page)) == ""


async def test_what_the_duty_contact_decides_says_who_of_them_it_was() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, DUTY)
    assert await page.ask(GiveName(name="Robin Fernhollow", role="On duty")) == Done()
    why = "They know\nthe family."
    assert await page.ask(RouteByHand(ref=ref, post="sussex-charity.worker", why=why)) == Done()
    (line,) = [one for one in await router.world.escalations.history(ref) if one.what is What.ROUTED_BY_HAND]
    assert (line.name, line.note) == (
        "Robin Fernhollow, On duty (as they say) for the duty contact",
        "They know the family.",
    )

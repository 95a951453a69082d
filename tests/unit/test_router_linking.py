"""A form of the next stage names the one before: nobody speaks on two rungs. Shell."""

import msgspec
import pytest

from services.router.domain.decision import Decision
from shared.following import SeeEscalation, SeenEscalation
from shared.messages import NoticeKind
from shared.questions import SendConfirmationCode, SendSignInCode, SignedIn, SignIn
from shared.terms import EscalationRef
from tests.router_world import RAISER, RouterWorld

ANOTHER = "jamie.lavenderhill@oakfield-primary.example"


async def sent(router: RouterWorld, answers: dict[str, object] | None = None, *, by: str = RAISER) -> EscalationRef:
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=by))
    return await page.raise_escalation({**(answers or {}), "raiser_email": by}, code=page.code())


def after(ref: str, stage: str = "3") -> dict[str, object]:
    return {"stage": stage, "previous_reference": ref}


def posts(router: RouterWorld, ref: EscalationRef) -> set[str]:
    (stored,) = (one for key, one in router.memory.decisions.items() if key[0] == ref)
    decision = msgspec.json.decode(stored.body, type=Decision)
    return {str(one.post) for one in decision.persons if one.must_act}


async def test_the_stage_before_is_linked_and_its_posts_are_not_asked_again() -> None:
    router = await RouterWorld().ready()
    first = await sent(router)
    second = await sent(router, after(first.lower().replace("-", " ")))
    facts = router.memory.escalations[second].facts
    assert facts is not None
    assert facts.previous == first
    assert posts(router, first) <= set(facts.held)
    assert not posts(router, first) & posts(router, second)
    third = router.memory.escalations[await sent(router, after(second, "4"))].facts
    assert third is not None
    assert set(facts.held) < set(third.held)


async def test_only_somebody_of_that_escalation_can_go_on_from_it() -> None:
    router = await RouterWorld().ready()
    first = await sent(router)
    stranger = router.memory.escalations[await sent(router, after(first), by="sam.stranger@oakfield-primary.example")]
    assert stranger.facts is not None
    assert (stranger.facts.previous, stranger.facts.held) == (None, ())


@pytest.mark.parametrize("named", ["nonsense", "WS-7K3-QM9-PX8"])
async def test_a_reference_that_is_none_keeps_no_form_back(named: str) -> None:
    router = await RouterWorld().ready()
    facts = router.memory.escalations[await sent(router, after(named))].facts
    assert facts is not None
    assert (facts.previous, facts.held) == (None, ())


async def test_a_party_sees_what_it_goes_on_from() -> None:
    router = await RouterWorld().ready()
    first = await sent(router)
    second = await sent(router, after(first))
    page = router.page()
    await page.ask(SendSignInCode(ref=second, address=RAISER))
    assert isinstance(await page.ask(SignIn(ref=second, code=page.code(NoticeKind.SIGN_IN_CODE))), SignedIn)
    seen = await page.ask(SeeEscalation(ref=second))
    assert isinstance(seen, SeenEscalation)
    assert ("Goes on from", first) in [(line.label, line.text) for line in seen.because]

"""One that is open is found in the list of one's own, however many have ended since. Shell."""

from datetime import timedelta

import msgspec

from services.router.domain.changes import Change
from services.router.domain.escalation import State
from services.router.handlers.yours import MOST
from shared.following import YourEscalations, Yours
from shared.references import mint_reference, mint_submission_id
from tests.life_world import escalation_of
from tests.router_world import CONTACT
from tests.unit.test_router_questions import routed, signed_in

replace = msgspec.structs.replace


async def test_an_old_one_that_is_open_stands_before_a_hundred_that_have_ended() -> None:
    router, ref = await routed()
    old = await escalation_of(router, ref)
    for number in range(MOST):
        later = replace(
            old,
            ref=mint_reference("WS"),
            submission=mint_submission_id(),
            state=State.CLOSED,
            accepted_at=old.accepted_at + timedelta(minutes=number + 1),
            act_at=None,
            version=0,
        )
        await router.world.escalations.commit(Change(at=router.clock.now(), escalation=later, parties=(CONTACT,)))
    page = await signed_in(router, ref, CONTACT)
    answer = await page.ask(Yours())
    assert isinstance(answer, YourEscalations)
    assert len(answer.escalations) == MOST
    assert answer.escalations[0].ref == ref

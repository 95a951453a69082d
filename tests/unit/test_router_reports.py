"""What router does with reports: the next contact, the desk, and nobody replaced while the relay is down. Shell."""

import pytest

from services.router.domain.changes import What
from services.router.domain.escalation import State
from shared.messages import Notice, NoticeKind, NoticeState
from shared.questions import SendConfirmationCode
from shared.terms import EscalationRef
from tests.router_world import CONTACT, DUTY, RAISER, RouterWorld


async def routed() -> tuple[RouterWorld, EscalationRef]:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    return router, await page.raise_escalation(code=page.code())


def act(router: RouterWorld) -> list[Notice]:
    return router.notices(NoticeKind.ACT)


@pytest.mark.parametrize("state", [NoticeState.REFUSED, NoticeState.DELAYED, NoticeState.EXPIRED])
async def test_a_contact_whose_mail_system_refuses_is_replaced_by_a_new_stored_decision(state: NoticeState) -> None:
    router, ref = await routed()
    await router.report(act(router)[0], state)
    assert len(await router.world.escalations.decisions(ref)) == 2
    assert act(router)[0].address == CONTACT
    assert len({notice.address for notice in act(router)}) == 2
    assert router.memory.escalations[ref].state is State.ROUTED
    assert len(router.notices(NoticeKind.RAISED)) == 2
    assert len(router.notices(NoticeKind.CHALLENGED)) == 1


async def test_the_replacement_happens_once() -> None:
    router, ref = await routed()
    await router.report(act(router)[0], NoticeState.REFUSED)
    await router.report(act(router)[0], NoticeState.REFUSED, attempt=2)
    await router.later(hours=1)
    assert len(await router.world.escalations.decisions(ref)) == 2


async def test_nobody_is_replaced_while_the_relay_is_down() -> None:
    router, ref = await routed()
    await router.mail_is(down_since=router.clock.now())
    await router.report(act(router)[0], NoticeState.DELAYED)
    await router.later(hours=2)
    assert len(await router.world.escalations.decisions(ref)) == 1
    await router.mail_is(down_since=None)
    assert len(await router.world.escalations.decisions(ref)) == 2


async def test_a_notice_accepted_after_all_replaces_nobody() -> None:
    router, ref = await routed()
    await router.mail_is(down_since=router.clock.now())
    await router.report(act(router)[0], NoticeState.DELAYED)
    await router.report(act(router)[0], NoticeState.ACCEPTED, attempt=2)
    await router.mail_is(down_since=None)
    assert len(await router.world.escalations.decisions(ref)) == 1


async def test_somebody_only_told_goes_to_the_duty_contacts_list_not_to_a_deputy() -> None:
    router, ref = await routed()
    await router.report(router.notices(NoticeKind.CHALLENGED)[0], NoticeState.REFUSED)
    assert len(await router.world.escalations.decisions(ref)) == 1
    (desk,) = router.notices(NoticeKind.DESK)
    assert desk.address == DUTY
    assert desk.waiting is not None
    assert desk.waiting.reason == "refused"


async def test_a_desk_notice_that_fails_makes_no_other() -> None:
    router, _ = await routed()
    await router.report(router.notices(NoticeKind.CHALLENGED)[0], NoticeState.REFUSED)
    await router.report(router.notices(NoticeKind.DESK)[0], NoticeState.REFUSED)
    assert len(router.notices(NoticeKind.DESK)) == 1


async def test_every_report_stands_in_the_history() -> None:
    router, ref = await routed()
    for notice in router.notices():
        await router.report(notice, NoticeState.ACCEPTED)
    lines = [line for line in await router.world.escalations.history(ref) if line.what is What.NOTICE_REPORTED]
    assert len(lines) == 4


async def test_an_unknown_notice_is_settled_and_changes_nothing() -> None:
    router, _ = await routed()
    known = dict(router.memory.notices)
    stranger = router.notices()[0]
    router.memory.attempts.clear()
    await router.report(stranger, NoticeState.REFUSED)
    assert router.memory.notices == known


@pytest.mark.parametrize("kind", [NoticeKind.ACT, NoticeKind.CHALLENGED])
@pytest.mark.parametrize("late", [NoticeState.DELAYED, NoticeState.AMBIGUOUS])
async def test_a_report_that_was_overtaken_by_acceptance_changes_nothing(late: NoticeState, kind: NoticeKind) -> None:
    router, ref = await routed()
    notice = router.notices(kind)[0]
    await router.report(notice, NoticeState.ACCEPTED, attempt=4)
    await router.report(notice, late, attempt=3)
    await router.later(hours=1)
    assert router.memory.notices[notice.id].state is NoticeState.ACCEPTED
    assert len(await router.world.escalations.decisions(ref)) == 1
    assert not router.notices(NoticeKind.DESK)

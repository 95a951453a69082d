"""By night the emails of an urgent escalation say first to ring whoever is on call. Shell."""

from datetime import UTC, datetime

import pytest

from services.notifier.domain.rendering import as_text
from services.notifier.domain.wording import compose
from shared.messages import Notice, NoticeKind
from shared.questions import SendConfirmationCode
from tests.router_world import CONTACT, DUTY, RAISER, URGENT, RouterWorld

ON_CALL, NUMBER = "ellis.wrenfield@west-sussex-council.example", "01632 960656"
SATURDAY_NIGHT = datetime(2026, 12, 19, 22, 0, tzinfo=UTC)


async def escalated(at: datetime = SATURDAY_NIGHT, *, confirmed: bool = True) -> RouterWorld:
    router = await RouterWorld(at=at).ready()
    if not confirmed:
        await router.take(router.submission(URGENT))
        return router
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    await page.raise_escalation(URGENT, code=page.code())
    return router


def said(notice: Notice) -> str:
    return " ".join(as_text(compose(notice)).split())


async def test_the_raiser_is_told_to_ring_whoever_is_on_call_before_anybody_else() -> None:
    (raised,) = (await escalated()).notices(NoticeKind.RAISED)
    assert f"Ring Ellis Wrenfield on {NUMBER} now, yourself." in said(raised)
    assert f"1. Ring Ellis Wrenfield on {NUMBER} and Taylor Willowby on 01632 960076 (out of hours)" in said(raised)


async def test_whoever_is_on_call_is_asked_to_act_and_told_why() -> None:
    asked = {one.address: said(one) for one in (await escalated()).notices(NoticeKind.ACT)}
    assert list(asked) == [ON_CALL, CONTACT]
    assert "You are on call for your agency, and a child may be at risk of immediate harm." in asked[ON_CALL]
    assert "Ring Frankie Nettlebed on 01632 960114 now." in asked[ON_CALL]
    assert "You are on call" not in asked[CONTACT]


async def test_before_the_address_is_confirmed_whoever_is_on_call_gets_the_fixed_text_too() -> None:
    waiting = (await escalated(confirmed=False)).notices(NoticeKind.WAITING_URGENT)
    assert {one.address for one in waiting} == {DUTY, ON_CALL, CONTACT}
    assert not any("Nettlebed" in said(one) for one in waiting)


@pytest.mark.parametrize("hour", [9, 16])
async def test_by_day_nothing_is_sent_to_whoever_is_on_call(hour: int) -> None:
    router = await escalated(datetime(2026, 12, 21, hour, 0, tzinfo=UTC))
    assert ON_CALL not in {one.address for one in router.notices()}

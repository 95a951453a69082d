"""A thousand junk submissions: bounded mails, and an honest urgent one is still told at once. Shell."""

import pytest

from services.router.domain.escalation import State
from shared.envelope import OpeningKey
from shared.messages import NoticeKind
from tests.router_world import CONTACT, DUTY, URGENT, RouterWorld

JUNK = 1000


async def test_a_thousand_junk_submissions_cost_bounded_mails_and_hold_up_no_urgent_one() -> None:
    router = await RouterWorld().ready()
    stranger = OpeningKey.generate(key_id=router.facts_key.id)
    for _ in range(JUNK // 10):
        await router.later(seconds=6)
        for _ in range(10):
            await router.take(router.submission(key=stranger))
    minutes = JUNK // 10 * 6 / 60
    assert len(router.notices()) <= 1 + minutes / 5
    before = len(router.notices(NoticeKind.WAITING))
    await router.take(router.submission(URGENT))
    assert {notice.address for notice in router.notices(NoticeKind.WAITING_URGENT)} == {DUTY, CONTACT}
    for _ in range(JUNK):
        if not await router.world.escalations.channels():
            break
        await router.later(minutes=5)
    told = [ref for notice in router.notices(NoticeKind.WAITING) if notice.waiting for ref in notice.waiting.references]
    assert len(told) == len(set(told)) == JUNK
    assert len(router.notices(NoticeKind.WAITING)) <= before + 2 + JUNK // 200
    assert sum(one.state is State.PARKED for one in router.memory.escalations.values()) == JUNK


@pytest.mark.parametrize("minutes", [0, 4])
async def test_junk_that_says_it_is_urgent_is_merged_too(minutes: int) -> None:
    router = await RouterWorld().ready()
    for _ in range(20):
        await router.take(router.submission(URGENT))
    await router.later(minutes=minutes)
    assert len([one for one in router.notices(NoticeKind.WAITING_URGENT) if one.address == CONTACT]) == 1
    await router.later(minutes=5)
    assert len([one for one in router.notices(NoticeKind.WAITING_URGENT) if one.address == CONTACT]) == 2

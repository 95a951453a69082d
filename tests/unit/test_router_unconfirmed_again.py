"""An address that is not confirmed is told to the duty contact each working morning, junk once. Shell."""

from datetime import UTC, datetime, timedelta

import pytest

from services.router.domain.escalation import State
from services.router.domain.living.asking_again import MORNINGS
from shared.following import GiveName
from shared.messages import NoticeKind
from shared.questions import ConfirmByTelephone
from shared.terms import EscalationRef
from tests.router_world import BEFORE_CHRISTMAS, DUTY, RouterWorld
from tests.unit.test_router_questions import signed_in

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
JUNK = "pat.gorse@elsewhere.example"


async def unconfirmed(at: datetime = MONDAY, **answers: object) -> tuple[RouterWorld, EscalationRef]:
    router = await RouterWorld(at=at).ready()
    ref = await router.take(router.submission(answers))
    await router.later(minutes=31)
    return router, ref


def told(router: RouterWorld) -> list[tuple[str, ...]]:
    """The references that each mail named, in order."""
    mails = [one.waiting for one in router.notices(NoticeKind.WAITING)]
    return [(*mail.urgent, *mail.references) for mail in mails if mail is not None]


async def test_it_is_told_again_at_nine_each_working_morning() -> None:
    router, ref = await unconfirmed()
    assert told(router) == [(ref,)]
    await router.later(hours=22, minutes=28)  # 8:59 am on Tuesday
    assert told(router) == [(ref,)]
    await router.later(minutes=1)
    assert told(router) == [(ref,)] * 2
    for day in range(1, 7):  # Wednesday, Thursday, Friday, the weekend, Monday
        await router.later(days=1)
        assert told(router) == [(ref,)] * (2 + min(day, 3) + (day == 6))


async def test_an_outage_is_caught_up_with_once() -> None:
    router, ref = await unconfirmed()
    await router.later(days=4)
    assert told(router) == [(ref,)] * 2


async def test_it_has_an_end() -> None:
    router, ref = await unconfirmed()
    for _ in range(60):
        await router.later(days=1)
    assert told(router) == [(ref,)] * (1 + MORNINGS)
    assert router.memory.escalations[ref].wait_until is None


async def test_junk_is_told_once() -> None:
    router, ref = await unconfirmed(raiser_email=JUNK)
    for _ in range(5):
        await router.later(days=1)
    assert told(router) == [(ref,)]


async def test_once_it_is_confirmed_nobody_is_told_again() -> None:
    router, ref = await unconfirmed()
    duty = await signed_in(router, ref, DUTY)
    await duty.ask(GiveName(name="Avery Thistledown", role="Duty contact"))
    await duty.ask(ConfirmByTelephone(ref=ref, how="I rang the school."))
    assert router.memory.escalations[ref].state is State.ROUTED
    await router.later(days=3)
    assert told(router) == [(ref,)]


@pytest.mark.parametrize("many", [3])
async def test_several_are_one_mail_a_morning(many: int) -> None:
    router = await RouterWorld(at=BEFORE_CHRISTMAS).ready()
    refs = [
        await router.take(router.submission({"raiser_email": f"a{one}@oakfield-primary.example"}))
        for one in range(many)
    ]
    await router.later(minutes=31)
    await router.later(minutes=5)
    before = len(told(router))
    await router.later(days=1)
    await router.later(minutes=5)
    assert sorted(ref for mail in told(router)[before:] for ref in mail) == sorted(refs)
    assert len(told(router)) - before <= 2
    assert router.clock.now() - BEFORE_CHRISTMAS < timedelta(days=2)

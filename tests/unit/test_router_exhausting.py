"""What a stranger who asks often can use up, and what they cannot. Shell."""

from datetime import timedelta

import pytest

from services.router.domain.letters.waiting import BETWEEN, Channel, ChannelState, Waiting, Why, tell
from services.router.domain.sessions import CODES_AN_HOUR, STRANGERS_AN_HOUR
from shared.following import SeeEscalation, SeenEscalation
from shared.messages import NoticeKind
from shared.questions import CodeSent, SendConfirmationCode, SendSignInCode, SignIn
from shared.references import mint_reference
from shared.terms import EscalationRef
from tests.router_world import BEFORE_CHRISTMAS, CONTACT, DUTY, PARTNERSHIP, RAISER, RouterWorld


async def routed() -> tuple[RouterWorld, EscalationRef]:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    return router, await page.raise_escalation(code=page.code())


def codes(router: RouterWorld, address: str) -> int:
    kinds = (NoticeKind.SIGN_IN_CODE, NoticeKind.CONFIRMATION_CODE)
    return sum(notice.address == address for notice in router.notices(*kinds))


@pytest.mark.parametrize("address", [CONTACT, DUTY])
async def test_a_stranger_cannot_use_up_a_partys_codes_for_signing_in(address: str) -> None:
    router, ref = await routed()
    unconfirmed = await router.take(router.submission())
    stranger = router.page()
    for _ in range(25):
        await stranger.ask(SendConfirmationCode(submission=stranger.submission, address=address))
        await stranger.ask(SendSignInCode(ref=unconfirmed, address=address))
    before = codes(router, address)
    party = router.page()
    for _ in range(25):
        assert await party.ask(SendSignInCode(ref=ref, address=address)) == CodeSent()
    assert before <= 10
    assert codes(router, address) == 20


async def test_an_escalation_looked_at_very_often_is_still_shown_to_the_duty_contact() -> None:
    router, ref = await routed()
    page = router.page()
    await page.ask(SendSignInCode(ref=ref, address=DUTY))
    code = page.code(NoticeKind.SIGN_IN_CODE)
    await page.ask(SignIn(ref=ref, code=code))
    await page.ask(SeeEscalation(ref=ref))
    router.memory.history.extend([router.memory.history[-1]] * 6_000)
    answer = await page.ask(SeeEscalation(ref=ref))
    assert isinstance(answer, SeenEscalation)
    assert any("policy was applied" in entry.what for entry in answer.history)
    assert sum("looked at" in entry.what for entry in answer.history) <= 50


def test_junk_at_intakes_whole_rate_waits_for_one_mail_and_no_longer() -> None:
    """600 a minute for five minutes, intake's limit: an honest reference behind them is in the next mail."""
    channel = Channel(partnership=PARTNERSHIP, address=DUTY, urgent=True)
    waiting = tuple(
        Waiting(ref=mint_reference("WS"), why=Why.UNCONFIRMED, urgent=True, since=BEFORE_CHRISTMAS)
        for _ in range(600 * (BETWEEN // timedelta(minutes=1)))
    )
    after, told = tell(ChannelState(channel=channel, waiting=waiting), at=BEFORE_CHRISTMAS)
    assert len(told) == len(waiting)
    assert not after.waiting


async def test_strangers_cannot_make_router_a_sender_of_mail_to_everybody() -> None:
    """Every address may have its three codes; all together are few enough that the relay's good name lasts."""
    router = await RouterWorld().ready()
    page = router.page()
    for number in range(STRANGERS_AN_HOUR + 20):
        await page.ask(SendConfirmationCode(submission=page.submission, address=f"s{number}@elsewhere.example"))
    assert len(router.notices(NoticeKind.CONFIRMATION_CODE)) == STRANGERS_AN_HOUR
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    assert router.notices(NoticeKind.CONFIRMATION_CODE)[-1].address == RAISER
    router.clock.advance(timedelta(hours=1))
    await page.ask(SendConfirmationCode(submission=page.submission, address="new@elsewhere.example"))
    assert router.notices(NoticeKind.CONFIRMATION_CODE)[-1].address == "new@elsewhere.example"


async def test_addresses_of_agencies_have_an_end_in_the_hour_too_but_parties_do_not() -> None:
    router, ref = await routed()
    page = router.page()
    for number in range(CODES_AN_HOUR + 20):
        await page.ask(SendConfirmationCode(submission=page.submission, address=f"s{number}@oakfield-primary.example"))
    assert len(router.notices(NoticeKind.CONFIRMATION_CODE)) == CODES_AN_HOUR
    await page.ask(SendSignInCode(ref=ref, address=CONTACT))
    assert router.notices(NoticeKind.SIGN_IN_CODE)[-1].address == CONTACT

"""What parties add, on a real nats-server and in SQL: each once, both of two at one time, nothing lost. Shell."""

import asyncio
from pathlib import Path

from machines import NatsServer

from shared.following import NotMine
from shared.messages import NoticeKind, SubmissionReceived
from shared.questions import Done, Refused, SendSignInCode, SignedIn, SignIn
from shared.references import mint_secret
from shared.terms import EscalationRef
from tests.integration.test_router_service import confirmed
from tests.router_live import PATIENCE_SECONDS, LiveRouter, live_router
from tests.router_world import CONTACT, RAISER


async def signed_in(live: LiveRouter, ref: str, address: str) -> bytes:
    """The secret of a session in which this address is signed in."""
    secret = mint_secret()
    await live.ask(SendSignInCode(ref=ref, address=address), secret=secret, counter=1)
    await live.until(lambda: any(one.address == address for one in live.of(NoticeKind.SIGN_IN_CODE)))
    code = next(one.code for one in live.of(NoticeKind.SIGN_IN_CODE) if one.address == address)
    assert code is not None
    assert isinstance(await live.ask(SignIn(ref=ref, code=code.code), secret=secret, counter=2), SignedIn)
    return secret


def told(live: LiveRouter, what: str) -> set[str]:
    return {one.address for one in live.of(NoticeKind.NEWS) if one.life is not None and one.life.what == what}


async def taken(live: LiveRouter, *acts: SubmissionReceived) -> None:
    """Until each of them is added."""
    store = live.router.world.escalations
    async with asyncio.timeout(PATIENCE_SECONDS):
        while None in [await store.added_as(act.submission) for act in acts]:
            await asyncio.sleep(0.05)


async def test_two_who_add_something_at_one_time_are_both_heard(
    fresh_nats_server: NatsServer, tmp_path: Path, database_url: str
) -> None:
    async with live_router(tmp_path, fresh_nats_server, database_url=database_url) as live:
        ref = EscalationRef(await confirmed(live))
        contact, raiser = await signed_in(live, ref, CONTACT), await signed_in(live, ref, RAISER)
        acknowledgement = live.browser.act("acknowledgement", about=ref, secret=contact)
        view = live.browser.act("representation", about=ref, secret=raiser)
        for one in (acknowledgement, view, acknowledgement):
            await live.send(one)
        await taken(live, acknowledgement, view)
        assert {one.form for one in await live.router.world.escalations.added(ref)} == {
            "acknowledgement",
            "representation",
        }
        await live.until(lambda: RAISER in told(live, "acknowledged") and CONTACT in told(live, "representation"))
        found = await live.router.world.escalations.escalation(ref)
        assert found is not None
        assert found.life.holdings[0].acknowledged_at is not None
        assert await live.router.world.escalations.parked() == ()


async def test_what_a_replaced_contact_still_sends_is_set_aside_and_the_desk_is_told(
    fresh_nats_server: NatsServer, tmp_path: Path, database_url: str
) -> None:
    async with live_router(tmp_path, fresh_nats_server, database_url=database_url) as live:
        ref = EscalationRef(await confirmed(live))
        secret = await signed_in(live, ref, CONTACT)
        assert await live.ask(NotMine(ref=ref, why="another team"), secret=secret, counter=3) == Done()
        await live.until(lambda: len(live.of(NoticeKind.ACT)) == 2)
        refused = await live.ask(NotMine(ref=ref, why="another team"), secret=secret, counter=4)
        assert refused == Refused(why="not-allowed")
        await live.send(live.browser.act("acknowledgement", about=ref, secret=secret))
        await live.until(lambda: bool(live.of(NoticeKind.WAITING)))
        (parked,) = await live.router.world.escalations.parked()
        assert parked.code == "act.refused"
        assert await live.router.world.escalations.added(ref) == ()

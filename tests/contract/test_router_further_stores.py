"""A next stage, a linked matter, a panel and another area: alike in memory, on SQLite and on PostgreSQL. Shell."""

import asyncio

from services.router.commands import convene_panel, replay
from services.router.domain.changes import What
from services.router.domain.escalation import State
from shared.following import AnswerSeat, GiveName, HandToPartnership, LinkEscalation, ReadRecord, RecordOpened
from shared.messages import NoticeKind
from shared.questions import Done, Refused
from shared.terms import EscalationRef, PartnershipId
from tests.contract.test_router_outcome_stores import delivered, raised, signed_in
from tests.contract.test_router_outcome_stores import router as router
from tests.life_world import MANAGER, escalation_of
from tests.router_world import CONTACT, DUTY, RAISER, Page, RouterWorld

NEXT: dict[str, object] = {
    "stage": "3",
    "entry": ["unresolved"],
    "immediate_harm": "no",
    "timeframe": {"unit": "working_days", "amount": 3, "until": None},
}
POLICE = "noor.bellwether@sussex-police.example"


async def on_duty(router: RouterWorld, ref: EscalationRef) -> Page:
    page = await signed_in(router, ref, DUTY)
    assert await page.ask(GiveName(name="Robin Fernhollow", role="On duty")) == Done()
    return page


async def test_the_stages_of_a_matter_are_one_chain_with_one_open(router: RouterWorld) -> None:
    first = await raised(router)
    await router.later(minutes=1)
    page = await signed_in(router, first, RAISER)
    second = (await page.add("next-stage", first, NEXT)).ref
    stages = await router.world.escalations.of_matter(first)
    assert [(one.ref, one.state, one.life.next) for one in stages] == [
        (first, State.MOVED_ON, second),
        (second, State.ROUTED, None),
    ]
    assert await router.world.escalations.due_clocks(router.clock.now().replace(year=2030), most=10) == (second,)
    assert [one.what for one in await router.world.escalations.history(first)].count(What.WENT_ON) == 1
    assert await replay(world=router.world) == (0, ("2 decisions replayed, 0 differ.",), ())


async def test_two_who_go_on_at_once_open_one_stage(router: RouterWorld) -> None:
    first = await raised(router)
    await router.later(minutes=1)
    pages = [await signed_in(router, first, address) for address in (RAISER, MANAGER)]
    acts = [router.act("next-stage", NEXT, about=first, secret=page.secret) for page in pages]
    await asyncio.gather(*(delivered(router, act) for act in acts))
    opened = [act.ref for act in acts if await router.world.escalations.escalation(act.ref) is not None]
    assert len(opened) == 1
    earlier = await escalation_of(router, first)
    assert (earlier.state, earlier.life.next) == (State.MOVED_ON, opened[0])
    (kept,) = await router.world.escalations.parked()
    assert kept.code == "act.refused"


async def test_linked_escalations_both_have_both_raisers(router: RouterWorld) -> None:
    first, second = await raised(router), await raised(router)
    page = await on_duty(router, first)
    assert await page.ask(LinkEscalation(ref=first, other=second, why="The same decision.")) == Done()
    one, other = await escalation_of(router, first), await escalation_of(router, second)
    assert (one.life.linked, other.life.linked) == ((second,), (first,))
    assert {found.ref for found in await router.world.escalations.of_address(RAISER)} == {first, second}


async def test_a_member_of_a_panel_signs_in_reads_and_stands_down(router: RouterWorld) -> None:
    ref = await raised(router)
    assert (await convene_panel(ref, by="The chair", world=router.world)).code == 0
    page = await signed_in(router, ref, POLICE)
    submission = (await escalation_of(router, ref)).submission
    assert await page.ask(ReadRecord(ref=ref, submission=submission)) == Refused(why="not-allowed")
    assert await page.ask(AnswerSeat(ref=ref, accepts=True)) == Done()
    assert isinstance(await page.ask(ReadRecord(ref=ref, submission=submission)), RecordOpened)
    assert await page.ask(AnswerSeat(ref=ref, accepts=True, interest="I know the family.")) == Done()
    assert await page.ask(ReadRecord(ref=ref, submission=submission)) == Refused(why="not-allowed")
    assert not await router.world.sessions.is_party(POLICE, ref=ref)


async def test_another_partnership_has_it_and_the_record_still_opens(router: RouterWorld) -> None:
    ref = await raised(router)
    page = await on_duty(router, ref)
    east = PartnershipId("east-sussex")
    assert await page.ask(HandToPartnership(ref=ref, to=east, why="Wrong area.")) == Done()
    held = await escalation_of(router, ref)
    assert (held.partnership, held.sealed_for) == (east, PartnershipId("west-sussex"))
    reader = await signed_in(router, ref, CONTACT)
    assert isinstance(await reader.ask(ReadRecord(ref=ref, submission=held.submission)), RecordOpened)
    assert [one.address for one in router.notices(NoticeKind.DESK)] == ["duty@east-sussex.example", DUTY]

"""An admin convenes a panel, records a process, reassigns a stage: by the rules of who may, and all are told. Shell."""

import msgspec
import pytest_asyncio

from services.router.domain.admin.orders import ConvenePanel, Do, No, OrderState, Reassign, RecordProcess, Redirect
from services.router.domain.changes import Change, What
from services.router.domain.escalation import Move, State
from services.router.handlers.ordered_panels import scrutineer_in
from services.router.handlers.ordering import carry_out_all
from services.router.handlers.panels import proposal
from services.router.handlers.presence import stand
from shared.failures import Code
from shared.following import HandOver, NotMine, ProposeDate
from shared.messages import NoticeKind
from shared.questions import Done
from shared.terms import EscalationRef, PartnershipId, PostId
from tests.console_escalations import raised
from tests.life_world import at
from tests.router_fakes import FakeEscalations
from tests.router_world import CONTACT, DECISION_MAKER, DUTY, PARTNERSHIP, RAISER, RouterWorld, demonstration
from tests.unit.test_router_orders import act_notice, asked, ordered
from tests.unit.test_router_questions import signed_in

replace = msgspec.structs.replace
FAMILY, FAMILY_POST = "wren.kestrelby@west-sussex-council.example", PostId("ws-social-care.manager-family")
ASSESSMENT_POST = PostId("ws-social-care.manager-assessment")
SCRUTINEER = "morgan.pennywhistle@west-sussex.example"
WHY = "On leave since Monday."
WORDS = "I hear both sides on Tuesday, then write to the chief officers."


@pytest_asyncio.fixture
async def router() -> RouterWorld:
    return await RouterWorld().ready()


async def carried(
    router: RouterWorld, ref: EscalationRef, do: Do, *, name: str = "1", partnership: PartnershipId = PARTNERSHIP
) -> str:
    """How it ended: done, or the code of the refusal."""
    order = ordered(router, ref, do, name=name, partnership=partnership)
    assert await carry_out_all(router.world) == ()
    ended = router.memory.orders[order.id]
    return ended.code or ended.state.value


async def proposed(router: RouterWorld, ref: EscalationRef) -> tuple[PostId, ...]:
    escalation = router.memory.escalations[ref]
    here = stand(escalation, "", ground=await router.world.grounds.now(), at=router.clock.now())
    return tuple(PostId(seat.person.post or "") for seat in proposal(here).seats)


def told(router: RouterWorld, what: str) -> list[str]:
    return [one.address for one in router.notices(NoticeKind.NEWS) if one.life is not None and one.life.what == what]


async def test_the_contact_who_was_chosen_is_asked_and_everybody_else_is_told_with_the_reason(
    router: RouterWorld,
) -> None:
    ref = await raised(router)
    before = len(router.memory.decisions)
    assert await carried(router, ref, Reassign(post=FAMILY_POST)) == OrderState.DONE
    assert asked(router, ref) == [FAMILY]
    assert len(router.memory.decisions) == before + 1
    assert [one.address for one in router.notices(NoticeKind.ACT)] == [CONTACT, FAMILY]
    assert {RAISER, CONTACT} <= set(told(router, "reassigned"))
    assert FAMILY not in told(router, "reassigned")
    [line] = [one for one in router.memory.history if one.what is What.REASSIGNED]
    assert (line.note, line.name) == (WHY, "Ash Manager, West Sussex")


async def test_the_new_contact_has_it_from_now_and_the_old_one_may_act_no_more(router: RouterWorld) -> None:
    ref = await raised(router)
    assert await carried(router, ref, Reassign(post=FAMILY_POST)) == OrderState.DONE
    assert not (await at(router, ref, CONTACT)).may(Move.ACKNOWLEDGE)
    assert (await at(router, ref, FAMILY)).may(Move.ACKNOWLEDGE)


async def test_it_may_go_back_to_the_one_who_handed_it_over(router: RouterWorld) -> None:
    ref = await raised(router)
    page = await signed_in(router, ref, CONTACT)
    assert await page.ask(HandOver(ref=ref, to=FAMILY_POST, why="Wren knows it.")) == Done()
    assert asked(router, ref) == [FAMILY]
    assert await carried(router, ref, Reassign(post=ASSESSMENT_POST)) == OrderState.DONE
    assert asked(router, ref) == [CONTACT]


async def test_who_is_asked_already_is_not_asked_anew(router: RouterWorld) -> None:
    ref = await raised(router)
    owed = len(router.owed())
    assert await carried(router, ref, Reassign(post=ASSESSMENT_POST)) == No.CHANGED
    assert len(router.owed()) == owed


async def test_nobody_of_another_agency_is_asked_beside_the_contact(router: RouterWorld) -> None:
    ref = await raised(router)
    another = next(
        one for one, _ in (await router.world.grounds.now()).posts(PARTNERSHIP) if one.startswith("sussex-police.")
    )
    assert await carried(router, ref, Reassign(post=PostId(another))) == No.BESIDE
    assert asked(router, ref) == [CONTACT]


async def test_who_made_the_decision_said_not_mine_or_raised_it_is_not_asked(router: RouterWorld) -> None:
    ref = await raised(router)
    posts = {post: words for post, words in (await router.world.grounds.now()).posts(PARTNERSHIP)}
    made_it = next(
        post.id
        for agency in demonstration().agencies
        for post in agency.posts
        if post.deputy is None and any(one.address == DECISION_MAKER for one in post.holders)
    )
    assert made_it in posts
    assert await carried(router, ref, Reassign(post=made_it)) == No.NOBODY_FREE
    page = await signed_in(router, ref, CONTACT)
    assert await page.ask(NotMine(ref=ref, why="Not my team.")) == Done()
    assert await carried(router, ref, Reassign(post=ASSESSMENT_POST), name="2") in (No.NOBODY_FREE, No.CHANGED)
    assert CONTACT not in asked(router, ref)


async def test_a_date_that_the_old_contact_proposed_waits_no_more(router: RouterWorld) -> None:
    ref = await raised(router)
    page = await signed_in(router, ref, CONTACT)
    due = next(one for one in router.memory.history if one.what is What.DECIDED).at.date()
    assert await page.ask(ProposeDate(ref=ref, until=due.replace(year=due.year + 1), why="Leave.")) == Done()
    assert await carried(router, ref, Reassign(post=FAMILY_POST)) == OrderState.DONE
    assert router.memory.escalations[ref].life.proposal is None


async def test_nothing_is_reassigned_by_another_partnership_or_once_it_has_ended(router: RouterWorld) -> None:
    ref = await raised(router)
    east = PartnershipId("east-sussex")
    assert await carried(router, ref, Reassign(post=FAMILY_POST), partnership=east) == No.NOT_HERE
    held = router.memory.escalations
    held[ref] = replace(held[ref], state=State.CLOSED)
    assert await carried(router, ref, Reassign(post=FAMILY_POST), name="2") == No.ENDED
    assert await carried(router, ref, ConvenePanel(posts=()), name="3") == No.ENDED


async def test_a_post_of_another_partnership_is_none_to_choose(router: RouterWorld) -> None:
    ref = await raised(router)
    assert await carried(router, ref, Reassign(post=PostId("es-social-care.manager-assessment"))) == No.NOT_HERE


async def test_the_panel_that_was_shown_is_convened_and_everybody_told(router: RouterWorld) -> None:
    ref = await raised(router)
    posts = await proposed(router, ref)
    assert len(posts) == 3
    assert await carried(router, ref, ConvenePanel(posts=posts)) == OrderState.DONE
    panel = router.memory.escalations[ref].life.panel
    assert panel is not None
    assert (panel.by, [seat.person.post for seat in panel.seats]) == ("Ash Manager, West Sussex", list(posts))
    assert len(router.notices(NoticeKind.PANEL)) == 3
    assert {RAISER, CONTACT} <= set(told(router, "panel-convened"))
    assert await carried(router, ref, ConvenePanel(posts=()), name="2") == No.CHANGED


async def test_another_panel_than_was_shown_is_not_convened(router: RouterWorld) -> None:
    ref = await raised(router)
    posts = await proposed(router, ref)
    assert await carried(router, ref, ConvenePanel(posts=posts[::-1])) == No.CHANGED
    assert router.memory.escalations[ref].life.panel is None
    assert router.notices(NoticeKind.PANEL) == []


async def test_the_scrutineers_process_goes_to_everybody_in_its_words(router: RouterWorld) -> None:
    ref = await raised(router, stage="5")
    assert await carried(router, ref, RecordProcess(words=WORDS)) == OrderState.DONE
    assert router.memory.escalations[ref].life.process == WORDS
    notices = [one for one in router.notices(NoticeKind.NEWS) if one.life is not None and one.life.what == "process"]
    assert {RAISER, SCRUTINEER} <= {one.address for one in notices}
    for one in notices:
        assert one.life is not None
        assert one.life.text == f"{WORDS}\n\nRecorded for the scrutineer by Ash Manager, West Sussex."
    [line] = [one for one in router.memory.history if one.what is What.PROCESS]
    assert line.name.startswith("Ash Manager, West Sussex, for the independent scrutineer")
    assert await carried(router, ref, RecordProcess(words=WORDS), name="2") == No.CHANGED


async def test_no_process_is_recorded_where_no_scrutineer_is_asked(router: RouterWorld) -> None:
    ref = await raised(router)
    escalation, ground = router.memory.escalations[ref], await router.world.grounds.now()
    assert scrutineer_in(escalation, ground=ground, at=router.clock.now()) is None
    assert await carried(router, ref, RecordProcess(words=WORDS)) == No.NO_SCRUTINEER
    assert DUTY not in told(router, "process")


async def test_an_order_whose_effects_cannot_be_written_is_refused_and_keeps_no_other(router: RouterWorld) -> None:
    ref = await raised(router)
    first = ordered(router, ref, Redirect(notice=act_notice(router)))

    class Broken(FakeEscalations):
        async def commit(self, change: Change) -> None:
            if change.carried is not None and change.carried.state is OrderState.DONE:
                raise ZeroDivisionError
            await super().commit(change)

    assert await carry_out_all(router.world._replace(escalations=Broken(router.memory))) == ()
    ended = router.memory.orders[first.id]
    assert (ended.state, ended.code) == (OrderState.REFUSED, Code.BUG.value)
    assert CONTACT in asked(router, ref)

"""What those who are asked to act do: pass it on, hand it over, propose another date. Shell."""

from datetime import date, timedelta
from typing import Any, get_args

import msgspec
import pytest

from services.router.commands import replay
from services.router.domain.changes import Happened, What
from services.router.domain.decision import Decision
from services.router.domain.escalation import Escalation, State
from shared.following import AnswerDate, DeclareConflict, GiveName, HandOver, LifeQuestion, NotMine, ProposeDate
from shared.messages import NoticeKind
from shared.questions import Done, Question, Refused, RouteByHand, SendSignInCode, SignedIn, SignIn
from shared.terms import EscalationRef
from tests.router_world import CONTACT, DECISION_MAKER, DUTY, RAISER, URGENT, RouterWorld
from tests.unit.test_router_questions import on_duty, routed, signed_in

WREN = "wren.kestrelby@west-sussex-council.example"
WRENS_POST = "ws-social-care.manager-family"
LATER = date(2027, 1, 15)
NOT_ALLOWED, CHANGED = Refused(why="not-allowed"), Refused(why="changed")
CHANGES: list[type] = [NotMine, DeclareConflict, HandOver, ProposeDate, AnswerDate]


async def stored(router: RouterWorld, ref: EscalationRef) -> Escalation:
    found = await router.world.escalations.escalation(ref)
    assert found is not None
    return found


async def acting(router: RouterWorld, ref: EscalationRef) -> list[str]:
    newest = (await router.world.escalations.decisions(ref))[-1]
    return [one.address for one in msgspec.json.decode(newest.body, type=Decision).persons if one.must_act]


async def lines(router: RouterWorld, ref: EscalationRef, what: What) -> list[Happened]:
    return [line for line in await router.world.escalations.history(ref) if line.what is what]


def told(router: RouterWorld, what: What) -> list[str]:
    return [one.address for one in router.notices(NoticeKind.NEWS) if one.life is not None and one.life.what == what]


async def urgent() -> tuple[RouterWorld, EscalationRef]:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission(URGENT))
    page = router.page()
    await page.ask(SendSignInCode(ref=ref, address=RAISER))
    assert isinstance(await page.ask(SignIn(ref=ref, code=page.code(NoticeKind.SIGN_IN_CODE))), SignedIn)
    return router, ref


def question(kind: type, ref: EscalationRef) -> Question:
    by_kind: dict[type, Question] = {
        NotMine: NotMine(ref=ref, why="another team"),
        DeclareConflict: DeclareConflict(ref=ref, why="my own sister works there"),
        HandOver: HandOver(ref=ref, to=WRENS_POST, why="on leave"),
        ProposeDate: ProposeDate(ref=ref, until=LATER, why="a meeting is booked"),
        AnswerDate: AnswerDate(ref=ref, agrees=True),
    }
    return by_kind[kind]


async def test_whoever_is_asked_to_act_holds_it_from_the_decision_on() -> None:
    router, ref = await routed()
    (holding,) = (await stored(router, ref)).life.holdings
    assert (holding.address, holding.asked_at, holding.acknowledged_at) == (CONTACT, router.clock.now(), None)


@pytest.mark.parametrize("kind", [NotMine, DeclareConflict])
async def test_what_is_passed_on_goes_to_the_next_contact_with_the_reason(kind: type) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    assert await page.ask(question(kind, ref)) == Done()
    (now,) = await acting(router, ref)
    assert now == WREN
    assert [one.address for one in (await stored(router, ref)).life.holdings] == [WREN]
    assert router.notices(NoticeKind.ACT)[-1].address == WREN
    what = What.NOT_MINE if kind is NotMine else What.CONFLICT
    (line,) = await lines(router, ref, what)
    assert line.note in ("another team", "my own sister works there")
    assert "Taylor Willowby" in line.name
    assert RAISER in told(router, what)
    assert CONTACT not in told(router, what)


async def test_somebody_who_passed_it_on_may_do_nothing_any_more_in_the_same_session() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    await page.ask(NotMine(ref=ref, why="another team"))
    assert await page.ask(NotMine(ref=ref, why="another team")) == NOT_ALLOWED
    assert len(await lines(router, ref, What.NOT_MINE)) == 1


async def test_the_deputy_whom_they_name_is_asked_and_reads_from_that_moment() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    assert await page.ask(HandOver(ref=ref, to=WRENS_POST, why="on leave")) == Done()
    assert await acting(router, ref) == [WREN]
    assert router.notices(NoticeKind.ACT)[-1].address == WREN
    deputy = await signed_in(router, ref, WREN)
    assert await deputy.ask(ProposeDate(ref=ref, until=LATER, why="a meeting")) == Done()
    assert await page.ask(ProposeDate(ref=ref, until=LATER, why="a meeting")) == NOT_ALLOWED


async def test_only_a_deputy_whom_the_page_offers_can_be_named() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    for post in ("oakfield-primary.head", "no-such-post", ""):
        assert await page.ask(HandOver(ref=ref, to=post, why="")) == CHANGED
    assert await acting(router, ref) == [CONTACT]


async def test_a_decision_after_every_move_replays_to_the_same_bytes() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    await page.ask(HandOver(ref=ref, to=WRENS_POST, why="on leave"))
    deputy = await signed_in(router, ref, WREN)
    await deputy.ask(NotMine(ref=ref, why="not my team"))
    assert await replay(world=router.world) == (0, ("3 decisions replayed, 0 differ.",), ())


async def test_behind_the_duty_contact_there_is_nobody() -> None:
    """Somebody always holds it: who stands in last of all routes it by hand."""
    router, ref = await routed()
    holders = await acting(router, ref)
    for _ in range(12):
        if holders == [DUTY]:
            break
        page = await signed_in(router, ref, holders[0])
        assert await page.ask(NotMine(ref=ref, why="not mine")) == Done()
        holders = await acting(router, ref)
    assert holders == [DUTY]
    duty = await signed_in(router, ref, DUTY)
    await duty.ask(GiveName(name="Avery Thistledown", role="Duty contact"))
    assert await duty.ask(NotMine(ref=ref, why="not mine")) == NOT_ALLOWED


async def test_another_date_waits_for_the_raiser_and_the_stated_one_stands_meanwhile() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    before = await stored(router, ref)
    assert await page.ask(ProposeDate(ref=ref, until=LATER, why="a meeting is booked")) == Done()
    after = await stored(router, ref)
    assert after.life.agreed_until is None
    assert after.act_at == before.act_at
    asked = [one for one in router.notices(NoticeKind.DATE) if one.address == RAISER][-1]
    assert asked.life is not None
    assert (asked.life.to_do, asked.life.until_words) == ("answer-date", "Friday 15 January 2027, 5 pm")
    assert await page.ask(ProposeDate(ref=ref, until=LATER + timedelta(days=1), why="later")) == CHANGED


@pytest.mark.parametrize("agrees", [True, False])
async def test_the_date_is_another_only_where_the_raiser_agrees(agrees: bool) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    await page.ask(ProposeDate(ref=ref, until=LATER, why="a meeting is booked"))
    assert await page.ask(AnswerDate(ref=ref, agrees=True)) == NOT_ALLOWED
    raiser = await signed_in(router, ref, RAISER)
    assert await raiser.ask(AnswerDate(ref=ref, agrees=agrees)) == Done()
    life = (await stored(router, ref)).life
    assert life.agreed_on == (LATER if agrees else None)
    assert await raiser.ask(AnswerDate(ref=ref, agrees=True)) == CHANGED
    what = What.DATE_AGREED if agrees else What.DATE_DECLINED
    assert len(await lines(router, ref, what)) == 1
    assert CONTACT in told(router, what)


async def test_whoever_is_asked_later_is_told_the_date_that_was_agreed() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    await page.ask(ProposeDate(ref=ref, until=LATER, why="a meeting is booked"))
    raiser = await signed_in(router, ref, RAISER)
    await raiser.ask(AnswerDate(ref=ref, agrees=True))
    await page.ask(HandOver(ref=ref, to=WRENS_POST, why="on leave"))
    asked = router.notices(NoticeKind.ACT)[-1]
    assert asked.address == WREN
    assert asked.route is not None
    assert asked.route.due_at == (await stored(router, ref)).life.agreed_until


async def test_a_date_proposed_by_somebody_who_handed_over_waits_no_more() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    await page.ask(ProposeDate(ref=ref, until=LATER, why="a meeting is booked"))
    await page.ask(HandOver(ref=ref, to=WRENS_POST, why="on leave"))
    raiser = await signed_in(router, ref, RAISER)
    assert await raiser.ask(AnswerDate(ref=ref, agrees=True)) == CHANGED
    deputy = await signed_in(router, ref, WREN)
    assert await deputy.ask(ProposeDate(ref=ref, until=LATER, why="the same meeting")) == Done()


async def test_nobody_pauses_a_clock_where_a_child_may_be_at_risk_of_immediate_harm() -> None:
    router, ref = await urgent()
    (holder,) = await acting(router, ref)
    page = await signed_in(router, ref, holder)
    assert await page.ask(ProposeDate(ref=ref, until=LATER, why="later")) == NOT_ALLOWED
    assert (await stored(router, ref)).life.proposal is None


@pytest.mark.parametrize("until", [date(2026, 12, 20), date(2026, 12, 28)])
async def test_a_date_that_is_past_or_no_later_is_no_other_date(until: date) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    assert await page.ask(ProposeDate(ref=ref, until=until, why="sooner")) == NOT_ALLOWED


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize("address", [DECISION_MAKER, DUTY, "jamie.lavenderhill@oakfield-primary.example"])
async def test_whoever_is_not_asked_to_act_moves_nothing(kind: type, address: str) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, address)
    await page.ask(GiveName(name="Somebody", role="Of the desk"))
    before = await stored(router, ref)
    assert await page.ask(question(kind, ref)) == NOT_ALLOWED
    assert await stored(router, ref) == before


@pytest.mark.parametrize("kind", CHANGES)
async def test_nobody_moves_anything_without_signing_in(kind: type) -> None:
    router, ref = await routed()
    assert await router.page().ask(question(kind, ref)) == Refused(why="not-signed-in")


@pytest.mark.parametrize("kind", get_args(LifeQuestion))
async def test_every_question_of_the_life_is_answered_and_asks_who_is_there(kind: type[Question]) -> None:
    router, ref = await routed()
    blank: dict[Any, Any] = {str: "", bool: True, int: 1, date: LATER}
    given = {one.name: blank.get(one.type, "") for one in msgspec.structs.fields(kind)}
    asked = kind(**(given | {"ref": ref} if "ref" in given else given))
    assert await router.page().ask(asked) == Refused(why="not-signed-in")


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize("state", [State.CLOSED, State.MOVED_ON])
async def test_what_has_ended_is_moved_no_more(kind: type, state: State) -> None:
    router, ref = await routed()
    pages = [await signed_in(router, ref, address) for address in (CONTACT, RAISER)]
    ended = msgspec.structs.replace(await stored(router, ref), state=state)
    router.memory.escalations[ref] = ended
    for page in pages:
        assert await page.ask(question(kind, ref)) == NOT_ALLOWED
    assert await stored(router, ref) == ended


@pytest.mark.parametrize("kind", [NotMine, DeclareConflict, ProposeDate])
async def test_a_move_that_asks_for_a_reason_has_one(kind: type) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    assert await page.ask(msgspec.structs.replace(question(kind, ref), why=" \n\t ")) == NOT_ALLOWED


async def test_at_a_shared_mailbox_somebody_says_who_they_are_before_they_move_anything() -> None:
    router = await RouterWorld().ready()
    ref, mailbox = await held_by_a_mailbox(router)
    page = router.page()
    await page.ask(SendSignInCode(ref=ref, address=mailbox))
    answer = await page.ask(SignIn(ref=ref, code=page.code(NoticeKind.SIGN_IN_CODE)))
    assert isinstance(answer, SignedIn)
    assert answer.shared
    assert await page.ask(NotMine(ref=ref, why="another desk")) == Refused(why="name-needed")
    for name, role in (("", "Practice manager"), ("Robin", ""), ("\n", "\t")):
        assert await page.ask(GiveName(name=name, role=role)) == NOT_ALLOWED
    assert await page.ask(GiveName(name="Robin Fernhollow", role="Practice\nmanager")) == Done()
    assert await page.ask(NotMine(ref=ref, why="another desk")) == Done()
    (line,) = await lines(router, ref, What.NOT_MINE)
    assert line.name.startswith("Robin Fernhollow, Practice manager (as they say) for ")


async def test_a_name_is_only_asked_for_and_kept_at_a_shared_mailbox() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    assert await page.ask(GiveName(name="Somebody else", role="Head")) == NOT_ALLOWED
    assert await router.page().ask(GiveName(name="A", role="B")) == Refused(why="not-signed-in")


async def held_by_a_mailbox(router: RouterWorld) -> tuple[EscalationRef, str]:
    """An escalation that the duty contact routed to a post with a shared mailbox."""
    ref = await router.take(router.submission())
    await signed_in(router, ref, RAISER)
    duty = await on_duty(router, ref)
    post = "sussex-surgery.safeguarding-lead"
    assert await duty.ask(RouteByHand(ref=ref, post=post, why="they know the family")) == Done()
    return ref, "safeguarding@sussex-surgery.example"

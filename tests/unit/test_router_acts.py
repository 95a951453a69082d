"""What somebody in it adds, sealed: whose word it is, what it causes, what becomes of it otherwise. Shell."""

from collections.abc import Awaitable, Callable
from datetime import date

import msgspec
import pytest

from services.router.domain.changes import Happened, What
from services.router.domain.directory import Absence, Entries, entries_bytes
from services.router.domain.escalation import Escalation, State
from services.router.domain.life import Added
from services.router.handlers.acts import ACTS, take_act
from services.router.handlers.arriving import take_parked
from shared.failures import Code, Permanent
from shared.following import GiveName, HandOver, NotMine
from shared.messages import NoticeKind
from shared.questions import Done, RouteByHand, SendSignInCode, SignedIn, SignIn, SignOut
from shared.references import mint_reference
from shared.terms import EscalationRef, MessageId, PartnershipId
from tests.router_world import CONTACT, DECISION_MAKER, DUTY, RAISER, Page, RouterWorld, demonstration
from tests.unit.test_router_questions import on_duty, routed, signed_in

replace = msgspec.structs.replace
MANAGER = "jamie.lavenderhill@oakfield-primary.example"
WREN = "wren.kestrelby@west-sussex-council.example"
ACTION: dict[str, object] = {"what": "decision"}


async def stored(router: RouterWorld, ref: EscalationRef) -> Escalation:
    found = await router.world.escalations.escalation(ref)
    assert found is not None
    return found


async def lines(router: RouterWorld, ref: EscalationRef, what: What) -> list[Happened]:
    return [line for line in await router.world.escalations.history(ref) if line.what is what]


async def added(router: RouterWorld, ref: EscalationRef) -> tuple[Added, ...]:
    return await router.world.escalations.added(ref)


def told(router: RouterWorld, what: What) -> set[str]:
    return {one.address for one in router.notices(NoticeKind.NEWS) if one.life is not None and one.life.what == what}


def parked(router: RouterWorld) -> list[Code]:
    return [code for code in router.memory.inbox.values() if code is not None]


async def test_whoever_says_i_have_this_has_it_and_the_raiser_is_told() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    await router.later(minutes=5)
    await page.add("acknowledgement", ref)
    (holding,) = (await stored(router, ref)).life.holdings
    assert holding.acknowledged_at == router.clock.now()
    assert "Taylor Willowby" in holding.acknowledged_by
    (line,) = await lines(router, ref, What.ACKNOWLEDGED)
    assert (line.who, line.name) == ("contact", holding.acknowledged_by)
    assert RAISER in told(router, What.ACKNOWLEDGED)
    assert CONTACT not in told(router, What.ACKNOWLEDGED)
    assert parked(router) == []


async def test_what_keeps_the_child_safe_meanwhile_stays_sealed_with_a_key_of_its_own() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    submission = await page.add("acknowledgement", ref)
    (one,) = await added(router, ref)
    assert (one.form, one.by, one.record_digest) == ("acknowledgement", CONTACT, submission.record_digest)
    key = router.world.record_keys.unwrap(one.wrapped_key, ref)
    assert len(key) == 32
    assert await router.world.escalations.added_as(submission.submission) == one


@pytest.mark.parametrize("has_it", [True, False])
async def test_the_clock_asks_for_their_word_until_they_give_it(has_it: bool) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    if has_it:
        await page.add("acknowledgement", ref)
    await router.later(days=1, hours=8)
    assert bool(router.notices(NoticeKind.UNACKNOWLEDGED)) is not has_it


async def test_the_first_word_stands_and_a_second_one_tells_nobody() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    await page.add("acknowledgement", ref)
    first = (await stored(router, ref)).life.holdings
    news = len(router.notices(NoticeKind.NEWS))
    await router.later(minutes=5)
    await page.add("acknowledgement", ref)
    assert (await stored(router, ref)).life.holdings == first
    assert len(router.notices(NoticeKind.NEWS)) == news
    assert len(await added(router, ref)) == 2


@pytest.mark.parametrize("address", [RAISER, CONTACT])
async def test_a_party_records_an_action_and_everybody_else_is_told_that_there_is_one(address: str) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, address)
    await page.add("action", ref, ACTION)
    (line,) = await lines(router, ref, What.ACTION)
    assert line.note == "decision"
    everybody = {RAISER, CONTACT, MANAGER}
    assert told(router, What.ACTION) >= everybody - {address}
    assert address not in told(router, What.ACTION)
    assert (await added(router, ref))[0].answers == ACTION


async def test_a_party_adds_a_view_of_their_own() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    await page.add("representation", ref)
    assert [one.form for one in await added(router, ref)] == ["representation"]
    assert CONTACT in told(router, What.REPRESENTATION)


async def test_the_same_message_again_changes_nothing() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    submission = await page.add("action", ref, ACTION)
    before = len(await router.world.escalations.history(ref))
    await router.take(submission)
    assert len(await router.world.escalations.history(ref)) == before
    assert parked(router) == []


async def test_one_submission_is_added_once_whatever_message_brings_it() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    submission = await page.add("action", ref, ACTION)
    with pytest.raises(Permanent) as raised:
        await take_act(submission, message=MessageId("another"), world=router.world)
    assert raised.value.code is Code.ACT_REFUSED
    assert len(await added(router, ref)) == 1


async def sign_out(router: RouterWorld, page: Page, ref: EscalationRef) -> None:
    assert await page.ask(SignOut()) == Done()


async def sit_idle(router: RouterWorld, page: Page, ref: EscalationRef) -> None:
    await router.later(minutes=31)


async def pass_it_on(router: RouterWorld, page: Page, ref: EscalationRef) -> None:
    assert await page.ask(NotMine(ref=ref, why="another team")) == Done()


async def hand_it_over(router: RouterWorld, page: Page, ref: EscalationRef) -> None:
    assert await page.ask(HandOver(ref=ref, to="ws-social-care.manager-family", why="on leave")) == Done()


async def end_it(router: RouterWorld, page: Page, ref: EscalationRef) -> None:
    router.memory.escalations[ref] = replace(await stored(router, ref), state=State.MOVED_ON)


async def forge_the_secret(router: RouterWorld, page: Page, ref: EscalationRef) -> None:
    page.secret = b"\0" * 32


@pytest.mark.parametrize("meanwhile", [sign_out, sit_idle, pass_it_on, hand_it_over, end_it, forge_the_secret])
@pytest.mark.parametrize("form", ["acknowledgement", "action", "outcome"])
async def test_what_cannot_be_applied_is_set_aside_and_the_duty_contact_is_told(
    form: str, meanwhile: Callable[[RouterWorld, Page, EscalationRef], Awaitable[None]]
) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    await meanwhile(router, page, ref)
    before = await stored(router, ref)
    news = len(router.notices(NoticeKind.NEWS))
    answers: dict[str, dict[str, object]] = {
        "action": ACTION,
        "outcome": {"outcome": "agreed", "agreed_outcome": "A meeting this week."},
    }
    await page.add(form, ref, answers.get(form))
    assert parked(router) == [Code.ACT_REFUSED]
    assert await stored(router, ref) == before
    assert await added(router, ref) == ()
    (line,) = await lines(router, ref, What.ACT_SET_ASIDE)
    assert line.note == form
    assert len(router.notices(NoticeKind.NEWS)) == news
    (mail,) = router.notices(NoticeKind.WAITING)
    assert mail.address == DUTY
    assert mail.waiting is not None
    assert (mail.waiting.references, mail.waiting.reason) == ((ref,), "act")


async def test_a_next_stage_that_says_harm_is_immediate_is_urgent_also_where_it_is_set_aside() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    await sit_idle(router, page, ref)
    answers: dict[str, object] = {"stage": "3", "immediate_harm": "yes", "harm_consulted": "nobody_reached"}
    await page.add("next-stage", ref, answers)
    assert len(parked(router)) == 1
    (mail,) = router.notices(NoticeKind.WAITING_URGENT)
    assert mail.address == DUTY
    assert mail.waiting is not None
    assert mail.waiting.urgent == (ref,)
    assert router.notices(NoticeKind.WAITING) == []


async def test_what_was_accepted_while_they_were_signed_in_counts_however_late_it_arrives() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    late = router.act("acknowledgement", about=ref, secret=page.secret)
    await router.later(hours=20)
    await router.take(late)
    (holding,) = (await stored(router, ref)).life.holdings
    assert holding.acknowledged_at == late.accepted_at
    assert parked(router) == []


async def test_nobody_speaks_for_whoever_was_signed_in_before_them() -> None:
    """The same tab, another address: what was accepted before they signed in is not theirs."""
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    late = router.act("acknowledgement", about=ref, secret=page.secret)
    await router.later(minutes=5)
    await page.ask(SendSignInCode(ref=ref, address=CONTACT))
    assert isinstance(await page.ask(SignIn(ref=ref, code=page.code(NoticeKind.SIGN_IN_CODE))), SignedIn)
    await router.take(late)
    assert parked(router) == [Code.ACT_REFUSED]
    await page.add("acknowledgement", ref)
    assert parked(router) == [Code.ACT_REFUSED]
    assert len(await added(router, ref)) == 1


@pytest.mark.parametrize("form", sorted(ACTS))
@pytest.mark.parametrize("about", ["", "WS-000-000-000", "not a reference"])
async def test_what_names_no_escalation_is_kept_and_the_duty_contact_is_told(form: str, about: str) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    submission = router.act(form, about=about, secret=page.secret)
    await router.take(submission)
    assert len(parked(router)) == 1
    (mail,) = router.notices(NoticeKind.WAITING)
    assert mail.waiting is not None
    assert mail.waiting.references == (submission.ref,)
    assert await router.world.escalations.escalation(submission.ref) is None


async def test_junk_under_a_known_reference_does_not_fill_its_history() -> None:
    router, ref = await routed()
    for _ in range(25):
        await router.take(router.act("action", ACTION, about=ref, secret=b"\1" * 32))
    assert len(await lines(router, ref, What.ACT_SET_ASIDE)) == 20
    assert len(parked(router)) == 25


async def test_answers_that_the_form_does_not_allow_are_set_aside() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    await page.add("action", ref, {"what": "something else"})
    assert parked(router) == [Code.FACTS_REFUSED]
    assert len(await lines(router, ref, What.ACT_SET_ASIDE)) == 1


async def test_an_act_sealed_for_another_partnership_is_not_this_ones() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    await page.add("acknowledgement", ref, partnership=PartnershipId("east-sussex"))
    assert parked(router) == [Code.ACT_REFUSED]


async def test_an_act_under_the_reference_of_an_escalation_is_refused() -> None:
    """A hostile intake mints no reference twice."""
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    await page.add("action", ref, ACTION, ref=ref)
    assert parked(router) == [Code.ACT_REFUSED]


@pytest.mark.parametrize("form", ["acknowledgement", "outcome", "process"])
async def test_whoever_made_the_decision_neither_acknowledges_nor_agrees_for_their_agency(form: str) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, DECISION_MAKER)
    answers: dict[str, dict[str, object]] = {
        "outcome": {"outcome": "agreed", "agreed_outcome": "A"},
        "process": {"process": "A"},
    }
    await page.add(form, ref, answers.get(form))
    assert parked(router) == [Code.ACT_REFUSED]


async def test_what_was_set_aside_is_applied_when_a_person_has_it_tried_again() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    key = router.keys.facts.pop(router.facts_key.id)
    submission = router.act("acknowledgement", about=ref, secret=page.secret)
    await router.take(submission)
    assert parked(router) == [Code.UNKNOWN_KEY]
    await router.later(hours=3)
    router.keys.facts[key.id] = key
    (found,) = await router.world.escalations.parked()
    await take_parked(submission, found, world=router.world)
    assert await router.world.escalations.parked() == ()
    assert (await stored(router, ref)).life.holdings[0].acknowledged_at == submission.accepted_at
    with pytest.raises(Permanent):
        await take_parked(submission, found, world=router.world)


async def test_somebody_who_deputises_today_acts_although_nobody_asked_them_yet() -> None:
    """The directory changed: who was asked is away, and the deputy has it from the moment they say so."""
    router, ref = await routed()
    await router.world.directories.add(entries_bytes(away("ws-social-care.manager-assessment")), at=router.clock.now())
    deputy = await signed_in(router, ref, WREN)
    await deputy.add("acknowledgement", ref)
    after = await stored(router, ref)
    assert [(one.address, one.acknowledged_at is not None) for one in after.life.holdings] == [(WREN, True)]
    assert after.decisions == 2
    assert parked(router) == []


async def test_who_was_replaced_adds_nothing_in_a_session_that_still_runs() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    await router.world.directories.add(entries_bytes(away("ws-social-care.manager-assessment")), at=router.clock.now())
    await page.add("acknowledgement", ref)
    assert parked(router) == [Code.ACT_REFUSED]


async def test_at_a_shared_mailbox_what_is_added_names_who_they_say_they_are() -> None:
    router, ref = await routed()
    duty = await on_duty(router, ref)
    assert await duty.ask(RouteByHand(ref=ref, post="sussex-surgery.safeguarding-lead", why="they know")) == Done()
    page = await signed_in(router, ref, "safeguarding@sussex-surgery.example")
    await page.add("acknowledgement", ref)
    assert parked(router) == [Code.ACT_REFUSED]
    assert await page.ask(GiveName(name="Robin Fernhollow", role="Practice manager")) == Done()
    await page.add("acknowledgement", ref)
    (line,) = await lines(router, ref, What.ACKNOWLEDGED)
    assert line.name.startswith("Robin Fernhollow, Practice manager (as they say) for Practice safeguarding lead")


async def test_going_on_opens_the_next_stage_and_moves_the_earlier_one_in_one_step() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    answers: dict[str, object] = {
        "stage": "3",
        "entry": ["unresolved"],
        "immediate_harm": "no",
        "timeframe": {"unit": "working_days", "amount": 5, "until": None},
    }
    submission = await page.add("next-stage", ref, answers, ref=mint_reference("WS"))
    assert parked(router) == []
    earlier, later = await stored(router, ref), await stored(router, submission.ref)
    assert (earlier.state, earlier.life.next) == (State.MOVED_ON, later.ref)
    assert (later.state, later.matter, later.confirmed) == (State.ROUTED, ref, True)
    assert await added(router, ref) == ()
    await page.add("next-stage", ref, answers, ref=mint_reference("WS"))
    assert parked(router) == [Code.ACT_REFUSED]


def away(post: str) -> Entries:
    """The demonstration's directory with that post's holder away."""
    absent = Absence(first=date(2026, 1, 1), last=date(2027, 12, 31))
    agencies = tuple(
        replace(one, posts=tuple(replace(p, absences=(absent,)) if p.id == post else p for p in one.posts))
        for one in demonstration().agencies
    )
    return replace(demonstration(), agencies=agencies)

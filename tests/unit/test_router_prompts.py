"""What router does when an escalation's clock asks: whom it tells, once, and that nothing moves by silence. Shell."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.router.domain.changes import Happened, What
from services.router.domain.decision import Decision
from services.router.domain.directory import Absence, Post, entries_bytes
from services.router.domain.escalation import Standing, State
from services.router.domain.life import Issue, IssueState
from services.router.handlers.clocks import prompt
from services.router.handlers.sweeping import sweep
from shared.failures import Code, Permanent
from shared.following import SettleIssue
from shared.messages import Notice, NoticeKind
from shared.questions import Done, RouteByHand, SendConfirmationCode
from shared.terms import EscalationRef, PartnershipId, PostId
from tests.life_world import AGREED, CONTACTS_POST, MANAGER, OTHER_MANAGER, at, changed, escalation_of, put, with_post
from tests.router_world import BEFORE_CHRISTMAS, CONTACT, DUTY, RAISER, URGENT, RouterWorld, demonstration
from tests.unit.test_router_questions import on_duty, routed, signed_in

replace = msgspec.structs.replace
LEAD = "indigo.mossgarden@west-sussex-council.example"
ON_CALL = "ellis.wrenfield@west-sussex-council.example"
FRIDAY_NOON = datetime(2026, 12, 18, 12, 0, tzinfo=UTC)
TUESDAY_EVENING = {"days": 1, "hours": 7}


def silence(router: RouterWorld) -> list[Notice]:
    return router.notices(NoticeKind.UNACKNOWLEDGED)


def asked(router: RouterWorld, address: str, kind: NoticeKind = NoticeKind.UNACKNOWLEDGED) -> list[str]:
    """What each notice of that kind asks of this address."""
    return [one.life.to_do for one in router.notices(kind) if one.address == address and one.life is not None]


async def lines(router: RouterWorld, ref: EscalationRef, what: What) -> list[Happened]:
    return [line for line in await router.world.escalations.history(ref) if line.what is what]


async def acting(router: RouterWorld, ref: EscalationRef) -> list[str]:
    newest = (await router.world.escalations.decisions(ref))[-1]
    return [one.address for one in msgspec.json.decode(newest.body, type=Decision).persons if one.must_act]


async def raised(when: datetime = BEFORE_CHRISTMAS, **answers: Any) -> tuple[RouterWorld, EscalationRef]:
    router = await RouterWorld(at=when).ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    return router, await page.raise_escalation(answers, code=page.code())


def away(first: date, last: date, *, deputy: PostId | None = None) -> Any:
    def change(post: Post) -> Post:
        return replace(post, absences=(Absence(first=first, last=last, deputy=deputy),))

    return change


# silence


async def test_no_word_by_the_end_of_the_next_working_day_asks_the_deputy_and_tells_the_lead_and_the_raiser() -> None:
    router, ref = await routed()
    await router.later(days=1, hours=6, minutes=59)
    assert silence(router) == []
    await router.later(minutes=1)
    assert asked(router, CONTACT) == ["acknowledge"]
    assert asked(router, OTHER_MANAGER) == ["stand-in"]
    assert asked(router, LEAD) == [""]
    assert asked(router, RAISER) == ["ring"]
    assert {one.address for one in silence(router)} == {CONTACT, OTHER_MANAGER, LEAD, RAISER}
    (line,) = await lines(router, ref, What.PROMPTED)
    assert line.note == "unacknowledged"


async def test_the_raiser_learns_whom_to_ring_the_silent_one_first() -> None:
    router, _ = await routed()
    await router.later(**TUESDAY_EVENING)
    (notice,) = [one for one in silence(router) if one.address == RAISER]
    assert notice.life is not None
    labels = [line.label for line in notice.life.ring]
    assert labels[0].startswith("Taylor Willowby")
    assert labels[1].startswith("Wren Kestrelby")
    assert all(line.number for line in notice.life.ring)


async def test_the_deputy_who_is_called_joins_reads_and_acknowledges_for_the_silent_one() -> None:
    router, ref = await routed()
    await router.later(**TUESDAY_EVENING)
    deputy = (await at(router, ref, OTHER_MANAGER)).standings
    assert {Standing.HOLDER, Standing.PARTY} <= deputy
    assert (await at(router, ref, LEAD)).standings == frozenset()
    page = await signed_in(router, ref, OTHER_MANAGER)
    await page.add("acknowledgement", ref)
    (holding,) = (await escalation_of(router, ref)).life.holdings
    assert (holding.address, holding.acknowledged_at) == (CONTACT, router.clock.now())
    assert "Wren Kestrelby" in holding.acknowledged_by
    before = len(silence(router))
    await router.later(days=10)
    assert len(silence(router)) == before


async def test_it_goes_on_each_working_day_until_somebody_acknowledges() -> None:
    router, ref = await routed()
    await router.later(**TUESDAY_EVENING)
    for day in range(1, 9):  # over Christmas: 23, 24, 29 December, then each working day
        await router.later(days=1)
        expected = [1, 2, 3, 3, 3, 3, 3, 4, 5][day]
        assert len(asked(router, OTHER_MANAGER)) == expected, day
    assert len((await escalation_of(router, ref)).life.joined) == 2


async def test_where_a_stage_names_several_contacts_each_is_waited_for() -> None:
    router, ref = await raised(datetime(2026, 12, 19, 2, 0, tzinfo=UTC), **URGENT)
    assert {one.address for one in (await escalation_of(router, ref)).life.holdings} == {ON_CALL, CONTACT}
    page = await signed_in(router, ref, ON_CALL)
    await page.add("acknowledgement", ref)
    await router.later(hours=54, minutes=59)
    assert silence(router) == []  # the weekend is held by whoever is on call
    await router.later(minutes=1)  # offices open: whoever is on call is asked no more, the contact has not said a word
    await router.sweep()
    assert asked(router, CONTACT) == ["acknowledge"]
    assert asked(router, ON_CALL) == []
    (notice,) = [one for one in silence(router) if one.address == RAISER]
    assert notice.life is not None
    assert [one.name for one in notice.life.holders] == ["Taylor Willowby"]


async def test_with_immediate_harm_it_is_one_hour_at_any_hour_and_again_each_hour() -> None:
    router, _ = await raised(datetime(2026, 12, 24, 22, 30, tzinfo=UTC), **URGENT)
    await router.later(minutes=59)
    assert silence(router) == []
    await router.later(minutes=1)
    assert asked(router, CONTACT) == ["acknowledge"]
    for _ in range(3):
        await router.later(hours=1)
    assert asked(router, CONTACT) == ["acknowledge"] * 4


async def test_out_of_hours_whoever_is_on_call_and_the_out_of_hours_numbers_stand_first() -> None:
    router, ref = await raised(datetime(2026, 12, 18, 16, 30, tzinfo=UTC), **URGENT)
    assert await acting(router, ref) == [CONTACT]
    await router.later(hours=1)
    await router.sweep()
    assert await acting(router, ref) == [ON_CALL, CONTACT]
    assert router.told()[NoticeKind.ACT] == [CONTACT, ON_CALL]
    (notice,) = [one for one in silence(router) if one.address == RAISER]
    assert notice.life is not None
    assert notice.life.ring[0].label.startswith("Ellis Wrenfield")
    assert "(out of hours)" in next(one.number for one in notice.life.ring if "Taylor Willowby" in one.label)
    assert "(out of hours)" in next(one.number for one in notice.life.ring if "Wren Kestrelby" in one.label)


async def test_an_urgent_one_is_not_left_alone_where_the_contact_goes_away_over_a_weekend() -> None:
    router, ref = await raised(FRIDAY_NOON, **URGENT)
    await with_post(router, CONTACTS_POST, away(date(2026, 12, 19), date(2026, 12, 27)))
    for _ in range(14):  # Saturday, 2 am
        await router.later(hours=1)
    await router.sweep()
    assert OTHER_MANAGER in await acting(router, ref)
    assert OTHER_MANAGER in {one.address for one in (await escalation_of(router, ref)).life.holdings}
    before = len(asked(router, OTHER_MANAGER))
    await router.later(hours=1)
    await router.later(hours=1)
    assert len(asked(router, OTHER_MANAGER)) > before


async def test_a_raiser_for_whom_nobody_vouches_is_told_whom_to_ring_by_role_and_office() -> None:
    router = await RouterWorld(at=FRIDAY_NOON).ready()
    outside = "frankie@home.example"
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=outside))
    await page.raise_escalation({"raiser_email": outside, **URGENT}, code=page.code())
    await router.later(hours=1)
    (notice,) = [one for one in silence(router) if one.address == outside]
    assert notice.life is not None
    assert b"Willowby" not in msgspec.json.encode(notice.life)
    assert b"Kestrelby" not in msgspec.json.encode(notice.life)
    assert any("Team manager" in line.label for line in notice.life.ring)


async def test_the_raisers_own_manager_is_not_called_to_answer_for_their_agencys_decision() -> None:
    answers: dict[str, object] = {
        "raiser_email": "rowan.yarrowby@west-sussex-council.example",
        "raiser_role": "Social worker",
        "own_manager": "no",
        "raising_agency": "ws-social-care",
        "raising_team": "ws-social-care.family-support",
        "receiving_agency": "ws-social-care",
        "receiving_team": "ws-social-care.assessment",
    }
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=str(answers["raiser_email"])))
    ref = await page.raise_escalation(answers, code=page.code())
    assert await acting(router, ref) == [CONTACT]
    await router.later(**TUESDAY_EVENING)
    assert asked(router, CONTACT) == ["acknowledge"]
    assert asked(router, OTHER_MANAGER) == []  # they manage the raiser
    assert Standing.HOLDER not in (await at(router, ref, OTHER_MANAGER)).standings


async def test_a_colleague_whom_the_directory_does_not_name_as_deputy_is_not_called_to_read_it() -> None:
    router, ref = await routed()
    await with_post(router, CONTACTS_POST, lambda post: replace(post, deputy=None))
    await router.later(**TUESDAY_EVENING)
    deputies = [one.person.address for one in (await escalation_of(router, ref)).life.joined if one.person.may_read]
    assert deputies == ["parker.juniperley@west-sussex-council.example"]  # who allocates for that role
    assert asked(router, OTHER_MANAGER) == []


async def test_a_deputy_who_is_asked_to_act_too_speaks_for_the_silent_one_from_then_on() -> None:
    router, ref = await routed()
    duty = await on_duty(router, ref)
    assert await duty.ask(RouteByHand(ref=ref, post="sussex-police.inspector", why="Theirs too.")) == Done()
    police = "harper.honeydew@sussex-police.example"
    await with_post(router, CONTACTS_POST, lambda post: replace(post, deputy=PostId("sussex-police.inspector")))
    assert {one.address for one in (await escalation_of(router, ref)).life.holdings} == {CONTACT, police}
    await router.later(**TUESDAY_EVENING)
    page = await signed_in(router, ref, police)
    await page.add("acknowledgement", ref)
    assert all(one.acknowledged_at is not None for one in (await escalation_of(router, ref)).life.holdings)
    joined = [(one.person.address, one.instead_of) for one in (await escalation_of(router, ref)).life.joined]
    assert len(joined) == len(set(joined))
    before = len(silence(router))
    await router.later(days=10)
    assert len(silence(router)) == before
    assert len(await router.world.escalations.decisions(ref)) == 2


async def test_a_lead_who_is_the_deputy_too_gets_one_email() -> None:
    router, _ = await routed()
    lead = PostId("ws-social-care.safeguarding-lead")
    await with_post(router, CONTACTS_POST, lambda post: replace(post, deputy=lead))
    await router.later(**TUESDAY_EVENING)
    assert asked(router, LEAD) == ["stand-in"]


async def test_where_nobody_can_be_called_the_duty_contact_is_told() -> None:
    router, ref = await routed()
    duty = await on_duty(router, ref)
    assert await duty.ask(RouteByHand(ref=ref, post="sussex-charity.worker", why="They know the family.")) == Done()
    holder = "frankie.merryweather@sussex-charity.example"
    await without_lead(router)
    await router.later(**TUESDAY_EVENING)
    assert asked(router, holder) == ["acknowledge"]
    desk = [one.waiting.reason for one in router.notices(NoticeKind.DESK) if one.waiting is not None]
    assert desk == ["gap"]


async def without_lead(router: RouterWorld) -> None:
    """The charity has nobody else."""
    found = demonstration()
    alone = tuple(
        replace(one, posts=tuple(post for post in one.posts if post.id == "sussex-charity.worker"))
        if one.id == "sussex-charity"
        else one
        for one in found.agencies
    )
    await router.world.directories.add(entries_bytes(replace(found, agencies=alone)), at=router.clock.now())


# absence


async def test_a_contact_on_leave_today_is_replaced_by_the_deputy_next_working_morning_and_it_is_stored() -> None:
    router, ref = await routed()
    await with_post(router, CONTACTS_POST, away(date(2026, 12, 22), date(2027, 1, 8)))
    await router.later(hours=22, minutes=59)  # 8.59 on Tuesday
    assert await acting(router, ref) == [CONTACT]
    await router.later(minutes=1)
    assert await acting(router, ref) == [OTHER_MANAGER]
    assert router.told()[NoticeKind.ACT] == [CONTACT, OTHER_MANAGER]
    assert [one.address for one in (await escalation_of(router, ref)).life.holdings] == [OTHER_MANAGER]
    assert router.told()[NoticeKind.RAISED] == [RAISER, RAISER]
    await router.later(days=1)
    await router.later(days=1)
    assert len(await router.world.escalations.decisions(ref)) == 2


async def test_a_deputy_who_was_called_and_becomes_the_contact_holds_it_themselves() -> None:
    router, ref = await routed()
    await router.later(**TUESDAY_EVENING)
    await with_post(router, CONTACTS_POST, away(date(2026, 12, 23), date(2027, 1, 8)))
    await router.later(hours=16)  # 9 am on Wednesday
    assert await acting(router, ref) == [OTHER_MANAGER]
    assert [one.address for one in (await escalation_of(router, ref)).life.holdings] == [OTHER_MANAGER]
    assert CONTACT not in [one.address for one in (await at(router, ref, DUTY)).everybody]
    for _ in range(3):
        await router.later(days=1)
    assert len(await router.world.escalations.decisions(ref)) == 2


async def test_whoever_comes_back_is_asked_again_and_the_one_who_stood_in_may_do_nothing_any_more() -> None:
    router, ref = await routed()
    await with_post(router, CONTACTS_POST, away(date(2026, 12, 22), date(2026, 12, 22)))
    await router.later(hours=23)
    assert await acting(router, ref) == [OTHER_MANAGER]
    await router.later(days=1)
    assert await acting(router, ref) == [CONTACT]
    assert router.told()[NoticeKind.ACT] == [CONTACT, OTHER_MANAGER, CONTACT]
    assert (await at(router, ref, OTHER_MANAGER)).standings == frozenset()


async def test_a_deputy_called_for_somebody_who_is_asked_no_more_is_in_it_no_more() -> None:
    router, ref = await routed()
    await router.later(**TUESDAY_EVENING)
    assert (await at(router, ref, OTHER_MANAGER)).me is not None
    third = PostId("ws-social-care.manager-looked-after")
    await with_post(router, CONTACTS_POST, away(date(2026, 12, 23), date(2027, 1, 8), deputy=third))
    await router.later(hours=16)
    assert await acting(router, ref) == ["zaid.rushlight@west-sussex-council.example"]
    assert (await at(router, ref, OTHER_MANAGER)).standings == frozenset()


# dates, outcomes, issues


async def test_both_managers_and_the_raiser_are_reminded_before_the_date_and_at_it() -> None:
    router, ref = await routed()  # due on Wednesday 30 December, 5 pm
    page = await signed_in(router, ref, CONTACT)
    await page.add("acknowledgement", ref)
    router.clock.advance(datetime(2026, 12, 29, 9, 0, tzinfo=UTC) - router.clock.now() - timedelta(seconds=1))
    await router.sweep()
    assert router.notices(NoticeKind.REMINDER) == []
    await router.later(seconds=1)
    soon = router.notices(NoticeKind.REMINDER)
    assert {one.address for one in soon} == {CONTACT, MANAGER, RAISER}
    assert {(one.life.what, one.life.left_words) for one in soon if one.life is not None} == {
        ("due-soon", "1 working day left")
    }
    await router.later(days=1, hours=8)
    due = router.notices(NoticeKind.REMINDER)[len(soon) :]
    assert {one.address for one in due} == {CONTACT, MANAGER, RAISER}
    assert {one.life.what for one in due if one.life is not None} == {"due"}
    await router.later(days=20)
    assert len(router.notices(NoticeKind.REMINDER)) == 2 * len(soon)
    assert (await escalation_of(router, ref)).state is State.ROUTED


async def test_silence_on_an_outcome_asks_those_silent_then_the_managers_and_closes_nothing() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    await page.add("acknowledgement", ref)
    await put(router, ref, CONTACT)
    given = len(router.notices(NoticeKind.OUTCOME))
    await router.later(days=1, hours=23)
    again = router.notices(NoticeKind.OUTCOME)[given:]
    assert {one.address for one in again} == {MANAGER, RAISER}
    assert {one.life.to_do for one in again if one.life is not None} == {"confirm"}
    await router.later(days=6)
    managers = [one for one in router.notices(NoticeKind.REMINDER) if one.life and one.life.what == "outcome-managers"]
    assert {one.address for one in managers} == {CONTACT, MANAGER}
    await router.later(days=60)
    assert (await escalation_of(router, ref)).state is State.ROUTED


@pytest.mark.parametrize("told", ["no", "coded"])
async def test_the_partnership_learns_of_a_text_that_waits_in_codes_and_only_where_the_policy_tells_it(
    told: str,
) -> None:
    stage = "2" if told == "no" else "3"
    router, ref = await raised(stage=stage, entry=["unresolved"])
    decision = msgspec.json.decode((await router.world.escalations.decisions(ref))[-1].body, type=Decision)
    assert decision.partnership_told == told
    coded = len(router.notices(NoticeKind.CODED))
    await put(router, ref, RAISER)
    await router.later(days=30)
    await router.sweep()
    found = router.notices(NoticeKind.CODED)[coded:]
    assert [one.address for one in found] == ([] if told == "no" else ["learning@west-sussex.example"])
    for notice in found:
        body = msgspec.json.encode(notice.coded)
        assert str(AGREED["agreed_outcome"]) not in body.decode()
        assert b"Nettlebed" not in body
        assert b"Willowby" not in body


async def test_a_text_that_settled_its_pair_of_agencies_waits_for_nobody() -> None:
    router, ref = await raised(more_agencies=["sussex-police"])
    await put(router, ref, CONTACT, {"pairs": "oakfield-primary|ws-social-care"})
    held = await escalation_of(router, ref)
    settled = replace(held.life, settled=("oakfield-primary|ws-social-care",))
    await changed(router, ref, lambda one: replace(one, life=settled))
    before = len(router.notices(NoticeKind.OUTCOME))
    await router.later(days=40)
    await router.sweep()
    assert len(router.notices(NoticeKind.OUTCOME)) == before
    assert [one for one in router.notices(NoticeKind.REMINDER) if one.life and "outcome" in one.life.what] == []


def _closed_with(owner: str) -> Any:
    issue = Issue(number=1, text="Minutes", owner=owner, owner_who="Somebody", by_on=date(2027, 1, 15))

    def change(one: Any) -> Any:
        life = replace(one.life, issues=(issue,), closed_at=one.opened_at)
        closed = replace(one, state=State.CLOSED, life=life)
        return replace(closed, act_at=datetime(2027, 1, 14, 9, 0, tzinfo=UTC))

    return change


async def test_an_outstanding_issue_reminds_its_owner_and_the_raiser_after_closing_until_it_is_done() -> None:
    router, ref = await routed()
    await changed(router, ref, _closed_with(MANAGER))
    router.clock.advance(datetime(2027, 1, 14, 9, 0, tzinfo=UTC) - router.clock.now())
    await router.sweep()
    assert asked(router, MANAGER, NoticeKind.ISSUE) == ["pursue"]
    assert asked(router, RAISER, NoticeKind.ISSUE) == [""]
    await router.later(days=1)
    assert asked(router, MANAGER, NoticeKind.ISSUE) == ["pursue", "pursue"]
    assert silence(router) == []  # and nobody is asked to act on what has closed
    done = replace((await escalation_of(router, ref)).life.issues[0], state=IssueState.DONE)
    await changed(router, ref, lambda one: replace(one, life=replace(one.life, issues=(done,))))
    await router.later(days=30)
    assert len(router.notices(NoticeKind.ISSUE)) == 4


async def test_an_owner_who_only_stood_in_stays_in_it_until_the_issue_is_done_and_reads_nothing_by_it() -> None:
    router, ref = await routed()
    await changed(router, ref, _closed_with("gone@west-sussex-council.example"))
    router.clock.advance(datetime(2027, 1, 14, 9, 0, tzinfo=UTC) - router.clock.now())
    await router.sweep()
    assert asked(router, "gone@west-sussex-council.example", NoticeKind.ISSUE) == ["pursue"]
    assert (await at(router, ref, "gone@west-sussex-council.example")).standings == {Standing.OWNER}
    page = await signed_in(router, ref, "gone@west-sussex-council.example")
    assert await page.ask(SettleIssue(ref=ref, issue=1, done=True, how="The minutes are out.")) == Done()
    assert (await at(router, ref, "gone@west-sussex-council.example")).me is None


# always


async def test_an_outage_is_caught_up_with_once() -> None:
    router, ref = await routed()
    router.clock.advance(timedelta(days=9))
    for _ in range(3):
        await router.sweep()
    assert len(asked(router, OTHER_MANAGER)) == 1
    assert len([one for one in router.notices(NoticeKind.REMINDER) if one.address == RAISER]) == 1
    assert (await escalation_of(router, ref)).state is State.ROUTED


@pytest.mark.parametrize("state", [State.MOVED_ON, State.CLOSED])
async def test_nobody_is_prompted_about_what_has_ended(state: State) -> None:
    router, ref = await routed()
    await changed(router, ref, lambda one: replace(one, state=state))
    before = len(router.notices())
    for _ in range(10):
        await router.later(days=1)
    assert len(router.notices()) == before
    assert (await escalation_of(router, ref)).act_at is None


async def test_an_escalation_of_a_partnership_that_is_gone_keeps_no_other_from_being_prompted() -> None:
    router, ref = await routed()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    other = await page.raise_escalation(code=page.code())
    await changed(router, ref, lambda one: replace(one, partnership=PartnershipId("no-more")))
    router.clock.advance(timedelta(days=1, hours=7))
    assert await sweep(router.world) == (Code.UNKNOWN_PARTNERSHIP,)
    assert {one.ref for one in silence(router)} == {other}
    gone = await escalation_of(router, ref)
    assert gone.act_at is not None
    assert gone.act_at > router.clock.now()  # it waits, and does not stand before everybody else each minute
    router.clock.advance(timedelta(hours=2))
    with pytest.raises(Permanent):
        await prompt(ref, world=router.world)

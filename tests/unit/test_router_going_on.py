"""A matter goes on to its next stage, or is raised again: one open stage, the one before as it was. Shell."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from services.router.adapters.grounds import StoredGrounds
from services.router.commands import explain, replay
from services.router.domain.changes import Happened, What
from services.router.domain.decision import Decision
from services.router.domain.directory import Holder
from services.router.domain.escalation import Standing, State
from services.router.domain.grounding import Rules
from shared.failures import Code, Permanent
from shared.following import NotMine, ReadRecord, RecordOpened
from shared.messages import NoticeKind
from shared.questions import Done, Refused, SendConfirmationCode
from shared.terms import EscalationRef
from tests.life_world import AGREED, MANAGER, OTHER_MANAGER, at, changed, escalation_of, with_post
from tests.router_world import CONTACT, DECISION_MAKER, RAISER, URGENT, Page, RouterWorld, rules
from tests.unit.test_router_questions import routed, signed_in

replace = msgspec.structs.replace
HEAD_OF_SERVICE = "amara.thistledown@west-sussex-council.example"
EDUCATION_LEAD = "remy.marigold@west-sussex-council.example"
LEARNING = "learning@west-sussex.example"
NEXT: dict[str, Any] = {
    "stage": "3",
    "entry": ["unresolved"],
    "immediate_harm": "no",
    "timeframe": {"unit": "working_days", "amount": 3, "until": None},
}


async def decision_of(router: RouterWorld, ref: EscalationRef) -> Decision:
    newest = (await router.world.escalations.decisions(ref))[-1]
    return msgspec.json.decode(newest.body, type=Decision)


async def acting(router: RouterWorld, ref: EscalationRef) -> list[str]:
    return [one.address for one in (await decision_of(router, ref)).persons if one.must_act]


async def lines(router: RouterWorld, ref: EscalationRef, what: What) -> list[Happened]:
    return [line for line in await router.world.escalations.history(ref) if line.what is what]


def refused(router: RouterWorld) -> list[Code]:
    return [code for code in router.memory.inbox.values() if code is not None]


async def goes_on(
    router: RouterWorld, ref: EscalationRef, *, by: str = RAISER, **answers: Any
) -> tuple[EscalationRef, Page]:
    await router.later(minutes=1)
    page = await signed_in(router, ref, by)
    submission = await page.add("next-stage", ref, NEXT | answers)
    return submission.ref, page


async def gone_on(**answers: Any) -> tuple[RouterWorld, EscalationRef, EscalationRef]:
    router, first = await routed()
    second, _ = await goes_on(router, first, **answers)
    assert refused(router) == []
    return router, first, second


def closed(one: Any) -> Any:
    return replace(one, state=State.CLOSED, life=replace(one.life, closed_at=one.opened_at), act_at=None)


async def test_the_earlier_stage_moves_on_with_the_next_one_and_there_are_never_two_open() -> None:
    router, first, second = await gone_on()
    earlier, later = await escalation_of(router, first), await escalation_of(router, second)
    assert (earlier.state, earlier.life.next, earlier.act_at) == (State.MOVED_ON, second, None)
    assert (later.state, later.life.matter, later.life.next) == (State.ROUTED, first, None)
    third, _ = await goes_on(router, second, stage="4")
    stages = await router.world.escalations.of_matter(first)
    assert [one.ref for one in stages] == [first, second, third]
    assert [one.state for one in stages] == [State.MOVED_ON, State.MOVED_ON, State.ROUTED]
    assert [one.life.next for one in stages] == [second, third, None]


async def test_the_earlier_record_and_what_was_said_stay_as_they_were() -> None:
    router, first = await routed()
    before, said = await escalation_of(router, first), await router.world.escalations.answers(first)
    await goes_on(router, first)
    after = await escalation_of(router, first)
    assert (after.facts, after.wrapped_key, after.record_digest) == (
        before.facts,
        before.wrapped_key,
        before.record_digest,
    )
    assert await router.world.escalations.answers(first) == said
    (line,) = await lines(router, first, What.WENT_ON)
    assert line.who == "raiser"
    assert "Frankie Nettlebed" in line.name


async def test_the_next_rung_is_asked_on_both_sides_and_nobody_speaks_on_two() -> None:
    """The deputy head, the raiser's manager at stage 2, would be stage 3 too: the education service speaks instead."""
    router, first, second = await gone_on()
    assert await acting(router, first) == [CONTACT]
    assert await acting(router, second) == [HEAD_OF_SERVICE, EDUCATION_LEAD]
    assert MANAGER not in [one.address for one in (await decision_of(router, second)).persons]


async def test_one_person_with_two_posts_speaks_once() -> None:
    router, first = await routed()
    both = (Holder(name="Taylor Willowby", address=CONTACT, phone=""),)
    await with_post(router, "ws-social-care.head-of-service", lambda post: replace(post, holders=both))
    second, _ = await goes_on(router, first)
    assert "billie.nettlebed@west-sussex-council.example" in await acting(router, second)
    assert CONTACT not in [one.address for one in (await decision_of(router, second)).persons]
    excluded = (await decision_of(router, second)).excluded
    assert any("already spoke" in why for _, why in excluded)


async def test_the_partnership_is_told_at_its_level_and_in_codes() -> None:
    router, first, second = await gone_on()
    assert (await decision_of(router, first)).partnership_told == "no"
    (coded,) = router.notices(NoticeKind.CODED)
    assert (coded.ref, coded.address) == (second, LEARNING)
    body = msgspec.json.encode(coded.coded)
    for name in (b"Nettlebed", b"Thistledown", b"Quaverley", b"Marigold"):
        assert name not in body


async def test_everybody_of_the_earlier_stage_learns_of_it_once() -> None:
    router, first = await routed()
    before = len(router.notices())
    second, _ = await goes_on(router, first)
    mail = [(one.address, one.kind, one.ref) for one in router.notices()[before:]]
    mail = [one for one in mail if one[1] is not NoticeKind.SIGN_IN_CODE]
    assert (RAISER, NoticeKind.RAISED, second) in mail
    assert (DECISION_MAKER, NoticeKind.CHALLENGED, second) in mail
    assert {one for one in mail if one[2] == first} == {
        (CONTACT, NoticeKind.NEWS, first),
        (MANAGER, NoticeKind.NEWS, first),
    }
    assert len({(address, ref) for address, _, ref in mail}) == len(mail)


async def test_the_raiser_stays_the_raiser_when_their_manager_goes_on() -> None:
    router, first = await routed()
    second, _ = await goes_on(router, first, by=MANAGER)
    later = await escalation_of(router, second)
    assert later.raiser_address == RAISER
    assert later.confirmed
    assert [one.address for one in router.notices(NoticeKind.RAISED)] == [RAISER, RAISER]
    (line,) = await lines(router, first, What.WENT_ON)
    assert line.who == "raisers-manager"


@pytest.mark.parametrize("by", [CONTACT, DECISION_MAKER])
async def test_the_side_whose_decision_it_is_does_not_take_it_on(by: str) -> None:
    router, first = await routed()
    await goes_on(router, first, by=by)
    assert refused(router) == [Code.ACT_REFUSED]
    assert (await escalation_of(router, first)).state is State.ROUTED


@pytest.mark.parametrize(
    ("answers", "taken"),
    [
        ({"stage": "4"}, False),
        ({"stage": "4", "entry": ["urgent"]}, True),
        ({"stage": "5", "entry": ["policy_significance"]}, True),
        ({"stage": "5", "entry": ["unresolved", "pattern"]}, True),
        ({"stage": "2"}, False),
        ({"stage": "1"}, False),
    ],
)
async def test_a_stage_is_skipped_only_for_a_reason_and_no_lower_one_is_opened(
    answers: dict[str, Any], taken: bool
) -> None:
    router, first = await routed()
    second, _ = await goes_on(router, first, **answers)
    assert (refused(router) == []) is taken
    assert (await escalation_of(router, first)).state is (State.MOVED_ON if taken else State.ROUTED)
    assert (await router.world.escalations.escalation(second) is not None) is taken
    assert bool(router.notices(NoticeKind.WAITING)) is not taken


async def test_a_stage_that_nobody_may_choose_goes_to_a_person_and_to_nobody_else() -> None:
    router, first = await routed()
    before = len(router.notices(NoticeKind.ACT))
    second, _ = await goes_on(router, first, stage="6", entry=["policy_significance"])
    opened = await router.world.escalations.escalation(second)
    assert opened is None or opened.state is State.REFERRED
    assert len(router.notices(NoticeKind.ACT)) == before


async def test_going_on_twice_opens_one_stage_and_the_second_is_set_aside() -> None:
    router, first = await routed()
    managers = await signed_in(router, first, MANAGER)
    second, _ = await goes_on(router, first)
    again = await managers.add("next-stage", first, NEXT)
    assert refused(router) == [Code.ACT_REFUSED]
    assert await router.world.escalations.escalation(again.ref) is None
    assert (await escalation_of(router, first)).life.next == second
    (line,) = await lines(router, first, What.ACT_SET_ASIDE)
    assert line.note == "next-stage"


async def test_a_closed_one_is_raised_again_at_its_stage_with_the_same_contact() -> None:
    router, first = await routed()
    await changed(router, first, closed)
    second, page = await goes_on(router, first, stage="2")
    assert refused(router) == []
    earlier, later = await escalation_of(router, first), await escalation_of(router, second)
    assert (earlier.state, earlier.life.next) == (State.CLOSED, second)
    assert (later.state, later.matter) == (State.ROUTED, first)
    assert await acting(router, second) == [CONTACT]
    assert len(await lines(router, first, What.REOPENED)) == 1
    await page.add("next-stage", first, NEXT)
    assert refused(router) == [Code.ACT_REFUSED]


async def test_one_that_was_raised_again_may_go_further_at_once() -> None:
    router, first = await routed()
    await changed(router, first, closed)
    second, _ = await goes_on(router, first)
    assert await acting(router, second) == [HEAD_OF_SERVICE, EDUCATION_LEAD]


async def test_the_matter_stays_with_the_edition_it_began_with() -> None:
    router, first = await routed()
    began = (await escalation_of(router, first)).edition
    known = rules()
    newer = [replace(one, edition="2099-01") for one in known.newest.values()]
    both = Rules((*known.editions.values(), *newer), tuple(known.forms.values()))
    grounds = StoredGrounds(router.world.directories, rules=both, base_url="https://escalate.example")
    router.world = router.world._replace(grounds=grounds)
    second, _ = await goes_on(router, first)
    assert refused(router) == []
    assert (await escalation_of(router, second)).edition == began
    assert (await decision_of(router, second)).edition == began


async def test_whoever_stood_back_stands_back_at_the_next_stage_too() -> None:
    router, first = await routed()
    page = await signed_in(router, first, CONTACT)
    assert await page.ask(NotMine(ref=first, why="another team")) == Done()
    assert await acting(router, first) == [OTHER_MANAGER]
    second, _ = await goes_on(router, first)
    passed = (await escalation_of(router, second)).circumstances.passed_over
    assert [one.address for one in passed] == [CONTACT]


async def test_the_record_key_is_wrapped_for_the_new_reference() -> None:
    router, first, second = await gone_on()
    later = await escalation_of(router, second)
    assert len(router.world.record_keys.unwrap(later.wrapped_key, second)) == 32
    with pytest.raises(Permanent):
        router.world.record_keys.unwrap(later.wrapped_key, first)


async def test_the_contacts_of_the_next_stage_read_the_records_of_those_before() -> None:
    router, first, second = await gone_on()
    earlier, later = await escalation_of(router, first), await escalation_of(router, second)
    page = await signed_in(router, second, HEAD_OF_SERVICE)
    for submission in (earlier.submission, later.submission):
        assert isinstance(await page.ask(ReadRecord(ref=second, submission=submission)), RecordOpened)
    assert await page.ask(ReadRecord(ref=first, submission=earlier.submission)) == Refused(why="not-allowed")
    before = await signed_in(router, first, CONTACT)
    assert isinstance(await before.ask(ReadRecord(ref=first, submission=earlier.submission)), RecordOpened)
    assert await before.ask(ReadRecord(ref=first, submission=later.submission)) == Refused(why="not-allowed")
    assert await before.ask(ReadRecord(ref=second, submission=later.submission)) == Refused(why="not-allowed")


async def test_one_matter_does_not_count_as_a_pattern_of_its_own() -> None:
    router, _, second = await gone_on()
    facts = (await escalation_of(router, second)).facts
    assert facts is not None
    assert facts.pattern_count == 0


async def test_whoever_is_on_call_is_asked_at_the_next_stage_too() -> None:
    on_call = "ellis.wrenfield@west-sussex-council.example"
    router = await RouterWorld().ready()
    router.clock.advance(timedelta(hours=14))
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    first = await page.raise_escalation(dict(URGENT), code=page.code())
    assert on_call in await acting(router, first)
    second, _ = await goes_on(router, first, immediate_harm="yes", harm_consulted="nobody_reached")
    assert (await acting(router, second))[0] == on_call


async def test_every_decision_of_a_matter_is_made_again_byte_for_byte_and_explained() -> None:
    router, first, second = await gone_on()
    third, _ = await goes_on(router, second, stage="5", entry=["policy_significance"])
    await router.later(days=60)
    code, said, problems = await replay(world=router.world)
    assert (code, problems) == (0, ())
    assert said[-1].endswith(", 0 differ.")
    for ref in (first, second, third):
        assert (await explain(ref, world=router.world)).code == 0


async def test_nobody_of_the_earlier_stage_acts_there_any_more() -> None:
    router, first, _ = await gone_on()
    standings = (await at(router, first, CONTACT)).standings
    assert Standing.HOLDER in standings  # as they were; but the table of moves lets nobody do anything
    page = await signed_in(router, first, CONTACT)
    await page.add("acknowledgement", first)
    await page.add("outcome", first, AGREED)
    assert refused(router) == [Code.ACT_REFUSED, Code.ACT_REFUSED]
    before = len(router.notices())
    await router.later(days=30)
    assert [one for one in router.notices()[before:] if one.ref == first and one.kind is not NoticeKind.WAITING] == []

"""A resolution panel: proposed with reasons, offered, taken or not; its members decide and confirm. Shell."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from services.router.commands import convene_panel
from services.router.domain.changes import Happened, What
from services.router.domain.directory import Entries, Holder, entries_bytes
from services.router.domain.escalation import Standing, State
from services.router.domain.life import OutcomeVersion, Panel
from services.router.domain.living.panel import CONCERNED, UNCONCERNED
from services.router.handlers.panels import convene
from shared.failures import Code, Permanent
from shared.following import (
    AnswerOutcome,
    AnswerSeat,
    ReadRecord,
    RecordOpened,
    SeeEscalation,
    SeenEscalation,
    YourEscalations,
    Yours,
)
from shared.messages import NoticeKind
from shared.questions import Done, Refused
from shared.terms import EscalationRef
from tests.life_world import MANAGER, at, changed, escalation_of, put, with_post
from tests.router_world import CONTACT, DECISION_MAKER, DUTY, RAISER, Page, RouterWorld
from tests.unit.test_router_questions import routed, signed_in

replace = msgspec.structs.replace
CARE = "lee.bellwether@west-sussex-council.example"
POLICE = "noor.bellwether@sussex-police.example"
BOARD = "amara.violetta@sussex-icb.example"
TRUST = "farah.wintergreen@sussex-community-health.example"
SCHOOLS = "tamsin.oatfield@west-sussex-council.example"
CHAIR = "The partnership's chair"
NOT_ALLOWED = Refused(why="not-allowed")


async def convened() -> tuple[RouterWorld, EscalationRef]:
    router, ref = await routed()
    await convene(ref, by=CHAIR, world=router.world)
    return router, ref


async def panel_of(router: RouterWorld, ref: EscalationRef) -> Panel:
    panel = (await escalation_of(router, ref)).life.panel
    assert panel is not None
    return panel


async def seats(router: RouterWorld, ref: EscalationRef) -> list[tuple[str, str]]:
    return [(one.person.address, one.answer) for one in (await panel_of(router, ref)).seats]


async def sits(router: RouterWorld, ref: EscalationRef, *addresses: str) -> list[Page]:
    pages = [await signed_in(router, ref, one) for one in addresses]
    for page in pages:
        assert await page.ask(AnswerSeat(ref=ref, accepts=True)) == Done()
    return pages


async def lines(router: RouterWorld, ref: EscalationRef, what: What) -> list[Happened]:
    return [line for line in await router.world.escalations.history(ref) if line.what is what]


async def proposed(router: RouterWorld, ref: EscalationRef) -> OutcomeVersion:
    version = await put(router, ref, CONTACT)
    assert isinstance(version, OutcomeVersion)
    return version


def told(router: RouterWorld, what: What) -> list[str]:
    return [one.address for one in router.notices(NoticeKind.NEWS) if one.life is not None and one.life.what == what]


def desk(router: RouterWorld) -> list[str]:
    return [one.waiting.reason for one in router.notices(NoticeKind.DESK) if one.waiting is not None]


# who is proposed


async def test_three_agencies_are_proposed_those_concerned_first_each_with_the_reason() -> None:
    router, ref = await convened()
    panel = await panel_of(router, ref)
    assert [(one.person.address, one.why) for one in panel.seats] == [
        (CARE, CONCERNED),
        (POLICE, UNCONCERNED),
        (BOARD, UNCONCERNED),
    ]
    assert len({one.agency for one in panel.seats}) == 3
    assert panel.by == CHAIR
    (line,) = await lines(router, ref, What.PANEL_CONVENED)
    assert line.name == CHAIR


@pytest.mark.parametrize("address", [DECISION_MAKER, RAISER, CONTACT, MANAGER])
async def test_nobody_sits_who_made_the_decision_raised_it_or_has_a_part_in_it(address: str) -> None:
    router, ref = await routed()
    holder = (Holder(name="Somebody", address=address),)
    await with_post(router, "ws-social-care.panel", lambda post: replace(post, holders=holder))
    await convene(ref, by=CHAIR, world=router.world)
    assert address not in [one for one, _ in await seats(router, ref)]
    excluded = dict((await panel_of(router, ref)).excluded)
    assert "Assistant director, quality" in excluded


async def test_each_is_asked_by_mail_and_everybody_in_it_is_told() -> None:
    router, _ = await convened()
    offers = router.notices(NoticeKind.PANEL)
    assert [one.address for one in offers] == [CARE, POLICE, BOARD]
    assert {one.life.to_do for one in offers if one.life is not None} == {"answer-seat"}
    assert set(told(router, What.PANEL_CONVENED)) == {RAISER, CONTACT, MANAGER, DECISION_MAKER}


async def test_a_panel_short_of_three_is_recorded_and_the_duty_contact_is_told() -> None:
    router, ref = await routed()
    for post in ("sussex-icb.panel", "sussex-community-health.panel", "ws-education.panel"):
        await with_post_too(router, post, lambda one: replace(one, holders=()))
    assert len(await convene(ref, by=CHAIR, world=router.world)) == 2
    assert desk(router) == ["panel-short"]
    (line,) = await lines(router, ref, What.PANEL_CONVENED)
    assert "2 of three agencies" in line.note


async def with_post_too(router: RouterWorld, post: str, change: Callable[[Any], Any]) -> None:
    """As `with_post`, on the directory as it is now."""
    revision = await router.world.directories.revision()
    assert revision is not None
    body = await router.world.directories.at(revision)
    assert body is not None
    found = msgspec.json.decode(body, type=Entries)
    agencies = tuple(
        replace(agency, posts=tuple(change(one) if one.id == post else one for one in agency.posts))
        for agency in found.agencies
    )
    await router.world.directories.add(entries_bytes(replace(found, agencies=agencies)), at=router.clock.now())


# before anybody accepts


async def test_whoever_is_asked_to_sit_sees_nobody_reads_nothing_and_says_nothing_before_accepting() -> None:
    router, ref = await convened()
    page = await signed_in(router, ref, POLICE)
    escalation = await escalation_of(router, ref)
    assert (await at(router, ref, POLICE)).standings == {Standing.SEAT_OFFERED}
    assert await page.ask(ReadRecord(ref=ref, submission=escalation.submission)) == NOT_ALLOWED
    version = await proposed(router, ref)
    assert await page.ask(AnswerOutcome(ref=ref, digest=version.digest, agrees=True)) == NOT_ALLOWED
    seen = await page.ask(SeeEscalation(ref=ref))
    assert isinstance(seen, SeenEscalation)
    for name in (b"Nettlebed", b"Willowby", b"Quaverley"):
        assert name not in msgspec.json.encode(seen)
    for form in ("action", "representation", "outcome", "next-stage", "acknowledgement"):
        await page.add(form, ref, {"what": "action"} if form == "action" else {})
    assert await router.world.escalations.added(ref) == ()
    assert (await escalation_of(router, ref)).state is State.ROUTED


async def test_the_news_of_it_does_not_reach_whoever_is_merely_asked_to_sit() -> None:
    router, ref = await convened()
    await sits(router, ref, POLICE)
    for address in (CARE, BOARD):
        assert address not in told(router, What.SEAT_ACCEPTED)
    page = await signed_in(router, ref, BOARD)
    await page.ask(AnswerSeat(ref=ref, accepts=False))
    await convene(ref, by=CHAIR, world=router.world)
    assert CARE not in told(router, What.PANEL_CONVENED)
    assert CARE not in told(router, What.SEAT_DECLINED)


@pytest.mark.parametrize("address", [RAISER, CONTACT, DUTY])
async def test_nobody_else_answers_for_a_seat(address: str) -> None:
    router, ref = await convened()
    page = await signed_in(router, ref, address)
    answer = await page.ask(AnswerSeat(ref=ref, accepts=True))
    assert answer in (NOT_ALLOWED, Refused(why="name-needed"))
    assert {answer for _, answer in await seats(router, ref)} == {""}


# members


async def test_a_member_reads_from_acceptance_until_the_panel_decided() -> None:
    router, ref = await convened()
    (police, care, board) = await sits(router, ref, POLICE, CARE, BOARD)
    submission = (await escalation_of(router, ref)).submission
    assert isinstance(await police.ask(ReadRecord(ref=ref, submission=submission)), RecordOpened)
    await police.add("outcome", ref, {"outcome": "agreed", "agreed_outcome": "A strategy meeting is held this week."})
    version = (await escalation_of(router, ref)).life.versions[-1]
    for page in (care, board):
        assert await page.ask(AnswerOutcome(ref=ref, digest=version.digest, agrees=True)) == Done()
    closed = await escalation_of(router, ref)
    assert closed.state is State.CLOSED
    assert closed.life.panel is not None
    assert closed.life.panel.decided_at == router.clock.now()
    assert await police.ask(ReadRecord(ref=ref, submission=submission)) == NOT_ALLOWED
    assert {POLICE, CARE, BOARD, RAISER, CONTACT, MANAGER} <= set(router.told()[NoticeKind.CONFIRMATION])


async def asks_about_seat(page: Page, ref: EscalationRef) -> tuple[bool, bool, bool]:
    """Whether an answer about the seat is offered, whether it is to stand down, whether anything waits for them."""
    seen, mine = await page.ask(SeeEscalation(ref=ref)), await page.ask(Yours())
    assert isinstance(seen, SeenEscalation)
    assert isinstance(mine, YourEscalations)
    (line,) = mine.escalations
    return "panel.answer" in seen.moves, seen.sits, line.asks


async def test_a_member_who_sits_may_stand_down_and_nobody_waits_for_it() -> None:
    router, ref = await convened()
    page = await signed_in(router, ref, POLICE)
    assert await asks_about_seat(page, ref) == (True, False, True)
    assert await page.ask(AnswerSeat(ref=ref, accepts=True)) == Done()
    assert await asks_about_seat(page, ref) == (True, True, False)
    assert await page.ask(AnswerSeat(ref=ref, accepts=False, interest="I know the family.")) == Done()
    assert dict(await seats(router, ref))[POLICE] == "declined"


async def test_nobody_stands_down_from_a_panel_that_has_decided() -> None:
    router, ref = await convened()
    (police,) = await sits(router, ref, POLICE)
    panel = replace(await panel_of(router, ref), decided_at=router.clock.now())
    await changed(router, ref, lambda one: replace(one, life=replace(one.life, panel=panel)))
    assert await asks_about_seat(police, ref) == (False, True, False)


async def test_once_one_sits_the_members_alone_confirm() -> None:
    router, ref = await convened()
    (police,) = await sits(router, ref, POLICE)
    version = await proposed(router, ref)
    word = AnswerOutcome(ref=ref, digest=version.digest, agrees=True)
    raiser = await signed_in(router, ref, RAISER)
    assert await raiser.ask(word) == NOT_ALLOWED
    assert await police.ask(word) == Done()


async def test_one_member_does_not_decide_while_others_are_still_asked() -> None:
    router, ref = await convened()
    (police,) = await sits(router, ref, POLICE)
    version = await proposed(router, ref)
    await police.ask(AnswerOutcome(ref=ref, digest=version.digest, agrees=True))
    assert (await escalation_of(router, ref)).state is State.ROUTED


async def declines(router: RouterWorld, page: Page, ref: EscalationRef) -> None:
    assert await page.ask(AnswerSeat(ref=ref, accepts=False)) == Done()


async def has_an_interest(router: RouterWorld, page: Page, ref: EscalationRef) -> None:
    assert await page.ask(AnswerSeat(ref=ref, accepts=True, interest="I know the family.")) == Done()


async def finds_an_interest_later(router: RouterWorld, page: Page, ref: EscalationRef) -> None:
    assert await page.ask(AnswerSeat(ref=ref, accepts=True)) == Done()
    assert await page.ask(AnswerSeat(ref=ref, accepts=True, interest="I know the family.")) == Done()


@pytest.mark.parametrize("stands_down", [declines, has_an_interest, finds_an_interest_later])
async def test_whoever_stands_down_is_in_it_no_more_and_the_seat_is_filled_by_another_agency(
    stands_down: Callable[[RouterWorld, Page, EscalationRef], Awaitable[None]],
) -> None:
    router, ref = await convened()
    page = await signed_in(router, ref, POLICE)
    await stands_down(router, page, ref)
    assert dict(await seats(router, ref))[POLICE] == "declined"
    assert desk(router) == ["panel-short"]
    submission = (await escalation_of(router, ref)).submission
    assert await page.ask(ReadRecord(ref=ref, submission=submission)) == NOT_ALLOWED
    assert await page.ask(AnswerSeat(ref=ref, accepts=True)) == NOT_ALLOWED
    (offered,) = await convene(ref, by=CHAIR, world=router.world)
    assert offered.person.address in (TRUST, SCHOOLS)
    assert [one.address for one in router.notices(NoticeKind.PANEL)].count(POLICE) == 1
    assert not await router.world.sessions.is_party(POLICE, ref=ref)


async def test_a_seat_is_answered_once() -> None:
    router, ref = await convened()
    (page,) = await sits(router, ref, POLICE)
    assert await page.ask(AnswerSeat(ref=ref, accepts=True)) == Refused(why="changed")


async def test_convening_again_with_every_seat_taken_tells_nobody() -> None:
    router, ref = await convened()
    before = len(router.notices())
    assert await convene(ref, by=CHAIR, world=router.world) == ()
    assert len(router.notices()) == before


async def test_a_seat_that_nobody_answers_for_days_is_given_to_another_by_convening_again() -> None:
    router, ref = await convened()
    await sits(router, ref, CARE, POLICE)
    await router.later(days=3)
    (offered,) = await convene(ref, by=CHAIR, world=router.world)
    assert offered.person.address not in (CARE, POLICE, BOARD)
    assert (await at(router, ref, BOARD)).me is None
    assert [answer for _, answer in await seats(router, ref)] == ["accepted", "accepted", "declined", ""]


async def test_a_member_reads_no_more_once_it_went_on_to_another_stage() -> None:
    router, ref = await convened()
    (police,) = await sits(router, ref, POLICE)
    await changed(router, ref, lambda one: replace(one, state=State.MOVED_ON, act_at=None))
    submission = (await escalation_of(router, ref)).submission
    assert await police.ask(ReadRecord(ref=ref, submission=submission)) == NOT_ALLOWED


# the command


async def test_the_command_says_who_is_asked_and_why_and_who_was_passed_over() -> None:
    router, ref = await routed()
    holder = (Holder(name="Somebody", address=DECISION_MAKER),)
    await with_post(router, "sussex-icb.panel", lambda post: replace(post, holders=holder))
    said = await convene_panel(ref.lower(), by=CHAIR, world=router.world)
    assert said.code == 0
    text = "\n".join(said.lines)
    assert "Asked: Assistant director, quality, West Sussex children's social care: " in text
    assert "Passed over: Deputy chief nurse: made the decision that is challenged." in text
    assert "3 seats are offered" in text
    assert "Bellwether" not in text  # no name leaves the store by a terminal


@pytest.mark.parametrize("typed", ["nonsense", "WS-0V7-B52-643"])
async def test_the_command_says_where_there_is_nothing_to_convene_about(typed: str) -> None:
    router, _ = await routed()
    said = await convene_panel(typed, by=CHAIR, world=router.world)
    assert (said.code, said.lines) == (1, ())
    assert said.problems


async def test_no_panel_is_convened_about_what_has_ended() -> None:
    router, ref = await routed()
    await changed(router, ref, lambda one: replace(one, state=State.CLOSED))
    with pytest.raises(Permanent) as refused:
        await convene(ref, by=CHAIR, world=router.world)
    assert refused.value.code is Code.FACTS_REFUSED
    assert (await convene_panel(ref, by=CHAIR, world=router.world)).code == 1


async def test_the_command_says_that_a_panel_is_short() -> None:
    router, ref = await routed()
    for post in ("sussex-icb.panel", "sussex-community-health.panel", "ws-education.panel"):
        await with_post_too(router, post, lambda one: replace(one, holders=()))
    said = await convene_panel(ref, by=CHAIR, world=router.world)
    assert any("2 of three agencies" in line for line in said.lines)

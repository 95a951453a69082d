"""An escalation goes to another partnership: the wrong one was chosen, or the child moved. Shell."""

from datetime import timedelta

import msgspec
import pytest

from services.router.commands import replay
from services.router.domain.changes import Happened, What
from services.router.domain.decision import Decision
from services.router.domain.escalation import Standing, State
from shared.failures import Code
from shared.following import (
    AcceptArea,
    GiveName,
    HandToPartnership,
    NotMine,
    OfferToArea,
    ReadRecord,
    RecordOpened,
    SeeEscalation,
    SeenEscalation,
)
from shared.messages import NoticeKind
from shared.questions import Done, Refused, RouteByHand, SendConfirmationCode, SendSignInCode
from shared.terms import EscalationRef, PartnershipId
from tests.life_world import MANAGER, at, escalation_of
from tests.router_world import CONTACT, DECISION_MAKER, DUTY, RAISER, Page, RouterWorld
from tests.unit.test_router_own_manager import OWN_AGENCY
from tests.unit.test_router_own_manager import RAISER as OWN_RAISER
from tests.unit.test_router_questions import routed, signed_in

replace = msgspec.structs.replace
EAST, WEST = PartnershipId("east-sussex"), PartnershipId("west-sussex")
EAST_DUTY = "duty@east-sussex.example"
NOT_ALLOWED = Refused(why="not-allowed")


async def lines(router: RouterWorld, ref: EscalationRef, what: What) -> list[Happened]:
    return [line for line in await router.world.escalations.history(ref) if line.what is what]


async def decision_of(router: RouterWorld, ref: EscalationRef) -> Decision:
    newest = (await router.world.escalations.decisions(ref))[-1]
    return msgspec.json.decode(newest.body, type=Decision)


async def on_duty(router: RouterWorld, ref: EscalationRef, address: str = DUTY) -> Page:
    page = await signed_in(router, ref, address)
    assert await page.ask(GiveName(name="Robin Fernhollow", role="On duty")) == Done()
    return page


def desk(router: RouterWorld) -> list[tuple[str, str]]:
    return [(one.address, one.waiting.reason) for one in router.notices(NoticeKind.DESK) if one.waiting is not None]


def told(router: RouterWorld, what: What) -> list[str]:
    return [one.address for one in router.notices(NoticeKind.NEWS) if one.life is not None and one.life.what == what]


async def offered() -> tuple[RouterWorld, EscalationRef]:
    router, ref = await routed()
    page = await on_duty(router, ref)
    assert await page.ask(OfferToArea(ref=ref, to=EAST, why="The family moved.")) == Done()
    return router, ref


async def handed() -> tuple[RouterWorld, EscalationRef]:
    router, ref = await routed()
    page = await on_duty(router, ref)
    assert await page.ask(HandToPartnership(ref=ref, to=EAST, why="The decision was made there.")) == Done()
    return router, ref


# the wrong partnership was chosen


async def test_the_right_partnership_decides_it_anew_and_nothing_is_typed_again() -> None:
    router, first = await routed()
    before = await escalation_of(router, first)
    page = await on_duty(router, first)
    assert await page.ask(HandToPartnership(ref=first, to=EAST, why="Wrong area.")) == Done()
    after, decision = await escalation_of(router, first), await decision_of(router, first)
    assert (after.partnership, decision.partnership, after.sealed_for) == (EAST, EAST, WEST)
    assert (await router.world.escalations.decisions(first))[-1].number == 2
    assert after.facts is not None
    assert before.facts is not None
    assert replace(after.facts, partnership=WEST) == before.facts
    assert (after.wrapped_key, after.submission, after.accepted_at) == (
        before.wrapped_key,
        before.submission,
        before.accepted_at,
    )
    assert RAISER in told(router, What.HANDED_TO_PARTNERSHIP)
    (line,) = await lines(router, first, What.HANDED_TO_PARTNERSHIP)
    assert line.note == "Wrong area."
    assert "Robin Fernhollow" in line.name


async def test_both_duty_contacts_are_told_and_the_new_one_alone_is_on_duty() -> None:
    router, ref = await handed()
    assert desk(router)[-2:] == [(EAST_DUTY, "handed-to-you"), (DUTY, "handed-to-partnership")]
    assert Standing.DUTY in (await at(router, ref, EAST_DUTY)).standings
    assert (await at(router, ref, DUTY)).standings == frozenset()
    page = await on_duty(router, ref, EAST_DUTY)
    seen = await page.ask(SeeEscalation(ref=ref))
    assert isinstance(seen, SeenEscalation)
    assert seen.facts


async def test_those_in_it_are_the_new_decisions_and_those_who_were_are_in_it_no_more() -> None:
    router, ref = await handed()
    parties = {one.address for one in (await decision_of(router, ref)).persons if one.address}
    for address in (RAISER, CONTACT, MANAGER, DECISION_MAKER):
        assert await router.world.sessions.is_party(address, ref=ref) is (address in parties), address


async def test_the_record_still_opens_for_whoever_may_read_it() -> None:
    router, ref = await handed()
    escalation = await escalation_of(router, ref)
    page = await signed_in(router, ref, RAISER)
    opened = await page.ask(ReadRecord(ref=ref, submission=escalation.submission))
    assert isinstance(opened, RecordOpened)
    assert opened.partnership == WEST  # the record is bound to the partnership it was sealed for


async def test_what_is_added_later_may_be_sealed_for_either_partnership() -> None:
    router, ref = await handed()
    page = await signed_in(router, ref, RAISER)
    for partnership in (WEST, EAST):
        await page.add("representation", ref, partnership=partnership)
    assert [one.partnership for one in await router.world.escalations.added(ref)] == [WEST, EAST]
    await page.add("representation", ref, partnership=PartnershipId("brighton-hove"))
    assert [code for code in router.memory.inbox.values() if code is not None] == [Code.ACT_REFUSED]


async def test_the_clock_is_not_set_back() -> None:
    router, ref = await routed()
    due = (await decision_of(router, ref)).due_at
    await router.later(days=1)
    page = await on_duty(router, ref)
    assert await page.ask(HandToPartnership(ref=ref, to=EAST, why="Wrong area.")) == Done()
    assert (await decision_of(router, ref)).due_at == due


@pytest.mark.parametrize("to", ["no-such-place", "west-sussex"])
async def test_it_goes_to_another_partnership_of_the_directory_or_nowhere(to: str) -> None:
    router, ref = await routed()
    page = await on_duty(router, ref)
    before = await escalation_of(router, ref)
    for question in (
        HandToPartnership(ref=ref, to=PartnershipId(to), why="x"),
        OfferToArea(ref=ref, to=PartnershipId(to), why="x"),
    ):
        assert await page.ask(question) == NOT_ALLOWED
    assert await escalation_of(router, ref) == before


@pytest.mark.parametrize("address", [RAISER, CONTACT, MANAGER, DECISION_MAKER])
async def test_only_the_duty_contact_hands_it_on(address: str) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, address)
    for question in (
        HandToPartnership(ref=ref, to=EAST, why="x"),
        OfferToArea(ref=ref, to=EAST, why="x"),
        AcceptArea(ref=ref),
    ):
        assert await page.ask(question) == NOT_ALLOWED
    assert (await escalation_of(router, ref)).partnership == WEST


async def test_one_that_was_led_elsewhere_may_be_handed_to_the_right_partnership() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=OWN_RAISER))
    ref = await page.raise_escalation(OWN_AGENCY | {"own_manager": "yes"}, code=page.code())
    assert (await escalation_of(router, ref)).state is State.DIVERTED
    desk_page = await on_duty(router, ref)
    assert await desk_page.ask(HandToPartnership(ref=ref, to=EAST, why="Made there.")) == Done()
    assert (await escalation_of(router, ref)).partnership == EAST


async def test_handed_there_and_back_whoever_the_policy_names_holds_it_and_was_asked() -> None:
    router, ref = await handed()
    page = await on_duty(router, ref, EAST_DUTY)
    await router.later(minutes=5)
    assert await page.ask(HandToPartnership(ref=ref, to=WEST, why="It was right before.")) == Done()
    holders = {one.address for one in (await escalation_of(router, ref)).life.holdings}
    assert holders == {one.address for one in (await decision_of(router, ref)).persons if one.must_act}
    assert holders <= {one.address for one in router.notices(NoticeKind.ACT)}


async def test_every_decision_is_made_again_byte_for_byte() -> None:
    router, _ = await handed()
    await router.later(days=20)
    code, said, _ = await replay(world=router.world)
    assert (code, said[-1].endswith(", 0 differ.")) == (0, True)


# the child moved


async def test_it_stays_where_it_is_until_the_other_area_accepts() -> None:
    router, ref = await offered()
    held = await escalation_of(router, ref)
    assert (held.partnership, held.life.offered_to) == (WEST, EAST)
    assert desk(router) == [(EAST_DUTY, "offered-to-you")]
    assert set(told(router, What.AREA_OFFERED)) == {RAISER, CONTACT, MANAGER, DECISION_MAKER}
    contact = await signed_in(router, ref, CONTACT)
    await contact.add("acknowledgement", ref)
    assert (await escalation_of(router, ref)).life.holdings[0].acknowledged_at is not None
    before = len(router.notices(NoticeKind.REMINDER))
    await router.later(days=9)
    assert len(router.notices(NoticeKind.REMINDER)) > before  # the clock goes on


async def test_the_other_duty_contact_signs_in_accepts_and_does_nothing_else() -> None:
    router, ref = await offered()
    escalation = await escalation_of(router, ref)
    page = await on_duty(router, ref, EAST_DUTY)
    seen = await page.ask(SeeEscalation(ref=ref))
    assert isinstance(seen, SeenEscalation)
    assert seen.facts == ()
    for name in (b"Nettlebed", b"Willowby", b"Quaverley"):
        assert name not in msgspec.json.encode(seen)
    for question in (
        ReadRecord(ref=ref, submission=escalation.submission),
        NotMine(ref=ref, why="x"),
        OfferToArea(ref=ref, to=PartnershipId("brighton-hove"), why="x"),
        HandToPartnership(ref=ref, to=EAST, why="x"),
        RouteByHand(ref=ref, post="ws-social-care.manager-family", why="x"),
    ):
        assert await page.ask(question) == NOT_ALLOWED, question
    for form in ("action", "representation", "outcome", "acknowledgement", "next-stage"):
        await page.add(form, ref, {"what": "action"} if form == "action" else {})
    assert await router.world.escalations.added(ref) == ()
    assert await page.ask(AcceptArea(ref=ref)) == Done()
    after = await escalation_of(router, ref)
    assert (after.partnership, after.life.offered_to, after.sealed_for) == (EAST, None, WEST)


async def test_accepted_both_duty_contacts_are_told_and_the_date_is_the_same() -> None:
    router, ref = await offered()
    due = (await decision_of(router, ref)).due_at
    await router.later(days=1)
    page = await on_duty(router, ref, EAST_DUTY)
    assert await page.ask(AcceptArea(ref=ref)) == Done()
    assert (await decision_of(router, ref)).due_at == due
    assert desk(router)[-2:] == [(EAST_DUTY, "handed-to-you"), (DUTY, "area-accepted")]
    assert RAISER in told(router, What.AREA_ACCEPTED)
    assert await page.ask(AcceptArea(ref=ref)) == NOT_ALLOWED  # once


async def test_a_duty_contact_who_was_not_asked_neither_signs_in_nor_accepts() -> None:
    router, ref = await offered()
    before = len(router.notices(NoticeKind.SIGN_IN_CODE))
    await router.page().ask(SendSignInCode(ref=ref, address="duty@brighton-hove.example"))
    assert len(router.notices(NoticeKind.SIGN_IN_CODE)) == before
    page = await on_duty(router, ref)
    assert await page.ask(AcceptArea(ref=ref)) == NOT_ALLOWED  # nor does who offered it


async def test_what_is_offered_twice_in_a_minute_is_told_each_time_it_is_asked_of_another() -> None:
    router, ref = await offered()
    page = await on_duty(router, ref)
    router.clock.advance(timedelta(minutes=1))
    assert await page.ask(OfferToArea(ref=ref, to=PartnershipId("brighton-hove"), why="There, in fact.")) == Done()
    assert desk(router)[-1] == ("duty@brighton-hove.example", "offered-to-you")
    assert (await at(router, ref, EAST_DUTY)).standings == frozenset()

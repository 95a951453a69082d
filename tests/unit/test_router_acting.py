"""The moves of those who are asked to act, as values: who holds it, and whose word counts for whom. Shell."""

from datetime import date, timedelta

import msgspec
import pytest

from services.router.domain.decision import HandedOver, Part, Person
from services.router.domain.escalation import Escalation, Standing, State
from services.router.domain.life import Holding, Joined, Life, Proposal
from services.router.domain.living.acting import (
    acknowledge,
    answer_date,
    date_waits,
    hand_over,
    has_acknowledged,
    holdings,
    may_propose,
    pass_on,
    propose_date,
)
from services.router.domain.living.present import DEPUTY, Present
from shared.following import GiveName, HandOver, OfferToArea
from shared.messages import NoticeKind
from shared.questions import Done, SendSignInCode, SignedIn, SignIn
from shared.terms import EscalationRef, PartnershipId, SubmissionId
from tests.router_world import BEFORE_CHRISTMAS, CONTACT, DUTY, RouterWorld
from tests.unit.test_router_questions import routed, signed_in

replace = msgspec.structs.replace
AT, LATER = BEFORE_CHRISTMAS, BEFORE_CHRISTMAS + timedelta(hours=3)
SILENT, CALLED, OTHER = "silent@council.example", "deputy@council.example", "other@council.example"


def person(address: str) -> Person:
    return Person(
        part=Part.CONTACT,
        name="",
        role="Team manager",
        agency="",
        address=address,
        phone="",
        told=True,
        must_act=True,
        may_read=True,
    )


def holder(address: str, *, why: str = "") -> Present:
    return Present(person=person(address), address=address, standings=frozenset({Standing.HOLDER}), why=why)


def escalation(*asked: str, deputy_for: str = "") -> Escalation:
    joined = (Joined(person=person(CALLED), since=AT, why=DEPUTY, instead_of=deputy_for),) if deputy_for else ()
    return Escalation(
        ref=EscalationRef("WS-7K3-QM9-PX8"),
        partnership=PartnershipId("west-sussex"),
        submission=SubmissionId("0" * 32),
        form="monitoring-form",
        form_version=1,
        accepted_at=AT,
        opened_at=AT,
        state=State.ROUTED,
        life=Life(holdings=tuple(Holding(address=one, asked_at=AT) for one in asked), joined=joined),
    )


def waits(after: Escalation) -> list[str]:
    return [one.address for one in after.life.holdings if one.acknowledged_at is None]


def test_each_of_several_contacts_says_so_for_themselves() -> None:
    after = acknowledge(escalation(SILENT, OTHER), SILENT, who="S", at=LATER)
    assert waits(after) == [OTHER]
    assert has_acknowledged(after, SILENT)
    assert not has_acknowledged(after, OTHER)


def test_the_word_of_a_deputy_who_was_called_counts_for_the_silent_contact() -> None:
    after = acknowledge(escalation(SILENT, OTHER, deputy_for=SILENT), CALLED, who="the deputy", at=LATER)
    assert waits(after) == [OTHER]
    assert after.life.holdings[0].acknowledged_by == "the deputy"
    assert has_acknowledged(after, CALLED)


def test_the_first_word_stands() -> None:
    once = acknowledge(escalation(SILENT), SILENT, who="first", at=AT)
    assert acknowledge(once, SILENT, who="second", at=LATER) == once


def test_somebody_who_is_not_asked_has_nothing_to_say() -> None:
    assert acknowledge(escalation(SILENT), OTHER, who="O", at=AT) == escalation(SILENT)
    assert not has_acknowledged(escalation(SILENT), OTHER)


def test_who_has_it_keeps_it_and_who_is_new_is_asked_now() -> None:
    held = acknowledge(escalation(SILENT), SILENT, who="S", at=AT)
    found = holdings(held, [holder(SILENT), holder(OTHER)], at=LATER)
    assert found == (held.life.holdings[0], Holding(address=OTHER, asked_at=LATER))
    assert holdings(held, [holder(OTHER)], at=LATER) == (Holding(address=OTHER, asked_at=LATER),)


def test_a_deputy_holds_it_once_the_decision_itself_names_them() -> None:
    one = escalation(SILENT, deputy_for=SILENT)
    called = [holder(SILENT), holder(CALLED, why=DEPUTY)]
    assert [held.address for held in holdings(one, called, at=LATER)] == [SILENT]
    assert [held.address for held in holdings(one, [holder(CALLED)], at=LATER)] == [CALLED]


def test_a_deputy_who_passes_it_on_is_in_it_no_more() -> None:
    after = pass_on(escalation(SILENT, deputy_for=SILENT), CALLED, why="not theirs")
    assert after.life.joined == ()
    assert [one.address for one in after.circumstances.passed_over] == [CALLED]


def test_a_deputy_hands_over_for_the_silent_contact() -> None:
    after = hand_over(escalation(SILENT, deputy_for=SILENT), CALLED, to=OTHER, why="on leave")
    assert after.circumstances.handed == (HandedOver(by=SILENT, to=OTHER, why="on leave"),)
    assert after.life.joined == ()


def proposed() -> Escalation:
    until = date(2027, 1, 15)
    proposal = Proposal(until=until, due_at=LATER, why="w", by=SILENT, by_who="S", at=AT)
    return propose_date(escalation(SILENT), proposal)


def test_a_date_is_agreed_or_declined_once() -> None:
    assert date_waits(proposed())
    for agrees in (True, False):
        after = answer_date(proposed(), agrees=agrees)
        assert not date_waits(after)
        assert (after.life.agreed_until, after.life.agreed_on) == (
            (LATER, date(2027, 1, 15)) if agrees else (None, None)
        )
    assert answer_date(escalation(SILENT), agrees=True) == escalation(SILENT)


@pytest.mark.parametrize(
    ("until", "due_on", "fits"),
    [
        (date(2027, 1, 5), date(2027, 1, 4), True),
        (date(2027, 1, 4), date(2027, 1, 4), False),
        (date(2026, 12, 20), None, False),
        (date(2026, 12, 21), None, True),
    ],
)
def test_another_date_is_a_later_one_that_is_not_past(until: date, due_on: date | None, fits: bool) -> None:
    assert may_propose(escalation(SILENT), until, today=date(2026, 12, 21), due_on=due_on) is fits


async def test_a_deputy_who_was_called_hands_it_over_and_the_one_named_is_asked() -> None:
    router, ref = await routed()
    await router.later(days=1, hours=8)  # the contact is silent past the end of the next working day
    called = next(one for one in router.notices(NoticeKind.UNACKNOWLEDGED) if one.address not in (CONTACT, ""))
    page = await signed_in(router, ref, called.address)
    post = "ws-social-care.manager-looked-after"
    assert await page.ask(HandOver(ref=ref, to=post, why="not my team")) == Done()
    found = await router.world.escalations.escalation(ref)
    assert found is not None
    assert [one.address for one in found.life.holdings] == ["zaid.rushlight@west-sussex-council.example"]


async def test_the_duty_contact_of_the_area_that_is_asked_signs_in() -> None:
    router, ref = await routed()
    other = "duty@east-sussex.example"
    assert not await mailed(router, ref, other)
    duty = await signed_in(router, ref, DUTY)
    await duty.ask(GiveName(name="Avery Thistledown", role="Duty contact"))
    assert await duty.ask(OfferToArea(ref=ref, to=PartnershipId("east-sussex"), why="the child moved")) == Done()
    page = router.page()
    await page.ask(SendSignInCode(ref=ref, address=other))
    assert isinstance(await page.ask(SignIn(ref=ref, code=page.code(NoticeKind.SIGN_IN_CODE))), SignedIn)


async def mailed(router: RouterWorld, ref: EscalationRef, address: str) -> bool:
    """Whether a code to sign in is mailed to this address."""
    await router.page().ask(SendSignInCode(ref=ref, address=address))
    return any(one.address == address for one in router.notices(NoticeKind.SIGN_IN_CODE))

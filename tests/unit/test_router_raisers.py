"""Who raises it: a successor, and a second raiser of the same matter. Shell."""

from typing import Any

import msgspec
import pytest

from services.router.commands import replay
from services.router.domain.changes import Happened, What
from services.router.domain.escalation import Standing, State
from shared.following import (
    GiveName,
    LinkEscalation,
    ReadRecord,
    RecordOpened,
    ReplaceRaiser,
    SeeEscalation,
    SeenEscalation,
)
from shared.messages import NoticeKind
from shared.questions import Done, Refused, SendConfirmationCode, SendSignInCode
from shared.terms import EscalationRef
from tests.life_world import MANAGER, at, changed, escalation_of, put
from tests.router_world import CONTACT, DECISION_MAKER, DUTY, RAISER, URGENT, Page, RouterWorld
from tests.unit.test_router_questions import routed, signed_in

replace = msgspec.structs.replace
SUCCESSOR = "sam.successor@oakfield-primary.example"
OUTSIDE = "sam.successor@home.example"
SECOND = "ellis.thistledown@oakfield-primary.example"
NOT_ALLOWED, UNKNOWN = Refused(why="not-allowed"), Refused(why="address-not-registered")


def successor(ref: EscalationRef, address: str = SUCCESSOR, **given: Any) -> ReplaceRaiser:
    plain = ReplaceRaiser(
        ref=ref, name="Sam Successor", role="Deputy lead", address=address, phone="01632 960115", why="On leave."
    )
    return replace(plain, **given)


async def on_duty(router: RouterWorld, ref: EscalationRef) -> Page:
    page = await signed_in(router, ref, DUTY)
    assert await page.ask(GiveName(name="Robin Fernhollow", role="On duty")) == Done()
    return page


async def lines(router: RouterWorld, ref: EscalationRef, what: What) -> list[Happened]:
    return [line for line in await router.world.escalations.history(ref) if line.what is what]


def told(router: RouterWorld, what: What, ref: EscalationRef | None = None) -> list[str]:
    return [
        one.address
        for one in router.notices(NoticeKind.NEWS)
        if one.life is not None and one.life.what == what and ref in (None, one.ref)
    ]


async def raised_by(router: RouterWorld, address: str, **answers: Any) -> EscalationRef:
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=address))
    return await page.raise_escalation({"raiser_email": address, **answers}, code=page.code())


# a successor


async def test_a_successor_in_the_agencys_domain_raises_it_from_now_on_in_every_respect() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    assert await page.ask(successor(ref)) == Done()
    after = await escalation_of(router, ref)
    assert after.raiser_address == SUCCESSOR
    assert {Standing.RAISER, Standing.CONFIRMER, Standing.PARTY} <= (await at(router, ref, SUCCESSOR)).standings
    assert router.told()[NoticeKind.RAISED][-1] == SUCCESSOR
    new = await signed_in(router, ref, SUCCESSOR)
    assert isinstance(await new.ask(ReadRecord(ref=ref, submission=after.submission)), RecordOpened)
    await new.add("representation", ref)
    assert [one.by for one in await router.world.escalations.added(ref)] == [SUCCESSOR]
    (line,) = await lines(router, ref, What.RAISER_REPLACED)
    assert line.note == "On leave."


async def test_the_first_raiser_is_told_and_moves_and_reads_nothing_more_in_a_running_session() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    assert await page.ask(successor(ref)) == Done()
    assert RAISER in told(router, What.RAISER_REPLACED)
    assert {CONTACT, MANAGER, DECISION_MAKER} <= set(told(router, What.RAISER_REPLACED))
    assert (await at(router, ref, RAISER)).standings == frozenset()
    submission = (await escalation_of(router, ref)).submission
    assert await page.ask(ReadRecord(ref=ref, submission=submission)) == NOT_ALLOWED
    assert await page.ask(SeeEscalation(ref=ref)) == NOT_ALLOWED
    assert await page.ask(successor(ref, RAISER)) == NOT_ALLOWED
    await page.add("representation", ref)
    assert await router.world.escalations.added(ref) == ()
    assert not await router.world.sessions.is_party(RAISER, ref=ref)
    before = len(router.notices(NoticeKind.SIGN_IN_CODE))
    await router.page().ask(SendSignInCode(ref=ref, address=RAISER))
    assert len(router.notices(NoticeKind.SIGN_IN_CODE)) == before


@pytest.mark.parametrize("by", [RAISER, MANAGER])
async def test_an_address_that_nobody_knows_gets_no_mail_and_raises_nothing(by: str) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, by)
    before = await escalation_of(router, ref)
    for address in (OUTSIDE, "sam@west-sussex-council.example", "sam@oakfield-primary.example.evil.example"):
        assert await page.ask(successor(ref, address)) == UNKNOWN
        assert address not in [one.address for one in router.notices()]
    assert await escalation_of(router, ref) == before


async def test_the_duty_contact_may_vouch_for_one_outside_the_domain() -> None:
    router, ref = await routed()
    page = await on_duty(router, ref)
    assert await page.ask(successor(ref, OUTSIDE)) == Done()
    after = await escalation_of(router, ref)
    assert after.raiser_address == OUTSIDE
    assert OUTSIDE in after.circumstances.released
    assert router.told()[NoticeKind.RAISED][-1] == OUTSIDE
    assert Standing.PARTY in (await at(router, ref, OUTSIDE)).standings


@pytest.mark.parametrize("address", ["", "no address", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example"])
async def test_what_is_no_plain_address_names_nobody(address: str) -> None:
    router, ref = await routed()
    page = await on_duty(router, ref)
    assert await page.ask(successor(ref, address)) == NOT_ALLOWED
    assert await page.ask(successor(ref, name=" \n")) == NOT_ALLOWED
    assert await page.ask(successor(ref, RAISER.upper())) == Refused(why="changed")


@pytest.mark.parametrize("by", [CONTACT, DECISION_MAKER])
async def test_the_other_side_names_no_successor(by: str) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, by)
    assert await page.ask(successor(ref)) == NOT_ALLOWED


@pytest.mark.parametrize("address", [CONTACT, DECISION_MAKER])
async def test_nobody_of_the_other_side_becomes_the_raiser_even_by_the_duty_contact(address: str) -> None:
    router, ref = await routed()
    page = await on_duty(router, ref)
    assert await page.ask(successor(ref, address)) == NOT_ALLOWED
    assert (await escalation_of(router, ref)).raiser_address == RAISER


async def test_a_successor_is_named_after_it_closed_too_and_it_stays_closed() -> None:
    """Somebody must follow what is still open: the one who raised it has left."""
    router, ref = await routed()
    await changed(
        router, ref, lambda one: replace(one, state=State.CLOSED, life=replace(one.life, closed_at=one.opened_at))
    )
    page = await signed_in(router, ref, RAISER)
    assert await page.ask(successor(ref)) == Done()
    after = await escalation_of(router, ref)
    assert (after.state, after.raiser_address) == (State.CLOSED, SUCCESSOR)
    assert SUCCESSOR in [one.address for one in router.notices()]
    assert await signed_in(router, ref, SUCCESSOR) is not None


async def test_the_successors_word_is_needed_and_the_first_raisers_counts_no_more() -> None:
    router, ref = await routed()
    await put(router, ref, RAISER)
    page = await signed_in(router, ref, RAISER)
    assert await page.ask(successor(ref)) == Done()
    seen = await (await signed_in(router, ref, SUCCESSOR)).ask(SeeEscalation(ref=ref))
    assert isinstance(seen, SeenEscalation)
    assert (await escalation_of(router, ref)).state is State.ROUTED
    assert await replay(world=router.world) == (0, ("2 decisions replayed, 0 differ.",), ())


THIRD: dict[str, object] = {
    "stage": "3",
    "entry": ["unresolved"],
    "immediate_harm": "no",
    "timeframe": {"unit": "working_days", "amount": 3, "until": None},
}


async def test_whoever_was_replaced_reads_the_stages_before_no_more_and_the_successor_does() -> None:
    router, first = await routed()
    raiser = await signed_in(router, first, RAISER)
    later = (await raiser.add("next-stage", first, THIRD)).ref
    submission = (await escalation_of(router, first)).submission
    assert isinstance(await raiser.ask(ReadRecord(ref=first, submission=submission)), RecordOpened)
    assert await raiser.ask(successor(first)) == NOT_ALLOWED  # it is replaced where the matter stands now
    assert await raiser.ask(successor(later)) == Done()
    for ref in (first, later):
        assert await raiser.ask(SeeEscalation(ref=ref)) == NOT_ALLOWED
        assert await raiser.ask(ReadRecord(ref=ref, submission=submission)) == NOT_ALLOWED
        assert not await router.world.sessions.is_party(RAISER, ref=ref)
        assert await router.world.sessions.is_party(SUCCESSOR, ref=ref)
    assert (await escalation_of(router, first)).state is State.MOVED_ON
    page = await signed_in(router, first, SUCCESSOR)
    assert isinstance(await page.ask(ReadRecord(ref=first, submission=submission)), RecordOpened)


async def test_a_successor_may_name_another() -> None:
    router, ref = await routed()
    assert await (await signed_in(router, ref, RAISER)).ask(successor(ref)) == Done()
    third = "kim.third@oakfield-primary.example"
    assert await (await signed_in(router, ref, SUCCESSOR)).ask(successor(ref, third)) == Done()
    assert (await escalation_of(router, ref)).raiser_address == third
    for address in (RAISER, SUCCESSOR):
        assert (await at(router, ref, address)).standings == frozenset()


# a second raiser of the same matter


async def two() -> tuple[RouterWorld, EscalationRef, EscalationRef]:
    router, first = await routed()
    return router, first, await raised_by(router, SECOND, raiser_name="Ellis Thistledown")


async def test_two_escalations_of_one_matter_are_linked_and_both_raisers_kept_informed() -> None:
    router, first, second = await two()
    page = await on_duty(router, first)
    assert await page.ask(LinkEscalation(ref=first, other=second, why="The same decision.")) == Done()
    one, other = await escalation_of(router, first), await escalation_of(router, second)
    assert (one.life.linked, other.life.linked) == ((second,), (first,))
    assert RAISER in told(router, What.LINKED, first)
    assert SECOND in told(router, What.LINKED, second)
    for ref, raiser in ((first, SECOND), (second, RAISER)):
        assert await router.world.sessions.is_party(raiser, ref=ref)
        assert len(await lines(router, ref, What.LINKED)) == 1
    assert await page.ask(LinkEscalation(ref=first, other=second, why="again")) == Done()
    assert (await escalation_of(router, first)).life.linked == (second,)


async def test_a_second_raiser_hears_what_happens_and_reads_and_moves_nothing() -> None:
    router, first, second = await two()
    page = await on_duty(router, first)
    await page.ask(LinkEscalation(ref=first, other=second, why="The same decision."))
    contact = await signed_in(router, first, CONTACT)
    await contact.add("acknowledgement", first)
    assert SECOND in told(router, What.ACKNOWLEDGED, first)
    assert (await at(router, first, SECOND)).standings == frozenset()
    guest = await signed_in(router, first, SECOND)
    assert isinstance(await guest.ask(SeeEscalation(ref=first)), SeenEscalation)
    submission = (await escalation_of(router, first)).submission
    assert await guest.ask(ReadRecord(ref=first, submission=submission)) == NOT_ALLOWED
    await guest.add("representation", first)
    assert [one.form for one in await router.world.escalations.added(first)] == ["acknowledgement"]


async def test_only_who_stands_in_both_links_them() -> None:
    router, first, second = await two()
    for address in (RAISER, MANAGER, DECISION_MAKER):
        page = await signed_in(router, first, address)
        assert await page.ask(LinkEscalation(ref=first, other=second, why="x")) == NOT_ALLOWED
    contact = await signed_in(router, first, CONTACT)  # asked to act in both
    assert await contact.ask(LinkEscalation(ref=first, other=first, why="x")) == NOT_ALLOWED
    assert await contact.ask(LinkEscalation(ref=first, other="nonsense", why="x")) == NOT_ALLOWED
    assert await contact.ask(LinkEscalation(ref=first, other=second, why="x")) == Done()


async def test_a_raiser_for_whom_nobody_vouches_is_joined_to_no_other_escalation() -> None:
    router, first = await routed()
    second = await raised_by(router, OUTSIDE, **URGENT)
    assert (await escalation_of(router, second)).state is State.ROUTED
    page = await on_duty(router, first)
    for ref, other in ((first, second), (second, first)):
        assert await page.ask(LinkEscalation(ref=ref, other=other, why="x")) == UNKNOWN
    assert (await escalation_of(router, first)).life.linked == ()
    assert OUTSIDE not in told(router, What.LINKED)


async def test_a_linked_raiser_stays_informed_at_the_next_stage() -> None:
    router, first, second = await two()
    page = await on_duty(router, first)
    await page.ask(LinkEscalation(ref=first, other=second, why="The same decision."))
    raiser = await signed_in(router, first, RAISER)
    answers: dict[str, object] = {
        "stage": "3",
        "entry": ["unresolved"],
        "immediate_harm": "no",
        "timeframe": {"unit": "working_days", "amount": 3, "until": None},
    }
    next_stage = await raiser.add("next-stage", first, answers)
    assert await router.world.sessions.is_party(SECOND, ref=next_stage.ref)
    assert (await escalation_of(router, next_stage.ref)).life.linked == (second,)

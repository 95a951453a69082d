"""The page of an escalation through its life: what each part is shown, and what it is not. Shell."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.router.domain.changes import Happened, What
from services.router.domain.escalation import MOVES, Move
from services.router.domain.letters.phones import numbers_in
from services.router.domain.life import Joined
from services.router.domain.living.present import DEPUTY, SECOND_RAISER
from services.router.domain.office_hours import Calendar
from services.router.domain.page.history import for_the_parties
from services.router.domain.page.people_seen import label_of
from services.router.domain.page.timeline import clock_of
from services.router.handlers.asking import answer_sealed
from shared.envelope import OpeningKey
from shared.following import (
    AnswerDate,
    AnswerOutcome,
    ProposeDate,
    ReadRecord,
    SeeEscalation,
    SeenEscalation,
    YourEscalations,
    Yours,
)
from shared.messages import NoticeState
from shared.questions import (
    Done,
    Question,
    Refused,
    ReleaseAddress,
    RouteByHand,
    SealedAnswer,
    SendConfirmationCode,
    SignIn,
)
from shared.terms import EscalationRef, Nation, PartnershipId
from shared.working_days import holidays_of
from tests.life_world import MANAGER, OTHER_MANAGER, at, changed, look, put
from tests.router_world import CONTACT, DECISION_MAKER, DUTY, RAISER, URGENT, Page, RouterWorld, sealed_question
from tests.unit.test_router_questions import on_duty, routed, signed_in
from tests.unit.test_router_seen import codes_in

replace = msgspec.structs.replace
LONDON = Calendar("Europe/London", holidays_of(Nation.ENGLAND))
STRANGER = "someone@elsewhere.example"


async def lived() -> tuple[RouterWorld, EscalationRef]:
    """A matter that was acknowledged, added to, disputed, and agreed with an issue left open."""
    router, ref = await routed()
    contact, raiser = await signed_in(router, ref, CONTACT), await signed_in(router, ref, RAISER)
    manager = await signed_in(router, ref, MANAGER)
    await contact.add("acknowledgement", ref)
    await contact.add("action", ref, {"what": "decision"})
    await raiser.add("representation", ref)
    assert await contact.ask(ProposeDate(ref=ref, until=date(2027, 1, 6), why="The office is closed")) == Done()
    assert await raiser.ask(AnswerDate(ref=ref, agrees=True)) == Done()
    owner = next(one.code for one in (await look(contact, ref)).owners if one.words.startswith("Taylor"))
    issue = {"issue_1_text": "The plan is shared", "issue_1_owner": owner, "issue_1_by": "2027-01-08"}
    for page, agrees, text in ((raiser, False, "We meet."), (raiser, True, "We meet on Monday."), (manager, True, "")):
        if text:
            await contact.add("outcome", ref, {"outcome": "partly", "agreed_outcome": text, **issue})
        outcome = (await look(page, ref)).outcome
        assert outcome is not None
        answer = AnswerOutcome(ref=ref, digest=outcome.digest, agrees=agrees, reason="" if agrees else "Not enough")
        assert await page.ask(answer) == Done()
    for one in (await look(manager, ref)).added:
        await manager.ask(ReadRecord(ref=ref, submission=one.submission))
    return router, ref


def every_text(seen: SeenEscalation) -> list[str]:
    """All words that the page shows."""
    lines = [text for line in (*seen.parties, *seen.because, *seen.phones) for text in (line.label, line.text)]
    entries = [text for entry in seen.history for text in (entry.what, entry.who)]
    people = [t for one in seen.people for t in (one.label, one.who, one.told, one.acknowledged, one.read)]
    added = [text for one in seen.added for text in (one.words, one.by)]
    stages = [text for one in seen.stages for text in (one.label, one.who, one.how)]
    choices = (*seen.deputies, *seen.owners, *seen.next_stages, *seen.pairs, *seen.partnerships)
    outcome = [text for one in (seen.outcome.answers if seen.outcome else ()) for text in (one.who, one.reason)]
    issues = [text for one in seen.issues for text in (one.text, one.owner, one.by_words)]
    return [*lines, *entries, *people, *added, *stages, *(one.words for one in choices), *outcome, *issues]


# ── the whole life ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", [RAISER, CONTACT, MANAGER, DECISION_MAKER, DUTY])
async def test_nothing_internal_is_shown_to_anybody(address: str) -> None:
    router, ref = await lived()
    seen = await look(await signed_in(router, ref, address), ref)
    for text in every_text(seen):
        assert not codes_in(text), text
    assert seen.outcome is not None
    assert seen.outcome.final
    assert set(seen.moves) <= set(Move)


async def test_the_people_are_shown_with_what_is_known_of_each() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    before = {one.who.split(",")[0]: one.told for one in (await look(page, ref)).people}
    assert set(before.values()) == {"An email was made ready; their mail system has not answered yet"}
    router.clock.advance(timedelta(hours=4, minutes=40))
    for notice in router.notices():
        state = NoticeState.REFUSED if notice.address == DECISION_MAKER else NoticeState.ACCEPTED
        await router.report(notice, state)
    page = await signed_in(router, ref, CONTACT)
    await page.add("acknowledgement", ref)
    people = {one.who.split(",")[0]: one for one in (await look(page, ref)).people}
    assert people["Frankie Nettlebed"].told == "Accepted by their mail system at 14:40, 21 December 2026"
    assert people["Quinn Quaverley"].told == "Refused by their mail system at 14:40, 21 December 2026"
    assert people["Taylor Willowby"].acknowledged == "Said that they have it at 14:40, 21 December 2026"
    assert people["Taylor Willowby"].you
    assert [one.acknowledged for name, one in people.items() if name != "Taylor Willowby"] == ["", "", ""]
    assert "acknowledge" not in (await look(page, ref)).moves


NEXT: dict[str, object] = {
    "stage": "3",
    "entry": ["unresolved"],
    "immediate_harm": "no",
    "timeframe": {"unit": "working_days", "amount": 5, "until": None},
}


async def test_the_stages_of_a_matter_stand_in_order_with_how_each_ended() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    router.clock.advance(timedelta(minutes=20))
    await page.add("next-stage", ref, NEXT)
    seen = await look(page, ref)
    assert (seen.state, seen.clock, seen.due_words) == ("moved-on", None, "")
    later = EscalationRef(next(one.ref for one in seen.stages if one.ended_at is None))
    assert [(one.ref, one.label[:7], one.how) for one in seen.stages] == [
        (ref, "Stage 2", "Not settled: it went on"),
        (later, "Stage 3", ""),
    ]
    assert seen.stages[0].ended_at == seen.stages[1].began_at
    assert (await look(page, later)).stages == seen.stages
    assert f"It was taken to the next stage: {later}." in {entry.what for entry in seen.history}
    assert "next-stage" not in seen.moves


async def test_at_a_stage_that_is_not_theirs_people_are_shown_by_role() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    router.clock.advance(timedelta(minutes=20))
    await page.add("next-stage", ref, NEXT)
    later = (await look(page, ref)).stages[1]
    holders = [
        one.person for one in (await at(router, EscalationRef(later.ref), RAISER)).everybody if one.person.must_act
    ]
    named = await look(await signed_in(router, ref, CONTACT), ref)
    assert holders
    for person in holders:
        assert person.name in later.who
        assert person.name not in named.stages[1].who
        assert person.role in named.stages[1].who


# ── the clock ─────────────────────────────────────────────────────────────────────────────────────────────────

WEDNESDAY = datetime(2026, 12, 30, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "working", "calendar"),
    [
        (datetime(2026, 12, 21, 10, 0, tzinfo=UTC), 5, 9),  # Christmas, Boxing Day as its substitute, and a weekend
        (datetime(2026, 12, 29, 9, 0, tzinfo=UTC), 1, 1),
        (datetime(2026, 12, 30, 9, 0, tzinfo=UTC), 0, 0),
        (datetime(2026, 12, 30, 23, 0, tzinfo=UTC), 0, 0),
        (datetime(2027, 1, 4, 9, 0, tzinfo=UTC), -2, -5),  # New Year's Day is no working day
    ],
)
def test_the_days_left_are_counted_both_ways(now: datetime, working: int, calendar: int) -> None:
    clock = clock_of(WEDNESDAY, now, LONDON)
    assert clock is not None
    assert (clock.working_days_left, clock.calendar_days_left) == (working, calendar)
    assert clock.due_words == "Wednesday 30 December 2026, 5 pm"


def test_a_day_is_counted_where_the_partnership_is_and_past_the_known_holidays_too() -> None:
    night = datetime(2027, 6, 1, 23, 30, tzinfo=UTC)  # the second of June in London
    clock = clock_of(datetime(2027, 6, 2, 16, 0, tzinfo=UTC), night, LONDON)
    assert clock is not None
    assert clock.calendar_days_left == 0
    far = datetime(2040, 1, 6, 17, 0, tzinfo=UTC)
    assert clock_of(far, datetime(2040, 1, 2, 9, 0, tzinfo=UTC), LONDON) is not None
    assert clock_of(None, night, LONDON) is None


async def test_a_date_that_is_proposed_stands_beside_the_clock_until_it_is_answered() -> None:
    router, ref = await routed()
    contact, raiser = await signed_in(router, ref, CONTACT), await signed_in(router, ref, RAISER)
    await contact.ask(ProposeDate(ref=ref, until=date(2027, 1, 6), why="The office is closed"))
    seen = await look(raiser, ref)
    assert seen.proposal is not None
    assert (seen.proposal.until_words, seen.proposal.why) == ("Wednesday 6 January 2027", "The office is closed")
    assert seen.clock is not None
    assert "Wednesday 6 January 2027" in seen.clock.proposed
    assert seen.due_words == "Wednesday 30 December 2026, 5 pm"
    assert "date.answer" in seen.moves
    assert "date.propose" not in (await look(contact, ref)).moves
    await raiser.ask(AnswerDate(ref=ref, agrees=True))
    seen = await look(contact, ref)
    assert seen.proposal is None
    assert seen.due_words == "Wednesday 6 January 2027, 5 pm"


# ── what one sees depends on one's part ───────────────────────────────────────────────────────────────────────


async def test_a_raiser_whom_nobody_vouches_for_sees_no_names_in_any_part_of_the_page() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=STRANGER))
    ref = await page.raise_escalation({"raiser_email": STRANGER, **URGENT}, code=page.code())
    names = [one.person.name for one in (await at(router, ref, CONTACT)).everybody if one.address != STRANGER]
    contact = await signed_in(router, ref, CONTACT)
    await contact.add("acknowledgement", ref)
    owner = next(one.code for one in (await look(contact, ref)).owners if one.words.startswith("Taylor"))
    issue = {"issue_1_text": "The plan", "issue_1_owner": owner, "issue_1_by": "2027-01-08"}
    await contact.add("outcome", ref, {"outcome": "agreed", "agreed_outcome": "We meet.", **issue})
    seen = await look(await signed_in(router, ref, STRANGER), ref)
    assert seen.outcome is not None
    assert [one.owner for one in seen.outcome.issues] == [
        "Team manager, Assessment, West Sussex children's social care"
    ]
    for text in every_text(seen):
        assert not any(name and name in text for name in names), text
    for notice in router.notices():
        if notice.address == STRANGER:
            assert not any(name and name.encode() in msgspec.json.encode(notice) for name in names), notice.kind
    told = every_text(await look(contact, ref))
    assert any("Taylor Willowby" in text for text in told)


async def test_the_duty_contact_sees_the_whole_and_may_hand_it_to_another_partnership() -> None:
    router, ref = await routed()
    seen = await look(await signed_in(router, ref, DUTY), ref)
    assert {one.code for one in seen.partnerships} == {"east-sussex", "brighton-hove"}
    assert {"duty.hand-to", "area.offer", "link"} <= set(seen.moves)
    assert seen.needs_name
    assert seen.people
    assert not any(one.readable for one in seen.added)


async def test_the_duty_contact_of_the_area_that_is_asked_sees_where_it_stands_and_nobody() -> None:
    router, ref = await routed()
    offered = PartnershipId("east-sussex")
    await changed(router, ref, lambda one: replace(one, life=replace(one.life, offered_to=offered)))
    page = await signed_in(router, ref, "duty@east-sussex.example")
    seen = await look(page, ref)
    assert (seen.part, seen.moves) == ("other-duty", ("area.accept",))
    assert (seen.people, seen.added, seen.history, seen.facts, seen.owners) == ((), (), (), (), ())
    names = [one.person.name for one in (await at(router, ref, CONTACT)).everybody]
    assert not any(name in text for name in names for text in every_text(seen))


async def test_somebody_who_was_replaced_sees_nothing_of_it_from_then_on() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, CONTACT)
    await look(page, ref)
    deputy = Joined(person=(await at(router, ref, CONTACT)).everybody[1].person, since=router.clock.now(), why=DEPUTY)
    person = replace(deputy.person, address=OTHER_MANAGER)
    await changed(
        router, ref, lambda one: replace(one, life=replace(one.life, joined=(replace(deputy, person=person),)))
    )
    other = await signed_in(router, ref, OTHER_MANAGER)
    assert (await look(other, ref)).part == "contact"
    await changed(router, ref, lambda one: replace(one, life=replace(one.life, joined=())))
    assert await other.ask(SeeEscalation(ref=ref)) == Refused(why="not-allowed")
    assert await other.ask(Yours()) == YourEscalations(escalations=())


async def test_a_second_raiser_is_kept_informed_and_decides_nothing_here() -> None:
    router, ref = await routed()
    raiser = (await at(router, ref, RAISER)).everybody[0].person
    second = Joined(person=replace(raiser, address=OTHER_MANAGER), since=router.clock.now(), why=SECOND_RAISER)
    await changed(router, ref, lambda one: replace(one, life=replace(one.life, joined=(second,))))
    version = await put(router, ref, CONTACT)
    seen = await look(await signed_in(router, ref, OTHER_MANAGER), ref)
    assert version
    assert seen.outcome is not None
    assert len(seen.outcome.answers) == 3
    assert not {"outcome.answer", "next-stage", "outcome"} & set(seen.moves)


# ── what may be done ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", [RAISER, CONTACT, MANAGER, DECISION_MAKER, DUTY])
async def test_only_what_the_table_of_moves_lets_somebody_is_offered(address: str) -> None:
    for router, ref in (await routed(), await lived()):
        here, seen = await at(router, ref, address), await look(await signed_in(router, ref, address), ref)
        for move in seen.moves:
            rule = MOVES[Move(move)]
            assert here.escalation.state in rule.states
            assert rule.by & here.standings


async def test_no_other_date_is_offered_where_harm_is_immediate() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    ref = await page.raise_escalation(URGENT, code=page.code())
    seen = await look(await signed_in(router, ref, CONTACT), ref)
    assert seen.immediate_harm
    assert "date.propose" not in seen.moves
    assert "acknowledge" in seen.moves


def test_a_telephone_is_one_number_that_can_be_dialled() -> None:
    both = "01632 960001 (out of hours); in office hours 01632 960002"
    assert list(numbers_in(both)) == [("out of hours", "01632 960001"), ("in office hours", "01632 960002")]
    assert list(numbers_in("01632 960003")) == [("", "01632 960003")]
    assert list(numbers_in("")) == []


# ── yours ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def raised(router: RouterWorld, answers: dict[str, object] | None = None) -> EscalationRef:
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    return await page.raise_escalation(answers, code=page.code())


async def test_one_sign_in_shows_all_that_ask_something_first_and_ended_ones_last() -> None:
    router, ended = await lived()
    slow = await raised(router, {"timeframe": {"unit": "working_days", "amount": 9, "until": None}})
    quick = await raised(router)
    contact = await signed_in(router, quick, CONTACT)
    await contact.add("acknowledgement", slow)
    await changed(router, ended, lambda one: replace(one, life=replace(one.life, issues=())))
    answer = await contact.ask(Yours())
    assert isinstance(answer, YourEscalations)
    assert [(one.ref, one.asks) for one in answer.escalations] == [(quick, True), (slow, False), (ended, False)]
    assert [one.state for one in answer.escalations] == ["routed", "routed", "closed"]
    assert answer.escalations[0].due_words == "Wednesday 30 December 2026, 5 pm"
    assert answer.escalations[2].due_words == ""
    assert await router.page().ask(Yours()) == Refused(why="not-signed-in")


async def test_an_issue_that_somebody_pursues_asks_something_of_them_after_it_closed() -> None:
    router, ref = await lived()
    for address, expected in ((CONTACT, True), (MANAGER, False)):
        answer = await (await signed_in(router, ref, address)).ask(Yours())
        assert isinstance(answer, YourEscalations)
        assert [(one.ref, one.asks) for one in answer.escalations] == [(ref, expected)]


# ── the history and the size ──────────────────────────────────────────────────────────────────────────────────


def test_several_records_read_in_a_minute_are_one_line_under_one_name() -> None:
    at_ten = datetime(2026, 12, 21, 10, 0, tzinfo=UTC)
    reads = [
        Happened(ref=EscalationRef("WS-1"), at=at_ten, what=What.READ, who="contact", name=name)
        for name in ("Taylor", "Taylor", "Jamie")
    ]
    assert [(one.what, one.who) for one in for_the_parties(reads)] == [
        ("Read 2 sealed records of it.", "Taylor"),
        ("Read a sealed record of it.", "Jamie"),
    ]


async def test_what_somebody_wrote_is_quoted_beside_their_name_and_the_rest_stays_with_the_duty_contact() -> None:
    router, ref = await lived()
    history = (await look(await signed_in(router, ref, MANAGER), ref)).history
    disputed = next(one for one in history if one.what.startswith("Disputed"))
    assert disputed.what.endswith("They wrote: “Not enough”")
    assert disputed.who.startswith("Frankie Nettlebed")
    assert sum("Made ready to go" in one.what for one in history) == 4  # of the decision, two texts, the confirmation
    assert not any("Looked at here" in one.what for one in history)


async def test_the_page_of_a_long_matter_is_not_told_apart_by_its_size() -> None:
    router, ref = await lived()
    sizes = set()
    for address in (RAISER, CONTACT, DUTY):
        page = await signed_in(router, ref, address)
        sizes |= {await size(router, page, SeeEscalation(ref=ref)), await size(router, page, Yours())}
    stranger = router.page()
    sizes |= {
        await size(router, stranger, question) for question in (SeeEscalation(ref=ref), SignIn(ref=ref, code="x"))
    }
    assert len(sizes) == 1


async def size(router: RouterWorld, page: Page, question: Question) -> int:
    key = OpeningKey.generate()
    page.counter += 1
    sealed = sealed_question(router, question, secret=page.secret, counter=page.counter, answer_key=key.public)
    raw = await answer_sealed(msgspec.json.encode(sealed), world=router.world)
    return len(msgspec.json.decode(raw, type=SealedAnswer).sealed)


async def test_every_part_of_a_decision_has_a_label() -> None:
    router, ref = await routed()
    for one in (await at(router, ref, RAISER)).everybody:
        assert label_of(one.person, decided=True)


async def test_once_it_has_ended_the_duty_contact_can_neither_route_nor_release() -> None:
    router, ref = await lived()
    page = await on_duty(router, ref)
    seen = await look(page, ref)
    assert (seen.may_route, seen.posts, seen.releases) == (False, (), ())
    for question in (
        RouteByHand(ref=ref, post="ws-social-care.manager-family", why="x"),
        ReleaseAddress(ref=ref, address=RAISER, how="x"),
    ):
        assert await page.ask(question) == Refused(why="not-allowed")
    assert (await at(router, ref, RAISER)).escalation.state == "closed"


async def test_no_email_names_a_date_for_the_answer_of_what_has_ended() -> None:
    router, _ = await lived()
    news = [one.life for one in router.notices() if one.life and one.life.what == "read"]
    assert news
    assert {one.due_words for one in news} == {""}


async def test_how_the_scrutineer_said_that_it_is_dealt_with_stands_on_the_page() -> None:
    router, ref = await routed()
    words = "The three chiefs are asked to meet."
    await changed(router, ref, lambda one: replace(one, life=replace(one.life, process=words)))
    seen = await look(await signed_in(router, ref, DECISION_MAKER), ref)
    assert (seen.because[0].label, seen.because[0].text) == ("How it is dealt with", words)


def test_a_record_that_was_deleted_is_said_with_the_day_of_its_last_backup() -> None:
    line = Happened(ref=EscalationRef("WS-1"), at=WEDNESDAY, what=What.RECORD_DELETED, note="Saturday 26 December 2026")
    (entry,) = for_the_parties([line])
    assert entry.what == "The sealed record was deleted here; the last backup of it ends on Saturday 26 December 2026."

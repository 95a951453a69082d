"""The page of an escalation under way: what a party sees, reads, and does, and what is left behind. Shell."""

import json
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from filling import fill_in
from filling import send as send_filled
from lives import (
    CHILD,
    CLOCK,
    FORM_RECORD,
    OTHER_REF,
    PEOPLE,
    REF,
    TEXT,
    Party,
    closed,
    life_stand,
    outcome,
    party_of,
    routed,
)
from playwright.sync_api import Page, expect
from stand import NOW, SIGN_IN_CODE, Stand, running

from shared.following import (
    AcceptArea,
    AddedSeen,
    AnswerDate,
    AnswerOutcome,
    AnswerSeat,
    ChoiceSeen,
    DeclareConflict,
    GiveName,
    HandOver,
    HandToPartnership,
    LifeQuestion,
    LinkEscalation,
    NotMine,
    OfferToArea,
    ProposalSeen,
    ProposeDate,
    ReadRecord,
    RecordDebrief,
    ReplaceRaiser,
    SeeEscalation,
    SettleIssue,
    StageSeen,
    YourEscalation,
)
from shared.terms import PartnershipId, SubmissionId

LATER = NOW + timedelta(minutes=30)

QUESTIONS_TO_SIGN_IN = 4
"""A code is asked for, typed; the page is seen, and the list of one's own."""


@pytest.fixture
def stand(tmp_path: Path, built: Path) -> Iterator[Stand]:
    with running(life_stand(), tmp_path, built) as standing:
        yield standing


@pytest.fixture
def party(stand: Stand) -> Party:
    return party_of(stand)


def sign_in(page: Page, stand: Stand, ref: str = REF) -> None:
    page.clock.install(time=LATER)
    page.goto(f"{stand.url}/e/{ref}")
    type_code(page)


def type_code(page: Page, address: str = "jo@ws-csc.example") -> None:
    page.get_by_label("Your work email address").fill(address)
    page.get_by_role("button", name="Email me a code").click()
    page.get_by_label("Eight letters and digits").fill(SIGN_IN_CODE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("[data-signed-in]")).to_be_visible()


def act(page: Page, name: str) -> Any:
    """Open an act by its button; the section it opened."""
    button = page.locator("[data-may]").get_by_role("button", name=name)
    if not button.is_visible():
        page.get_by_text("Something else").click()
    button.click()
    section = page.locator(f"#{button.get_attribute('aria-controls')}")
    expect(section.locator("[data-act-title]")).to_be_focused()
    return section


def send(section: Any) -> None:
    section.locator("[data-act-send]").click()


def asked(party: Party, kind: type) -> list[Any]:
    return [each.question for each in party.asked if isinstance(each.question, kind)]


def added(stand: Stand) -> SubmissionId:
    """The id of the one envelope that was sent."""
    ((incoming, _),) = stand.vault.kept.values()
    return incoming.envelope.submission


# ── seeing ──


def test_a_tired_person_sees_at_a_glance_where_it_stands(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    expect(page.locator("[data-seen-heading]")).to_have_text("Stage 2 · 5 working days left")
    expect(page.locator('[data-seen="due"]')).to_contain_text("5 working days, 9 calendar days from today")
    now = page.locator('[data-track] [aria-current="step"]')
    expect(now).to_contain_text("Jo Marsh, team manager")
    expect(now).to_contain_text("since 21 December")
    expect(page.locator('[data-seen="asked"]')).to_have_text("Asked to act now: you.")
    people = page.locator('[data-list="people"]')
    expect(people).to_contain_text("Accepted by their mail system at 10:02")
    expect(people.get_by_role("link", name="01632 960 041")).to_have_attribute("href", "tel:01632960041")
    expect(page.locator("aside")).to_contain_text("Out of hours")
    assert watched.complaints == []


def test_neither_the_title_nor_the_address_says_anything_of_it(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    before = f"{stand.url}/e/{REF}"
    sign_in(page, stand)
    act(page, "I have this")
    assert page.url == before
    assert page.title() == "An escalation – West Sussex Safeguarding Children Partnership – Candour"


def test_one_sign_in_opens_all_of_them_and_what_asks_comes_first(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    one = YourEscalation(
        ref=OTHER_REF, partnership="", state="routed", stage_label="Stage 3", part="contact", asks=True
    )
    party.escalations = (one, msgspec.structs.replace(one, ref=REF, asks=False))
    sign_in(page, stand)
    yours = page.locator("[data-yours-list] li")
    expect(yours).to_have_count(2)
    expect(yours.first).to_contain_text("Asks something of you")
    yours.first.get_by_role("link").click()
    page.wait_for_url(f"**/e/{OTHER_REF}")
    expect(page.locator("[data-seen-heading]")).to_be_visible()
    assert SeeEscalation(ref=OTHER_REF) in asked(party, SeeEscalation)


def test_a_shared_mailbox_is_asked_who_it_is_before_anything_else(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    party.shown = routed(needs_name=True)
    sign_in(page, stand)
    expect(page.locator("#name-title")).to_be_focused()
    expect(page.locator("[data-may]")).to_be_hidden()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#error-summary")).to_contain_text("Enter your role")
    page.get_by_role("textbox", name="Your name").fill("Ash Field")
    page.get_by_role("textbox", name="Your role").fill("duty manager")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("[data-may]")).to_be_visible()
    assert asked(party, GiveName) == [GiveName(name="Ash Field", role="duty manager")]


def test_only_what_router_allows_is_offered(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    party.shown = routed(moves=("action",))
    sign_in(page, stand)
    expect(page.locator("[data-may] button")).to_have_count(1)
    expect(page.locator("[data-act]:visible")).to_have_count(0)


def test_an_act_opens_and_closes_by_the_keyboard_and_keeps_what_was_typed(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    button = page.locator("[data-may]").get_by_role("button", name="Add a representation")
    button.focus()
    page.keyboard.press("Enter")
    section = page.locator("#act-representation")
    expect(section.locator("[data-act-title]")).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    section.locator("textarea").fill("We think otherwise")
    page.keyboard.press("Escape")
    expect(section).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(section.locator("textarea")).to_have_value("We think otherwise")


# ── reading ──


def read_it(page: Page) -> Any:
    page.get_by_role("button", name="Read it").click()
    record = page.locator("[data-record]")
    expect(record).to_contain_text(CHILD)
    return record


def test_a_record_is_opened_here_and_nothing_of_it_is_left(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    record = read_it(page)
    expect(record.locator("[data-record-title]")).to_be_focused()
    expect(record).to_contain_text("Thursday 14 April 2016")
    assert asked(party, ReadRecord) == [ReadRecord(ref=REF, submission=FORM_RECORD)]
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.title, location.href])")
    assert CHILD not in kept
    record.get_by_role("button", name="Close the record").click()
    expect(record).to_be_hidden()
    assert CHILD not in page.content()
    assert not any(CHILD.encode() in body for _, body in watched.requests)
    assert watched.complaints == []


def test_the_back_button_and_the_way_out_show_no_record(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    read_it(page)
    page.goto(f"{stand.url}/privacy")
    page.go_back()
    expect(page.locator("[data-seen-heading]")).to_be_visible()
    assert CHILD not in page.content()
    read_it(page)
    page.evaluate("document.dispatchEvent(new Event('candour-leave'))")
    assert CHILD not in page.content()


def test_signing_out_and_the_end_of_a_session_shut_the_record(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    with page.expect_response(lambda _: len(asked(party, SeeEscalation)) == 2):
        read_it(page)
    party.sign_everybody_out()
    page.get_by_role("button", name="Look again").click()
    expect(page.locator("[data-signed-out]")).to_be_focused()
    assert CHILD not in page.content()


def test_other_bytes_than_router_vouches_for_do_not_open(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    party.lay_down(SubmissionId("f" * 32), {"child_name": "Somebody Else"})
    party.ciphertexts[FORM_RECORD] = party.ciphertexts["f" * 32]
    sign_in(page, stand)
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("[data-added-box] [data-error]")).to_contain_text("does not open")
    expect(page.locator("[data-record]")).to_be_hidden()


def test_too_many_readings_in_an_hour_say_whom_to_ring(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    party.released = 30
    sign_in(page, stand)
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("[data-added-box] [data-error]")).to_contain_text("Too many records")
    expect(page.locator("[data-added-box] [data-error]")).to_contain_text("01632 960 099")


def test_a_record_that_may_not_be_read_has_no_button(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    form = routed().added[0]
    party.shown = routed(added=(msgspec.structs.replace(form, readable=False),))
    sign_in(page, stand)
    expect(page.locator('[data-list="added"]')).to_contain_text("The form")
    expect(page.get_by_role("button", name="Read it")).to_have_count(0)


# ── acts that are one question ──


def test_it_is_not_mine_takes_a_reason(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    section = act(page, "This is not mine")
    send(section)
    expect(page.locator("#error-summary")).to_be_focused()
    section.locator("textarea").fill("The other team holds it")
    send(section)
    expect(page.locator("[data-done]")).to_contain_text("next contact")
    assert asked(party, NotMine) == [NotMine(ref=REF, why="The other team holds it")]


def test_a_party_confirms_the_very_version_that_it_read(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    party.shown = routed(you="Raised it", outcome=outcome())
    sign_in(page, stand)
    expect(page.locator("[data-outcome-answers]")).to_contain_text("has not answered yet")
    section = act(page, "Confirm or dispute")
    expect(section.locator("[data-answer-text]")).to_have_text(TEXT)
    expect(section.locator("[data-answer-issues]")).to_contain_text("Friday 15 January 2027")
    section.get_by_label("No, I dispute it").check()
    send(section)
    expect(page.locator("#error-summary")).to_contain_text("Enter what is wrong with it")
    section.get_by_label("Yes, I confirm this text").check()
    send(section)
    expect(page.locator("[data-done]")).to_be_focused()
    assert asked(party, AnswerOutcome) == [AnswerOutcome(ref=REF, digest=outcome().digest, agrees=True)]


def test_what_has_changed_meanwhile_is_said_and_shown_anew(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    party.shown = routed(you="Raised it", outcome=outcome())
    party.refusing[AnswerOutcome] = "changed"
    sign_in(page, stand)
    section = act(page, "Confirm or dispute")
    section.get_by_label("No, I dispute it").check()
    section.locator("textarea").fill("No date for the visit")
    party.shown = routed(you="Raised it", outcome=outcome(version=2, text="Another text"))
    send(section)
    expect(section.locator("[data-act-say] [data-error]")).to_contain_text("changed since")
    expect(section.locator("[data-answer-text]")).to_have_text("Another text")
    expect(section.locator("textarea")).to_have_value("No date for the visit")


def test_an_issue_is_settled_after_closing(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    party.shown = closed()
    sign_in(page, stand)
    expect(page.locator("[data-seen-heading]")).to_have_text("Stage 2 · closed")
    expect(page.locator("[data-outcome-title]")).to_have_text("Written confirmation: agreed")
    section = act(page, "Settle an outstanding issue")
    section.get_by_label("It is done").check()
    section.locator("textarea").fill("They met on 11 January")
    send(section)
    expect(page.locator("[data-done]")).to_be_visible()
    assert asked(party, SettleIssue) == [SettleIssue(ref=REF, issue=1, done=True, how="They met on 11 January")]


def test_a_proposed_date_is_shown_to_who_answers_it(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    words = ProposalSeen(until_words="Monday 11 January 2027", why="The team is away.", by="Jo Marsh")
    party.shown = routed(you="Raised it", proposal=words)
    sign_in(page, stand)
    section = act(page, "Answer the proposed date")
    expect(section).to_contain_text("Jo Marsh proposes Monday 11 January 2027. “The team is away.”")


WHY = "Because of the rota"
SIMPLE: dict[str, tuple[str, dict[str, str], LifeQuestion]] = {
    "conflict": ("I am too close to it", {"why": WHY}, DeclareConflict(ref=REF, why=WHY)),
    "hand-over": ("Hand it to a deputy", {"to": "d1", "why": WHY}, HandOver(ref=REF, to="d1", why=WHY)),
    "date.propose": (
        "Propose another date",
        {"until": "11", "until-month": "1", "until-year": "2027", "why": WHY},
        ProposeDate(ref=REF, until=date(2027, 1, 11), why=WHY),
    ),
    "date.answer": ("Answer the proposed date", {"agrees": ""}, AnswerDate(ref=REF, agrees=True)),
    "debrief": ("Record a debrief", {"what": ""}, RecordDebrief(ref=REF, what="offered")),
    "raiser.replace": (
        "Name somebody to follow the raiser",
        {
            "name": "Kit Rowe",
            "role": "deputy head",
            "address": "kit@school.example",
            "phone": "01632 960 055",
            "why": WHY,
        },
        ReplaceRaiser(
            ref=REF, name="Kit Rowe", role="deputy head", address="kit@school.example", phone="01632 960 055", why=WHY
        ),
    ),
    "link": (
        "Link it to another",
        {"other": OTHER_REF.lower().replace("-", " "), "why": WHY},
        LinkEscalation(ref=REF, other=OTHER_REF, why=WHY),
    ),
    "panel.answer": ("seat on the panel", {"accepts": ""}, AnswerSeat(ref=REF, accepts=True)),
    "duty.hand-to": (
        "Hand it to another partnership",
        {"to": "kent", "why": WHY},
        HandToPartnership(ref=REF, to=PartnershipId("kent"), why=WHY),
    ),
    "area.offer": (
        "The child moved",
        {"to": "kent", "why": WHY},
        OfferToArea(ref=REF, to=PartnershipId("kent"), why=WHY),
    ),
    "area.accept": ("Take it over for your area", {}, AcceptArea(ref=REF)),
}


@pytest.mark.parametrize("move", SIMPLE)
def test_each_act_asks_router_what_the_person_said(stand: Stand, party: Party, watched: Any, move: str) -> None:
    page: Page = watched.page
    name, answers, question = SIMPLE[move]
    party.shown = routed(
        moves=("action", move),
        partnerships=(ChoiceSeen(code="kent", words="Kent"),),
        proposal=ProposalSeen(until_words="Monday 11 January 2027", why="The team is away.", by="Jo Marsh"),
    )
    sign_in(page, stand)
    section = act(page, name)
    for part, value in answers.items():
        control = section.locator(f'[id="field-{move}-{part}"]')
        match control.evaluate("each => each.type"):
            case "radio":
                control.check()
            case "select-one":
                control.select_option(value)
            case _:
                control.fill(value)
    send(section)
    expect(page.locator("[data-done]")).to_be_visible()
    assert asked(party, type(question)) == [question]


def test_who_sits_on_the_panel_stands_down_without_being_asked_to_take_the_seat(
    stand: Stand, party: Party, watched: Any
) -> None:
    page: Page = watched.page
    party.shown = msgspec.structs.replace(routed(moves=("action", "panel.answer")), sits=True)
    sign_in(page, stand)
    section = act(page, "Stand down from the panel")
    expect(section.get_by_role("radio")).to_have_count(0)
    section.get_by_label("An interest").fill("I know the family")
    send(section)
    expect(page.locator("[data-done]")).to_be_visible()
    assert asked(party, AnswerSeat) == [AnswerSeat(ref=REF, accepts=False, interest="I know the family")]


# ── acts that are an envelope ──


def test_having_it_counts_once_router_shows_it(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    you = msgspec.structs.replace(PEOPLE[0], you=True, acknowledged="10:31, Monday 21 December 2026")
    party.then = routed(people=(you, *PEOPLE[1:]))
    sign_in(page, stand)
    section = act(page, "I have this")
    section.locator("textarea").fill(f"{CHILD} stays with his aunt")
    send(section)
    expect(page.locator("[data-done]")).to_contain_text("It is recorded that you have this")
    expect(page.locator("[data-may]").get_by_role("button", name="I have this")).to_have_count(0)
    facts, record = stand.opened()
    assert facts["about"] == REF
    assert facts["proof"]["secret"] == json.loads(page.evaluate("sessionStorage.getItem('candour.session')"))["secret"]
    assert facts["answers"] == {}
    assert record["answers"] == {"safe_meanwhile": f"{CHILD} stays with his aunt"}
    assert not any(CHILD.encode() in body for _, body in watched.requests)


def test_what_was_received_and_is_not_shown_yet_says_so(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    section = act(page, "Record an action")
    section.get_by_label("A decision that was made").check()
    section.locator("textarea").fill("A visit today")
    send(section)
    done = page.locator("[data-done]")
    expect(done).to_contain_text("Received as WS-", timeout=30_000)
    expect(done).to_contain_text("not shown here yet")
    seen = AddedSeen(submission=added(stand), words="A decision", by="Jo Marsh", at=LATER, readable=True)
    party.then = routed(added=(*routed().added, seen))
    done.get_by_role("button", name="Look again").click()
    expect(done).to_have_text("It is recorded, and shown below.")


def test_short_of_a_receipt_it_is_not_confirmed_and_the_same_bytes_go_again(
    stand: Stand, party: Party, watched: Any
) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    section = act(page, "Add a representation")
    section.locator("textarea").fill("We think otherwise")
    stand.vault.away = True
    send(section)
    expect(section.locator("[data-act-trouble]")).to_contain_text("Not confirmed yet")
    expect(section.locator("textarea")).to_be_disabled()
    stand.vault.away = False
    party.then = routed()
    send(section)
    expect(section.locator("textarea")).to_have_value("")
    bodies = [body for url, body in watched.requests if url.endswith("/submissions")]
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]


def test_without_an_answer_nothing_is_sent_and_the_act_says_so(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    section = act(page, "Add a representation")
    section.locator("textarea").fill("We think otherwise")
    party.away = True
    send(section)
    expect(section.locator("[data-act-trouble]")).to_contain_text("nothing was sent")
    expect(section.locator("textarea")).to_have_value("We think otherwise")
    expect(section.locator("textarea")).to_be_enabled()
    assert stand.vault.kept == {}


def open_outcome(page: Page) -> Any:
    section = act(page, "Record an outcome")
    section.get_by_label("We agree", exact=True).check()
    return section


def test_what_will_be_emailed_is_checked_against_the_record_first(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    party.then = routed(outcome=outcome(text="A visit by Friday"))
    sign_in(page, stand)
    section = open_outcome(page)
    line = section.get_by_label("What is agreed, or why it ends?")
    line.fill("Zebedee is visited by Friday")
    send(section)
    expect(page.locator("#error-summary")).to_contain_text("Open the record first")
    section.get_by_role("button", name="Open the record").click()
    expect(section.locator("[data-check-words]")).to_contain_text("The record is open")
    send(section)
    expect(page.locator("#error-summary")).to_contain_text("take out “Zebedee”")
    assert stand.vault.kept == {}
    line.fill("A visit by Friday")
    send(section)
    expect(page.locator("[data-done]")).to_contain_text("Each party is now asked to confirm it")
    facts, record = stand.opened()
    assert facts["answers"] == {"outcome": "agreed", "agreed_outcome": "A visit by Friday"}
    assert record["answers"] == {}


def test_an_issue_names_who_pursues_it_and_by_when(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    party.shown = routed(added=())
    party.then = routed(outcome=outcome())
    sign_in(page, stand)
    section = open_outcome(page)
    expect(section.locator("[data-check-words]")).to_contain_text("cannot be checked")
    section.get_by_label("What is agreed, or why it ends?").fill("A visit by Friday")
    section.get_by_text("Outstanding issues").click()
    section.get_by_label("What is still open?").fill("Who attends the meetings")
    expect(section.locator('[data-field="outcome-issue_2_text"]')).to_be_visible()
    expect(section.locator('[data-field="outcome-issue_3_text"]')).to_be_hidden()
    send(section)
    expect(page.locator("#error-summary")).to_contain_text("Choose who pursues the issue")
    section.locator("#field-outcome-issue_1_owner").select_option("o1")
    for part, value in (("", "15"), ("-month", "1"), ("-year", "2027")):
        section.locator(f"#field-outcome-issue_1_by{part}").fill(value)
    send(section)
    expect(page.locator("[data-done]")).to_be_visible()
    facts, _ = stand.opened()
    assert facts["answers"]["issue_1_owner"] == "o1"
    assert facts["answers"]["issue_1_by"] == "2027-01-15"


def test_going_on_asks_only_what_is_new_and_leads_to_the_next_stage(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    party.shown = routed(you="Raised it")
    next_one = StageSeen(ref=OTHER_REF, label="Stage 3", who="Kit Rowe", began_at=LATER)
    party.then = routed(you="Raised it", state="moved-on", stages=(*routed().stages, next_one), moves=())
    sign_in(page, stand)
    section = act(page, "Take it to Stage 3")
    expect(section.locator("[data-field='next-stage-stage'] input:visible")).to_have_count(1)
    section.get_by_label("What is still not settled").fill("Nobody has visited")
    section.locator('[data-field="next-stage-immediate_harm"]').get_by_label("No").check()
    send(section)
    expect(page.locator("[data-done]").get_by_role("link", name=OTHER_REF)).to_have_attribute("href", f"/e/{OTHER_REF}")
    facts, record = stand.opened()
    assert facts["answers"]["stage"] == "3"
    assert facts["answers"]["entry"] == ["unresolved"]
    assert record["answers"] == {"why_unresolved": "Nobody has visited"}


def test_what_may_no_longer_be_done_is_not_sent(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    section = act(page, "Add a representation")
    section.locator("textarea").fill("We think otherwise")
    party.shown = closed(moves=())
    send(section)
    expect(page.locator("[data-seen-heading]")).to_have_text("Stage 2 · closed")
    assert stand.vault.kept == {}


def test_an_act_that_was_opened_while_another_was_recorded_stays_open(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    first = act(page, "Record an action")
    first.get_by_label("A decision that was made").check()
    first.locator("textarea").fill("A visit today")
    send(first)
    expect(first.locator("[data-state]")).to_contain_text("Waiting until it is shown here")
    second = act(page, "Add a representation")
    typing = second.locator("textarea")
    typing.fill("We think otherwise")
    seen = AddedSeen(submission=added(stand), words="A decision", by="Jo Marsh", at=LATER, readable=True)
    party.then = routed(added=(*routed().added, seen))
    expect(page.locator("[data-done]")).to_have_text("It is recorded, and shown below.")
    expect(second).to_be_visible()
    expect(typing).to_be_focused()
    expect(typing).to_have_value("We think otherwise")


def test_who_has_no_part_here_is_shown_the_list_of_their_own(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    party.shown = None
    party.escalations = (
        YourEscalation(ref=OTHER_REF, partnership="", state="routed", stage_label="Stage 3", part="contact"),
    )
    page.goto(f"{stand.url}/e/{REF}")
    page.get_by_label("Your work email address").fill("jo@ws-csc.example")
    page.get_by_role("button", name="Email me a code").click()
    page.get_by_label("Eight letters and digits").fill(SIGN_IN_CODE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    link = page.get_by_role("navigation", name="Your escalations").get_by_role("link", name=OTHER_REF)
    expect(link).to_be_visible()
    expect(page.locator("[data-signed-in]")).to_be_hidden()
    party.shown = routed()
    link.click()
    page.wait_for_url(f"**/e/{OTHER_REF}")
    expect(page.locator("[data-seen-heading]")).to_be_visible()
    expect(page.locator("[data-signed-in] [data-yours]")).to_have_count(1)


# ── the session ──


def all_answered(page: Page, finished: list[str]) -> None:
    """Until nothing that was asked when signing in is still on its way: a late answer would put the end off."""
    until = time.monotonic() + 8
    while len(finished) < QUESTIONS_TO_SIGN_IN and time.monotonic() < until:
        page.evaluate("crypto.subtle.digest('SHA-256', new Uint8Array(1 << 20))")  # real work: the page's clock stands
    assert len(finished) >= QUESTIONS_TO_SIGN_IN


def test_the_end_of_a_session_is_warned_of_and_can_be_put_off(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    finished: list[str] = []
    page.on("requestfinished", lambda one: finished.append(one.url) if one.url.endswith("/questions") else None)
    sign_in(page, stand)
    all_answered(page, finished)
    page.clock.run_for("26:00")
    expect(page.locator("[data-session-warning]")).to_be_visible()
    expect(page.locator("[data-session-warning]")).to_contain_text(re.compile("signed out in [45] minutes"))
    before = len(asked(party, SeeEscalation))
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.locator("[data-session-warning]")).to_be_hidden()
    assert len(asked(party, SeeEscalation)) == before + 1


def test_what_was_typed_outlives_the_session(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    section = act(page, "Record an action")
    section.locator("textarea").fill("We rang the school")
    page.clock.run_for("31:00")
    expect(page.locator("[data-signed-out]")).to_contain_text("What you typed is still here")
    expect(page.locator("[data-signed-in]")).to_be_hidden()
    type_code(page)
    expect(section).to_be_visible()
    expect(section.locator("textarea")).to_have_value("We rang the school")


def test_what_one_person_typed_is_not_for_the_next(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    section = act(page, "Record an action")
    section.locator("textarea").fill("We rang the school")
    page.clock.run_for("31:00")
    type_code(page, "somebody.else@ws-csc.example")
    expect(section).to_be_hidden()
    expect(section.locator("textarea")).to_have_value("")


def test_the_working_days_end_cannot_be_put_off(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    party.until = LATER + timedelta(minutes=4)
    sign_in(page, stand)
    page.clock.run_for("00:20")
    expect(page.locator("[data-session-warning]")).to_contain_text("sign in again then")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()


def test_nothing_is_asked_when_the_page_is_only_opened(stand: Stand, party: Party, watched: Any) -> None:
    watched.page.goto(f"{stand.url}/e/{REF}")
    expect(watched.page.locator("#follow")).to_be_visible()
    assert party.asked == []
    assert not any(body for _, body in watched.requests)


def test_the_days_left_follow_what_router_says(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    late = msgspec.structs.replace(CLOCK, due_at=NOW - timedelta(days=2), working_days_left=-1, calendar_days_left=-2)
    party.shown = routed(clock=late, immediate_harm=True, deputies=(ChoiceSeen(code="d1", words="Ash Field"),))
    sign_in(page, stand)
    expect(page.locator("[data-seen-heading]")).to_have_text("Stage 2 · 2 days late")
    expect(page.locator("[data-harm]")).to_contain_text("Ring, do not wait for email")


# ── for somebody else ──


def on_behalf(page: Page, stand: Stand, party: Party) -> None:
    """From the page of an escalation to the form that is entered for somebody else."""
    party.shown = routed(part="duty", moves=())
    sign_in(page, stand)
    page.get_by_role("button", name="Enter a printed or telephoned form").click()
    page.wait_for_url("**/p/west-sussex/form")
    expect(page.locator("[data-behalf]")).to_contain_text("for somebody else")


def test_a_telephoned_form_carries_the_proof_of_who_entered_it(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    on_behalf(page, stand, party)
    fill_in(page)
    secret = json.loads(page.evaluate("sessionStorage.getItem('candour.session')"))["secret"]
    send_filled(page)
    facts, _ = stand.opened()
    assert facts["on_behalf"] is True
    assert facts["proof"] == {"secret": secret}
    expect(page.locator("[data-behalf-receipt]")).to_contain_text("somebody else")
    page.goto(f"{stand.url}/p/west-sussex/form")
    expect(page.locator("[data-behalf]")).to_be_hidden()


def test_a_form_for_somebody_else_is_not_sent_without_a_sign_in(stand: Stand, party: Party, watched: Any) -> None:
    page: Page = watched.page
    on_behalf(page, stand, party)
    fill_in(page)
    party.sign_everybody_out()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in again")).to_be_focused()
    assert stand.vault.kept == {}
    box = page.locator("[data-behalf]")
    box.get_by_label("Your own work email address").fill("duty@wsscp.example")
    box.get_by_role("button", name="Email me a code").click()
    box.get_by_label("Eight letters and digits").fill(SIGN_IN_CODE)
    box.get_by_role("button", name="Sign in", exact=True).click()
    expect(box).to_contain_text("You are signed in again")
    send_filled(page)
    assert stand.opened()[0]["on_behalf"] is True


def test_a_raisers_own_form_carries_no_proof(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    page.goto(f"{stand.url}/p/west-sussex/form")
    fill_in(page)
    send_filled(page)
    facts, _ = stand.opened()
    assert {"on_behalf", "proof", "about"}.isdisjoint(facts)

"""The form in a browser: steps, errors, preview, code, sealing, receipt, exit. Shell."""

import json
import re
from typing import Any
from urllib.parse import unquote

import pytest
from filling import ADDRESS, ANSWERS, MARK, choose, fill_in, go_on, open_form, send, step, write
from playwright.sync_api import Page, expect
from stand import CONFIRMATION_CODE, Stand

from shared.questions import ConfirmAddress, SendConfirmationCode


def test_the_form_is_sealed_sent_and_received(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page)
    reference = send(page)
    ((_, signed),) = stand.vault.kept.values()
    assert reference == signed.receipt.reference
    facts, record = stand.opened()
    assert record["answers"] == {"child_name": ANSWERS["child_name"], "account": ANSWERS["account"]}
    assert facts["answers"]["raiser_email"] == ADDRESS
    assert not {"child_name", "account"} & set(facts["answers"])
    assert watched.complaints == []


def test_nothing_typed_leaves_the_browser_in_clear(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page)
    send(page)
    texts = [unquote(url) + body.decode("utf-8", "replace") for url, body in watched.requests]
    assert any("/api/v1/submissions" in text for text in texts)
    for marked in (MARK, "Zebedee", "Zqaccount", "Zqraiser", "Zqrole", "960 777", ADDRESS, "marked.raiser"):
        assert not [text for text in texts if marked in text]
    assert "Zeb" not in page.title() + page.url
    kept = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])")
    assert MARK not in kept
    assert ADDRESS not in kept


def test_a_form_with_errors_says_so_and_keeps_every_answer(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    title = page.title()
    go_on(page)
    assert page.title() == f"Error: {title}"
    expect(page.locator("#error-summary")).to_be_focused()
    link = page.locator("#error-summary a")
    expect(link).to_have_text("Choose yes if you think a child is at risk of immediate harm")
    link.click()
    expect(page.locator("#field-immediate_harm")).to_be_focused()
    expect(page.locator('[data-field="immediate_harm"] [data-error]')).to_be_visible()
    choose(page, "immediate_harm", "no")
    go_on(page)
    step(page, "decision")
    assert not page.title().startswith("Error")
    page.locator("#field-receiving_agency").select_option("ws-csc")
    go_on(page)
    expect(page.locator("#error-summary a")).to_have_count(2)
    assert page.locator("#field-receiving_agency").input_value() == "ws-csc"


def test_each_step_moves_the_focus_and_puts_only_its_number_in_the_title(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    assert page.title().startswith("Step 1 of 6: ")
    choose(page, "immediate_harm", "no")
    go_on(page)
    assert page.title().startswith("Step 2 of 6: ")
    expect(page.locator("#step-decision")).to_be_focused()
    page.locator("[data-back]:visible").click()
    assert page.title().startswith("Step 1 of 6: ")
    assert page.locator('[data-field="immediate_harm"] input[value="no"]').is_checked()
    assert page.url == f"{stand.url}{page.evaluate('location.pathname')}"


def test_a_question_is_asked_only_when_it_applies(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    expect(page.locator('[data-field="harm_not_reached"]')).to_be_hidden()
    choose(page, "immediate_harm", "yes")
    choose(page, "harm_consulted", "nobody_reached")
    write(page, "harm_not_reached", "Nobody was in")
    choose(page, "immediate_harm", "no")
    expect(page.locator('[data-field="harm_not_reached"]')).to_be_hidden()
    fill_in(page)
    send(page)
    facts, record = stand.opened()
    assert "harm_not_reached" not in record["answers"]
    assert "harm_consulted" not in facts["answers"]


def test_the_panel_says_who_will_be_told_from_codes_alone(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    choose(page, "immediate_harm", "no")
    go_on(page)
    page.locator("#field-receiving_agency").select_option("ws-csc")
    expect(page.locator("#preview")).to_contain_text("Team manager")
    expect(page.locator("#preview")).to_contain_text("Wednesday 30 December 2026, 5 pm")
    asked = [json.loads(body) for url, body in watched.requests if url.endswith("/api/v1/route")]
    assert asked
    assert asked[-1]["receiving_agency"] == "ws-csc"


def test_without_an_answer_the_panel_says_so_and_the_form_still_works(stand: Stand, watched: Any) -> None:
    stand.router.away = True
    page: Page = watched.page
    open_form(page, stand.url)
    choose(page, "immediate_harm", "no")
    go_on(page)
    page.locator("#field-receiving_agency").select_option("ws-csc")
    expect(page.locator("[data-preview-offline]")).to_be_visible()
    page.locator("[data-back]:visible").click()
    fill_in(page)
    send(page)


def test_a_code_is_asked_for_and_travels_inside_the_facts(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page)
    page.locator("[data-back]:visible").click()
    box = page.locator('[data-step="you"] [data-code-box]')
    expect(box.locator("[data-code-state]")).to_contain_text(ADDRESS)
    box.locator("input").fill("000 000")
    box.get_by_role("button", name="Confirm").click()
    expect(box.locator("[data-error]")).to_contain_text("That code is not right")
    box.locator("input").fill("123 456")
    box.get_by_role("button", name="Confirm").click()
    expect(box).to_contain_text("Your address is confirmed.")
    go_on(page)
    send(page)
    facts, _ = stand.opened()
    asked = [each for each in stand.router.asked if isinstance(each.question, SendConfirmationCode)]
    ((incoming, _),) = stand.vault.kept.values()
    assert facts["confirmation"]["code"] == CONFIRMATION_CODE
    assert [each.question.submission for each in asked] == [incoming.envelope.submission]
    assert [each.counter for each in stand.router.asked] == [1, 2, 3]


def test_a_code_may_be_typed_on_the_receipt(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page)
    reference = send(page)
    box = page.locator('[data-step="receipt"] [data-code-box]')
    expect(box).not_to_contain_text("after sending")
    expect(box).to_contain_text("nobody gets what you wrote")
    box.locator("input").fill(CONFIRMATION_CODE)
    box.locator("input").press("Enter")
    expect(box).to_contain_text("Your address is confirmed.")
    expect(box.get_by_text("nobody gets what you wrote")).to_be_hidden()
    next_ = page.locator("[data-receipt-timeline]")
    expect(next_).to_contain_text("Your work address is confirmed.")
    expect(next_).to_contain_text("asked to act by Wednesday 30 December 2026")
    expect(next_).to_contain_text("the duty contact checks it first")
    expect(next_).not_to_contain_text("Type the code")
    expect(page.get_by_text("Signing in there confirms your address too")).to_be_hidden()
    last = stand.router.asked[-1].question
    assert isinstance(last, ConfirmAddress)
    assert last.ref == reference


def test_what_intake_did_not_confirm_is_offered_again_with_the_same_bytes(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page)
    stand.vault.breaks_after_storing = True
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("[data-send-trouble]")).to_contain_text("Not confirmed yet. Your answers are still here.")
    expect(page.locator('[data-step="receipt"]')).to_be_hidden()
    expect(page.get_by_role("link", name=re.compile("^Change"))).to_have_count(0)
    stand.vault.breaks_after_storing = False
    page.context.set_offline(True)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("[data-send-trouble]")).to_contain_text("Not confirmed yet")
    page.context.set_offline(False)
    send(page)
    posted = {body for url, body in watched.requests if url.endswith("/submissions")}
    assert len(posted) == len(stand.vault.kept) == 1


@pytest.mark.parametrize(
    "body", ["{}", '{"receipt": null}', "not json", '{"receipt": {"reference": "WS-7K3-QM9-PXC"}}']
)
def test_a_success_without_a_whole_receipt_is_not_shown_as_one(stand: Stand, watched: Any, body: str) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page)
    page.route("**/api/v1/submissions", lambda route: route.fulfill(status=201, body=body))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("[data-send-trouble]")).to_contain_text("Not confirmed yet")


@pytest.mark.parametrize(("status", "says"), [(409, "already received"), (413, "too long"), (400, "was not taken")])
def test_a_plain_refusal_says_what_to_do(stand: Stand, watched: Any, status: int, says: str) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page)
    problem = "application/problem+json"
    page.route("**/api/v1/submissions", lambda route: route.fulfill(status=status, body="{}", content_type=problem))
    page.get_by_role("button", name="Send", exact=True).click()
    trouble = page.locator("[data-send-trouble]")
    expect(trouble).to_contain_text(says)
    expect(trouble).to_contain_text(stand.partnership.duty.number)
    expect(trouble).to_be_focused()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 407])
def test_what_a_proxy_refuses_is_not_confirmed_yet_and_the_same_bytes_go(
    stand: Stand, watched: Any, status: int
) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page)
    page.route(
        "**/api/v1/submissions", lambda route: route.fulfill(status=status, body="<p>", content_type="text/html")
    )
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("[data-send-trouble]")).to_contain_text("Not confirmed yet")
    page.unroute("**/api/v1/submissions")
    send(page)
    posted = {body for url, body in watched.requests if url.endswith("/submissions")}
    assert len(posted) == len(stand.vault.kept) == 1


def test_a_line_that_will_be_emailed_may_not_name_the_child(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page)
    page.locator("[data-back]:visible").click()
    page.locator("[data-back]:visible").click()
    page.locator("summary", has_text="Words for the email").click()
    write(page, "ask_line", "Please see Zebedee this week")
    go_on(page)
    expect(page.locator("#error-summary a")).to_contain_text("take out “Zebedee”")
    write(page, "ask_line", "Please look at it this week")
    go_on(page)
    step(page, "you")


def test_change_leads_to_the_answer_even_where_it_is_folded(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page)
    page.get_by_role("link", name="Change The child’s name").click()
    step(page, "account")
    expect(page.locator("#field-child_name")).to_be_focused()
    go_on(page)
    step(page, "ask")


def test_a_timeframe_over_seven_calendar_days_is_warned_about(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page)
    page.locator("[data-back]:visible").click()
    page.locator("[data-back]:visible").click()
    write(page, "timeframe-amount", "20")
    expect(page.locator("[data-timeframe-warning]")).to_contain_text("calendar days")
    write(page, "timeframe-amount", "1")
    expect(page.locator("[data-timeframe-warning]")).to_be_hidden()


def test_own_copy_and_signed_receipt_are_files_made_here(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page)
    with page.expect_download() as copy:
        page.get_by_role("button", name="Save a copy").click()
    text = copy.value.path().read_text("utf-8")
    assert MARK in text
    assert "identifies the child" in text
    reference = send(page)
    with page.expect_download() as receipt:
        page.get_by_role("button", name="Save the signed receipt").click()
    signed = json.loads(receipt.value.path().read_text("utf-8"))
    assert signed["receipt"]["reference"] == reference
    assert MARK not in json.dumps(signed)


def test_with_immediate_harm_the_receipt_says_first_to_ring(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page, harm="yes")
    send(page)
    expect(page.locator("[data-receipt-ring]")).to_be_focused()
    ring = page.locator("[data-receipt-ring]").bounding_box()
    received = page.locator(".received").bounding_box()
    assert ring is not None
    assert received is not None
    assert ring["y"] < received["y"]


def test_the_receipt_draws_the_stages_and_says_when_an_answer_is_due(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    fill_in(page)
    send(page)
    expect(page.locator('[data-step="receipt"] [data-track] [aria-current="step"]')).to_contain_text("Stage 2, now")
    line = page.locator("[data-receipt-timeline]")
    expect(line).to_contain_text("By Wednesday 30 December 2026, 5 pm")
    expect(line).to_contain_text("An answer is due. If none comes")
    expect(line).to_contain_text("Tell them which child it is")
    expect(line).not_to_contain_text("You get an answer")


def test_the_example_fills_in_a_whole_form(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    page.get_by_role("button", name="Fill in an example").click()
    for name in ("decision", "account", "ask", "you", "check"):
        go_on(page)
        step(page, name)
    send(page)

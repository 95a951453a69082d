"""A disagreement inside one agency: with another team it goes on, with the own manager it is led elsewhere. Shell."""

import json
from typing import Any

from filling import choose, fill_in, go_on, open_form, send, step, write
from playwright.sync_api import Page, expect
from stand import Stand

QUESTION = '[data-field="own_manager"]'


def at_about_you(page: Page, url: str, *, agency: str) -> None:
    """The whole form filled in, back at the step that asks for the raiser's agency."""
    open_form(page, url)
    fill_in(page)
    page.locator("[data-back]:visible").click()
    step(page, "you")
    page.locator("#field-raising_agency").select_option(agency)


def posted(watched: Any, path: str) -> list[bytes]:
    return [body for url, body in watched.requests if url.endswith(path)]


def test_between_two_agencies_nobody_asks_about_the_own_manager(stand: Stand, watched: Any) -> None:
    at_about_you(watched.page, stand.url, agency="ws-school")
    expect(watched.page.locator(QUESTION)).to_be_hidden()


def test_with_the_own_manager_the_form_is_not_sent_and_shows_the_other_way(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    at_about_you(page, stand.url, agency="ws-csc")
    way = page.locator("[data-own-manager]")
    expect(way).to_be_hidden()
    with page.expect_request(lambda sent: '"own_manager":true' in (sent.post_data or "")):
        choose(page, "own_manager", "yes")
    expect(way).to_contain_text("0800 028 0285")
    go_on(page)
    expect(page.locator("#error-summary")).to_contain_text("If it was, this form is not sent")
    expect(page.locator('[data-step="check"]')).to_be_hidden()
    page.evaluate("document.querySelector('[data-send]').click()")
    expect(page.locator("#error-summary")).to_be_focused()
    assert posted(watched, "/submissions") == []
    assert stand.vault.kept == {}


def test_with_another_team_of_the_own_agency_the_form_goes_on(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    at_about_you(page, stand.url, agency="ws-csc")
    go_on(page)
    expect(page.locator("#error-summary a")).to_have_text("Choose yes if it was your own manager who decided")
    choose(page, "own_manager", "no")
    go_on(page)
    step(page, "check")
    send(page)
    facts, _ = stand.opened()
    assert facts["answers"]["own_manager"] == "no"


def test_a_yes_that_no_longer_applies_keeps_nobody_from_sending(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    at_about_you(page, stand.url, agency="ws-csc")
    choose(page, "own_manager", "yes")
    page.locator("#field-raising_agency").select_option("ws-school")
    expect(page.locator("[data-own-manager]")).to_be_hidden()
    go_on(page)
    send(page)
    facts, _ = stand.opened()
    assert "own_manager" not in facts["answers"]


def test_the_panel_asks_with_the_raisers_place_and_that_somebody_is_named(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    at_about_you(page, stand.url, agency="ws-school")
    for summary in page.locator('[data-step="you"] summary:visible').all():
        summary.click()
    choose(page, "raiser_is", "safeguarding_lead")
    write(page, "raiser_role", "Head teacher")
    page.locator("[data-back]:visible").click()
    for _ in range(2):
        page.locator("[data-back]:visible").click()
    step(page, "decision")
    page.locator('[data-step="decision"] summary').first.click()
    with page.expect_request(lambda sent: '"decision_maker_named":true' in (sent.post_data or "")) as asking:
        write(page, "decision_maker_name", "Zqdecider Name")
    asked = json.loads(asking.value.post_data or "{}")
    assert (asked["raiser_is"], asked["raiser_role_code"]) == ("safeguarding_lead", "head_teacher")
    assert not [body for _, body in watched.requests if b"Zqdecider" in body]


def test_a_decision_made_in_another_area_can_be_said(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, stand.url)
    choose(page, "immediate_harm", "no")
    go_on(page)
    page.locator("#field-receiving_agency").select_option("ws-csc")
    page.locator('[data-step="decision"] summary').first.click()
    with page.expect_request(lambda sent: '"decision_area":"elsewhere"' in (sent.post_data or "")):
        choose(page, "decision_area", "elsewhere")

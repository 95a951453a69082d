"""Exit this page, the back button, contrast, and what is left behind. Shell."""

from typing import Any

import pytest
from filling import MARK, choose, fill_in, go_on, open_form, send, step, write
from playwright.sync_api import Page, expect
from stand import Stand

WEATHER = "https://www.bbc.co.uk/weather"


def _weather(page: Page) -> None:
    page.context.route(
        "**://www.bbc.co.uk/**", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html")
    )


def _half_filled(page: Page, url: str) -> None:
    open_form(page, url)
    choose(page, "immediate_harm", "no")
    go_on(page)
    page.locator("#field-receiving_agency").select_option("ws-csc")
    choose(page, "child_status", "in_need")
    choose(page, "area", "thresholds")
    go_on(page)
    write(page, "child_name", MARK)


def _is_gone(page: Page) -> None:
    page.wait_for_url(WEATHER)
    page.go_back()
    page.wait_for_load_state()
    assert MARK not in page.content()
    assert page.locator("#field-child_name").count() == 0 or page.locator("#field-child_name").input_value() == ""
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_exit_by_its_button_leaves_nothing_and_asks_nothing(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    _weather(page)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    _half_filled(page, stand.url)
    page.evaluate("sessionStorage.setItem('candour-contrast', 'on')")
    page.locator("[data-exit]").click()
    _is_gone(page)
    assert asked == []


def test_exit_by_shift_three_times_counts_aloud(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    _weather(page)
    _half_filled(page, stand.url)
    status = page.locator("[data-exit-status]")
    page.keyboard.press("Shift")
    expect(status).to_contain_text("Press 2 more times")
    page.keyboard.press("Shift")
    expect(status).to_contain_text("Press 1 more time ")
    page.keyboard.press("Shift")
    _is_gone(page)


def test_typing_capital_letters_does_not_leave(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    _half_filled(page, stand.url)
    page.locator("#field-child_name").focus()
    for letter in "ABCD":
        page.keyboard.press(f"Shift+{letter}")
    page.keyboard.press("Shift")
    page.keyboard.press("a")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    expect(page.locator("#field-child_name")).to_be_visible()


def test_shift_pressed_slowly_does_not_leave(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    page.clock.install()
    _half_filled(page, stand.url)
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.clock.run_for(5_100)
    expect(page.locator("[data-exit-status]")).to_contain_text("Not left.")
    page.keyboard.press("Shift")
    expect(page.locator("[data-exit-status]")).to_contain_text("Press 2 more times")


@pytest.mark.parametrize("path", ["/", "/p/west-sussex", "/privacy"])
def test_every_page_has_the_way_out(stand: Stand, watched: Any, path: str) -> None:
    page: Page = watched.page
    _weather(page)
    page.goto(stand.url + path)
    page.locator("[data-exit]").click()
    page.wait_for_url(WEATHER)


def test_the_back_button_shows_an_empty_form(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    _half_filled(page, stand.url)
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(f"{stand.url}/privacy")
    page.go_back()
    step(page, "danger")
    assert page.locator("#field-child_name").input_value() == ""
    assert MARK not in page.content()


def test_leaving_with_text_typed_asks_first(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    _half_filled(page, stand.url)
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Privacy").click(no_wait_after=True)
    expect(page.locator("#field-child_name")).to_have_value(MARK)
    assert asked == ["beforeunload"]


def test_leaving_an_empty_form_or_a_receipt_asks_nothing(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    open_form(page, stand.url)
    page.get_by_role("link", name="Privacy").click()
    page.wait_for_url("**/privacy")
    open_form(page, stand.url)
    fill_in(page)
    send(page)
    page.get_by_role("link", name="Privacy").click()
    page.wait_for_url("**/privacy")
    assert asked == []


def test_contrast_is_kept_for_the_tab_and_no_longer(stand: Stand, new_watched: Any) -> None:
    page: Page = new_watched().page
    page.goto(f"{stand.url}/")
    button = page.get_by_role("button", name="High contrast")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    page.goto(f"{stand.url}/p/west-sussex")
    expect(page.get_by_role("button", name="High contrast")).to_have_attribute("aria-pressed", "true")
    other: Page = new_watched().page
    other.goto(f"{stand.url}/")
    expect(other.get_by_role("button", name="High contrast")).to_have_attribute("aria-pressed", "false")

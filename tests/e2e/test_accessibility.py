"""axe-core finds nothing on any page or state, at 320 and 1280 pixels; nothing scrolls sideways. Shell."""

from pathlib import Path
from typing import Any

import pytest
from filling import ANSWERS, choose, go_on, open_form, send, step, write
from playwright.sync_api import Page, expect
from stand import BROWSER, SIGN_IN_CODE, Stand

from shared.references import mint_reference

AXE = BROWSER / "node_modules/axe-core/axe.min.js"
PAGES = (
    "/",
    "/?decided=west-sussex&works=west-sussex",
    "/?decided=elsewhere&works=elsewhere",
    "/p/west-sussex",
    "/p/west-sussex/instead/own_manager",
    "/p/west-sussex/print",
    "/p/west-sussex/privacy",
    "/privacy",
    "/accessibility",
    "/challenging-well",
    "/pages",
    "/no-such-page",
)


def faults(page: Page) -> list[str]:
    """What axe finds in the page as it stands, and whether it scrolls sideways."""
    found = page.evaluate("async () => (await axe.run(document)).violations")
    told = [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*told, *([f"{wide} px too wide"] if wide > 0 else [])]


LOOKS = {"320": (320, "plain"), "1280": (1280, "plain"), "320-contrast": (320, "contrast"), "1280-dark": (1280, "dark")}


@pytest.fixture(params=LOOKS.values(), ids=LOOKS)
def page(request: pytest.FixtureRequest, new_watched: Any) -> Page:
    width, scheme = request.param
    made: Page = new_watched(
        viewport={"width": width, "height": 800},
        bypass_csp=True,
        reduced_motion="reduce",
        color_scheme="dark" if scheme == "dark" else "light",
    ).page
    made.add_init_script(AXE.read_text("utf-8"))
    if scheme == "contrast":
        made.add_init_script("sessionStorage.setItem('candour-contrast', 'on')")
    return made


def test_every_page_is_accessible(stand: Stand, page: Page) -> None:
    found = {}
    for path in PAGES:
        page.goto(stand.url + path)
        found[path] = faults(page)
    assert {path: told for path, told in found.items() if told} == {}


@pytest.mark.timeout(400)
def test_every_state_of_the_form_is_accessible(stand: Stand, page: Page) -> None:
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        found[state] = faults(page)

    open_form(page, stand.url)
    look("danger")
    go_on(page)
    look("danger with an error")
    choose(page, "immediate_harm", "yes")
    choose(page, "harm_consulted", "nobody_reached")
    look("danger with immediate harm")
    write(page, "harm_not_reached", "Nobody was in")
    for name in ("decision", "account", "ask", "you"):
        go_on(page)
        step(page, name)
        look(name)
        for folded in page.locator("details:visible").all():
            folded.evaluate("each => { each.open = true }")
        if name == "you":
            page.locator("#field-raising_agency").select_option("ws-csc")
            choose(page, "own_manager", "yes")
            look("you with the own manager")
        _open_more(page, name)
        go_on(page)
        look(f"{name} with everything opened and with errors")
        _answer(page, name)
    go_on(page)
    step(page, "check")
    look("check")
    stand.vault.away = True
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("[data-send-trouble]")).to_be_visible()
    look("not confirmed yet")
    stand.vault.away = False
    send(page)
    look("receipt")
    assert {state: told for state, told in found.items() if told} == {}


def test_a_long_list_that_lies_open_is_accessible(crowded: Stand, page: Page) -> None:
    found: dict[str, list[str]] = {}
    open_form(page, crowded.url)
    choose(page, "immediate_harm", "no")
    go_on(page)
    box = page.locator("#field-receiving_agency")
    box.click()
    expect(page.locator(".search__list:visible")).to_be_visible()
    found["whole list"] = faults(page)
    box.press_sequentially("school")
    box.press("ArrowDown")
    found["an agency pointed at"] = faults(page)
    box.press_sequentially(" of rock")
    found["nothing fits"] = faults(page)
    go_on(page)
    found["an agency that is not in the list"] = faults(page)
    assert {state: told for state, told in found.items() if told} == {}


def _open_more(page: Page, name: str) -> None:
    """Answers on which more questions depend."""
    if name == "decision":
        page.locator("#field-receiving_agency").select_option("not_listed")
        choose(page, "child_status", "looked_after")
        choose(page, "route", "conference_dissent")
    if name == "ask":
        choose(page, "stage_one", "no_other")
        choose(page, "timeframe", "until")
    if name == "you":
        page.locator("#field-raising_agency").select_option("not_listed")
        choose(page, "lead_consulted", "yes")


def _answer(page: Page, name: str) -> None:
    """The step's answers, in place of those on which more depended."""
    if name == "decision":
        page.locator("#field-receiving_agency").select_option("ws-csc")
        choose(page, "child_status", "in_need")
        choose(page, "area", "thresholds")
        choose(page, "route", "stages")
    if name == "account":
        write(page, "child_name", ANSWERS["child_name"])
        write(page, "account", ANSWERS["account"])
    if name == "ask":
        choose(page, "stage_one", "yes")
        choose(page, "timeframe", "working_days")
    if name == "you":
        page.locator("#field-raising_agency").select_option("ws-school")
        for field in ("raiser_name", "raiser_role", "raiser_phone", "raiser_email"):
            write(page, field, ANSWERS[field])


def test_every_state_of_the_followed_page_is_accessible(stand: Stand, page: Page) -> None:
    found: dict[str, list[str]] = {}
    page.goto(f"{stand.url}/e/{mint_reference('WS')}")
    expect(page.locator("#follow")).to_be_visible()
    found["sign in"] = faults(page)
    page.get_by_role("button", name="Email me a code").click()
    found["no address"] = faults(page)
    page.get_by_label("Your work email address").fill("duty@wsscp.example")
    page.get_by_role("button", name="Email me a code").click()
    page.get_by_label("Eight letters and digits").fill("AAAA")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[data-code-box] [data-error]")).to_be_visible()
    found["wrong code"] = faults(page)
    page.get_by_label("Eight letters and digits").fill(SIGN_IN_CODE)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[data-seen-heading]")).to_be_visible()
    found["signed in"] = faults(page)
    page.get_by_role("button", name="Confirm the address").click()
    found["duty with an error"] = faults(page)
    assert {state: told for state, told in found.items() if told} == {}


def test_without_script_the_page_is_accessible_too(stand: Stand, page: Page) -> None:
    page.add_init_script("Object.defineProperty(globalThis, 'isSecureContext', {value: false})")
    for path in ("/p/west-sussex/form", f"/e/{mint_reference('WS')}"):
        page.goto(stand.url + path)
        assert faults(page) == []


def test_axe_is_there() -> None:
    assert Path(AXE).stat().st_size > 100_000

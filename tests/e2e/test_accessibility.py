"""axe-core finds nothing on any page or state, at 320 and 1280 pixels; nothing scrolls sideways. Shell."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filling import choose, fill_in, go_on, open_form, send, step, write
from playwright.sync_api import Page, expect
from stand import BROWSER, SIGN_IN_CODE, Stand

from shared.references import mint_reference

AXE = BROWSER / "node_modules/axe-core/axe.min.js"
PAGES = (
    "/",
    "/?decided=west-sussex&works=west-sussex",
    "/?decided=elsewhere&works=elsewhere",
    "/p/west-sussex",
    "/p/west-sussex/instead/whistle-blowing",
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


@pytest.fixture(params=[320, 1280])
def page(request: pytest.FixtureRequest, new_watched: Any) -> Page:
    made: Page = new_watched(
        viewport={"width": request.param, "height": 800}, bypass_csp=True, reduced_motion="reduce"
    ).page
    made.add_init_script(AXE.read_text("utf-8"))
    return made


@pytest.mark.parametrize("scheme", ["plain", "contrast", "dark"])
def test_every_page_is_accessible(stand: Stand, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    if scheme == "contrast":
        page.add_init_script("sessionStorage.setItem('candour-contrast', 'on')")
    found = {}
    for path in PAGES:
        page.goto(stand.url + path)
        found[path] = faults(page)
    assert {path: told for path, told in found.items() if told} == {}


@pytest.mark.parametrize("scheme", ["plain", "contrast", "dark"])
def test_every_state_of_the_form_is_accessible(stand: Stand, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    if scheme == "contrast":
        page.add_init_script("sessionStorage.setItem('candour-contrast', 'on')")
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
        _answer_what_opens_more(page, name)
        look(f"{name}, all opened")
        go_on(page)
        look(f"{name} with errors")
        page.reload()
        open_form(page, stand.url)
        _reach(page, name)
    page.reload()
    open_form(page, stand.url)
    fill_in(page, harm="yes")
    look("check")
    stand.vault.away = True
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("[data-send-trouble]")).to_be_visible()
    look("not confirmed yet")
    stand.vault.away = False
    send(page)
    look("receipt")
    assert {state: told for state, told in found.items() if told} == {}


def _answer_what_opens_more(page: Page, name: str) -> None:
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


def _reach(page: Page, name: str) -> None:
    """The step `name` again, with every step before it answered."""
    steps: dict[str, Callable[[], None]] = {
        "danger": lambda: choose(page, "immediate_harm", "no"),
        "decision": lambda: _decide(page),
        "account": lambda: (write(page, "child_name", "A"), write(page, "account", "B"))[0],
        "ask": lambda: choose(page, "stage_one", "yes"),
    }
    for each, answer in steps.items():
        if each == name:
            answer()
            return
        answer()
        go_on(page)
        if name == "you" and each == "ask":
            return


def _decide(page: Page) -> None:
    page.locator("#field-receiving_agency").select_option("ws-csc")
    choose(page, "child_status", "in_need")
    choose(page, "area", "thresholds")


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

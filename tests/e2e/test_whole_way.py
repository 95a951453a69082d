"""The whole way on one machine: from the danger page to five emails, by keyboard alone. Shell."""

from collections.abc import Iterator
from typing import Any

import pytest
from filling import MARK, open_form, step
from playwright.sync_api import Page, expect
from stand import refresh_served_scripts
from whole import Running

from shared.terms import Service

RAISER = "frankie.nettlebed@oakfield-primary.example"
MOST_TABS = 120


@pytest.fixture(scope="module")
def one() -> Iterator[Running]:
    refresh_served_scripts()
    running = Running()
    yield running
    running.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on what `selector` names."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def type_into(page: Page, field: str, text: str) -> None:
    tab_to(page, f"#field-{field}")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(text)


def pick(page: Page, field: str, code: str) -> None:
    """One of a group of radio buttons, by arrow keys."""
    tab_to(page, f'[data-field="{field}"] input[type="radio"]')
    for _ in range(30):
        if page.evaluate("code => document.activeElement.value === code && document.activeElement.checked", code):
            return
        value = page.evaluate("document.activeElement.value")
        page.keyboard.press("Space" if value == code else "ArrowDown")
    raise AssertionError(f"no {code} in {field}")


def search(page: Page, field: str, typed: str, code: str) -> None:
    """One of a long list, by typing part of its name."""
    tab_to(page, f"#field-{field}")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    assert page.locator(f'[data-field="{field}"] select').input_value() == code


def select(page: Page, field: str, code: str) -> None:
    """One of a list, by arrow keys."""
    tab_to(page, f"#field-{field}")
    for _ in range(60):
        if page.evaluate("code => document.activeElement.value === code", code):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no {code} in {field}")


def press(page: Page, selector: str) -> None:
    tab_to(page, selector)
    page.keyboard.press("Enter")


def go_on(page: Page, name: str) -> None:
    press(page, "[data-next]")
    step(page, name)
    expect(page.locator(f"#step-{name}")).to_be_focused()


def test_from_the_first_page_to_five_emails_by_keyboard_alone(one: Running, watched: Any) -> None:
    page: Page = watched.page
    page.set_default_timeout(20_000)
    page.goto(one.machine.layout.intake_url)
    tab_to(page, "#decided")
    page.keyboard.type("West Sussex")
    press(page, "form.ask button[type=submit]")
    page.wait_for_url("**decided=west-sussex**")
    press(page, '.answer a[href="/p/west-sussex"]')
    page.wait_for_url("**/p/west-sussex")
    expect(page.locator("main")).to_contain_text("999")
    press(page, "a[href='/p/west-sussex/form']")
    step(page, "danger")
    pick(page, "immediate_harm", "no")
    go_on(page, "decision")
    search(page, "receiving_agency", "social care", "ws-social-care")
    select(page, "receiving_team", "ws-social-care.assessment")
    pick(page, "child_status", "in_need")
    tab_to(page, '[data-field="area"] input')
    page.keyboard.press("Space")
    press(page, '[data-step="decision"] summary')
    type_into(page, "decision_maker_name", "Quinn Quaverley")
    type_into(page, "decision_maker_email", "quinn.quaverley@west-sussex-council.example")
    go_on(page, "account")
    type_into(page, "child_name", MARK)
    type_into(page, "account", "Zqaccount: the referral was closed without a visit.")
    go_on(page, "ask")
    pick(page, "stage_one", "yes")
    go_on(page, "you")
    type_into(page, "raiser_name", "Frankie Nettlebed")
    type_into(page, "raiser_role", "Designated safeguarding lead")
    search(page, "raising_agency", "oakf", "oakfield-primary")
    type_into(page, "raiser_phone", "01632 960145")
    type_into(page, "raiser_email", RAISER)
    tab_to(page, '[data-step="you"] [data-code-box] input')
    code = one.code_for(RAISER)
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator('[data-step="you"] [data-code-state]')).to_have_text("Your address is confirmed.")
    go_on(page, "check")
    expect(page.locator("#preview")).to_contain_text("eam manager")
    expect(page.locator("#check-answers")).to_contain_text(MARK)
    press(page, "[data-send]")
    step(page, "receipt")
    expect(page.locator("#step-receipt")).to_be_focused()
    reference = page.locator("p[data-receipt-reference]").inner_text()
    letters = one.letters_of(reference, 4)
    assert {letter.recipient for letter in letters} >= {RAISER, "quinn.quaverley@west-sussex-council.example"}
    assert len(letters) == 4
    for letter in one.machine.letters():
        assert "Zebedee" not in letter.raw.decode("utf-8", "replace")
        assert "Zqaccount" not in letter.raw.decode("utf-8", "replace")
    typed = b"".join(url.encode() + body for url, body in watched.requests)
    for marked in (b"Zebedee", b"Zqaccount", b"Nettlebed", RAISER.encode(), b"960145", b"Quaverley", code.encode()):
        assert marked not in typed
    assert watched.complaints == []


def test_with_intake_stopped_nothing_is_lost_and_the_same_bytes_go_again(one: Running, watched: Any) -> None:
    page: Page = watched.page
    page.set_default_timeout(20_000)
    open_form(page, one.machine.layout.intake_url)
    page.get_by_role("button", name="Fill in an example").click()
    for name in ("decision", "account", "ask", "you"):
        page.locator("[data-next]:visible").click()
        step(page, name)
    page.locator("#field-raiser_email").fill("second.raiser@oakfield-primary.example")
    page.locator("#field-raiser_email").blur()
    page.locator("[data-next]:visible").click()
    step(page, "check")
    one.ask(one.machine.stop_part(Service.INTAKE))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("[data-send-trouble]")).to_contain_text("Not confirmed yet")
    one.ask(one.machine.start_part(Service.INTAKE))
    page.get_by_role("button", name="Send", exact=True).click()
    step(page, "receipt")
    reference = page.locator("p[data-receipt-reference]").inner_text()
    posted = [body for url, body in watched.requests if url.endswith("/submissions")]
    assert len(posted) == 2
    assert len(set(posted)) == 1
    box = page.locator('[data-step="receipt"] [data-code-box]')
    box.locator("input").fill(one.code_for("second.raiser@oakfield-primary.example"))
    box.get_by_role("button", name="Confirm").click()
    expect(box).to_contain_text("Your address is confirmed.")
    assert one.letters_of(reference, 4)

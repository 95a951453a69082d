"""No script, no sealing, no form: telephone numbers and the printable form instead, and never a plain post. Shell."""

from typing import Any

from playwright.sync_api import Page, expect
from stand import Stand


def _shows_telephones_only(page: Page, stand: Stand) -> None:
    expect(page.locator("#no-form")).to_be_visible()
    expect(page.locator("#form-page")).to_be_hidden()
    expect(page.locator("#no-form")).to_contain_text(stand.partnership.duty.number)
    expect(page.locator("#no-form")).to_contain_text("999")
    page.get_by_role("link", name="printable form").click()
    expect(page.locator("main")).to_contain_text(stand.partnership.duty.number)
    assert page.locator("form").count() == 0


def test_without_script_there_is_no_form(stand: Stand, new_watched: Any) -> None:
    page: Page = new_watched(java_script_enabled=False).page
    page.goto(f"{stand.url}/p/west-sussex")
    page.get_by_role("button", name="Start").click()
    assert page.locator("form[method=post], form[action]").count() == 0
    _shows_telephones_only(page, stand)


def test_without_webcrypto_there_is_no_form(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    page.add_init_script("Object.defineProperty(globalThis.crypto, 'subtle', {value: undefined})")
    page.goto(f"{stand.url}/p/west-sussex/form")
    _shows_telephones_only(page, stand)


def test_outside_a_secure_context_there_is_no_form(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    page.add_init_script("Object.defineProperty(globalThis, 'isSecureContext', {value: false})")
    page.goto(f"{stand.url}/p/west-sussex/form")
    _shows_telephones_only(page, stand)


def test_without_script_the_way_out_is_a_plain_link(stand: Stand, new_watched: Any) -> None:
    page: Page = new_watched(java_script_enabled=False).page
    page.goto(f"{stand.url}/p/west-sussex")
    page.locator("[data-exit]").click()
    expect(page.get_by_role("link", name="weather")).to_be_visible()
    assert "Candour" not in page.content()

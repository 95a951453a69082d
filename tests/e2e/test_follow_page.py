"""The page of one escalation: signing in by a code, seeing, acting on duty, signing out. Shell."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from stand import CONFIRMATION_CODE, SIGN_IN_CODE, Stand

from shared.questions import ConfirmAddress, ConfirmByTelephone, Refused, ReleaseAddress, RouteByHand, SignOut
from shared.references import mint_reference


def open_page(page: Page, stand: Stand) -> str:
    reference = mint_reference("WS")
    page.goto(f"{stand.url}/e/{reference}")
    expect(page.locator("#follow")).to_be_visible()
    return reference


def sign_in(page: Page) -> None:
    page.get_by_label("Your work email address").fill("duty@wsscp.example")
    page.get_by_role("button", name="Email me a code").click()
    page.get_by_label("Eight letters and digits").fill(SIGN_IN_CODE.lower())
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[data-seen-heading]")).to_be_focused()


def test_signing_in_shows_where_it_stands(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_page(page, stand)
    sign_in(page)
    for text in ("Stage 2", "not confirmed yet", "Rowan Example", "Pan Sussex 7.2.4", "Received"):
        expect(page.locator("#follow")).to_contain_text(text)
    expect(page.locator('[data-track] [aria-current="step"]')).to_contain_text("Stage 2")
    expect(page.locator('[data-seen="part"]')).to_have_text("You are the duty contact.")
    expect(page.locator('[data-seen="due"]')).to_have_text("An answer is due by Wednesday 30 December 2026, 5 pm.")
    sent = b"".join(body for _, body in watched.requests)
    assert b"duty@wsscp" not in sent
    assert SIGN_IN_CODE.encode() not in sent


def test_a_wrong_code_says_so_and_nothing_is_shown(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_page(page, stand)
    page.get_by_label("Your work email address").fill("duty@wsscp.example")
    page.get_by_role("button", name="Email me a code").click()
    page.get_by_label("Eight letters and digits").fill("AAAAAAAA")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[data-code-box] [data-error]")).to_contain_text("That code is not right")
    expect(page.locator("[data-seen-heading]")).to_be_hidden()


def test_the_duty_contact_confirms_releases_and_routes(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    reference = open_page(page, stand)
    sign_in(page)
    page.get_by_role("button", name="Confirm the address").click()
    expect(page.locator("[data-duty-confirm] [data-error]")).to_contain_text("Enter what you checked")
    page.locator("[data-duty-confirm] textarea").fill("Rang the school office")
    page.get_by_role("button", name="Confirm the address").click()
    expect(page.locator("[data-seen-heading]")).to_be_focused()
    page.locator("[data-duty-release] textarea").fill("In their directory")
    page.get_by_role("button", name="Release it").click()
    expect(page.locator("[data-seen-heading]")).to_be_focused()
    page.locator("[data-duty-route] textarea").fill("On leave")
    page.get_by_role("button", name="Send it there").click()
    expect(page.locator("[data-seen-heading]")).to_be_focused()
    acts = [each.question for each in stand.router.asked]
    assert ConfirmByTelephone(ref=reference, how="Rang the school office") in acts
    assert ReleaseAddress(ref=reference, address="somebody@elsewhere.example", how="In their directory") in acts
    assert RouteByHand(ref=reference, post="post-1", why="On leave") in acts
    assert [each.counter for each in stand.router.asked] == sorted({each.counter for each in stand.router.asked})


def test_a_sign_in_holds_in_its_tab_until_signing_out(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_page(page, stand)
    sign_in(page)
    page.reload()
    expect(page.locator("[data-seen-heading]")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Your work email address")).to_be_visible()
    expect(page.locator("[data-seen-heading]")).to_be_hidden()
    assert any(isinstance(each.question, SignOut) for each in stand.router.asked)
    assert "Rowan" not in page.content()


def test_an_address_is_confirmed_from_any_device(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    reference = open_page(page, stand)
    box = page.locator("[data-confirm-box]")
    box.locator("input").fill(CONFIRMATION_CODE)
    page.get_by_role("button", name="Confirm my address").click()
    expect(box).to_contain_text("Your address is confirmed.")
    expect(box).to_contain_text("the duty contact checks it first")
    last = stand.router.asked[-1].question
    assert isinstance(last, ConfirmAddress)
    assert last.ref == reference


def test_a_raiser_whose_code_is_too_old_is_led_to_signing_in(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    stand.router.confirming = Refused(why="code-expired")
    open_page(page, stand)
    box = page.locator("[data-confirm-box]")
    box.locator("input").fill(CONFIRMATION_CODE)
    page.get_by_role("button", name="Confirm my address").click()
    expect(box.locator("[data-error]")).to_contain_text("Sign in with a new code instead: that confirms your address")
    expect(page.locator("[data-address-box]")).to_contain_text("signing in also confirms your address")
    page.get_by_role("button", name="Get a new code").click()
    expect(page.get_by_label("Your work email address")).to_be_focused()
    sign_in(page)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("waiting-release", "Nobody else has been told"),
        ("routed", "With the people named below"),
        ("diverted", "the policy gives another way"),
        ("recorded", "no route is opened"),
        ("a-state-of-next-year", "Ring the duty contact"),
    ],
)
def test_every_state_has_words(stand: Stand, watched: Any, state: str, says: str) -> None:
    page: Page = watched.page
    stand.router.state = state
    open_page(page, stand)
    sign_in(page)
    expect(page.locator('[data-seen="state"]')).to_contain_text(says)
    expect(page.locator(".standing")).not_to_contain_text(state)


def test_without_an_answer_the_page_says_so(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_page(page, stand)
    stand.router.away = True
    page.get_by_label("Your work email address").fill("duty@wsscp.example")
    page.get_by_role("button", name="Email me a code").click()
    expect(page.locator("[data-address-box] [data-error]")).to_contain_text("No answer came")

"""Whoever holds a post looks at it and says what is so, on intake’s page, with router behind it. Shell."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect
from stand import OneRouter, Stand, running
from test_accessibility import faults
from test_accessibility import page as page

from services.router.domain.directory import Post, read_entries
from services.router.handlers.asking import answer_sealed
from shared.clock import SystemClock
from shared.envelope import OpeningKey
from shared.messages import NoticeKind
from shared.questions import SealedAnswer, SealedQuestion
from tests.router_world import CONTACT, RouterWorld

POST = "ws-social-care.manager-assessment"
MAILBOX = "siu-desk@sussex-police.example"


class OwnRouter(OneRouter):
    """Router's own handlers, in memory."""

    def __init__(self, key: OpeningKey) -> None:
        super().__init__(key)
        self.behind = RouterWorld(at=SystemClock().now())

    async def sealed(self, question: SealedQuestion) -> SealedAnswer:
        if not self.behind.memory.directories:
            await self.behind.ready()
        self.behind.keys.facts = {question.question.key: self._key}
        raw = await answer_sealed(msgspec.json.encode(question), world=self.behind.world)
        return msgspec.json.decode(raw, type=SealedAnswer)


@pytest.fixture
def stand(tmp_path: Path, built: Path) -> Iterator[Stand]:
    with running(Stand(OwnRouter), tmp_path, built) as standing:
        yield standing


def behind(stand: Stand) -> RouterWorld:
    assert isinstance(stand.router, OwnRouter)
    return stand.router.behind


def code(stand: Stand) -> str:
    found = behind(stand).notices(NoticeKind.POST_CODE)[-1].code
    assert found is not None
    return found.code


def standing(stand: Stand) -> Post:
    entries = read_entries(behind(stand).memory.directories[-1])
    return next(one for agency in entries.agencies for one in agency.posts if one.id == POST)


def ask_for_a_code(page: Page, stand: Stand, address: str = CONTACT) -> None:
    page.goto(f"{stand.url}/p/west-sussex/post")
    page.get_by_label("Your work email address").first.fill(address)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Eight letters and digits")).to_be_focused()


def sign_in(page: Page, stand: Stand, address: str = CONTACT) -> None:
    ask_for_a_code(page, stand, address)
    page.keyboard.type(code(stand).lower())
    page.keyboard.press("Enter")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of that name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(document.activeElement?.textContent ?? '').trim()") == name:
            return
    raise AssertionError(f"Tab does not reach “{name}”.")


def test_a_holder_answers_by_keyboard_alone_and_leaves_nothing_behind(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    page.goto(f"{stand.url}/p/west-sussex/post")
    assert page.evaluate("sessionStorage.length") == 0, "nothing is kept before a code is asked for"
    sign_in(page, stand)
    expect(page.locator("[data-title]")).to_be_focused()
    expect(page.locator("[data-posts]")).to_contain_text("Taylor Willowby")
    tab_to(page, "Yes, still right")
    page.keyboard.press("Enter")
    expect(page.locator("[data-done]")).to_be_focused()
    expect(page.locator("[data-done]")).to_contain_text("still right, from today")
    today = behind(stand).clock.now().date()
    assert standing(stand).verified_on == today

    tab_to(page, "I am away")
    page.keyboard.press("Enter")
    expect(page.locator('[data-form="absent"] [data-form-title]')).to_be_focused()
    days = [today + timedelta(days=7), today + timedelta(days=14)]
    for day in days:
        for part in (day.day, day.month, day.year):
            page.keyboard.press("Tab")
            page.keyboard.type(str(part))
    page.keyboard.press("Tab")
    tab_to(page, "Set these days")
    page.keyboard.press("Enter")
    expect(page.locator("[data-done]")).to_contain_text("The days are set")
    assert [(one.first, one.last) for one in standing(stand).absences] == [tuple(days)]

    tab_to(page, "Sign out")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.locator("[data-posts]")).to_be_empty()
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert watched.context.cookies() == []
    sent = b"".join(url.encode() + body for url, body in watched.requests)
    for secret in (CONTACT, "Willowby", code(stand)):
        assert secret.encode() not in sent
    assert "Willowby" not in page.title()
    assert watched.complaints == []


def test_what_has_changed_goes_to_the_admin_and_a_wrong_entry_keeps_what_was_typed(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand)
    page.get_by_role("button", name="No, this has changed").click()
    page.get_by_role("button", name="Send it to the admin").click()
    expect(page.locator('[data-group="stays"] [data-error]')).to_contain_text("Choose if this post is still yours")
    page.get_by_label("No, somebody else has it, or nobody").check()
    changed = page.locator('[data-form="changed"]')
    changed.get_by_label("Name").fill("Robin Ashdowner")
    page.get_by_role("button", name="Send it to the admin").click()
    expect(page.locator('[data-group="address"] [data-error]')).to_contain_text("Enter the address")
    expect(changed.get_by_label("Name")).to_have_value("Robin Ashdowner")
    changed.get_by_label("Work email address").fill("robin.ashdowner@west-sussex-council.example")
    page.get_by_role("button", name="Send it to the admin").click()
    expect(page.locator("[data-done]")).to_contain_text("admin looks at what you said")
    expect(page.locator("[data-waits]")).to_be_visible()
    assert [one.name for one in behind(stand).memory.drafts.values()] == ["Taylor Willowby"]
    assert standing(stand).holders[0].valid_until is None


def test_an_address_without_a_post_is_told_what_everybody_is_told(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    ask_for_a_code(page, stand, "nobody@elsewhere.example")
    said = page.locator("[data-address-box] [data-state]").inner_text()
    page.reload()
    ask_for_a_code(page, stand)
    assert page.locator("[data-address-box] [data-state]").inner_text() == said
    assert [one.address for one in behind(stand).notices()] == [CONTACT]


def test_whoever_is_at_a_shared_mailbox_says_who_they_are(stand: Stand, watched: Any) -> None:
    page: Page = watched.page
    sign_in(page, stand, MAILBOX)
    expect(page.get_by_role("heading", name="Who is signed in?")).to_be_focused()
    page.get_by_label("Your name").fill("Jo Fernhurst")
    page.get_by_label("Your role").fill("Desk officer")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Who is signed in?")).to_be_hidden()
    page.get_by_role("button", name="Yes, still right").first.click()
    expect(page.locator("[data-done]")).to_contain_text("still right")
    assert behind(stand).memory.rows[-1].name == "Jo Fernhurst, Desk officer"


def test_axe_finds_nothing_and_nothing_scrolls_sideways(stand: Stand, page: Page) -> None:
    found = {}
    for path in ("/post", "/p/west-sussex/post"):
        page.goto(stand.url + path)
        found[path] = faults(page)
    ask_for_a_code(page, stand)
    found["code asked for"] = faults(page)
    page.keyboard.type(code(stand))
    page.keyboard.press("Enter")
    expect(page.locator("[data-title]")).to_be_focused()
    found["one’s own post"] = faults(page)
    for button, does in (("No, this has changed", "Send it to the admin"), ("I am away", "Set these days")):
        page.get_by_role("button", name=button).click()
        page.get_by_role("button", name=does).click()
        expect(page.locator("[data-form]:visible [data-error]:visible").first).to_be_visible()
        found[button] = faults(page)
    assert {name: told for name, told in found.items() if told} == {}

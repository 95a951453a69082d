"""A whole machine beside a browser: real broker, stores and mail; and people who sign in at it. Shell."""

import asyncio
import re
import threading
from typing import Any

from playwright.sync_api import Locator, Page, expect

from deploy.one_machine.machine import OneMachine
from deploy.one_machine.mailbox import Letter
from deploy.one_machine.party import sign_in_code
from tests.journey import Journey

CODE = re.compile(r"^\s*(\d{6})\s*$", re.MULTILINE)
CONTACT = "taylor.willowby@west-sussex-council.example"
MANAGER = "harper.cobblestone@oakfield-primary.example"
DECISION_MAKER = "quinn.quaverley@west-sussex-council.example"
NEXT_CONTACT = "amara.thistledown@west-sussex-council.example"
PATIENCE_MS = 30_000


class Running:
    """A machine that turns in a thread of its own, asked from this one."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._context = OneMachine.ephemeral()
        self.machine: OneMachine = self.ask(self._context.__aenter__())
        self.journey: Journey = self.ask(Journey.at(self.machine))

    def ask(self, coroutine: Any, *, seconds: float = 90) -> Any:
        """What a coroutine on the machine's loop returns."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(seconds)

    def close(self) -> None:
        self.ask(self._context.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def letters(self, count: int, such: Any) -> list[Letter]:
        found: list[Letter] = self.ask(self.machine.wait_for_letters(count, such=such, seconds=60))
        return found

    def letters_to(self, recipient: str) -> list[Letter]:
        return self.letters(1, lambda letter: letter.recipient == recipient)

    def code_for(self, recipient: str) -> str:
        found = CODE.search(self.letters_to(recipient)[0].text)
        assert found is not None
        return found[1]

    def letters_of(self, reference: str, count: int) -> list[Letter]:
        return self.letters(count, lambda letter: reference in letter.subject)

    def newest(self) -> int:
        """The number of the newest letter."""
        return max((letter.number for letter in self.machine.letters()), default=0)

    def sign_in_code_for(self, recipient: str, *, after: int) -> str:
        """What stands in the email to `recipient` that came after letter number `after`."""
        found = self.letters(
            1, lambda one: one.number > after and one.recipient == recipient and bool(sign_in_code(one))
        )
        return sign_in_code(found[0])

    def raised(self, **more: Any) -> tuple[str, str]:
        """An escalation by a raiser of their own, routed and told: its reference, and the raiser's address."""
        ref = self.ask(self.journey.raise_confirmed(**more))
        self.letters_of(ref, 4)
        return ref, self.journey.last_address


class Somebody:
    """A person at a browser of their own, with one work address."""

    def __init__(self, watched: Any, running: Running, address: str) -> None:
        self.watched = watched
        self.page: Page = watched.page
        self.page.set_default_timeout(PATIENCE_MS)
        self.running = running
        self.address = address

    def open(self, ref: str) -> None:
        self.page.goto(f"{self.running.machine.layout.intake_url}/e/{ref}")

    def ask_for_code(self) -> str:
        """Press for a code; what the email says."""
        after = self.running.newest()
        self.page.get_by_label("Your work email address").fill(self.address)
        self.page.get_by_role("button", name="Email me a code").click()
        expect(self.page.locator("[data-code-box]")).to_be_visible()
        return self.running.sign_in_code_for(self.address, after=after)

    def type_code(self, code: str) -> None:
        self.page.get_by_label("Eight letters and digits").fill(code)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def sign_in(self, ref: str) -> None:
        self.open(ref)
        self.type_code(self.ask_for_code())
        expect(self.page.locator("[data-seen-heading]")).to_be_visible()

    def look_again(self) -> None:
        self.page.get_by_role("button", name="Look again").last.click()
        expect(self.page.locator("[data-seen-heading]")).to_be_visible()

    def act(self, name: str) -> Locator:
        """Open an act by its button; the section it opened."""
        button = self.page.locator("[data-may]").get_by_role("button", name=name)
        if not button.is_visible():
            self.page.locator("[data-may-rare] summary").click()
        button.click()
        section = self.page.locator(f"#{button.get_attribute('aria-controls')}")
        expect(section.locator("[data-act-title]")).to_be_focused()
        return section

    def may(self, name: str) -> Locator:
        """What offers it, opened or not."""
        return self.page.locator("[data-may]").get_by_role("button", name=name, include_hidden=True)

    def send(self, section: Locator, says: str) -> None:
        """Press the act's button, and wait until the page says that it counts."""
        section.locator("[data-act-send]").click()
        expect(self.page.locator("[data-done]")).to_contain_text(says, timeout=PATIENCE_MS)

    def answer_outcome(self, *, agrees: bool, reason: str = "") -> None:
        section = self.act("Confirm or dispute the outcome")
        section.get_by_label("Yes, I confirm" if agrees else "No, I dispute").check()
        if reason:
            section.get_by_label("What is wrong with it?").fill(reason)
        self.send(section, "Your answer to the outcome is recorded")

    def sent(self) -> bytes:
        """Every address and body that left this browser."""
        return b"\n".join(url.encode() + b" " + body for url, body in self.watched.requests)

    def kept(self) -> str:
        """All that this browser keeps for the site."""
        kept: str = self.page.evaluate(
            """async () => JSON.stringify({
              session: Object.fromEntries(Object.entries(sessionStorage)),
              local: Object.fromEntries(Object.entries(localStorage)),
              databases: (await indexedDB.databases()).map(({ name }) => name),
              caches: await caches.keys(),
              cookies: document.cookie,
              history: history.state,
            })"""
        )
        return kept

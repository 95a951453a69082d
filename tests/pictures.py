"""Takes the README's pictures of a whole machine with Debian's chromium: python -m tests.pictures. Shell."""

import asyncio
import tomllib
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from deploy.one_machine.demo_life import Life, is_confirmation
from deploy.one_machine.machine import OneMachine
from deploy.one_machine.mailbox import Letter
from deploy.one_machine.party import sign_in_code
from tests.chromium import CHROMIUM
from tests.journey import Journey

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "deploy/demo/pictures"
EXAMPLE = ROOT / "deploy/one_machine/example.toml"
NEXT_CONTACT = "amara.thistledown@west-sussex-council.example"
PAGE = ViewportSize(width=1280, height=1000)
EMAIL = ViewportSize(width=640, height=1000)


class Camera:
    """A browser beside a machine."""

    def __init__(self, machine: OneMachine, browser: Browser) -> None:
        self._machine = machine
        self._browser = browser

    async def form(self) -> None:
        """Its second step, with the made-up example."""
        page = await self._page()
        await page.goto(f"{self._machine.layout.intake_url}/p/west-sussex/form")
        await page.get_by_role("button", name="Fill in an example").click()
        await page.locator("[data-next]:visible").click()
        await page.locator('[data-step="decision"]').wait_for()
        await page.locator("[data-preview-parts] li").first.wait_for()
        await self._take(page, "form")

    async def party(self, ref: str, address: str) -> None:
        """What somebody who is asked to act sees."""
        page = await self._page()
        await page.goto(f"{self._machine.layout.intake_url}/e/{ref}")
        await page.get_by_label("Your work email address").fill(address)
        await page.get_by_role("button", name="Email me a code").click()

        def is_theirs(letter: Letter) -> bool:
            return letter.recipient == address and ref in letter.subject and bool(sign_in_code(letter))

        letters = await self._machine.wait_for_letters(1, such=is_theirs)
        await page.get_by_label("Eight letters and digits").fill(sign_in_code(letters[0]))
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await page.locator("[data-seen-heading]").wait_for()
        await page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
        await self._take(page, "page")

    async def console(self) -> None:
        """What needs an admin today, and the gaps of the next 60 days."""
        page = await self._page()
        await page.goto(self._machine.layout.demo_link.read_text().strip())
        await page.get_by_role("button", name="Go in").click()
        for name in ("", "gaps"):
            await page.goto(f"{self._machine.layout.console_url}/p/west-sussex/{name}".rstrip("/"))
            await page.screenshot(path=str(PICTURES / f"{name or 'today'}.png"))
        await page.close()

    async def email(self, letter: Letter, name: str) -> None:
        page = await self._browser.new_page(viewport=EMAIL)
        await page.set_content(letter.html)
        await self._take(page, name)

    async def _page(self) -> Page:
        return await self._browser.new_page(viewport=PAGE, reduced_motion="reduce")

    async def _take(self, page: Page, name: str) -> None:
        await page.screenshot(path=str(PICTURES / f"{name}.png"))
        await page.close()


async def take() -> None:
    """All of them, of one escalation from its form to its written confirmation."""
    example: dict[str, Any] = tomllib.loads(EXAMPLE.read_text())
    async with OneMachine.ephemeral() as machine, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        camera, journey = Camera(machine, browser), await Journey.at(machine)
        await camera.form()
        desired = journey.book["partnership"]["policy"]["desired_actions"][0]["code"]
        ref = await journey.raise_confirmed(facts={"desired_actions": [desired], "raiser_name": "Frankie Nettlebed"})
        asked = [one for one in await journey.letters_about(ref, 4) if "asked to act" in one.subject]
        await camera.email(asked[0], "email")
        example["facts"]["raiser_email"] = journey.last_address
        life = Life(machine, journey.book, example)
        await life.disputed(ref)
        after = await life.taken_further(ref)
        await journey.letters_about(after, 4)
        await camera.party(after, NEXT_CONTACT)
        waiting = await journey.send(journey.sealed(address="robin.stitchwell@oakfield-primary.example"))
        await machine.wait_for_letters(1, such=lambda one: waiting in one.text)
        await camera.console()
        await life.agreed(after)
        raiser = journey.last_address
        letters = await machine.wait_for_letters(
            1, such=lambda one: is_confirmation(one, after) and one.recipient == raiser
        )
        await camera.email(letters[0], "confirmation")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(take())

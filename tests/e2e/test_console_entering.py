"""An admin's first day: the link, a passkey made in the browser, signing in with it, a second one. Shell."""

import asyncio
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from console_world import HERE, ConsoleWorld
from playwright.sync_api import Page, expect
from stand import BROWSER

from deploy.one_machine.ports import free_ports
from services.router.domain.admins import Role
from shared.web import serve

AXE = BROWSER / "node_modules/axe-core/axe.min.js"
WIDTHS = (320, 1280)


@pytest.fixture(scope="session")
def console_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("console")
    command = ["node", str(BROWSER / "build.mjs"), str(folder / "page"), str(folder / "console")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return folder / "console"


class Standing:
    """A console that listens, its loop in a thread of its own."""

    def __init__(self, folder: Path, built: Path, **changes: Any) -> None:
        self.port = free_ports().console
        self.url = f"http://localhost:{self.port}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.world = ConsoleWorld(folder, built=built, public_url=self.url, http_port=self.port, **changes)
        self.ask(self.world.__aenter__())
        listening = folder / "port"
        app = self.world.built.app
        self._serving = asyncio.run_coroutine_threadsafe(
            serve(app, host="127.0.0.1", port=self.port, port_file=listening), self._loop
        )
        wait = threading.Event()
        while not listening.exists() and not self._serving.done():
            wait.wait(0.01)

    def ask(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def close(self) -> None:
        self._serving.cancel()
        self.ask(self.world.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


@pytest.fixture
def standing(tmp_path: Path, console_built: Path) -> Iterator[Standing]:
    made = Standing(tmp_path, console_built)
    yield made
    made.close()


def with_authenticator(page: Page) -> str:
    """A device that makes passkeys and has its person recognised, as a laptop's fingerprint reader."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return str(made["authenticatorId"])


def test_an_invited_admin_makes_a_passkey_and_signs_in_with_it(standing: Standing, watched: Any) -> None:
    page: Page = watched.page
    admin = standing.ask(standing.world.admin("Robin Example", west_sussex=Role.MANAGER))
    link = standing.ask(standing.world.invited(admin))
    with_authenticator(page)
    page.goto(standing.url + link)
    page.get_by_label("What do you call this device?").fill("Work laptop")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your sign-in")).to_be_visible()
    expect(page.get_by_text("You have one passkey.")).to_be_visible()
    expect(page.get_by_text("Work laptop").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="West Sussex", exact=False).first).to_be_visible()
    assert page.url == f"{standing.url}/p/{HERE}"
    page.goto(standing.url + link)
    expect(page.get_by_role("heading", name="This link is used up")).to_be_visible()
    assert [one for one in watched.complaints if "404" not in one and "/join/" not in one] == []

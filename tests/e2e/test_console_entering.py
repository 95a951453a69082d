"""An admin's first day: the link, a passkey made in the browser, signing in with it, a second one. Shell."""

import asyncio
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from console_stand import Standing
from console_world import HERE
from council_provider import CLIENT, SECRET, Provider
from playwright.sync_api import Page, expect
from stand import BROWSER

from services.router.console.demonstration import demo_link
from services.router.domain.admin.admins import Role

AXE = BROWSER / "node_modules/axe-core/axe.min.js"
LOOKS = {"320": (320, "light"), "1280": (1280, "light"), "1280-dark": (1280, "dark")}


@pytest.fixture
def standing(tmp_path: Path, console_built: Path) -> Iterator[Standing]:
    made = Standing(tmp_path, console_built)
    yield made
    made.close()


@pytest.fixture
def trial(tmp_path: Path, console_built: Path) -> Iterator[Standing]:
    made = Standing(tmp_path, console_built, real=False, demo_link_file=tmp_path / "link")
    yield made
    made.close()


class AtTheCouncil:
    """A provider, and a console that sends people to it. The provider is another site: its host is 127.0.0.1."""

    def __init__(self, folder: Path, built: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.provider = Provider(folder)
        asyncio.run_coroutine_threadsafe(self.provider.__aenter__(), self._loop).result(30)
        secret = folder / "client.secret"
        secret.write_text(SECRET)
        own = folder / "console"
        own.mkdir()
        self.standing = Standing(
            own,
            built,
            council_issuer=self.provider.issuer,
            council_client_id=CLIENT,
            council_secret_file=secret,
            council_name="West Sussex County Council",
        )

    def close(self) -> None:
        self.standing.close()
        asyncio.run_coroutine_threadsafe(self.provider.__aexit__(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


@pytest.fixture
def at_the_council(tmp_path: Path, console_built: Path) -> Iterator[AtTheCouncil]:
    made = AtTheCouncil(tmp_path, console_built)
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


def test_somebody_signed_in_at_their_council_comes_back_to_the_page_they_wanted(
    at_the_council: AtTheCouncil, watched: Any
) -> None:
    page, standing = watched.page, at_the_council.standing
    standing.ask(standing.world.admin("Robin", west_sussex=Role.MANAGER))
    page.goto(f"{standing.url}/p/{HERE}/admins")
    page.get_by_role("link", name="Sign in with West Sussex County Council").click()
    expect(page.get_by_role("heading", name="Admins")).to_be_visible()
    assert page.url == f"{standing.url}/p/{HERE}/admins"
    standing.world.clock.advance(timedelta(minutes=11))
    page.goto(f"{standing.url}/you")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("link", name="Sign in with West Sussex County Council").click()
    expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()
    assert watched.complaints == []


def test_the_link_of_make_run_signs_in_without_a_passkey(trial: Standing, watched: Any) -> None:
    page = watched.page
    page.goto(trial.ask(demo_link(trial.world.built.console)))
    page.get_by_role("button", name="Go in").click()
    page.get_by_role("link", name="West Sussex", exact=False).first.click()
    expect(page.get_by_text("Demonstration: everybody here is made up.")).to_be_visible()
    assert watched.complaints == []


def test_without_scripts_everything_but_a_passkey_works(standing: Standing, new_watched: Any) -> None:
    watched = new_watched(java_script_enabled=False)
    page: Page = watched.page
    robin = standing.ask(standing.world.admin("Robin", west_sussex=Role.MANAGER))
    page.goto(f"{standing.url}/sign-in")
    expect(page.get_by_text("Passkeys need JavaScript.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    cookie = standing.ask(standing.world.cookie(robin))
    watched.context.add_cookies([{"name": "candour-console", "value": cookie, "url": standing.url}])
    standing.ask(standing.world.cookie(robin))
    page.goto(f"{standing.url}/you")
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("Another browser")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), LOOKS.values(), ids=LOOKS)
def test_axe_finds_nothing_on_the_way_in(standing: Standing, new_watched: Any, width: int, scheme: str) -> None:
    page = new_watched(
        viewport={"width": width, "height": 800}, bypass_csp=True, reduced_motion="reduce", color_scheme=scheme
    ).page
    page.add_init_script(AXE.read_text("utf-8"))
    world = standing.world
    robin = standing.ask(world.admin("Robin Example", west_sussex=Role.MANAGER, east_sussex=Role.VIEWER))
    alex = standing.ask(world.admin("Alex Example", west_sussex=Role.VIEWER))
    link = standing.ask(world.invited(robin))
    found = {}
    with_authenticator(page)
    for path in ("/sign-in", link, "/join/used", "/no-such-page"):
        found[path] = looked_at(page, standing.url + path, f"{path[1:5]}-{width}-{scheme}")
    page.goto(standing.url + link)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your sign-in")).to_be_visible()
    standing.ask(world.cookie(robin))
    inside = ("/", "/you", "/you/add", f"/p/{HERE}", f"/p/{HERE}/admins", f"/p/{HERE}/admins/{alex.id}/reset")
    for path in inside:
        found[path] = looked_at(page, standing.url + path, f"{path.replace('/', '-')[:30]}-{width}-{scheme}")
    page.get_by_role("button", name="End their passkeys and make a link").click()
    found["reset"] = faults(page, f"reset-done-{width}-{scheme}")
    world.clock.advance(timedelta(minutes=11))
    found["again"] = looked_at(page, f"{standing.url}/again?then=/you/add", f"again-{width}-{scheme}")
    assert {path: told for path, told in found.items() if told} == {}


def looked_at(page: Page, url: str, name: str) -> list[str]:
    page.goto(url)
    return faults(page, name)


def faults(page: Page, name: str) -> list[str]:
    """What axe finds, and whether it scrolls sideways. A picture is kept where CANDOUR_PICTURES names a folder."""
    if folder := os.environ.get("CANDOUR_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    found = page.evaluate("async () => (await axe.run(document)).violations")
    told = [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*told, *([f"{wide} px too wide"] if wide > 0 else [])]

"""Signing in at the council, against a provider on this machine that can be made to lie. Shell."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio
from console_world import HERE, Browsing, ConsoleWorld
from council_provider import CLIENT, SECRET, Provider
from cryptography.hazmat.primitives.asymmetric import ec

from services.router.domain.admin.admins import Role
from services.router.domain.admin.entering import Way
from shared.clock import SystemClock

NOW = int(SystemClock().now().timestamp())


@pytest_asyncio.fixture
async def provider(tmp_path: Path) -> AsyncIterator[Provider]:
    async with Provider(tmp_path) as made:
        yield made


def settings_for(provider: Provider, folder: Path) -> dict[str, Any]:
    secret = folder / "client.secret"
    secret.write_text(SECRET)
    return {
        "council_issuer": provider.issuer,
        "council_client_id": CLIENT,
        "council_secret_file": secret,
        "council_name": "West Sussex County Council",
    }


@pytest_asyncio.fixture
async def world(tmp_path: Path, provider: Provider) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, **settings_for(provider, tmp_path)) as made:
        await made.admin("Robin", west_sussex=Role.MANAGER)
        yield made


async def sent_back(browser: Browsing, path: str = f"/sign-in/council?then=/p/{HERE}") -> str:
    """Where the provider sends the browser that left by `path`."""
    left = await browser.get(path)
    assert left.status_code == 303
    async with httpx.AsyncClient(trust_env=False) as elsewhere:
        answer = await elsewhere.get(left.headers["location"])
    assert answer.status_code == 302
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


async def test_whoever_was_invited_signs_in_at_their_council(world: ConsoleWorld) -> None:
    browser = world.browser()
    assert "West Sussex County Council" in (await browser.get("/sign-in")).text
    back = await browser.get(await sent_back(browser))
    assert back.status_code == 200
    assert f'content="0;url=/p/{HERE}"' in back.text
    assert (await browser.get(f"/p/{HERE}")).status_code == 200


async def test_what_is_asked_binds_the_answer_to_this_browser(world: ConsoleWorld, provider: Provider) -> None:
    browser = world.browser()
    await sent_back(browser)
    [asked] = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://localhost:8707/council"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    cookie = next(one for one in browser.client.cookies.jar if one.name.endswith("-way"))
    assert not any(asked[name] in (cookie.value or "") for name in ("state", "nonce", "code_challenge"))


async def test_after_the_first_time_the_person_is_known_whatever_their_address(
    world: ConsoleWorld, provider: Provider
) -> None:
    first, later = world.browser(), world.browser()
    await first.get(await sent_back(first))
    provider.claims = {"email": "robin.married@partnership.example", "email_verified": None}
    assert (await later.get(await sent_back(later))).status_code == 200
    assert (await later.get(f"/p/{HERE}")).status_code == 200


async def test_somebody_else_who_gets_the_address_later_is_not_let_in(world: ConsoleWorld, provider: Provider) -> None:
    first, later = world.browser(), world.browser()
    await first.get(await sent_back(first))
    provider.claims = {"sub": "person-8"}
    assert (await later.get(await sent_back(later))).status_code == 403


LIES: dict[str, dict[str, Any]] = {
    "nobody invited": {"email": "somebody@elsewhere.example"},
    "an address that is not vouched for": {"email_verified": False},
    "an address without a word on it": {"email_verified": None},
    "vouched for in words": {"email_verified": "true"},
    "no address": {"email": None},
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "another-client"},
    "several audiences": {"aud": [CLIENT, "another-client"]},
    "for another client": {"azp": "another-client"},
    "another issuer": {"iss": "http://127.0.0.1:1"},
    "over": {"exp": NOW - 600, "iat": NOW - 900},
    "not yet made": {"iat": NOW + 86_400},  # NOW is when the file was read: a long run is long after it
    "no end": {"exp": None},
    "nobody": {"sub": None},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_token_that_cannot_be_relied_on_opens_nothing(
    world: ConsoleWorld, provider: Provider, lie: dict[str, Any]
) -> None:
    provider.claims, browser = lie, world.browser()
    assert (await browser.get(await sent_back(browser))).status_code == 403
    assert (await browser.get("/")).status_code == 303


@pytest.mark.parametrize("how", ["another key", "none", "HS256"])
async def test_a_token_that_the_provider_did_not_sign_opens_nothing(
    world: ConsoleWorld, provider: Provider, how: str
) -> None:
    if how == "another key":
        provider.signs_as = ec.generate_private_key(ec.SECP256R1())
    else:
        provider.algorithm = how
    browser = world.browser()
    assert (await browser.get(await sent_back(browser))).status_code == 403


async def test_another_browsers_answer_is_refused(world: ConsoleWorld) -> None:
    """Else an attacker could sign somebody in as the attacker, or be signed in by somebody's link."""
    attacker, victim = world.browser(), world.browser()
    back = await sent_back(attacker)
    assert (await victim.get(back)).status_code == 403
    await sent_back(victim)
    assert (await victim.get(back)).status_code == 403


async def test_an_answer_counts_once(world: ConsoleWorld) -> None:
    browser = world.browser()
    back = await sent_back(browser)
    cookies = dict(browser.client.cookies)
    assert (await browser.get(back)).status_code == 200
    again = world.browser()
    again.client.cookies.update(cookies)
    assert (await again.get(back)).status_code == 403


@pytest.mark.parametrize("query", ["", "error=access_denied", "state=x&code=y", "code=y", "state=%C3%A9&code="])
async def test_an_address_typed_by_hand_opens_nothing(world: ConsoleWorld, query: str) -> None:
    browser = world.browser()
    assert (await browser.get(f"/council?{query}")).status_code == 403
    await sent_back(browser)
    assert (await browser.get(f"/council?{query}")).status_code == 403


async def test_a_provider_that_calls_itself_something_else_is_not_gone_to(
    world: ConsoleWorld, provider: Provider
) -> None:
    provider.says_issuer = "https://evil.example"
    assert (await world.browser().get("/sign-in/council")).status_code == 503


async def test_a_sensitive_change_asks_the_council_for_a_sign_in_made_just_now(
    world: ConsoleWorld, provider: Provider
) -> None:
    browser = world.browser()
    await browser.get(await sent_back(browser))
    world.clock.advance(timedelta(minutes=11))
    assert (await browser.get("/you/add")).headers["location"] == "/again?then=/you/add"
    assert "/again/council?then=%2Fyou%2Fadd" in (await browser.get("/again?then=/you/add")).text
    provider.claims = {"auth_time": NOW - 3600}
    stale = await sent_back(browser, "/again/council?then=/you/add")
    assert (await browser.get(stale)).status_code == 403
    provider.claims = {}
    await browser.get(await sent_back(browser, "/again/council?then=/you/add"))
    asked = provider.asked[-1]
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert (await browser.get("/you/add")).status_code == 200


@pytest.mark.parametrize("signed_in", [None, NOW - 3600], ids=["not said", "an hour ago"])
async def test_who_was_signed_in_there_already_is_asked_again_before_a_sensitive_change(
    world: ConsoleWorld, provider: Provider, signed_in: int | None
) -> None:
    provider.claims, browser = {"auth_time": signed_in}, world.browser()
    await browser.get(await sent_back(browser))
    assert (await browser.get(f"/p/{HERE}")).status_code == 200
    assert (await browser.get("/you/add")).headers["location"] == "/again?then=/you/add"


async def test_without_a_council_there_is_no_such_way(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        assert (await world.browser().get("/sign-in/council")).status_code == 404
        assert "Or, where passkeys are blocked" not in (await world.browser().get("/sign-in")).text


async def test_a_provider_that_sets_every_address_itself_may_be_trusted_by_setting(
    tmp_path: Path, provider: Provider
) -> None:
    provider.claims = {"email_verified": None}
    async with ConsoleWorld(tmp_path, council_trusts_email=True, **settings_for(provider, tmp_path)) as world:
        robin = await world.admin("Robin", west_sussex=Role.MANAGER)
        browser = world.browser()
        assert (await browser.get(await sent_back(browser))).status_code == 200
        [session] = await world.admins.sessions(robin.id)
        assert session.way is Way.COUNCIL
        provider.claims = {"email_verified": False, "sub": "person-9"}
        other = world.browser()
        assert (await other.get(await sent_back(other))).status_code == 403


async def test_while_the_council_is_away_it_is_said(world: ConsoleWorld, provider: Provider) -> None:
    await provider.__aexit__()
    answer = await world.browser().get("/sign-in/council")
    assert answer.status_code == 503

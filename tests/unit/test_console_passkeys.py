"""Getting in by a one-time link and a passkey: what is used once, and what is refused. Shell."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from console_world import HERE, ORIGIN, Browsing, ConsoleWorld
from soft_passkey import SoftPasskey

from services.router.console.challenges import LASTS, Challenges
from services.router.domain.admin.admins import Admin, Role
from shared.clock import SystemClock

NONCE = bytes(16)


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path) as made:
        yield made


async def robin_of(world: ConsoleWorld) -> Admin:
    return await world.admin("Robin", west_sussex=Role.MANAGER)


async def options_at(browser: Browsing, path: str) -> dict[str, Any]:
    answer = await browser.get(path)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def joined(world: ConsoleWorld, admin: Admin, passkey: SoftPasskey) -> Browsing:
    """`admin`, in a browser that just made this passkey from a one-time link."""
    link, browser = await world.invited(admin), world.browser()
    made = passkey.made(await options_at(browser, f"{link}/passkey"))
    answer = await browser.post(link, credential=made, label="Laptop")
    assert (answer.status_code, answer.headers["location"]) == (303, "/you")
    return browser


async def sign_in(browser: Browsing, passkey: SoftPasskey) -> int:
    options = await options_at(browser, "/sign-in/passkey")
    return (await browser.post("/sign-in", credential=passkey.proved(options))).status_code


async def test_the_link_makes_a_passkey_that_signs_in(world: ConsoleWorld) -> None:
    robin, passkey = await robin_of(world), SoftPasskey(ORIGIN)
    await joined(world, robin, passkey)
    browser = world.browser()
    assert await sign_in(browser, passkey) == 303
    assert (await browser.get(f"/p/{HERE}")).status_code == 200


async def test_looking_at_a_link_does_not_use_it_and_using_it_does(world: ConsoleWorld) -> None:
    robin, passkey = await robin_of(world), SoftPasskey(ORIGIN)
    link, browser = await world.invited(robin), world.browser()
    for _ in range(3):
        assert (await browser.get(link)).status_code == 200
    made = passkey.made(await options_at(browser, f"{link}/passkey"))
    again = SoftPasskey(ORIGIN).made(await options_at(browser, f"{link}/passkey"))
    assert (await browser.post(link, credential=made)).status_code == 303
    assert (await browser.post(link, credential=again)).status_code == 404
    assert (await world.browser().get(link)).status_code == 404
    assert len(await world.admins.passkeys(robin.id)) == 1


async def test_a_link_ends_after_three_days(world: ConsoleWorld) -> None:
    link = await world.invited(await robin_of(world))
    world.clock.advance(timedelta(hours=72, seconds=1))
    assert (await world.browser().get(link)).status_code == 404


async def test_what_the_browser_answered_counts_once(world: ConsoleWorld) -> None:
    robin, passkey = await robin_of(world), SoftPasskey(ORIGIN)
    await joined(world, robin, passkey)
    browser = world.browser()
    answer = passkey.proved(await options_at(browser, "/sign-in/passkey"))
    assert (await browser.post("/sign-in", credential=answer)).status_code == 303
    assert (await world.browser().post("/sign-in", credential=answer)).status_code == 422


async def test_an_answer_that_waited_too_long_is_refused(world: ConsoleWorld) -> None:
    robin, passkey = await robin_of(world), SoftPasskey(ORIGIN)
    await joined(world, robin, passkey)
    browser = world.browser()
    answer = passkey.proved(await options_at(browser, "/sign-in/passkey"))
    world.clock.advance(LASTS)
    assert (await browser.post("/sign-in", credential=answer)).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        SoftPasskey("https://evil.example"),
        SoftPasskey(ORIGIN, host="evil.example"),
        SoftPasskey(ORIGIN, verified=False),
    ],
    ids=["another origin", "another host", "nobody recognised"],
)
async def test_a_passkey_from_elsewhere_or_without_its_person_is_not_kept(
    world: ConsoleWorld, wrong: SoftPasskey
) -> None:
    robin, browser = await robin_of(world), world.browser()
    link = await world.invited(robin)
    made = wrong.made(await options_at(browser, f"{link}/passkey"))
    assert (await browser.post(link, credential=made)).status_code == 422
    assert await world.admins.passkeys(robin.id) == ()
    assert (await browser.get(link)).status_code == 200


async def test_a_passkey_whose_person_was_not_recognised_does_not_sign_in(world: ConsoleWorld) -> None:
    robin, passkey = await robin_of(world), SoftPasskey(ORIGIN)
    await joined(world, robin, passkey)
    passkey._flags = 1
    assert await sign_in(world.browser(), passkey) == 422


async def test_a_copy_of_a_passkey_that_counts_behind_is_refused(world: ConsoleWorld) -> None:
    robin, passkey = await robin_of(world), SoftPasskey(ORIGIN)
    await joined(world, robin, passkey)
    assert await sign_in(world.browser(), passkey) == 303
    passkey.count = 0
    assert await sign_in(world.browser(), passkey) == 422


async def test_an_answer_for_signing_in_adds_nothing_and_one_for_another_session_neither(world: ConsoleWorld) -> None:
    robin = await robin_of(world)
    first, second = await joined(world, robin, SoftPasskey(ORIGIN)), await world.signed_in(robin)
    await second.get("/you/add")
    others = SoftPasskey(ORIGIN).made(await options_at(first, "/you/add/passkey"))
    assert (await second.post("/you/add", credential=others)).status_code == 422
    signing = SoftPasskey(ORIGIN).made(await options_at(second, "/sign-in/passkey"))
    assert (await second.post("/you/add", credential=signing)).status_code == 422
    assert len(await world.admins.passkeys(robin.id)) == 1


async def test_a_second_passkey_is_asked_for_until_there_is_one(world: ConsoleWorld) -> None:
    robin = await robin_of(world)
    browser = await joined(world, robin, SoftPasskey(ORIGIN))
    assert "You have one passkey." in (await browser.get("/you")).text
    second = SoftPasskey(ORIGIN).made(await options_at(browser, "/you/add/passkey"))
    assert (await browser.post("/you/add", credential=second, label="Key in the safe")).status_code == 303
    shown = (await browser.get("/you")).text
    assert "You have one passkey." not in shown
    assert "Key in the safe" in shown


async def test_the_only_passkey_cannot_be_removed_one_of_two_can(world: ConsoleWorld) -> None:
    robin = await robin_of(world)
    browser = await joined(world, robin, SoftPasskey(ORIGIN))
    [first] = await world.admins.passkeys(robin.id)
    await browser.get("/you")
    assert (await browser.post("/you/remove", passkey=first.id)).status_code == 422
    second = SoftPasskey(ORIGIN).made(await options_at(browser, "/you/add/passkey"))
    await browser.post("/you/add", credential=second)
    assert (await browser.post("/you/remove", passkey=first.id)).status_code == 303
    assert [one.label for one in await world.admins.passkeys(robin.id)] == ["Passkey"]


async def test_nobody_removes_anothers_passkey(world: ConsoleWorld) -> None:
    robin, alex = await robin_of(world), await world.admin("Alex", west_sussex=Role.MANAGER)
    await joined(world, alex, SoftPasskey(ORIGIN))
    browser = await joined(world, robin, SoftPasskey(ORIGIN))
    [others] = await world.admins.passkeys(alex.id)
    await browser.get("/you")
    assert (await browser.post("/you/remove", passkey=others.id)).status_code == 404


async def test_proving_it_again_makes_the_sign_in_fresh_with_ones_own_passkey_alone(world: ConsoleWorld) -> None:
    robin, alex = await robin_of(world), await world.admin("Alex", west_sussex=Role.MANAGER)
    mine, others = SoftPasskey(ORIGIN), SoftPasskey(ORIGIN)
    browser = await joined(world, robin, mine)
    await joined(world, alex, others)
    world.clock.advance(timedelta(minutes=11))
    assert (await browser.get("/you/add")).status_code == 303
    await browser.get("/again?then=/you/add")
    wrong = others.proved(await options_at(browser, "/again/passkey"))
    assert (await browser.post("/again", credential=wrong, then="/you/add")).status_code == 422
    right = mine.proved(await options_at(browser, "/again/passkey"))
    answer = await browser.post("/again", credential=right, then="/you/add")
    assert answer.headers["location"] == "/you/add"
    assert (await browser.get("/you/add")).status_code == 200


async def test_signing_in_replaces_the_session_that_the_browser_had(world: ConsoleWorld) -> None:
    robin, passkey = await robin_of(world), SoftPasskey(ORIGIN)
    browser = await joined(world, robin, passkey)
    assert await sign_in(browser, passkey) == 303
    assert len(await world.admins.sessions(robin.id)) == 1


JUNK = [
    "",
    "{}",
    "[]",
    "null",
    '"x"',
    "{" * 5000,
    '{"id": 5}',
    '{"id": "x", "response": {}}',
    '{"id": "x", "response": {"clientDataJSON": "e30"}}',
    '{"id": "x", "response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOiAieCJ9"}}',
    '{"id": "\\u0000", "response": {"clientDataJSON": 7}}',
]


@pytest.mark.parametrize("junk", JUNK)
async def test_junk_is_not_taken_and_breaks_nothing(world: ConsoleWorld, junk: str) -> None:
    link, browser = await world.invited(await robin_of(world)), world.browser()
    assert (await browser.post("/sign-in", credential=junk)).status_code == 422
    assert (await browser.post(link, credential=junk)).status_code == 422


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
async def test_an_answer_with_any_part_damaged_does_not_sign_in(world: ConsoleWorld, part: str) -> None:
    robin, passkey = await robin_of(world), SoftPasskey(ORIGIN)
    await joined(world, robin, passkey)
    browser = world.browser()
    whole = json.loads(passkey.proved(await options_at(browser, "/sign-in/passkey")))
    text = whole["response"][part]
    for damaged in ("", "A" + text[1:-4], text[:-6] + "AAAAAA", text[4:], "!!!!", 5, None, ["x"]):
        whole["response"][part] = damaged
        assert (await browser.post("/sign-in", credential=json.dumps(whole))).status_code == 422


def test_a_challenge_is_ours_for_one_purpose_one_session_and_five_minutes() -> None:
    now, challenges = SystemClock().now(), Challenges(b"k" * 32)
    minted = challenges.mint(purpose="add", bound="s", nonce=NONCE, at=now)

    def good(made: bytes, *, purpose: str = "add", bound: str = "s", key: bytes = b"k", after: timedelta) -> bool:
        return Challenges(key * 32).ends_at(made, purpose=purpose, bound=bound, at=now + after) is not None

    soon = timedelta(minutes=4)
    assert good(minted, after=soon)
    assert not good(minted, after=LASTS + timedelta(seconds=1))
    assert not good(minted, purpose="sign-in", after=soon)
    assert not good(minted, bound="t", after=soon)
    assert not good(minted, key=b"x", after=soon)
    assert not good(minted[:16] + b"\xff" + minted[17:], after=soon)
    assert not good(b"", after=soon)

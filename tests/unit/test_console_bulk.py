"""Many posts changed at once: shown first, then all of it or nothing, and taken back as one. Shell."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.router.domain.admin.admins import Role
from services.router.domain.directory import Directory, absence_on
from services.router.domain.keeping.changing import Purpose
from services.router.domain.keeping.importing import read_day
from shared.terms import AgencyId, PartnershipId, PostId
from tests.console_world import Browsing, ConsoleWorld

HERE = "/p/west-sussex/directory"
MANY = f"{HERE}/many"
NORTH, SOUTH = PostId("sussex-police.sergeant-north"), PostId("sussex-police.sergeant-south")
OFFICER = PostId("sussex-police.officer")
PREVIEW = re.compile(r"/directory/import/\w+")
BOTH = [NORTH, SOUTH]


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False) as found:
        yield found


@pytest_asyncio.fixture
async def manager(world: ConsoleWorld) -> Browsing:
    return await world.signed_in(await world.admin("Ash Manager", west_sussex=Role.MANAGER))


async def asked(browser: Browsing, **fields: Any) -> httpx.Response:
    await browser.get(MANY)
    return await browser.post(MANY, **{"post": BOTH, "why": "Half term.", **fields})


async def made(browser: Browsing, **fields: Any) -> str:
    """The preview of it, which is then confirmed."""
    answer = await asked(browser, **fields)
    assert answer.status_code == 303, answer.text
    page = (await browser.get(answer.headers["location"])).text
    assert (await browser.post(answer.headers["location"])).headers["location"] == f"{HERE}?done=many"
    return page


async def now(world: ConsoleWorld) -> Directory:
    return await world.built.console.directories.now()


AWAY = {"change": "absence", "first": "15 2 2029", "last": "19 2 2029", "absence_deputy": OFFICER, "absence_why": ""}


async def test_many_posts_are_away_once_it_was_shown_and_confirmed(world: ConsoleWorld, manager: Browsing) -> None:
    assert (await asked(manager, **AWAY)).status_code == 303
    assert (await now(world)).revision == 1
    page = await made(manager, **AWAY)
    assert "0 added, 2 changed, 0 closed" in page
    day = read_day("16 2 2029")
    assert day is not None
    for post in BOTH:
        found = absence_on((await now(world)).posts[post].post, day)
        assert found is not None
        assert found.deputy == OFFICER
    await manager.get(f"{HERE}/changes/2")
    assert (await manager.post(f"{HERE}/changes/2/undo", why="Not yet.")).status_code == 303
    assert absence_on((await now(world)).posts[NORTH].post, day) is None


async def test_deputies_last_days_and_out_of_hours_telephones_are_set_for_many(
    world: ConsoleWorld, manager: Browsing
) -> None:
    await made(manager, change="deputy", deputy=OFFICER)
    await made(manager, change="ends", last_day="31 8 2031")
    await made(manager, change="out-of-hours", out_of_hours="01632 960 444")
    await made(manager, change="confirmed")
    directory = await now(world)
    for post in BOTH:
        found = directory.posts[post].post
        assert found.deputy == OFFICER
        assert {str(one.valid_until) for one in found.holders} == {"2031-08-31"}
        assert found.verified_on is not None
    assert directory.agencies[AgencyId("sussex-police")].out_of_hours == "01632 960 444"


async def test_all_that_the_filter_finds_are_changed_though_none_is_ticked(
    world: ConsoleWorld, manager: Browsing
) -> None:
    await made(manager, post=[], every="yes", type="police", change="confirmed")
    directory = await now(world)
    assert all(one.verified_on for one in directory.agencies[AgencyId("sussex-police")].posts)
    assert not all(one.post.verified_on == directory.posts[NORTH].post.verified_on for one in directory.posts.values())


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"post": []}, "Choose at least one post."),
        ({"change": ""}, "Choose what to change."),
        ({**AWAY, "last": "1 1 2029"}, "Enter a last day that is not before the first."),
        ({"change": "deputy", "deputy": "no-such"}, "There is no such post here."),
        ({"change": "ends", "last_day": "soon"}, "Enter a day"),
        ({"change": "confirmed", "why": ""}, "Say why"),
        ({"post": ["bh-social-care.on-call"], "change": "confirmed"}, "Choose at least one post."),
        ({"change": "deputy", "deputy": ""}, "Nothing was different"),
    ],
)
async def test_what_must_be_mended_is_said_and_what_was_chosen_stays(
    world: ConsoleWorld, manager: Browsing, typed: dict[str, Any], says: str
) -> None:
    answer = await asked(manager, **typed)
    assert answer.status_code == 422
    assert says in answer.text
    if "post" not in typed:
        assert answer.text.count(" checked") >= len(BOTH)
    assert (await now(world)).revision == 1


async def test_what_would_route_to_nobody_is_refused_whole(world: ConsoleWorld, manager: Browsing) -> None:
    police = (await now(world)).agencies[AgencyId("sussex-police")]
    every = [one.id for one in police.posts]
    answer = await asked(manager, post=every, change="ends", last_day="1 1 2026")
    assert answer.status_code == 422
    assert "would reach nobody" in answer.text or "ends before it begins" in answer.text
    assert (await now(world)).revision == 1


async def test_whoever_may_only_look_changes_nothing(world: ConsoleWorld) -> None:
    viewer = await world.signed_in(await world.admin("Vale Viewer", west_sussex=Role.VIEWER))
    await viewer.get(HERE)
    assert (await viewer.get(MANY)).status_code == 404
    assert (await viewer.post(MANY, change="confirmed", post=NORTH, why="x")).status_code == 404


async def test_what_nobody_confirmed_within_a_day_is_kept_no_longer(world: ConsoleWorld, manager: Browsing) -> None:
    history, west = world.built.console.editor.history, PartnershipId("west-sussex")
    await asked(manager, **AWAY)
    (old,) = await history.drafts(west, Purpose.IMPORT)
    world.clock.advance(timedelta(days=1, minutes=1))
    later = await world.signed_in(await world.admin("Briar Manager", west_sussex=Role.MANAGER))
    await asked(later, **AWAY)
    (kept,) = await history.drafts(west, Purpose.IMPORT)
    assert kept.id != old.id

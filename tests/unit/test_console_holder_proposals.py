"""What a holder says has changed is taken up as the admin was shown it, or not at all. Shell."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest_asyncio

from services.router.domain.admin.admins import HOLDER, Role
from services.router.domain.directory import Directory
from services.router.domain.keeping.changing import Draft, Purpose
from services.router.domain.keeping.editing import setting
from services.router.domain.keeping.rows import Key, Kind
from shared.terms import PostId
from tests.console_world import HERE as WEST
from tests.console_world import Browsing, ConsoleWorld, demo_entries

replace = msgspec.structs.replace
PROPOSALS = "/p/west-sussex/directory/proposals"
POST = PostId("ws-social-care.manager-assessment")
SEEN = re.compile(r'name="seen" value="([^"]+)"')
SHOWN, OTHER = "01632 960111", "01632 960222"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False) as found:
        yield found


def said(world: ConsoleWorld, phone: str) -> Draft:
    """As router keeps it: whatever is said of a post has one id."""
    entries = demo_entries(real=False)
    placed = Directory(entries, revision=1).posts[POST]
    key = Key(Kind.POST, placed.agency.id, POST)
    return Draft(
        id="0" * 32,
        purpose=Purpose.PROPOSAL,
        partnership=WEST,
        revision=0,
        swaps=setting(entries, key, replace(placed.post, phone=phone)),
        at=world.clock.now(),
        by=HOLDER,
        name="Taylor Willowby",
        why="Another line.",
        what="post.holder",
    )


async def test_what_took_the_place_of_what_was_shown_is_not_made_to_stand(world: ConsoleWorld) -> None:
    manager: Browsing = await world.signed_in(await world.admin("Ash Manager", west_sussex=Role.MANAGER))
    history = world.built.console.editor.history
    await history.keep(said(world, SHOWN))
    seen = SEEN.findall((await manager.get(PROPOSALS)).text)[0]
    world.clock.advance(timedelta(minutes=1))
    other = said(world, OTHER)
    assert await history.keep(other, uses=other.id)
    for act in ("accept", "refuse"):
        answer = await manager.post(f"{PROPOSALS}/{other.id}/{act}", seen=seen, why="Rung.")
        assert (answer.status_code, OTHER in answer.text) == (422, True)
        assert "Somebody has changed this meanwhile" in answer.text
    now = SEEN.findall((await manager.get(PROPOSALS)).text)[0]
    assert (await manager.post(f"{PROPOSALS}/{other.id}/accept", seen=now)).status_code == 303
    directory = await world.built.console.directories.now()
    assert directory.posts[POST].post.phone == OTHER

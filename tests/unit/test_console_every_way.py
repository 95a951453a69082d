"""Whichever way the directory is changed, what would route to nobody is refused with the list. Shell."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest_asyncio

from services.router.domain.admin.admins import Role
from services.router.domain.directory import Entries, Post
from services.router.domain.keeping.changing import Purpose
from shared.terms import PartnershipId
from tests.console_world import Browsing, ConsoleWorld, demo_entries

HERE, THERE = "/p/west-sussex/directory", "/p/east-sussex/directory"
WEST = PartnershipId("west-sussex")
INSPECTOR = "sussex-police.inspector"
SEEN = re.compile(r'name="seen" value="([^"]+)"')
NOBODY = "Sussex Police, Stage 3: an escalation would reach nobody"
HOLDER = {
    "name": "Briar Holloway",
    "address": "briar@sussex-police.example",
    "holder_phone": "01632 960999",
    "since": "1 1 2026",
}


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False) as found:
        yield found


def police(*, held: bool) -> Entries:
    """Nobody stands in for the inspector; held: whether somebody is the inspector."""

    def seen(post: Post) -> Post:
        if post.id != INSPECTOR:
            return post
        return msgspec.structs.replace(post, deputy=None, holders=post.holders if held else ())

    entries = demo_entries(real=False)
    agencies = []
    for one in entries.agencies:
        posts = tuple(seen(post) for post in one.posts if not post.role.endswith("safeguarding_lead"))
        agencies.append(msgspec.structs.replace(one, posts=posts) if one.id == "sussex-police" else one)
    return msgspec.structs.replace(entries, agencies=tuple(agencies))


async def manager(world: ConsoleWorld) -> Browsing:
    return await world.signed_in(await world.admin("Ash Manager", west_sussex=Role.MANAGER))


async def posted(browser: Browsing, page: str, form: str, **fields: str) -> str:
    found = SEEN.search((await browser.get(page)).text)
    answer = await browser.post(f"{page}/{form}", seen=found[1] if found else "", why="Agreed.", **fields)
    return answer.headers.get("location") or answer.text


async def test_taking_a_change_back(world: ConsoleWorld) -> None:
    await world.import_directory(police(held=False))
    browser = await manager(world)
    assert "done=made" in await posted(browser, f"{HERE}/post/{INSPECTOR}", "holder", **HOLDER)
    assert NOBODY in await posted(browser, f"{HERE}/changes/3", "undo")
    assert (await world.built.console.directories.now()).revision == 3


async def test_proposing_to_another_partnership(world: ConsoleWorld) -> None:
    await world.import_directory(police(held=True))
    theirs = await world.signed_in(await world.admin("Wren Manager", east_sussex=Role.MANAGER))
    assert NOBODY in await posted(theirs, f"{THERE}/post/{INSPECTOR}", "close")
    assert await world.built.console.editor.history.drafts(WEST, Purpose.PROPOSAL) == ()
    assert (await world.built.console.directories.now()).revision == 2


async def test_an_import(world: ConsoleWorld) -> None:
    await world.import_directory(police(held=True))
    browser = await manager(world)
    await browser.get(f"{HERE}/import")
    sheet = f"agency,post,close\nsussex-police,{INSPECTOR},yes\n"
    answer = await browser.client.post(
        f"{HERE}/import",
        data={"csrf": browser.token, "why": "Gone."},
        files={"sheet": ("sheet.csv", sheet.encode(), "text/csv")},
        headers={"origin": world.settings.origin},
    )
    assert NOBODY in answer.text, answer.text[-3000:]


async def test_a_look_at_what_it_would_change(world: ConsoleWorld) -> None:
    await world.import_directory(police(held=True))
    browser = await manager(world)
    assert NOBODY in await posted(browser, f"{HERE}/post/{INSPECTOR}", "close", look="1")

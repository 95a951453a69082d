"""Who has not said whether their post is still right stands first, and an admin may ask a holder at once."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest_asyncio
from sqlalchemy import select

from services.router.adapters.asks import SqlAsks
from services.router.adapters.tables import OUTBOX
from services.router.domain.admin.admins import AdminId, Role
from services.router.domain.admin.auditing import Audited
from services.router.domain.keeping.asks import Ask
from services.router.domain.letters.owed import Owed
from shared.clock import local_day
from shared.messages import NoticeState
from shared.terms import MessageId, NoticeId, PartnershipId, PostId
from tests.console_world import Browsing, ConsoleWorld

replace = msgspec.structs.replace

HERE = "/p/west-sussex/directory/asked"
WEST_SUSSEX = PartnershipId("west-sussex")


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False) as found:
        yield found


@pytest_asyncio.fixture
async def manager(world: ConsoleWorld) -> Browsing:
    return await world.signed_in(await world.admin("Ash Manager", west_sussex=Role.MANAGER))


async def own_posts(world: ConsoleWorld, *, most: int = 3) -> list[tuple[PostId, str]]:
    """Posts that West Sussex owns, with their holder's address."""
    directory = await world.built.console.directories.now()
    owned = (one for one in directory.posts.values() if one.agency.owner == WEST_SUSSEX and one.post.holders)
    return [(one.post.id, one.post.holders[0].address.casefold()) for one in owned if not one.post.mailbox][:most]


async def was_asked(world: ConsoleWorld, days_ago: int, *, index: int, state: NoticeState | None = None) -> PostId:
    post, address = (await own_posts(world))[index]
    at = world.clock.now() - timedelta(days=days_ago)
    ask = Ask(
        post=post,
        partnership=WEST_SUSSEX,
        address=address,
        since=local_day(at, "Europe/London"),
        asked_at=at,
        notice=NoticeId(f"n{index}"),
        state=state,
    )
    await forget_confirmed(world, post)
    audited = Audited(at=at, admin=AdminId("holder"), partnership=WEST_SUSSEX, what="post.asked", about=f"post:{post}")
    owed = Owed(message=MessageId(f"m{index}"), subject="notices.west-sussex.none", body=b"b")
    assert await SqlAsks(world.database).ask((ask,), owed, audited, at=at)
    return post


async def forget_confirmed(world: ConsoleWorld, post: PostId) -> None:
    """Nobody has confirmed the post since long ago."""
    directory = await world.built.console.directories.now()
    agencies = tuple(
        replace(agency, posts=tuple(replace(one, verified_on=None) if one.id == post else one for one in agency.posts))
        for agency in directory.entries.agencies
    )
    await world.import_directory(replace(directory.entries, agencies=agencies))


async def owed(world: ConsoleWorld) -> int:
    rows = await world.database.read(lambda connection: connection.execute(select(OUTBOX.c.message)).all())
    return len(rows)


async def test_nobody_owes_an_answer_before_anybody_was_asked(manager: Browsing) -> None:
    page = (await manager.get(HERE)).text
    assert "Nobody owes an answer now." in page
    assert "Every 92 days" in page


async def test_bounced_stands_before_overdue_and_overdue_before_asked(world: ConsoleWorld, manager: Browsing) -> None:
    asked = await was_asked(world, 3, index=0)
    overdue = await was_asked(world, 20, index=1)
    bounced = await was_asked(world, 1, index=2, state=NoticeState.REFUSED)
    page = (await manager.get(HERE)).text
    places = [page.index(f"directory/post/{one}") for one in (bounced, overdue, asked)]
    assert places == sorted(places)
    assert "The email came back" in page
    front = (await manager.get("/p/west-sussex")).text
    assert re.search(r"Holders who have not answered", front)
    directory = (await manager.get("/p/west-sussex/directory")).text
    assert re.search(r"[12] not answered", directory)


async def test_a_holder_is_asked_at_once_and_not_twice_a_day(world: ConsoleWorld, manager: Browsing) -> None:
    post = (await own_posts(world))[0][0]
    await forget_confirmed(world, post)
    await manager.get(HERE)
    first = await manager.post(f"{HERE}/{post}")
    assert first.headers["location"] == f"{HERE}?done=asked"
    assert await owed(world) == 1
    assert f"directory/post/{post}" in (await manager.get(HERE)).text
    again = await manager.post(f"{HERE}/{post}")
    assert again.headers["location"] == f"{HERE}?done=soon"
    assert await owed(world) == 1
    audit = (await manager.get("/p/west-sussex/audit")).text
    assert "Asked a holder if a post is still right" in audit


async def test_another_partnerships_post_and_a_viewer_are_refused(world: ConsoleWorld, manager: Browsing) -> None:
    await manager.get(HERE)
    assert (await manager.post(f"{HERE}/no-such-post")).status_code == 404
    other = next(
        one.post.id
        for one in (await world.built.console.directories.now()).posts.values()
        if one.agency.owner != WEST_SUSSEX
    )
    assert (await manager.post(f"{HERE}/{other}")).status_code == 404
    viewer = await world.signed_in(await world.admin("Vi Viewer", west_sussex=Role.VIEWER))
    page = (await viewer.get(HERE)).text
    assert "Ask again" not in page
    assert (await viewer.post(f"{HERE}/{(await own_posts(world))[0][0]}")).status_code == 404
    assert await owed(world) == 0

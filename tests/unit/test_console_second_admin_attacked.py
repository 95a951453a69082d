"""One manager alone tries to send mail elsewhere, where the partnership demands a second one. Shell."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from services.router.domain.admin.admins import ONE_PERSON, Role
from services.router.domain.admin.entering import Entry
from services.router.domain.directory import Post
from services.router.domain.keeping.changing import Draft, Purpose
from services.router.domain.keeping.editing import setting
from services.router.domain.keeping.rows import Key, Kind
from shared.terms import AgencyId, PartnershipId, PostId
from tests.console_world import HERE as WEST
from tests.console_world import NEIGHBOUR, Browsing, ConsoleWorld, demo_entries
from tests.unit.test_console_directory import NEW, OLD, POST, change
from tests.unit.test_console_waiting import HERE, WAITS, demand, draft_of, edited, is_live

replace = msgspec.structs.replace
JOIN = re.compile(r"/join/[\w-]+")
OFFICER = PostId("sussex-police.officer")


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False) as found:
        await demand(found)
        yield found


@pytest_asyncio.fixture
async def ash(world: ConsoleWorld) -> Browsing:
    return await world.signed_in(await world.admin("Ash Manager", west_sussex=Role.MANAGER))


async def officer(world: ConsoleWorld) -> Post:
    return (await world.built.console.directories.now()).posts[OFFICER].post


async def of_the_neighbour(world: ConsoleWorld) -> PostId:
    """A post whose entry the neighbour owns."""
    posts = (await world.built.console.directories.now()).posts
    return next(post for post, placed in posts.items() if placed.agency.owner == NEIGHBOUR)


@pytest.mark.parametrize("mine", [True, False])
async def test_whoever_was_given_the_link_of_another_does_not_approve_as_them(
    world: ConsoleWorld, ash: Browsing, mine: bool
) -> None:
    briar = await world.admin("Briar Manager", west_sussex=Role.MANAGER)
    await ash.get(f"/p/west-sussex/admins/{briar.id}/reset")
    assert JOIN.search((await ash.post(f"/p/west-sussex/admins/{briar.id}/reset")).text)
    as_briar = await world.signed_in(briar)
    asks, answers = (ash, as_briar) if mine else (as_briar, ash)
    assert await change(asks, POST, "holder", **NEW) == WAITS
    draft = await draft_of(answers)
    answer = await answers.post(f"{HERE}/approvals/{draft}/approve")
    assert answer.status_code == 422
    assert "given the other’s new link" in answer.text
    assert not await is_live(world)
    world.clock.advance(ONE_PERSON)
    later = await world.signed_in(briar)
    await later.get(f"{HERE}/approvals")
    if mine:
        assert (await later.post(f"{HERE}/approvals/{draft}/approve")).status_code == 303


async def test_a_deputy_whose_entry_another_partnership_owns_waits_for_a_second_admin(
    world: ConsoleWorld, ash: Browsing
) -> None:
    other = await of_the_neighbour(world)
    days = {"first": "1 12 2029", "last": "9 12 2029", "absence_why": "", "why": "Away."}
    assert await change(ash, POST, "absence", **days, absence_deputy=other) == WAITS
    assert (await officer(world)).absences == ()
    assert "done=made" in await change(ash, POST, "absence", **days, absence_deputy="sussex-police.inspector")


async def test_who_has_left_a_post_is_not_given_it_again_by_one_admin(world: ConsoleWorld, ash: Browsing) -> None:
    standing = (await world.built.console.directories.now()).entries
    day = world.clock.now().date()
    there = await officer(world)
    left = replace(there.holders[0], address="left@sussex-police.example", valid_until=day.replace(year=day.year - 1))
    posts = {OFFICER: replace(there, holders=(left, *there.holders))}
    agencies = tuple(
        replace(one, posts=tuple(posts.get(post.id, post) for post in one.posts)) for one in standing.agencies
    )
    await world.import_directory(replace(standing, agencies=agencies))
    again = {"which": "0", "name": left.name, "address": left.address, "holder_phone": left.phone, "why": "Back."}
    assert await change(ash, POST, "holder", **again, since="", until="") == WAITS
    assert (await officer(world)).holders[0] == left
    ends = {**again, "which": "1", "name": there.holders[0].name, "address": OLD, "until": "1 1 2030"}
    assert "done=made" in await change(ash, POST, "holder", **ends, since="")


async def test_a_new_domain_waits_and_not_beside_what_another_partnership_must_agree_to(
    world: ConsoleWorld, ash: Browsing
) -> None:
    domains = "sussex-police.example elsewhere.example"
    assert (await edited(ash, serves=["west-sussex"])).endswith("done=made")
    assert await edited(ash, domains=domains) == WAITS
    assert "make them two changes" in await edited(ash, domains=domains, serves=["west-sussex", "east-sussex"])
    police = (await world.built.console.directories.now()).agencies[AgencyId("sussex-police")]
    assert police.domains == ("sussex-police.example",)


@pytest.mark.parametrize("purpose", [Purpose.PROPOSAL, Purpose.APPROVAL])
async def test_what_waits_is_not_made_once_another_partnership_owns_the_entry(
    world: ConsoleWorld, ash: Browsing, purpose: Purpose
) -> None:
    standing, there = demo_entries(real=False), await officer(world)
    moved = replace(there, holders=(replace(there.holders[0], address="other@sussex-police.example"),))
    draft = Draft(
        id="d" * 32,
        purpose=purpose,
        partnership=WEST,
        revision=0,
        swaps=setting(standing, Key(Kind.POST, "sussex-police", OFFICER), moved),
        at=world.clock.now(),
        by="somebody",
        name="Somebody",
        why="It was so.",
        origin=PartnershipId("brighton-hove"),
    )
    await world.built.console.editor.history.keep(draft)
    now = (await world.built.console.directories.now()).entries
    agencies = tuple(replace(one, owner=NEIGHBOUR) if one.id == "sussex-police" else one for one in now.agencies)
    await world.import_directory(replace(now, agencies=agencies))
    where, act = ("proposals", "accept") if purpose is Purpose.PROPOSAL else ("approvals", "approve")
    await ash.get(f"{HERE}/{where}")
    answer = await ash.post(f"{HERE}/{where}/{draft.id}/{act}")
    assert answer.status_code == 422
    assert "Another partnership owns" in answer.text
    assert not await is_live(world, "other@sussex-police.example")


async def test_what_somebody_asked_for_who_was_removed_since_stands_once_it_is_approved(
    world: ConsoleWorld, ash: Browsing
) -> None:
    gone = await world.admin("Gone Manager", west_sussex=Role.MANAGER)
    assert await change(await world.signed_in(gone), POST, "holder", **NEW) == WAITS
    assert await world.admins.commit(Entry(ends=gone.id, removes=gone.id))
    draft = await draft_of(ash)
    assert (await ash.post(f"{HERE}/approvals/{draft}/approve")).headers["location"].endswith("done=approved")
    assert await is_live(world)

"""A second person is told each morning what was changed in the directory: of whom, to whom, and once. Shell."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest_asyncio

from services.notifier.domain.rendering import as_text
from services.notifier.domain.wording import compose
from services.router.adapters.digest_store import SqlDigests
from services.router.adapters.grounds import read_rules
from services.router.adapters.keys import NotifierKeyFile
from services.router.console.digests import Digests
from services.router.domain.admin.admins import HOLDER, Role
from services.router.domain.keeping.digest import days_to_tell, digest_of, second_person
from services.router.domain.keeping.editing import Changed
from services.router.domain.keeping.rows import Kind, Swap
from shared.messages import Notice, NoticeKind
from shared.terms import Instant, PartnershipId
from tests.console_world import HERE as WEST
from tests.console_world import Browsing, ConsoleWorld, demo_entries
from tests.unit.test_console_directory import NEW, POST, change, told

replace = msgspec.structs.replace
DUTY = "duty@west-sussex.example"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False) as found:
        yield found


@pytest_asyncio.fixture
async def ash(world: ConsoleWorld) -> Browsing:
    return await world.signed_in(await world.admin("Ash Manager", west_sussex=Role.MANAGER))


async def next_morning(world: ConsoleWorld) -> int:
    """How many digests are owed at eight the next day."""
    now = world.clock.now()
    world.clock.advance(now.replace(hour=8, minute=0) + timedelta(days=1) - now)
    return await world.built.digests.tell_all(await world.built.console.directories.now())


async def digests(world: ConsoleWorld) -> list[Notice]:
    return [one for one in await told(world) if one.kind is NoticeKind.DIRECTORY_DIGEST]


async def test_another_manager_is_told_the_next_morning_what_was_changed_and_by_whom(
    world: ConsoleWorld, ash: Browsing
) -> None:
    briar = await world.admin("Briar Manager", west_sussex=Role.MANAGER)
    await world.admin("Vale Viewer", west_sussex=Role.VIEWER)
    await change(ash, POST, "holder", **NEW)
    assert await next_morning(world) == 1
    (notice,) = await digests(world)
    assert (notice.address, notice.name) == (briar.address, "Briar Manager")
    letter = compose(notice)
    assert letter.subject == "Candour: what was changed in the directory"
    text = " ".join(as_text(letter).split())
    assert "Investigating officer, Sussex Police" in text
    assert "Changed: holders and last confirmed. By Ash Manager." in text
    assert "http://localhost:8707/p/west-sussex/directory/changes" in text
    assert NEW["address"] not in text
    assert NEW["name"] not in text
    assert NEW["why"] not in text


async def test_a_day_is_told_once_however_often_the_console_starts(world: ConsoleWorld, ash: Browsing) -> None:
    await change(ash, POST, "holder", **NEW)
    assert await next_morning(world) == 1
    world.built.digests._looked.clear()  # as after a start
    assert await world.built.digests.tell_all(await world.built.console.directories.now()) == 0
    assert len(await digests(world)) == 1


async def test_where_every_manager_changed_something_the_duty_contact_is_told(
    world: ConsoleWorld, ash: Browsing
) -> None:
    briar = await world.signed_in(await world.admin("Briar Manager", west_sussex=Role.MANAGER))
    await change(ash, POST, "holder", **NEW)
    await change(briar, POST, "holder", **{**NEW, "which": "1", "holder_phone": "01632 960777"})
    await next_morning(world)
    (notice,) = await digests(world)
    assert notice.address == DUTY
    text = " ".join(as_text(compose(notice)).split())
    assert "By Ash Manager and Briar Manager." in text
    assert "no other manager can look at it" in text


async def test_a_day_without_a_change_and_today_are_not_told(world: ConsoleWorld, ash: Browsing) -> None:
    assert await next_morning(world) == 0
    again = await world.signed_in(await world.admin("Briar Manager", west_sussex=Role.MANAGER))
    await change(again, POST, "holder", **NEW)
    assert await world.built.digests.tell_all(await world.built.console.directories.now()) == 0
    assert await next_morning(world) == 1


async def test_what_was_changed_while_the_console_was_away_is_told_later(world: ConsoleWorld, ash: Browsing) -> None:
    await change(ash, POST, "holder", **NEW)
    world.clock.advance(timedelta(days=3))
    assert await next_morning(world) == 1


def test_a_day_ends_by_the_partnerships_own_clock() -> None:
    place = next(one for one in demo_entries(real=False).partnerships if one.id == WEST)
    assert days_to_tell(place, now=datetime(2026, 7, 2, 5, 59, tzinfo=UTC))[-1] == date(2026, 6, 30)
    assert days_to_tell(place, now=datetime(2026, 7, 2, 6, 0, tzinfo=UTC))[-1] == date(2026, 7, 1)


async def test_the_manager_whom_the_partnership_names_is_told_first(world: ConsoleWorld) -> None:
    first = await world.admin("Alder", west_sussex=Role.MANAGER)
    named = await world.admin("Zinnia", west_sussex=Role.MANAGER)
    place = next(one for one in demo_entries(real=False).partnerships if one.id == WEST)
    place = replace(place, digest_admin=named.id)
    assert second_person(place, (first, named), not_of=frozenset()) == named
    assert second_person(place, (first, named), not_of={named.id}) == first
    assert second_person(place, (first, named), not_of={named.id, first.id}) is None


async def test_a_digest_that_cannot_be_made_ends_nothing(world: ConsoleWorld, ash: Browsing) -> None:
    class Broken(SqlDigests):
        async def changes(self, partnership: PartnershipId, *, first: Instant, before: Instant) -> tuple[Changed, ...]:
            if partnership == WEST:
                raise ZeroDivisionError
            return await super().changes(partnership, first=first, before=before)

    await change(ash, POST, "holder", **NEW)
    world.clock.advance(timedelta(days=1, hours=12))
    broken = Digests(
        Broken(world.database),
        admins=world.admins,
        rules=read_rules(),
        notifier=NotifierKeyFile(world.settings.notifier_key_file),
        url=world.settings.origin,
        base_url=world.settings.escalations_url,
        clock=world.clock,
    )
    assert await broken.tell_all(await world.built.console.directories.now()) == 0
    assert await next_morning(world) == 1


async def test_an_admin_without_a_name_is_an_admin_and_no_address_is_said(world: ConsoleWorld) -> None:
    nameless = await world.signed_in(await world.admin("", west_sussex=Role.MANAGER))
    await change(nameless, POST, "holder", **NEW)
    await next_morning(world)
    (notice,) = await digests(world)
    text = " ".join(as_text(compose(notice)).split())
    assert "By an admin." in text
    assert "@partnership.example" not in text


def test_neither_who_approved_nor_a_holder_is_named_by_an_address() -> None:
    swap = Swap(kind=Kind.POST, agency="sussex-police", id="sussex-police.officer", before="", after="", place=0)
    known = Changed(revision=2, swap=swap, at=datetime(2026, 7, 1, tzinfo=UTC), by="1", name="a@b.example", why="So.")
    approved = replace(known, approved_by="2", approved="c@b.example")
    holder = replace(known, by=HOLDER)
    told_of = {swap.key: ("Officer", "changed", ())}
    digest = digest_of(date(2026, 7, 1), (approved, holder), told=told_of, url="")
    assert [one.who for one in digest.lines] == ["an admin, approved by an admin and whoever holds the post"]

"""Changes of the directory in the store, on SQLite and PostgreSQL: all or nothing, and nobody's overwritten. Shell."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import Connection, insert, inspect, select

from services.router.adapters.console_tables import AUDITS
from services.router.adapters.directory_changes import SqlDirectoryChanges
from services.router.adapters.directory_tables import DIRECTORY_CHANGES, DIRECTORY_DRAFTS
from services.router.adapters.store import SqlDirectories
from services.router.adapters.tables import DIRECTORIES, MIGRATIONS, OUTBOX
from services.router.commands import replay
from services.router.domain.admin.admins import Admin, AdminId, Role
from services.router.domain.admin.auditing import Audited
from services.router.domain.directory import Directory, Entries, Holder, Post, entries_bytes, read_entries
from services.router.domain.keeping.changing import MOST_AUDITED, Answered, DirectoryChange, Draft, Purpose, change_of
from services.router.domain.keeping.editing import Edited, edit, setting, undo
from services.router.domain.keeping.rows import Key, Kind, Swap, row_at, rows_of
from services.router.domain.letters.owed import Owed
from shared.questions import SendConfirmationCode
from shared.store import Database
from shared.terms import MessageId, PartnershipId
from tests.migrated import migrated
from tests.router_world import CONTACT, RAISER, RouterWorld, demonstration, rules

replace = msgspec.structs.replace
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WEST, EAST = PartnershipId("west-sussex"), PartnershipId("east-sussex")
ADMIN = Admin(id=AdminId("a" * 32), address="manager@west-sussex.example", name="Ash", roles={WEST: Role.MANAGER})
OFFICER = Key(Kind.POST, "sussex-police", "sussex-police.officer")
TEAM_MANAGER = Key(Kind.POST, "ws-social-care", "ws-social-care.manager-assessment")
RACES = int(os.environ.get("CANDOUR_RACES", "15"))
"""Changes of a post beside as many submissions; `make faults` says 500."""
_TOGETHER = 15
"""So many with one router: what is open is prompted on every day that passes."""


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database with the demonstration in it, at revision 1."""
    migrated(database_url, scripts=MIGRATIONS)
    found = Database(database_url)
    await SqlDirectories(found).add(entries_bytes(demonstration()), at=AT)
    yield found
    await found.close()


def held_by(name: str, entries: Entries | None = None, *, key: Key = OFFICER) -> Edited:
    standing = entries or demonstration()
    post = row_at(standing, key)
    assert isinstance(post, Post)
    address = f"{name.casefold().replace(' ', '.')}@sussex-police.example"
    new = replace(post, holders=(Holder(name=name, address=address),))
    made = edit(standing, setting(standing, key, new), policies=rules().newest)
    assert isinstance(made, Edited), made
    return made


def change(edited: Edited, *, expected: int = 1, **more: object) -> DirectoryChange:
    found = change_of(
        edited, expected=expected, partnership=WEST, by=ADMIN, at=AT, why="A new officer.", what="directory.changed"
    )
    return replace(found, **more)


async def test_a_change_is_a_new_revision_with_its_rows_and_its_audit(database: Database) -> None:
    store = SqlDirectoryChanges(database)
    assert await store.commit(change(held_by("Briar Holloway"))) == 2
    (row,) = await store.history(OFFICER, most=10)
    assert (row.revision, row.name, row.why, row.at) == (2, "Ash", "A new officer.", AT)
    assert await store.owned(2, WEST) == await store.of_revision(2) == (row,)
    assert await store.owned(2, EAST) == ()
    assert await store.owned(2, WEST) == await store.of_agency("sussex-police", most=10) == (row,)
    assert await store.revisions(EAST, before=None, most=10) == ()
    body = await SqlDirectories(database).at(2)
    assert body is not None
    assert Directory(read_entries(body), revision=2).at_address("briar.holloway@sussex-police.example")
    audited = await database.read(lambda connection: connection.execute(select(AUDITS.c.body)).scalars().all())
    assert len(audited) == 1


async def test_of_changes_made_from_one_revision_one_stands_and_nothing_of_the_others(database: Database) -> None:
    store = SqlDirectoryChanges(database)
    names = [f"Person {chr(65 + number)}" for number in range(12)]
    owed = {name: Owed(message=MessageId(name), subject="notices.west-sussex.none", body=b"b") for name in names}
    found = await asyncio.gather(*(store.commit(change(held_by(name), owed=(owed[name],))) for name in names))
    assert sorted(found, key=str) == [2, *[None] * 11]
    assert await SqlDirectories(database).revision() == 2
    assert len(await store.history(OFFICER, most=99)) == 1
    told = await database.read(lambda connection: connection.execute(select(OUTBOX.c.message)).scalars().all())
    assert told == [names[found.index(2)]]


async def test_what_was_changed_is_taken_back_from_the_store(database: Database) -> None:
    store = SqlDirectoryChanges(database)
    made = held_by("Briar Holloway")
    await store.commit(change(made))
    back = undo(made.entries, await store.of_revision(2), policies=rules().newest)
    assert isinstance(back, Edited)
    assert await store.commit(change(back, expected=2)) == 3
    assert await SqlDirectories(database).at(3) == entries_bytes(demonstration())
    assert [one.revision for one in await store.history(OFFICER, most=9)] == [3, 2]


async def test_a_revision_is_stored_packed_and_one_of_an_earlier_release_is_read(database: Database) -> None:
    body, directories = entries_bytes(demonstration()), SqlDirectories(database)
    stored = await database.read(lambda connection: connection.execute(select(DIRECTORIES.c.body)).scalar_one())
    assert 5 * len(stored) < len(body)
    old = {"revision": 2, "at": AT, "body": body}
    await database.write(lambda connection: connection.execute(insert(DIRECTORIES).values(**old)))
    assert await directories.at(1) == await directories.at(2) == body
    assert await directories.add(body, at=AT) == 2


async def test_a_draft_makes_one_change_and_no_second(database: Database) -> None:
    store = SqlDirectoryChanges(database)
    made = held_by("Briar Holloway")
    draft = Draft(
        id="d1",
        purpose=Purpose.PROPOSAL,
        partnership=WEST,
        revision=1,
        swaps=made.swaps,
        at=AT,
        by=ADMIN.id,
        name="Ash",
        why="They asked.",
    )
    await store.keep(draft)
    assert await store.drafts(WEST, Purpose.PROPOSAL) == (draft,)
    assert await store.drafts(WEST, Purpose.IMPORT) == ()
    assert await store.commit(change(made, uses="d1")) == 2
    assert await store.draft("d1") is None
    again = held_by("Corin Meadowes", made.entries)
    assert await store.commit(change(again, expected=2, uses="d1")) is None
    assert await SqlDirectories(database).revision() == 2


async def test_an_import_that_nobody_confirms_is_forgotten_and_a_proposal_is_not(database: Database) -> None:
    store = SqlDirectoryChanges(database)
    for purpose in Purpose:
        waits = Draft(
            id=purpose.value, purpose=purpose, partnership=WEST, revision=1, swaps=(), at=AT, by=ADMIN.id, name="Ash"
        )
        await store.keep(waits)
    await store.forget(Purpose.IMPORT, before=AT + timedelta(days=1))
    assert await store.draft("import") is None
    assert await store.draft("proposal") is not None


async def test_what_is_declined_is_kept_with_its_answer_once_and_can_no_longer_be_made(database: Database) -> None:
    store, made = SqlDirectoryChanges(database), held_by("Briar Holloway")
    waits = Draft(
        id="d1", purpose=Purpose.PROPOSAL, partnership=WEST, revision=1, swaps=made.swaps, at=AT, by="b", name="Eden"
    )
    await store.keep(replace(waits, origin=EAST))
    answered = Answered(at=AT, by=ADMIN.id, name="Ash", why="Not yet.")
    declined = replace(waits, purpose=Purpose.DECLINED, origin=EAST, answered=answered)
    audited = Audited(at=AT, admin=ADMIN.id, partnership=WEST, what="proposal.refused", about="draft:d1")
    assert [await store.decline(declined, audited) for _ in range(2)] == [True, False]
    assert len(await database.read(lambda connection: connection.execute(select(AUDITS.c.number)).all())) == 1
    assert await store.drafts(WEST, Purpose.PROPOSAL) == ()
    assert await store.drafts(WEST, Purpose.DECLINED) == await store.asked_by(EAST) == (declined,)
    assert await store.commit(change(made, uses="d1")) is None


async def test_what_waits_for_a_second_admin_takes_the_imports_place_or_is_not_kept(database: Database) -> None:
    store, made = SqlDirectoryChanges(database), held_by("Briar Holloway")
    imported = Draft(
        id="i1", purpose=Purpose.IMPORT, partnership=WEST, revision=1, swaps=made.swaps, at=AT, by="a", name="Ash"
    )
    await store.keep(imported)
    waits = [replace(imported, id=f"d{number}", purpose=Purpose.APPROVAL) for number in range(2)]
    assert [await store.keep(one, uses="i1") for one in waits] == [True, False]
    assert await store.draft("i1") is None
    assert await store.drafts(WEST, Purpose.APPROVAL) == (waits[0],)


async def test_changes_are_listed_by_revision_with_how_many_rows_each_has_and_page_by_page(database: Database) -> None:
    store, first = SqlDirectoryChanges(database), held_by("Briar Holloway")
    second = held_by("Corin Meadowes", first.entries)
    both = replace(second, swaps=(*second.swaps, *held_by("Alder", second.entries, key=TEAM_MANAGER).swaps))
    await store.commit(change(first))
    await store.commit(change(both, expected=2))
    found = await store.revisions(WEST, before=None, most=10)
    assert [(rows, one.revision) for rows, one in found] == [(2, 3), (1, 2)]
    assert [one.revision for _, one in await store.revisions(WEST, before=3, most=10)] == [2]


async def test_a_change_of_many_rows_is_whole_in_the_history_and_counted_in_the_audit(database: Database) -> None:
    store, standing = SqlDirectoryChanges(database), demonstration()
    posts = [key for agency in standing.agencies for key, _, _ in rows_of(agency) if key.kind is Kind.POST]
    swaps: list[Swap] = []
    for key in posts[: MOST_AUDITED + 10]:
        post = row_at(standing, key)
        assert isinstance(post, Post)
        swaps.extend(setting(standing, key, replace(post, phone="01632 960999")))
    many = edit(standing, swaps, policies=rules().newest)
    assert isinstance(many, Edited)
    await store.commit(change(many))
    assert len(await store.of_revision(2)) == MOST_AUDITED + 10
    audited = await database.read(lambda connection: connection.execute(select(AUDITS.c.body)).scalars().all())
    assert len(audited) == MOST_AUDITED + 1
    assert b"60 rows in all" in audited[-1]


@pytest.mark.timeout(60 + RACES)
async def test_a_decision_stands_on_one_revision_whatever_is_changed_meanwhile(database: Database) -> None:
    store, directories, raced = SqlDirectoryChanges(database), SqlDirectories(database), 0
    holders = (Holder(name="Taylor Willowby", address=CONTACT), Holder(name="Briar Holloway", address=f"b.{CONTACT}"))

    async def changes() -> None:
        for _ in range(_TOGETHER):
            revision = await directories.revision()
            assert revision is not None
            entries = read_entries(await directories.at(revision) or b"")
            post = row_at(entries, TEAM_MANAGER)
            assert isinstance(post, Post)
            other = holders[1] if post.holders[0].address == CONTACT else holders[0]
            swaps = setting(entries, TEAM_MANAGER, replace(post, holders=(other,)))
            made = edit(entries, swaps, policies=rules().newest)
            assert isinstance(made, Edited), made
            assert await store.commit(change(made, expected=revision)) == revision + 1

    async def submissions(router: RouterWorld) -> None:
        for _ in range(_TOGETHER):
            router.clock.advance(timedelta(days=1))
            page = router.page()
            await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
            await page.raise_escalation(code=page.code())

    while raced < RACES:
        router = RouterWorld(directories=directories)
        await asyncio.gather(changes(), submissions(router))
        escalations = router.world.escalations
        decisions = [one for ref in await escalations.decided() for one in await escalations.decisions(ref)]
        assert len({one.directory_revision for one in decisions}) > 1
        said = await replay(world=router.world)
        assert said.code == 0, said.problems
        raced += _TOGETHER


async def test_the_migration_makes_the_tables_that_the_code_reads(database: Database) -> None:
    tables = (DIRECTORY_CHANGES, DIRECTORY_DRAFTS)

    def columns(connection: Connection) -> dict[str, set[tuple[str, bool]]]:
        looked = inspect(connection)
        return {one.name: {(c["name"], c["nullable"]) for c in looked.get_columns(one.name)} for one in tables}

    expected = {one.name: {(c.name, bool(c.nullable)) for c in one.columns} for one in tables}
    assert await database.read(columns) == expected

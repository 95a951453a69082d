"""What a store promises, on both databases."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)

from shared.failures import Code, Transient
from shared.inbox import already_in, inbox_table, settled_among, take_in
from shared.outbox import outbox_table, owe
from shared.store import Database, Prepared, StoreFault, UtcDateTime, insert_each_once, insert_once, migrate
from shared.terms import MessageId

METADATA = MetaData()
INBOX = inbox_table(METADATA)
OUTBOX = outbox_table(METADATA)
CHILDREN = Table(
    "things",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(20), unique=True),
    Column("parent", Integer, ForeignKey("things.id")),
    Column("at", UtcDateTime),
)
KINDS = Table(
    "kinds",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime),
    Column("yes", Boolean),
    Column("raw", LargeBinary),
)
KEEP = Prepared(insert(KINDS).inline(), columns=("id", "at", "yes", "raw"))
KEPT = Prepared(select(KINDS).where(KINDS.c.at == bindparam("then", type_=UtcDateTime)))
SAID = Prepared(
    update(KINDS).where(and_(KINDS.c.id == bindparam("known"), KINDS.c.yes.is_(False))), columns=("yes", "raw")
)
NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, UTC)

MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("made", sa.Column("id", sa.Integer, primary_key=True))
"""


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url)
    await made.write(METADATA.create_all)
    yield made
    await made.close()


def insert(name: str, **more: object) -> object:
    return lambda connection: connection.execute(CHILDREN.insert().values(name=name, **more))


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(CHILDREN)).scalar_one()


async def test_what_was_written_is_read(database: Database) -> None:
    await database.write(insert("one"))
    assert await database.read(count) == 1


async def test_work_that_fails_leaves_nothing_and_its_failure_is_told(database: Database) -> None:
    def work(connection: Connection) -> None:
        connection.execute(CHILDREN.insert().values(name="one"))
        raise KeyError("ours")

    with pytest.raises(KeyError):
        await database.write(work)
    assert await database.read(count) == 0


async def test_of_those_committed_together_one_failing_undoes_itself_alone(database: Database) -> None:
    blocked = threading.Event()
    names = ["a", "b", "a", "c"]

    def hold(_: Connection) -> None:
        blocked.wait(5)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(database.write(hold))
        outcomes = [asyncio.ensure_future(database.write(insert(name))) for name in names]
        await asyncio.sleep(0)
        blocked.set()
    told = await asyncio.gather(*outcomes, return_exceptions=True)
    failed = [one for one in told if isinstance(one, Exception)]
    assert [type(one) for one in failed] == [Transient]
    assert await database.read(count) == 3


async def test_a_second_row_with_the_key_is_a_conflict(database: Database) -> None:
    await database.write(insert("one"))
    with pytest.raises(Transient) as failure:
        await database.write(insert("one"))
    assert failure.value.code is Code.STORE_CONFLICT


async def test_a_broken_rule_is_a_bug_and_shows_no_value(database: Database) -> None:
    with pytest.raises(StoreFault) as failure:
        await database.write(insert("CANARY", parent=99))
    assert "CANARY" not in repr(failure.value)
    assert failure.value.__cause__ is None
    assert failure.value.__context__ is None or failure.value.__suppress_context__


async def test_increments_at_once_are_all_counted(database: Database) -> None:
    await database.write(insert("0", parent=None))

    def increment(connection: Connection) -> None:
        name = connection.execute(select(CHILDREN.c.name)).scalar_one()
        connection.execute(CHILDREN.update().values(name=str(int(name) + 1)))

    async def until_done() -> None:
        while True:
            try:
                return await database.write(increment)
            except Transient:
                continue

    await asyncio.gather(*(until_done() for _ in range(12)))
    assert await database.read(lambda connection: connection.execute(select(CHILDREN.c.name)).scalar_one()) == "12"


async def test_instants_come_back_aware_and_in_utc(database: Database) -> None:
    await database.write(insert("one", at=NOON.astimezone(timezone(timedelta(hours=1)))))
    read = await database.read(lambda connection: connection.execute(select(CHILDREN.c.at)).scalar_one())
    assert read == NOON
    assert read.utcoffset() == timedelta(0)


async def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StoreFault):
        await database.write(insert("one", at=NOON.replace(tzinfo=None)))


async def test_insert_once_says_whether_it_did(database: Database) -> None:
    row = {"id": 1, "name": "one"}
    assert await database.write(lambda connection: insert_once(connection, CHILDREN, row))
    assert not await database.write(lambda connection: insert_once(connection, CHILDREN, row))


async def test_what_is_there_is_passed_over_and_the_rest_inserted(database: Database) -> None:
    rows = [{"id": number, "name": str(number)} for number in (1, 2, 3)]
    await database.write(lambda connection: insert_each_once(connection, CHILDREN, rows[:1]))
    await database.write(lambda connection: insert_each_once(connection, CHILDREN, rows))
    assert await database.read(count) == 3


async def test_a_prepared_statement_keeps_instants_truths_and_bytes(database: Database) -> None:
    row = {"id": 1, "at": NOON.astimezone(timezone(timedelta(hours=5))), "yes": True, "raw": b"\0a"}
    await database.write(lambda connection: KEEP.run_each(connection, [row, {**row, "id": 2, "raw": None}]))
    kept = await database.read(lambda connection: KEPT.rows(connection, {"then": NOON}))
    assert sorted((one[0], *one[1:]) for one in kept if one[3]) == [(1, NOON, True, b"\0a")]
    assert [one[3] for one in kept if one[0] == 2] == [None]
    assert all(one[1].utcoffset() == timedelta(0) for one in kept)


async def test_a_prepared_update_says_how_many_rows_it_changed(database: Database) -> None:
    row = {"id": 1, "at": NOON, "yes": False, "raw": None}
    await database.write(lambda connection: KEEP.run(connection, row))
    change = {"known": 1, "yes": True, "raw": b"b"}
    assert await database.write(lambda connection: SAID.run(connection, change)) == 1
    assert await database.write(lambda connection: SAID.run(connection, change)) == 0


async def test_a_prepared_statement_fails_as_any_other(database: Database) -> None:
    row = {"id": 1, "at": NOON, "yes": False, "raw": None}
    await database.write(lambda connection: KEEP.run(connection, row))
    with pytest.raises(Transient) as caught:
        await database.write(lambda connection: KEEP.run(connection, row))
    assert caught.value.code is Code.STORE_CONFLICT
    with pytest.raises(StoreFault):
        await database.write(lambda connection: KEEP.run(connection, {**row, "at": NOON.replace(tzinfo=None)}))


async def test_a_read_that_failed_hinders_no_later_one(database: Database) -> None:
    def bug(connection: Connection) -> None:
        count(connection)
        raise LookupError

    for _ in range(8):  # each reader's turn
        with pytest.raises(LookupError):
            await database.read(bug)
    await database.write(insert("one"))
    assert [await database.read(count) for _ in range(8)] == [1] * 8


async def test_a_message_taken_in_is_in(database: Database) -> None:
    await database.write(lambda connection: take_in(connection, INBOX, message=MessageId("m1"), at=NOON))
    assert await database.read(lambda connection: already_in(connection, INBOX, MessageId("m1")))
    assert not await database.read(lambda connection: already_in(connection, INBOX, MessageId("m2")))


async def test_of_two_takings_at_once_one_has_its_effect(database: Database) -> None:
    def work(connection: Connection) -> None:
        connection.execute(CHILDREN.insert().values(parent=None))
        take_in(connection, INBOX, message=MessageId("m1"), at=NOON)

    told = await asyncio.gather(*(database.write(work) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, Transient) for one in told) == 3
    assert await database.read(count) == 1


async def test_a_parked_message_keeps_its_frame_and_may_be_parked_again(database: Database) -> None:
    def park(connection: Connection) -> None:
        take_in(connection, INBOX, message=MessageId("m1"), at=NOON, code=Code.CANNOT_OPEN, subject="s", frame=b"f")

    await database.write(park)
    await database.write(park)
    row = await database.read(lambda connection: connection.execute(select(INBOX)).one())
    assert (row.message, row.code, row.subject, row.frame) == ("m1", "envelope.cannot-open", "s", b"f")


async def test_settled_are_those_handled_and_those_parked(database: Database) -> None:
    def work(connection: Connection) -> None:
        take_in(connection, INBOX, message=MessageId("done"), at=NOON)
        take_in(connection, INBOX, message=MessageId("parked"), at=NOON, code=Code.BUG)

    await database.write(work)
    asked = [MessageId("done"), MessageId("parked"), MessageId("never")]
    settled = await database.read(lambda connection: settled_among(connection, INBOX, asked))
    assert set(settled) == {"done", "parked"}


async def test_owing_the_same_id_twice_is_one_row(database: Database) -> None:
    def work(connection: Connection) -> None:
        owe(connection, OUTBOX, message=MessageId("m1"), subject="s", body=b"b", at=NOON)

    await database.write(work)
    await database.write(work)
    assert len(await database.read(lambda connection: connection.execute(select(OUTBOX)).all())) == 1


async def test_what_was_committed_is_there_after_reopening(database_url: str) -> None:
    first = Database(database_url)
    await first.write(METADATA.create_all)
    await first.write(insert("one"))
    await first.close()
    second = Database(database_url)
    assert await second.read(count) == 1
    await second.close()


async def test_migrating_twice_is_once(database_url: str, tmp_path: Path) -> None:
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "0001_first.py").write_text(MIGRATION)
    await asyncio.to_thread(migrate, database_url, scripts=versions.parent)
    await asyncio.to_thread(migrate, database_url, scripts=versions.parent)
    database = Database(database_url)
    await database.write(lambda connection: connection.exec_driver_sql("INSERT INTO made VALUES (1)"))
    await database.close()


async def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'no' / 'such.db'}", f"postgresql+psycopg://nobody@/none?host={tmp_path}"):
        database = Database(url)
        with pytest.raises(Transient) as failure:
            await database.read(lambda connection: None)
        assert failure.value.code is Code.STORE_UNAVAILABLE
        with pytest.raises(Transient):
            await database.write(lambda connection: None)
        await database.close()

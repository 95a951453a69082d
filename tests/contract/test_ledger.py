"""The Ledger port, on SQLite and on PostgreSQL: what it promises about letters, reports and crashes."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Sequence

import msgspec
import pytest_asyncio
import sqlalchemy as sa
from notifier_world import LANES, NOW, letter
from sqlalchemy import select

from services.notifier.adapters.ledger import SqlLedger
from services.notifier.adapters.tables import CONTENTS, INBOX, LETTERS, METADATA, MIGRATIONS, OUTBOX
from services.notifier.domain.life import Happening
from services.notifier.domain.outcome import Attempt, Outcome, change_after
from services.notifier.domain.relay import UP, RelayState
from services.notifier.ports import Aside, NewLetter, Plan
from shared.failures import Code, Transient
from shared.messages import MailState, Message, NoticeDue, NoticeKind, NoticeReported, Parked, Sealed
from shared.store import Database, migrate
from shared.terms import EscalationRef, KeyId, MessageId, NoticeId, PartnershipId
from tests.migrated import migrated

MINUTE = dt.timedelta(minutes=1)
ACCEPTED = Outcome(happening=Happening.ACCEPTED, code="250", answered=True)
DEFERRED = Outcome(happening=Happening.DEFERRED, code="451 4.2.0", answered=True)
BROKEN = Outcome(happening=Happening.BROKEN, code="disconnected", answered=False)
DOWN = Outcome(happening=Happening.RELAY_FAILED, code="disconnected", answered=False)
_DECODE: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


class Book:
    """A ledger and the few things the tests ask of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ledger = SqlLedger(database)

    async def put(self, one: NewLetter) -> bool:
        return await self.ledger.put(one, message=MessageId(one.id), at=NOW)

    async def begin(self, at: dt.datetime = NOW, **changes: object) -> Sequence[Attempt]:
        return await self.ledger.turn(msgspec.structs.replace(Plan(at=at, relay=UP, lanes=LANES), **changes))

    async def end(self, attempt: Attempt, outcome: Outcome, at: dt.datetime = NOW) -> None:
        change = change_after(attempt, outcome, at)
        await self.ledger.turn(Plan(at=at, relay=UP, lanes=LANES, changes=[change], begin=False))

    async def told(self) -> list[Message]:
        query = select(OUTBOX.c.body).order_by(OUTBOX.c.owed_at)
        bodies = await self.database.read(lambda connection: connection.execute(query).scalars().all())
        return [_DECODE.decode(body) for body in bodies]

    async def states_told(self) -> list[str]:
        return sorted(one.state.value for one in await self.told() if isinstance(one, NoticeReported))


@pytest_asyncio.fixture
async def book(database_url: str) -> AsyncIterator[Book]:
    migrated(database_url, scripts=MIGRATIONS)
    database = Database(database_url)
    yield Book(database)
    await database.close()


def test_the_migrations_make_the_tables_that_the_code_uses(database_url: str) -> None:
    migrate(database_url, scripts=MIGRATIONS)
    engine = sa.create_engine(database_url)
    found = sa.MetaData()
    found.reflect(engine)
    engine.dispose()
    made = {table.name: _shape(table) for table in found.tables.values() if table.name != "alembic_version"}
    assert made == {table.name: _shape(table) for table in METADATA.tables.values()}


def _shape(table: sa.Table) -> object:
    columns = sorted((column.name, column.nullable, column.primary_key) for column in table.columns)
    indexes = sorted(tuple(column.name for column in index.columns) for index in table.indexes)
    return columns, indexes


async def test_a_letter_is_written_once_however_often_its_message_comes(book: Book) -> None:
    one = letter(1)
    assert await book.put(one)
    assert not await book.put(one)
    assert not await book.ledger.put(one, message=MessageId("another-message"), at=NOW)
    assert len(await book.begin()) == 1


async def test_two_deliveries_at_once_write_one_letter(book: Book) -> None:
    one = letter(1)
    written = await asyncio.gather(*(book.put(one) for _ in range(4)), return_exceptions=True)
    assert [result for result in written if result is True] == [True]
    assert all(isinstance(result, bool | Transient) for result in written)


async def test_what_is_begun_is_not_begun_again(book: Book) -> None:
    await book.put(letter(1))
    (attempt,) = await book.begin()
    assert attempt.number == 1
    assert attempt.content == letter(1).content
    assert await book.begin(NOW + 10 * MINUTE) == ()


async def test_every_attempt_has_the_same_bytes(book: Book) -> None:
    await book.put(letter(1))
    at, seen = NOW, set()
    for _ in range(5):
        (attempt,) = await book.begin(at)
        seen.add(attempt.content)
        await book.end(attempt, BROKEN, at)
        at += dt.timedelta(hours=1)
    assert seen == {letter(1).content}
    bodies = await book.database.read(lambda connection: connection.execute(select(CONTENTS.c.content)).all())
    assert len(bodies) == 1


async def test_an_end_and_its_report_are_one_commit(book: Book) -> None:
    await book.put(letter(1))
    (attempt,) = await book.begin()
    await book.end(attempt, ACCEPTED, NOW + MINUTE)
    (told,) = await book.told()
    assert isinstance(told, NoticeReported)
    assert (told.id, told.state.value, told.at, told.attempt) == (letter(1).id, "accepted", NOW + MINUTE, 1)
    assert await book.begin(NOW + dt.timedelta(days=1)) == ()


async def test_an_end_that_comes_too_late_changes_nothing(book: Book) -> None:
    """Another instance took the letter for lost: what the first says now is not the letter's state."""
    await book.put(letter(1))
    (attempt,) = await book.begin()
    await book.ledger.recover(at=NOW)
    (again,) = await book.begin()
    await book.end(attempt, ACCEPTED)
    assert await book.states_told() == ["ambiguous"]
    await book.end(again, ACCEPTED)
    assert await book.states_told() == ["accepted", "ambiguous"]


async def test_a_crash_makes_what_was_on_its_way_ambiguous_and_due(book: Book) -> None:
    await book.put(letter(1))
    await book.put(letter(2))
    (done, lost) = await book.begin()
    await book.end(done, ACCEPTED)
    assert await book.ledger.recover(at=NOW) == 1
    assert await book.ledger.recover(at=NOW) == 0
    (again,) = await book.begin()
    assert (again.id, again.number, again.content) == (lost.id, 2, lost.content)


async def test_another_instances_letters_are_left_alone_until_their_lease_ends(book: Book) -> None:
    await book.put(letter(1))
    await book.begin()
    other = SqlLedger(book.database, instance="two")
    assert await other.recover(at=NOW) == 0
    assert await other.recover(at=NOW + 21 * MINUTE) == 1


async def test_two_instances_never_begin_the_same_letter(book: Book) -> None:
    for number in range(40):
        await book.put(letter(number, to=f"p{number}@a{number}.example"))
    ledgers = [SqlLedger(book.database, instance=str(number)) for number in range(4)]
    plan = Plan(at=NOW, relay=UP, lanes=LANES)
    turns = await asyncio.gather(*(ledger.turn(plan) for ledger in ledgers), return_exceptions=True)
    begun = [attempt.id for turn in turns if not isinstance(turn, BaseException) for attempt in turn]
    assert all(isinstance(turn, Transient) for turn in turns if isinstance(turn, BaseException))
    assert len(begun) == len(set(begun)) > 0


async def test_a_letter_past_its_time_is_reported_and_never_begun(book: Book) -> None:
    await book.put(letter(1, preview="sign-in-code"))
    late = NOW + 30 * MINUTE
    assert await book.begin(late) == ()
    assert await book.ledger.sweep(at=late, relay_up=True) == 0
    assert await book.states_told() == ["expired"]


async def test_a_delay_is_reported_once_and_only_while_the_relay_works(book: Book) -> None:
    await book.put(letter(1, to="priya@council.example"))
    await book.put(letter(2, to="jo@oakfield.example"))
    by_domain = {attempt.domain: attempt for attempt in await book.begin()}
    await book.end(by_domain["council.example"], DEFERRED)
    await book.end(by_domain["oakfield.example"], ACCEPTED)
    await book.ledger.sweep(at=NOW + 16 * MINUTE, relay_up=False)
    assert await book.states_told() == ["accepted"]
    for minutes in (16, 17, 18):
        await book.ledger.sweep(at=NOW + minutes * MINUTE, relay_up=True)
    assert await book.states_told() == ["accepted", "delayed"]


async def test_when_the_relay_comes_back_everything_may_go_and_clocks_start_again(book: Book) -> None:
    await book.put(letter(1, to="priya@council.example"))
    await book.put(letter(2, to="jo@oakfield.example"))
    by_domain = {attempt.domain: attempt for attempt in await book.begin()}
    await book.end(by_domain["oakfield.example"], ACCEPTED)
    await book.end(by_domain["council.example"], DEFERRED)
    down = RelayState(down_since=NOW, failures=1, probe_at=NOW)
    await book.begin(relay=down, tell_relay=True, begin=False)
    assert await book.ledger.relay() == down
    back = NOW + 14 * MINUTE
    (again,) = await book.begin(back, relay=UP, tell_relay=True)
    assert again.deferred_since == back
    await book.end(again, DEFERRED, back)
    await book.ledger.sweep(at=back + 14 * MINUTE, relay_up=True)
    assert await book.states_told() == ["accepted"]
    assert [one.since for one in await book.told() if isinstance(one, MailState)] == [NOW, None]


async def test_the_relays_failure_is_no_setback_of_a_letter(book: Book) -> None:
    await book.put(letter(1))
    for _ in range(9):
        (attempt,) = await book.begin()
        assert attempt.setbacks == 0
        await book.end(attempt, DOWN)
    assert await book.told() == []


async def test_full_domains_hide_no_others_behind_them(book: Book) -> None:
    for number in range(150):
        await book.put(letter(number, to=f"p{number}@dead.example"))
    await book.put(letter(999, to="jo@oakfield.example"))
    begun = await book.begin(under_way=["dead.example"], troubled=frozenset({"dead.example"}))
    assert [attempt.domain for attempt in begun] == ["oakfield.example"]


async def test_a_notice_that_cannot_be_said_is_reported_once(book: Book) -> None:
    due = NoticeDue(
        id=NoticeId("n1"),
        ref=EscalationRef("WS-7K3-QM9-PX8"),
        partnership=PartnershipId("west-sussex"),
        kind=NoticeKind.ACT,
        notice=Sealed(key=KeyId("k"), sealed=b""),
    )
    for _ in range(2):
        await book.ledger.cannot_say(due, message=MessageId("m1"), at=NOW)
    assert await book.states_told() == ["unrenderable"]


async def test_what_is_set_aside_is_kept_whole_and_reported_once(book: Book) -> None:
    aside = Aside(
        message=MessageId("m1"), subject="notices.west-sussex.WS-7K3-QM9-PX8", frame=b"frame", code=Code.CANNOT_OPEN
    )
    for _ in range(2):
        await book.ledger.set_aside(aside, at=NOW)
    (told,) = await book.told()
    assert isinstance(told, Parked)
    assert (told.message, told.code, told.partnership) == ("m1", "envelope.cannot-open", "west-sussex")
    row = await book.database.read(lambda connection: connection.execute(select(INBOX)).one())
    assert (row.frame, row.code) == (b"frame", "envelope.cannot-open")


async def test_what_a_settled_letter_said_is_deleted_after_a_time_and_that_it_went_stays(book: Book) -> None:
    await book.put(letter(1))
    await book.put(letter(2, to="sam.carter@other.example"))
    begun = {attempt.to: attempt for attempt in await book.begin()}
    await book.end(begun["priya.nair@council.example"], ACCEPTED)
    await book.end(begun["sam.carter@other.example"], DEFERRED)
    assert await book.ledger.forget(settled_before=NOW) == 0
    assert await book.ledger.forget(settled_before=NOW + MINUTE) == 1
    assert await book.ledger.forget(settled_before=NOW + MINUTE) == 0
    held = await book.database.read(lambda connection: connection.execute(select(CONTENTS.c.letter)).scalars().all())
    assert held == [begun["sam.carter@other.example"].id]
    states = await book.database.read(lambda connection: connection.execute(select(LETTERS.c.state)).scalars().all())
    assert sorted(states) == ["accepted", "temporary"]
    assert await book.put(letter(1)) is False

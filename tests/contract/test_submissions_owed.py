"""What intake owes to router, on both databases: the message is made of the stored row, the same each time."""

import base64
import hashlib
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import Connection, MetaData, select

from services.intake.adapters.owed import SubmissionsOwed, message_id
from services.intake.adapters.pressing import Head, Press
from services.intake.adapters.tables import MIGRATIONS, OWED, SUBMISSIONS
from services.intake.adapters.writing import write_together
from services.intake.domain.envelope import Envelope, Incoming
from shared.messages import SubmissionReceived
from shared.outbox import outbox_table
from shared.receipts import Signer
from shared.references import mint_reference
from shared.store import Database, migrate
from shared.terms import Digest
from tests.intake_world import as_bytes, envelope_json
from tests.migrated import migrated

NOON = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)
PRESS = Press(chain="c", signer=Signer.generate(), mint=mint_reference)
ROWS = SubmissionsOwed()


def posted() -> Incoming:
    """An envelope as it is posted, whole."""
    body = as_bytes(envelope_json())
    envelope = msgspec.json.decode(body, type=Envelope)
    return Incoming(envelope=envelope, body=body, digest=Digest(hashlib.sha256(body).hexdigest()), prefix="WS")


def accept(connection: Connection, count: int) -> list[Incoming]:
    """Store so many at one minute's distance from each other, as the vault does."""
    head, accepted = Head(), []
    for number in range(count):
        accepted.append(posted())
        pressed = PRESS.press(accepted[-1], at=NOON + timedelta(minutes=number), after=head)
        write_together(connection, [pressed])
        head = pressed.head
    return accepted


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    migrated(database_url, scripts=MIGRATIONS)
    database = Database(database_url)
    yield database
    await database.close()


async def test_the_message_holds_what_was_posted_and_what_was_receipted(database: Database) -> None:
    [incoming] = await database.write(lambda connection: accept(connection, 1))
    [due] = await database.read(lambda connection: ROWS.due(connection, 64))
    stored = await database.read(lambda connection: connection.execute(select(SUBMISSIONS)).one())
    message = msgspec.json.decode(due.body, type=SubmissionReceived)
    whole = msgspec.json.decode(incoming.body)
    assert due.message == message_id(incoming.envelope.submission)
    assert due.subject == f"submissions.west-sussex.{stored.reference}"
    assert (message.submission, message.ref) == (incoming.envelope.submission, stored.reference)
    assert (message.partnership, message.form, message.form_version) == ("west-sussex", "monitoring-form", 1)
    assert (message.accepted_at, message.envelope_digest) == (NOON, incoming.digest)
    assert (message.facts.key, message.facts.sealed) == ("facts-1", base64.b64decode(whole["facts"]["sealed"]))
    assert message.record_digest == hashlib.sha256(base64.b64decode(whole["record"])).hexdigest()


async def test_the_oldest_are_due_first_and_only_so_many(database: Database) -> None:
    accepted = await database.write(lambda connection: accept(connection, 5))
    due = await database.read(lambda connection: ROWS.due(connection, 3))
    assert [one.message for one in due] == [message_id(one.envelope.submission) for one in accepted[:3]]
    assert await database.read(ROWS.oldest) == NOON


async def test_what_was_published_is_owed_until_it_is_forgotten(database: Database) -> None:
    accepted = await database.write(lambda connection: accept(connection, 3))
    [first, second, third] = await database.read(lambda connection: ROWS.due(connection, 64))
    later = NOON + timedelta(hours=1)
    await database.write(lambda connection: ROWS.published(connection, [first.place, second.place], at=later))
    assert await database.read(lambda connection: ROWS.due(connection, 64)) == [third]
    assert await database.read(lambda connection: ROWS.owed(connection, before=NOON - timedelta(seconds=1))) == []
    [one, two] = await database.read(lambda connection: ROWS.owed(connection, before=later))
    assert (one.place, one.message, one.subject, one.published_at, one.times) == (
        first.place, first.message, first.subject, later, 1,
    )  # fmt: skip
    await database.write(lambda connection: ROWS.forget(connection, [one.place]))
    await database.write(lambda connection: ROWS.owe_again(connection, [two.place]))
    assert await database.read(lambda connection: ROWS.due(connection, 64)) == [second, third]
    assert await database.read(ROWS.oldest) == NOON + timedelta(minutes=1)
    assert len(accepted) == 3


@pytest.mark.parametrize("left", [None, b"{"])
async def test_an_envelope_that_can_no_longer_be_read_travels_empty_and_holds_up_no_other(
    database: Database, left: bytes | None
) -> None:
    await database.write(lambda connection: accept(connection, 3))
    damage = SUBMISSIONS.update().where(SUBMISSIONS.c.number == 2).values(envelope=left)
    await database.write(lambda connection: connection.execute(damage).rowcount)
    due = await database.read(lambda connection: ROWS.due(connection, 64))
    assert [bool(one.body) for one in due] == [True, False, True]


async def test_what_the_outbox_owed_before_is_still_owed_under_the_same_ids(database_url: str, tmp_path: Path) -> None:
    before = tmp_path / "scripts/versions"
    before.mkdir(parents=True)
    for script in ("0001_submissions.py", "0002_releases.py"):
        shutil.copy(MIGRATIONS / "versions" / script, before)
    migrate(database_url, scripts=tmp_path / "scripts")
    database = Database(database_url)
    submissions = await database.write(_store_as_it_was)
    await database.close()
    migrate(database_url, scripts=MIGRATIONS)
    database = Database(database_url)
    rows = await database.read(lambda connection: list(connection.execute(select(OWED).order_by(OWED.c.number))))
    due = await database.read(lambda connection: ROWS.due(connection, 64))
    await database.close()
    assert [tuple(row) for row in rows] == [("c", 1, NOON, None, 0), ("c", 2, NOON, NOON, 3)]
    assert [one.message for one in due] == [message_id(submissions[0])]


def _store_as_it_was(connection: Connection) -> list[Any]:
    """Three submissions; the first is due, the second was published thrice, the third is settled."""
    submissions = []
    for number in (1, 2, 3):
        pressed = PRESS.press(posted(), at=NOON, after=Head(number - 1))
        row = dict(zip(SUBMISSIONS.columns.keys(), pressed.row, strict=True))
        connection.execute(SUBMISSIONS.insert().values(row))
        submissions.append(row["submission"])
    outbox = outbox_table(MetaData())
    owed = {"subject": "s", "body": b"b", "owed_at": NOON}
    for submission, published_at, times in ((submissions[0], None, 0), (submissions[1], NOON, 3)):
        row = owed | {"message": message_id(submission), "published_at": published_at, "times": times}
        connection.execute(outbox.insert().values(row))
    return submissions

"""The matters in codes follow the escalations, on SQLite and PostgreSQL: only what changed is read again. Shell."""

from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest_asyncio
from sqlalchemy import Connection, inspect

from services.router.adapters.learned_store import SqlLearned
from services.router.adapters.learning_tables import LEARNED, LEARNED_FROM, LEARNING_LOG, PATTERN_DECISIONS
from services.router.adapters.store import SqlEscalations
from services.router.adapters.tables import MIGRATIONS
from services.router.domain.changes import Change, Inputs, StoredDecision
from services.router.domain.decision import Circumstances, Decision, Ruling, decision_bytes
from services.router.domain.directory import Directory
from services.router.domain.escalation import Escalation, State
from services.router.domain.learning.learned import Coded, quarter_of
from services.router.domain.life import Life
from shared.store import Database
from shared.terms import EscalationRef, SubmissionId
from tests.contract.test_router_store import AT, REF, WEST, escalation, facts
from tests.migrated import migrated
from tests.router_world import demonstration

replace = msgspec.structs.replace
NEXT = EscalationRef("WS-111-111-111")
DIRECTORY = Directory(demonstration(), revision=1)
QUARTER = quarter_of(AT.date())


class Ports:
    """The two stores on one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.learned = SqlLearned(database)
        self.escalations = SqlEscalations(database)

    async def keep(self, one: Escalation, **more: object) -> None:
        await self.escalations.commit(Change(at=AT, escalation=one, **more))  # type: ignore[arg-type]  # fields of it

    async def rows(self) -> list[Coded]:
        await self.learned.refresh(DIRECTORY)
        return await self.learned.since(WEST, AT.date() - timedelta(days=1))


@pytest_asyncio.fixture
async def ports(database_url: str) -> AsyncIterator[Ports]:
    migrated(database_url, scripts=MIGRATIONS)
    database = Database(database_url)
    yield Ports(database)
    await database.close()


def decided() -> StoredDecision:
    decision = Decision(
        ref=REF,
        partnership=WEST,
        policy="p",
        edition="1",
        directory_revision=1,
        decided_at=AT,
        ruling=Ruling.ROUTED,
        due_at=AT + timedelta(days=3),
    )
    return StoredDecision(
        ref=REF,
        number=1,
        directory_revision=1,
        policy="p",
        edition="1",
        decided_at=AT,
        inputs=Inputs(facts=facts(), circumstances=Circumstances()),
        body=decision_bytes(decision),
    )


async def test_a_matter_is_coded_from_the_directory(ports: Ports) -> None:
    await ports.keep(escalation(state=State.ROUTED))
    (row,) = await ports.rows()
    assert (row.matter, row.raised_by, row.received_on) == (REF, "education", AT.date())
    assert await ports.learned.totals(WEST) == ({QUARTER: 1}, {})


async def test_only_what_changed_is_read_again(ports: Ports) -> None:
    await ports.keep(escalation(state=State.ROUTED))
    assert await ports.learned.refresh(DIRECTORY) == 1
    assert await ports.learned.refresh(DIRECTORY) == 0
    ended = escalation(state=State.CLOSED, version=1, life=Life(closed_at=AT + timedelta(days=9)))
    await ports.keep(ended, decision=decided())
    assert await ports.learned.refresh(DIRECTORY) == 1
    assert await ports.learned.totals(WEST) == ({QUARTER: 1}, {QUARTER: 1})
    (row,) = (await ports.learned.closed(WEST, [QUARTER]))[QUARTER]
    assert row.overdue
    assert await ports.learned.closed(WEST, [QUARTER + 1]) == {}


async def test_the_stages_of_a_matter_are_one_row(ports: Ports) -> None:
    await ports.keep(escalation(state=State.MOVED_ON, life=Life(next=NEXT)))
    assert len(await ports.rows()) == 1
    after = escalation(
        NEXT, submission=SubmissionId("1" * 32), accepted_at=AT + timedelta(days=1), life=Life(matter=REF)
    )
    await ports.keep(replace(after, state=State.ROUTED))
    (row,) = await ports.rows()
    assert row.matter == REF


async def test_what_is_no_escalation_any_more_is_counted_no_more(ports: Ports) -> None:
    await ports.keep(escalation(state=State.ROUTED))
    assert len(await ports.rows()) == 1
    await ports.keep(escalation(state=State.DIVERTED, version=1))
    assert await ports.rows() == []


async def test_more_than_one_batch_is_all_taken(ports: Ports) -> None:
    for number in range(205):
        ref = EscalationRef(f"WS-{number:09}")
        await ports.keep(escalation(ref, submission=SubmissionId(f"{number:032}"), state=State.ROUTED))
    assert await ports.learned.refresh(DIRECTORY) == 205
    assert await ports.learned.totals(WEST) == ({QUARTER: 205}, {})


async def test_the_migration_makes_the_tables_as_they_are_declared(ports: Ports) -> None:
    def columns(connection: Connection) -> dict[str, set[str]]:
        found = inspect(connection)
        tables = (LEARNED, LEARNED_FROM, PATTERN_DECISIONS, LEARNING_LOG)
        return {each.name: {column["name"] for column in found.get_columns(each.name)} for each in tables}

    found = await ports.database.read(columns)
    for table in (LEARNED, LEARNED_FROM, PATTERN_DECISIONS, LEARNING_LOG):
        assert found[table.name] == {column.name for column in table.columns}

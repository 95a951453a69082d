"""One suite for what a life adds to router's store: in memory, on SQLite and on PostgreSQL it behaves alike. Shell."""

from datetime import timedelta

import msgspec
from sqlalchemy import Connection, inspect, text

from services.router.adapters.store import SqlEscalations
from services.router.adapters.tables import MIGRATIONS
from services.router.domain.changes import Change, Happened, What
from services.router.domain.escalation import Escalation, State
from services.router.domain.life import Added, Holding, Life
from shared.store import Database, migrate
from shared.terms import EscalationRef, SubmissionId
from tests.contract.test_router_store import AT, REF, WEST, Ports, conflicts, escalation
from tests.contract.test_router_store import ports as ports

replace = msgspec.structs.replace
NEXT = EscalationRef("WS-111-111-111")
OF_BEFORE = {
    *("attempts", "books", "channels", "decisions", "directories", "escalations", "history", "inbox", "mail"),
    *("notices", "outbox", "parties", "sessions", "waiting", "alembic_version"),
}
"""The tables as they were before there was a life."""
COLUMNS_OF_BEFORE = {
    "escalations": {
        *("ref", "partnership", "submission", "state", "wait_until", "version", "body"),
        *("pattern", "accepted_at", "answers"),
    },
    "history": {"number", "ref", "body"},
    "inbox": {"message", "at", "code", "subject", "frame"},
    "notices": {"id", "ref", "state", "must_act", "replaced", "body"},
}
INDEXES_OF_BEFORE = {
    *("ix_escalations_wait_until", "ix_escalations_pattern"),
    *("ix_history_ref", "ix_notices_ref", "notices_to_replace"),
}


def added(name: str = "a", **changes: object) -> Added:
    plain = Added(
        ref=REF,
        submission=SubmissionId(name),
        form="action",
        form_version=1,
        partnership=WEST,
        by="c@council.example",
        who="Taylor Willowby",
        at=AT,
        answers={"what": "decision"},
        wrapped_key=b"k",
    )
    return replace(plain, **changes)


def following(**changes: object) -> Escalation:
    one = escalation(NEXT, submission=SubmissionId("1" * 32), accepted_at=AT + timedelta(days=1))
    return replace(one, life=Life(matter=REF), **changes)


async def test_the_life_is_stored_whole_with_its_escalation(ports: Ports) -> None:
    life = Life(next=NEXT, holdings=(Holding(address="c@council.example", asked_at=AT),), prompted=("due",))
    await ports.escalations.commit(Change(at=AT, escalation=escalation(life=life, act_at=AT)))
    found = await ports.escalations.escalation(REF)
    assert found == escalation(version=1, life=life, act_at=AT)


async def test_the_stages_of_a_matter_are_found_in_their_order(ports: Ports) -> None:
    await ports.escalations.commit(Change(at=AT, escalation=following()))
    await ports.escalations.commit(Change(at=AT, escalation=escalation()))
    other = escalation(EscalationRef("WS-222-222-222"), submission=SubmissionId("2" * 32))
    await ports.escalations.commit(Change(at=AT, escalation=other))
    assert [one.ref for one in await ports.escalations.of_matter(REF)] == [REF, NEXT]
    assert await ports.escalations.of_matter(NEXT) == ()


async def test_both_stages_change_together_or_neither_does(ports: Ports) -> None:
    await ports.escalations.commit(Change(at=AT, escalation=escalation(state=State.ROUTED)))
    moved_on = escalation(state=State.MOVED_ON, version=1, life=Life(next=NEXT))
    await conflicts(ports, Change(at=AT, escalation=following(), also=(replace(moved_on, version=7),)))
    assert await ports.escalations.escalation(NEXT) is None
    await ports.escalations.commit(Change(at=AT, escalation=following(), also=(moved_on,)))
    assert [one.state for one in await ports.escalations.of_matter(REF)] == [State.MOVED_ON, State.RECEIVED]
    await conflicts(ports, Change(at=AT, also=(moved_on,)))


async def test_an_address_finds_all_that_it_has_a_part_in(ports: Ports) -> None:
    await ports.escalations.commit(Change(at=AT, escalation=following(), parties=("a@x.example", "b@x.example")))
    await ports.escalations.commit(Change(at=AT, escalation=escalation(), parties=("a@x.example",)))
    assert [one.ref for one in await ports.escalations.of_address("a@x.example")] == [REF, NEXT]
    assert [one.ref for one in await ports.escalations.of_address("b@x.example")] == [NEXT]
    assert await ports.escalations.of_address("c@x.example") == ()


async def test_a_stage_that_changes_with_another_has_its_own_party_list(ports: Ports) -> None:
    await ports.escalations.commit(Change(at=AT, escalation=escalation(), parties=("a@x.example",)))
    await ports.escalations.commit(Change(at=AT, escalation=following(), parties=("a@x.example",)))
    one, two = escalation(version=1), replace(following(), version=1)
    both = Change(at=AT, escalation=one, parties=("b@x.example",), also=(two,), also_parties=(("c@x.example",),))
    await ports.escalations.commit(both)
    assert [await ports.sessions.is_party(f"{who}@x.example", ref=REF) for who in "abc"] == [False, True, False]
    assert [await ports.sessions.is_party(f"{who}@x.example", ref=NEXT) for who in "abc"] == [False, False, True]
    await ports.escalations.commit(Change(at=AT, also=(replace(two, version=2),)))
    assert await ports.sessions.is_party("c@x.example", ref=NEXT)


async def test_what_was_added_stays_in_its_order_and_is_never_replaced(ports: Ports) -> None:
    later = added("b", at=AT + timedelta(minutes=1), record_digest=None)
    await ports.escalations.commit(Change(at=AT, added=(added(),)))
    await ports.escalations.commit(Change(at=AT, added=(later,)))
    assert await ports.escalations.added(REF) == (added(), later)
    assert await ports.escalations.added_as(SubmissionId("b")) == later
    assert await ports.escalations.added_as(SubmissionId("c")) is None
    line = Happened(ref=REF, at=AT, what=What.ACTION)
    await conflicts(ports, Change(at=AT, added=(replace(later, who="somebody else"),), happened=(line,)))
    assert await ports.escalations.added_as(SubmissionId("b")) == later
    assert await ports.escalations.history(REF) == ()


async def test_clocks_that_are_due_come_oldest_first(ports: Ports) -> None:
    for number, minutes in enumerate((3, 1, 2, None)):
        act_at = AT + timedelta(minutes=minutes) if minutes is not None else None
        one = escalation(EscalationRef(f"WS-{number}"), submission=SubmissionId(str(number)), act_at=act_at)
        await ports.escalations.commit(Change(at=AT, escalation=one))
    due = await ports.escalations.due_clocks(AT + timedelta(minutes=2), most=10)
    assert due == (EscalationRef("WS-1"), EscalationRef("WS-2"))
    assert await ports.escalations.due_clocks(AT + timedelta(days=1), most=1) == (EscalationRef("WS-1"),)
    assert await ports.escalations.due_clocks(AT, most=10) == ()


async def test_an_escalation_of_before_is_the_first_of_its_matter_and_its_clock_begins(database_url: str) -> None:
    """What earlier releases stored has no matter and no clock: the migration gives it its own."""
    migrate(database_url, scripts=MIGRATIONS)
    database = Database(database_url)
    store = SqlEscalations(database)
    await store.commit(Change(at=AT, escalation=escalation(state=State.ROUTED)))

    def back(connection: Connection) -> None:
        connection.execute(text("UPDATE escalations SET matter = NULL"))
        for later in sorted({*inspect(connection).get_table_names()} - OF_BEFORE):
            connection.execute(text(f"DROP TABLE {later}"))
        for table, columns in COLUMNS_OF_BEFORE.items():
            later_columns = {one["name"] for one in inspect(connection).get_columns(table)} - columns
            for index in inspect(connection).get_indexes(table):
                if index["name"] not in INDEXES_OF_BEFORE and not index.get("duplicates_constraint"):
                    connection.execute(text(f"DROP INDEX {index['name']}"))
            for name in sorted(later_columns):
                connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {name}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0004'"))

    await database.write(back)
    await database.close()
    migrate(database_url, scripts=MIGRATIONS)
    database = Database(database_url)
    assert [one.ref for one in await SqlEscalations(database).of_matter(REF)] == [REF]
    assert await SqlEscalations(database).due_clocks(AT, most=10) == (REF,)
    await database.close()


async def test_what_was_added_can_lose_its_record_key_and_keeps_the_rest(ports: Ports) -> None:
    await ports.escalations.commit(Change(at=AT, escalation=escalation(), added=(added(), added("b"))))
    emptied = replace(added(), wrapped_key=b"")
    await ports.escalations.commit(Change(at=AT, escalation=escalation(version=1, wrapped_key=b""), emptied=(emptied,)))
    assert await ports.escalations.added(REF) == (emptied, added("b"))


async def test_party_lists_of_both_escalations_change_together(ports: Ports) -> None:
    await ports.escalations.commit(Change(at=AT, escalation=escalation(), parties=("one@a.example",)))
    await ports.escalations.commit(Change(at=AT, escalation=following(), parties=()))
    change = Change(
        at=AT,
        escalation=escalation(version=1),
        parties=("one@a.example", "two@a.example"),
        also=(following(version=1),),
        also_parties=(("one@a.example",),),
    )
    await ports.escalations.commit(change)
    assert [one.ref for one in await ports.escalations.of_address("one@a.example")] == [REF, NEXT]
    assert [one.ref for one in await ports.escalations.of_address("two@a.example")] == [REF]

"""One suite for router's store: in memory, on SQLite and on PostgreSQL they behave alike. Shell."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import Connection, inspect

from services.router.adapters.store import SqlDirectories, SqlEscalations, SqlSessions
from services.router.adapters.tables import METADATA, MIGRATIONS
from services.router.domain.changes import (
    Change,
    Happened,
    Inputs,
    Mail,
    Owed,
    SentNotice,
    StoredDecision,
    Taken,
    What,
)
from services.router.domain.decision import Circumstances
from services.router.domain.escalation import Escalation, State, pattern_of
from services.router.domain.letters.waiting import Channel, Waiting, Why, tell
from services.router.domain.sessions import Attempt, Purpose, Session
from services.router.policy.facts import Facts, Raiser, Side
from services.router.ports import Directories, Escalations, Mailed, Met, Sessions
from shared.failures import Code, Transient
from shared.messages import NoticeKind, NoticeState
from shared.store import Database, migrate
from shared.terms import AgencyId, Digest, EscalationRef, MessageId, NoticeId, PartnershipId, SubmissionId
from tests.migrated import migrated
from tests.router_fakes import FakeDirectories, FakeEscalations, FakeSessions, Memory

replace = msgspec.structs.replace
AT = datetime(2026, 12, 21, 10, 0, tzinfo=UTC)
REF = EscalationRef("WS-7K3-QM9-PX8")
WEST = PartnershipId("west-sussex")


class Ports(NamedTuple):
    escalations: Escalations
    sessions: Sessions
    directories: Directories


@pytest_asyncio.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def ports(request: pytest.FixtureRequest, tmp_path: object) -> AsyncIterator[Ports]:
    if request.param == "memory":
        memory = Memory()
        yield Ports(FakeEscalations(memory), FakeSessions(memory), FakeDirectories(memory))
        return
    url = f"sqlite:///{tmp_path}/store.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
    migrated(url, scripts=MIGRATIONS)
    database = Database(url)
    yield Ports(SqlEscalations(database), SqlSessions(database), SqlDirectories(database))
    await database.close()


def escalation(ref: EscalationRef = REF, **changes: object) -> Escalation:
    plain = Escalation(
        ref=ref,
        partnership=WEST,
        submission=SubmissionId("0" * 32),
        form="monitoring-form",
        form_version=1,
        accepted_at=AT,
        opened_at=AT,
        facts=facts(),
    )
    return replace(plain, **changes)


def facts() -> Facts:
    return Facts(
        partnership=WEST,
        opened_at=AT,
        raiser=Raiser(name="Frankie", role="lead", address="f@school.example", phone="01632 960114"),
        raising=(Side(agency=AgencyId("oakfield-primary")),),
        receiving=(),
    )


def session(counter: int, **changes: object) -> Session:
    return replace(Session(secret=Digest("s" * 64), counter=counter, seen_at=AT), **changes)


def attempt(name: str = "a", **changes: object) -> Attempt:
    plain = Attempt(
        id=NoticeId(name),
        purpose=Purpose.CONFIRM,
        partnership=WEST,
        secret=Digest("s" * 64),
        subject="0" * 32,
        address="f@school.example",
        code=Digest("c" * 64),
        asked_at=AT,
    )
    return replace(plain, **changes)


def notice(name: str = "n", **changes: object) -> SentNotice:
    plain = SentNotice(
        id=NoticeId(name), ref=REF, partnership=WEST, kind=NoticeKind.ACT, address="c@council.example", at=AT
    )
    return replace(plain, **changes)


async def conflicts(ports: Ports, change: Change) -> None:
    with pytest.raises(Transient) as raised:
        await ports.escalations.commit(change)
    assert raised.value.code is Code.STORE_CONFLICT


async def test_an_escalation_is_found_by_reference_and_by_submission(ports: Ports) -> None:
    await ports.escalations.commit(Change(at=AT, escalation=escalation()))
    found = await ports.escalations.escalation(REF)
    assert found == escalation(version=1)
    assert await ports.escalations.of_submission(SubmissionId("0" * 32)) == found
    assert await ports.escalations.escalation(EscalationRef("WS-000-000-000")) is None


async def test_what_the_form_said_stays_as_it_was_opened(ports: Ports) -> None:
    said: dict[str, object] = {"area": "roles", "entry": ["urgent"], "timeframe": {"unit": "hours", "amount": 4}}
    await ports.escalations.commit(Change(at=AT, escalation=escalation(), answers=said))
    await ports.escalations.commit(Change(at=AT, escalation=escalation(version=1, duty_told=True)))
    assert await ports.escalations.answers(REF) == said
    assert await ports.escalations.answers(EscalationRef("WS-000-000-000")) == {}


async def test_a_row_saved_meanwhile_is_a_conflict_and_nothing_is_written(ports: Ports) -> None:
    await ports.escalations.commit(Change(at=AT, escalation=escalation()))
    await ports.escalations.commit(Change(at=AT, escalation=escalation(version=1, state=State.ROUTED)))
    line = Happened(ref=REF, at=AT, what=What.RECEIVED)
    await conflicts(ports, Change(at=AT, escalation=escalation(version=1), happened=(line,)))
    assert await ports.escalations.history(REF) == ()
    await conflicts(ports, Change(at=AT, escalation=escalation()))


async def test_one_submission_has_one_escalation(ports: Ports) -> None:
    await ports.escalations.commit(Change(at=AT, escalation=escalation()))
    await conflicts(ports, Change(at=AT, escalation=escalation(EscalationRef("WS-111-111-111"))))


async def test_a_message_taken_in_before_makes_the_whole_change_nothing(ports: Ports) -> None:
    taken = Taken(message=MessageId("m"))
    await ports.escalations.commit(Change(at=AT, taken=taken))
    await ports.escalations.commit(Change(at=AT, taken=taken, escalation=escalation()))
    assert await ports.escalations.taken(MessageId("m"))
    assert await ports.escalations.escalation(REF) is None


async def test_a_submission_is_met_by_its_message_then_by_its_escalation_then_by_its_codes(ports: Ports) -> None:
    one, message = escalation(), MessageId("m")
    codes = (attempt("a", subject=one.submission), attempt("b", subject=one.submission, asked_at=AT + timedelta(1)))
    others = (attempt("c", subject="f" * 32), attempt("d", subject=one.submission, purpose=Purpose.SIGN_IN))
    await ports.escalations.commit(Change(at=AT, attempts=(*codes, *others)))
    met = await ports.escalations.met(message, one.submission, REF)
    assert (met.taken, met.known, [code.id for code in met.attempts]) == (False, False, ["b", "a"])
    await ports.escalations.commit(Change(at=AT, escalation=one))
    elsewhere = EscalationRef("WS-111-111-111")
    assert await ports.escalations.met(message, one.submission, elsewhere) == Met(known=True)
    assert await ports.escalations.met(message, SubmissionId("e" * 32), REF) == Met(known=True)
    await ports.escalations.commit(Change(at=AT, taken=Taken(message=message)))
    assert await ports.escalations.met(message, one.submission, REF) == Met(taken=True)


async def test_parked_signatures_are_counted(ports: Ports) -> None:
    for name, code in (("a", Code.BAD_SIGNATURE), ("b", Code.CANNOT_OPEN), ("c", Code.BAD_SIGNATURE)):
        await ports.escalations.commit(Change(at=AT, taken=Taken(message=MessageId(name), code=code, frame=b"x")))
    assert await ports.escalations.parked_signatures() == 2


async def test_what_is_due_comes_oldest_first(ports: Ports) -> None:
    for number, minutes in enumerate((3, 1, 2, 9)):
        ref, until = EscalationRef(f"WS-{number}"), AT + timedelta(minutes=minutes)
        change = escalation(ref, submission=SubmissionId(str(number)), wait_until=until)
        await ports.escalations.commit(Change(at=AT, escalation=change))
    due = await ports.escalations.due(AT + timedelta(minutes=3), most=10)
    assert due == (EscalationRef("WS-1"), EscalationRef("WS-2"), EscalationRef("WS-0"))
    assert len(await ports.escalations.due(AT + timedelta(days=1), most=2)) == 2


async def test_similar_escalations_that_go_on_are_counted(ports: Ports) -> None:
    states = (State.ROUTED, State.REFERRED, State.WAITING_CONFIRMATION, State.ROUTED)
    for number, state in enumerate(states):
        ref, received = EscalationRef(f"WS-{number}"), AT - timedelta(days=400 if number == 3 else 0)
        one = escalation(ref, submission=SubmissionId(str(number)), state=state, accepted_at=received)
        await ports.escalations.commit(Change(at=AT, escalation=one))
    assert await ports.escalations.similar(pattern_of(facts()), since=AT - timedelta(days=365)) == 2
    assert await ports.escalations.similar("another", since=AT - timedelta(days=365)) == 0


async def test_decisions_and_history_keep_their_order_and_are_never_replaced(ports: Ports) -> None:
    stored = StoredDecision(
        ref=REF,
        number=1,
        directory_revision=7,
        policy="p",
        edition="e",
        decided_at=AT,
        inputs=Inputs(facts=facts(), circumstances=Circumstances()),
        body=b"{}",
    )
    for number in (1, 2):
        line = Happened(ref=REF, at=AT, what=What.DECIDED, note=str(number))
        await ports.escalations.commit(
            Change(at=AT, decision=replace(stored, number=number), happened=(line,)),
        )
    assert [one.number for one in await ports.escalations.decisions(REF)] == [1, 2]
    assert [one.note for one in await ports.escalations.history(REF)] == ["1", "2"]
    assert await ports.escalations.decided() == (REF,)
    await conflicts(ports, Change(at=AT, decision=stored))


async def test_parties_are_those_of_the_newest_decision(ports: Ports) -> None:
    await ports.escalations.commit(Change(at=AT, escalation=escalation(), parties=("a@x.example", "b@x.example")))
    await ports.escalations.commit(Change(at=AT, escalation=escalation(version=1), parties=("b@x.example",)))
    for address, party in (("a@x.example", False), ("b@x.example", True)):
        assert (await ports.sessions.mailed(address, today=AT, this_hour=AT)).party is party
        assert await ports.sessions.is_party(address, ref=REF) is party
    assert await ports.sessions.is_party("b@x.example", ref=REF)
    assert not await ports.sessions.is_party("b@x.example", ref=EscalationRef("WS-000-000-000"))


async def test_a_notice_that_is_settled_or_replaced_stays_so(ports: Ports) -> None:
    """Reports overtake one another, and each was made from the row as it was read before."""
    accepted = notice("1", must_act=True, state=NoticeState.ACCEPTED)
    gone = notice("2", must_act=True, state=NoticeState.REFUSED, replaced=True)
    await ports.escalations.commit(Change(at=AT, sent=(accepted, gone)))
    overtaken = (replace(accepted, state=NoticeState.DELAYED), replace(gone, state=NoticeState.EXPIRED, replaced=False))
    await ports.escalations.commit(Change(at=AT, sent=overtaken))
    assert await ports.escalations.notice(accepted.id) == accepted
    assert await ports.escalations.notice(gone.id) == gone
    assert await ports.escalations.passed_over(most=10) == ()


async def test_a_failed_notice_to_a_contact_waits_until_somebody_else_is_asked(ports: Ports) -> None:
    failed = notice("1", must_act=True, state=NoticeState.REFUSED)
    others = (notice("2", must_act=True, state=NoticeState.ACCEPTED), notice("3", state=NoticeState.REFUSED))
    await ports.escalations.commit(Change(at=AT, sent=(failed, *others)))
    assert await ports.escalations.passed_over(most=9) == (failed,)
    await ports.escalations.commit(Change(at=AT, sent=(replace(failed, replaced=True),)))
    assert await ports.escalations.passed_over(most=9) == ()
    assert await ports.escalations.notice(NoticeId("1")) == replace(failed, replaced=True)
    assert len(await ports.escalations.notices(REF)) == 3


async def test_a_channel_tells_each_reference_once(ports: Ports) -> None:
    channel = Channel(partnership=WEST, address="duty@x.example", urgent=False)
    waiting = Waiting(ref=REF, why=Why.INVALID, since=AT)
    for _ in range(2):
        await ports.escalations.commit(Change(at=AT, waiting=((channel, waiting),)))
    (state,) = await ports.escalations.channels()
    assert state.waiting == (waiting,)
    told = tell(state, at=AT)
    await ports.escalations.commit(Change(at=AT, told=told))
    assert await ports.escalations.channels() == ()
    await conflicts(ports, Change(at=AT, told=told))
    later = replace(waiting, ref=EscalationRef("WS-111-111-111"))
    await ports.escalations.commit(Change(at=AT, waiting=((channel, later),)))
    (state,) = await ports.escalations.channels()
    assert (state.told_at, state.mails, state.version, state.waiting) == (AT, 1, 1, (later,))


async def test_a_counter_that_does_not_rise_is_a_conflict(ports: Ports) -> None:
    await ports.escalations.commit(Change(at=AT, session=session(5)))
    for counter in (5, 4):
        await conflicts(ports, Change(at=AT, session=session(counter, address="thief@x.example")))
    await ports.escalations.commit(Change(at=AT, session=session(6)))
    assert await ports.sessions.session(Digest("s" * 64)) == session(6)


async def test_attempts_are_found_newest_first_and_tries_are_never_lost(ports: Ports) -> None:
    newer = attempt("b", asked_at=AT + timedelta(minutes=1))
    await ports.escalations.commit(Change(at=AT, attempts=(attempt(), newer)))
    found = await ports.sessions.attempts(purpose=Purpose.CONFIRM, subject="0" * 32)
    assert [one.id for one in found] == ["b", "a"]
    assert found == await ports.sessions.attempts_of(Digest("s" * 64), purpose=Purpose.CONFIRM)
    assert await ports.sessions.attempts(purpose=Purpose.SIGN_IN, subject="0" * 32) == ()
    tried = replace(found[0], tries=1)
    await ports.escalations.commit(Change(at=AT, attempts=(tried,)))
    await conflicts(ports, Change(at=AT, attempts=(tried,)))
    stored = await ports.sessions.attempt(NoticeId("b"))
    assert stored is not None
    assert (stored.tries, stored.version) == (1, 2)


async def test_codes_that_were_truly_mailed_are_counted(ports: Ports) -> None:
    attempts = (attempt("a"), attempt("b", decoy=True), attempt("c", asked_at=AT - timedelta(days=2)))
    await ports.escalations.commit(Change(at=AT, attempts=(*attempts, attempt("d", address="other@x.example"))))
    yesterday, address = AT - timedelta(days=1), "f@school.example"
    assert await ports.sessions.mailed(address, today=yesterday, this_hour=yesterday) == Mailed(1, 2, False)
    assert await ports.sessions.mailed(address, today=AT, this_hour=AT) == Mailed(0, 0, False)


async def test_old_sessions_are_forgotten(ports: Ports) -> None:
    await ports.escalations.commit(Change(at=AT, session=session(1), attempts=(attempt(),)))
    await ports.sessions.forget(before=AT)
    assert await ports.sessions.session(Digest("s" * 64)) is not None
    await ports.sessions.forget(before=AT + timedelta(seconds=1))
    assert await ports.sessions.session(Digest("s" * 64)) is None
    assert await ports.sessions.attempt(NoticeId("a")) is None


async def test_a_report_of_the_relay_that_was_overtaken_changes_nothing(ports: Ports) -> None:
    down = Mail(down_since=AT, at=AT)
    up = Mail(down_since=None, at=AT + timedelta(minutes=1))
    for mail in (down, up, down):
        await ports.escalations.commit(Change(at=AT, mail=mail))
    assert await ports.escalations.mail() == up


async def test_the_same_directory_again_keeps_its_revision(ports: Ports) -> None:
    assert await ports.directories.revision() is None
    assert [await ports.directories.add(body, at=AT) for body in (b"1", b"1", b"2", b"1")] == [1, 1, 2, 3]
    assert await ports.directories.revision() == 3
    assert (await ports.directories.at(2), await ports.directories.at(9)) == (b"2", None)


async def test_the_book_has_a_new_revision_only_when_it_says_something_new(ports: Ports) -> None:
    later = AT + timedelta(hours=1)
    assert await ports.directories.book(Digest("a"), at=AT) == (1, AT)
    assert await ports.directories.book(Digest("a"), at=later) == (1, AT)
    assert await ports.directories.book(Digest("b"), at=later) == (2, later)


async def test_the_migrations_make_the_tables_that_the_code_reads(database_url: str) -> None:
    migrate(database_url, scripts=MIGRATIONS)
    database = Database(database_url)

    def columns(connection: Connection) -> dict[str, set[tuple[str, bool]]]:
        looked = inspect(connection)
        return {name: {(c["name"], c["nullable"]) for c in looked.get_columns(name)} for name in METADATA.tables}

    expected = {name: {(c.name, bool(c.nullable)) for c in table.columns} for name, table in METADATA.tables.items()}
    assert await database.read(columns) == expected
    await database.close()


async def test_messages_owed_are_owed_once(ports: Ports) -> None:
    owed = Owed(message=MessageId("o"), subject="notices.west-sussex.x", body=b"b")
    for _ in range(2):
        await ports.escalations.commit(Change(at=AT, owed=(owed,)))

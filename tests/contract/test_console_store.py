"""The console's store, on SQLite and on PostgreSQL: once is once, and what is ended is ended. Shell."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio

from services.router.adapters.console_store import SqlAdmins
from services.router.adapters.console_tables import AUDITS
from services.router.adapters.tables import MIGRATIONS
from services.router.console.entering import new_link, new_session, told
from services.router.domain.admin.admins import Admin, AdminId, Role
from services.router.domain.admin.auditing import NOTHING_BEFORE, Audited, chained
from services.router.domain.admin.entering import Answered, Entry, Passkey, Vouched, Way
from shared.failures import Transient
from shared.store import Database
from shared.terms import Digest, PartnershipId
from tests.migrated import migrated

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HERE = PartnershipId("west-sussex")
ROBIN = Admin(id=AdminId("a" * 32), address="robin@partnership.example", name="Robin", roles={HERE: Role.MANAGER})


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    migrated(database_url, scripts=MIGRATIONS)
    made = Database(database_url)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def admins(database: Database) -> SqlAdmins:
    made = SqlAdmins(database)
    assert await made.commit(Entry(admin=ROBIN))
    return made


def answered(number: int = 1, *, count: int = 0) -> Answered:
    passkey = Passkey(id="x" * 1364, admin=ROBIN.id, public_key=b"k", count=count, label="Laptop", added_at=NOW)
    return Answered(passkey=passkey, challenge=Digest(f"{number:064x}"), ends_at=NOW + timedelta(minutes=5))


async def test_an_admin_is_found_by_id_address_and_council(admins: SqlAdmins) -> None:
    at_council = msgspec.structs.replace(ROBIN, council="https://id.example person-7")
    await admins.commit(Entry(admin=at_council))
    assert await admins.admin(ROBIN.id) == at_council
    assert await admins.at_address(" Robin@Partnership.EXAMPLE ") == at_council
    assert await admins.of_council("https://id.example person-7") == at_council
    assert await admins.of_council("") is None
    assert await admins.everybody() == (at_council,)


async def test_an_address_belongs_to_one_admin(admins: SqlAdmins) -> None:
    with pytest.raises(Transient):
        await admins.commit(Entry(admin=msgspec.structs.replace(ROBIN, id=AdminId("b" * 32))))
    assert await admins.everybody() == (ROBIN,)


async def test_of_many_who_open_a_link_together_one_is_let_in(admins: SqlAdmins) -> None:
    link = new_link(ROBIN.id, at=NOW).link
    await admins.commit(Entry(link=link))
    sessions = [new_session(ROBIN.id, Way.PASSKEY, at=NOW).session for _ in range(12)]
    done = await asyncio.gather(*(admins.commit(Entry(uses_link=link.secret, session=one)) for one in sessions))
    assert sum(done) == 1
    assert len(await admins.sessions(ROBIN.id)) == 1


async def test_a_challenge_used_twice_does_nothing_the_second_time(admins: SqlAdmins) -> None:
    assert await admins.commit(Entry(answered=answered()))
    assert not await admins.commit(
        Entry(answered=answered(count=9), session=new_session(ROBIN.id, Way.PASSKEY, at=NOW)[0])
    )
    [kept] = await admins.passkeys(ROBIN.id)
    assert (kept.count, await admins.sessions(ROBIN.id)) == (0, ())
    assert await admins.commit(Entry(answered=answered(2, count=9)))
    assert [one.count for one in await admins.passkeys(ROBIN.id)] == [9]


async def test_ending_somebody_takes_every_way_in(admins: SqlAdmins) -> None:
    session, link = new_session(ROBIN.id, Way.PASSKEY, at=NOW).session, new_link(ROBIN.id, at=NOW).link
    await admins.commit(Entry(session=session, link=link, answered=answered()))
    await admins.commit(Entry(ends=ROBIN.id, removes=ROBIN.id))
    left = (await admins.signed(session.secret), await admins.link(link.secret), await admins.passkeys(ROBIN.id))
    assert left == (None, None, ())
    assert await admins.everybody() == ()


async def test_a_new_link_given_with_a_reset_is_kept(admins: SqlAdmins) -> None:
    old, new = new_link(ROBIN.id, at=NOW).link, new_link(ROBIN.id, at=NOW).link
    await admins.commit(Entry(link=old))
    await admins.commit(Entry(ends=ROBIN.id, link=new))
    assert (await admins.link(old.secret), await admins.link(new.secret)) == (None, new)


async def test_a_session_that_was_ended_is_not_brought_back_by_being_seen(admins: SqlAdmins) -> None:
    session = new_session(ROBIN.id, Way.PASSKEY, at=NOW).session
    await admins.commit(Entry(session=session))
    await admins.touch(msgspec.structs.replace(session, seen_at=NOW + timedelta(minutes=5)))
    signed = await admins.signed(session.secret)
    assert signed is not None
    assert signed.session.seen_at == NOW + timedelta(minutes=5)
    await admins.commit(Entry(sessions_gone=(session.secret,)))
    await admins.touch(session)
    assert await admins.signed(session.secret) is None


async def test_whoever_was_ended_meanwhile_does_not_come_back_by_proving_who_they_are(admins: SqlAdmins) -> None:
    new = new_session(ROBIN.id, Way.PASSKEY, at=NOW)
    assert await admins.commit(Entry(answered=answered(1), session=new.session))
    again = msgspec.structs.replace(answered(2, count=1), known=True)
    assert await admins.commit(Entry(answered=again, session=new.session, renews=new.session.secret))
    assert await admins.commit(Entry(ends=ROBIN.id))
    proved = msgspec.structs.replace(answered(3, count=2), known=True)
    assert not await admins.commit(Entry(answered=proved, session=new_session(ROBIN.id, Way.PASSKEY, at=NOW).session))
    assert not await admins.commit(Entry(session=new.session, renews=new.session.secret))
    assert await admins.passkeys(ROBIN.id) == ()
    assert await admins.sessions(ROBIN.id) == ()


async def test_a_sign_in_at_the_council_adds_the_subject_and_undoes_nothing(admins: SqlAdmins) -> None:
    viewer = msgspec.structs.replace(ROBIN, roles={HERE: Role.VIEWER})
    await admins.commit(Entry(admin=viewer))
    session = new_session(ROBIN.id, Way.COUNCIL, at=NOW).session
    assert await admins.commit(Entry(vouched=Vouched(admin=ROBIN, subject="https://id.example 7"), session=session))
    known = msgspec.structs.replace(viewer, council="https://id.example 7")
    assert await admins.of_council("https://id.example 7") == known
    assert not await admins.commit(Entry(vouched=Vouched(admin=ROBIN, subject="https://id.example 8")))
    await admins.commit(Entry(admin=msgspec.structs.replace(known, roles={})))
    assert await admins.commit(Entry(vouched=Vouched(admin=known)))
    assert await admins.admin(ROBIN.id) == msgspec.structs.replace(known, roles={})


@pytest.mark.parametrize("subject", ["", "https://id.example 7"], ids=["known", "new"])
async def test_whoever_was_removed_meanwhile_does_not_come_back_by_the_council(admins: SqlAdmins, subject: str) -> None:
    found = ROBIN if subject else msgspec.structs.replace(ROBIN, council="https://id.example 7")
    await admins.commit(Entry(admin=found))
    await admins.commit(Entry(ends=ROBIN.id, removes=ROBIN.id))
    session = new_session(ROBIN.id, Way.COUNCIL, at=NOW).session
    assert not await admins.commit(Entry(vouched=Vouched(admin=found, subject=subject), session=session))
    assert (await admins.everybody(), await admins.sessions(ROBIN.id)) == ((), ())


async def test_only_what_is_over_is_forgotten(admins: SqlAdmins) -> None:
    old, new = (new_session(ROBIN.id, Way.PASSKEY, at=at).session for at in (NOW - timedelta(days=1), NOW))
    link = new_link(ROBIN.id, at=NOW).link
    for entry in (Entry(session=old), Entry(session=new), Entry(link=link), Entry(answered=answered())):
        await admins.commit(entry)
    await admins.forget(before=NOW)
    assert await admins.sessions(ROBIN.id) == (new,)
    assert await admins.link(link.secret) == link
    assert not await admins.commit(Entry(answered=answered()))


async def test_many_who_are_audited_at_one_time_stand_in_one_chain(admins: SqlAdmins, database: Database) -> None:
    rows = [told("signed-in", ROBIN, by=ROBIN.id, at=NOW, after=str(number)) for number in range(12)]

    async def keep(audited: tuple[Audited, ...]) -> None:
        for _ in range(50):
            try:
                await admins.commit(Entry(audited=audited))
            except Transient:  # somebody else's row took the number: PostgreSQL says so, and it is tried again
                continue
            return

    await asyncio.gather(*(keep(audited) for audited in rows))
    stored = await database.read(lambda connection: list(connection.execute(AUDITS.select().order_by(AUDITS.c.number))))
    assert [row.number for row in stored] == list(range(1, 13))
    previous = NOTHING_BEFORE
    for row in stored:
        audited = msgspec.json.decode(row.body, type=Audited)
        previous = chained(audited, number=row.number, previous=previous).digest
        assert row.digest == previous

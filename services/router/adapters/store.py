"""Escalations, sessions and directories in router's SQL database. Shell."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from services.router.adapters import snapshots
from services.router.adapters.committing import write
from services.router.adapters.console_tables import ADMINS
from services.router.adapters.lives import SqlLives
from services.router.adapters.orders import waiting_orders
from services.router.adapters.packing import packed, unpacked
from services.router.adapters.queries import (
    A_PARTY_OF,
    ATTEMPT,
    ATTEMPTS_ABOUT,
    ATTEMPTS_OF,
    BY_REF,
    BY_SUBMISSION,
    DUE,
    KNOWN,
    MAIL_NOW,
    NOTICE,
    PASSED_OVER,
    REVISION,
    SESSION,
    SIMILAR,
    first,
    read_all,
    scalars,
)
from services.router.adapters.tables import (
    ATTEMPTS,
    BOOKS,
    DECISIONS,
    DIRECTORIES,
    ESCALATIONS,
    HISTORY,
    INBOX,
    NOTICES,
    SESSIONS,
)
from services.router.domain.admin.admins import Admin, AdminId
from services.router.domain.admin.orders import Order, OrderId
from services.router.domain.changes import Change, Happened, Mail, ParkedMessage, SentNotice, StoredDecision
from services.router.domain.escalation import Escalation
from services.router.domain.letters.waiting import ChannelState
from services.router.domain.sessions import Attempt, Purpose, Session
from services.router.ports import Mailed, Met, Reported
from shared.failures import Code
from shared.inbox import already_in
from shared.store import Database
from shared.terms import Digest, EscalationRef, Instant, MessageId, NoticeId, SubmissionId

T = TypeVar("T")


class SqlEscalations(SqlLives):
    """Escalations, kept in `database`. after_commit: called when something may now be owed or waiting."""

    def __init__(self, database: Database, *, after_commit: Callable[[Change], None] = lambda _: None) -> None:
        super().__init__(database)
        self._after_commit = after_commit

    async def commit(self, change: Change) -> None:
        if await self._database.write(lambda connection: write(connection, change)):
            self._after_commit(change)

    async def taken(self, message: MessageId) -> bool:
        return await self._database.read(lambda connection: already_in(connection, INBOX, message))

    async def reported(self, message: MessageId, notice: NoticeId) -> Reported:
        return await self._database.read(lambda connection: snapshots.reported(connection, message, notice))

    async def met(self, message: MessageId, submission: SubmissionId, ref: EscalationRef) -> Met:
        return await self._database.read(lambda connection: snapshots.met(connection, message, submission, ref))

    async def is_known(self, submission: SubmissionId, ref: EscalationRef) -> bool:
        return bool(await self._scalars(KNOWN, submission=submission, ref=ref))

    async def escalation(self, ref: EscalationRef) -> Escalation | None:
        return first(await self._scalars(BY_REF, ref=ref), Escalation)

    async def of_submission(self, submission: SubmissionId) -> Escalation | None:
        return first(await self._scalars(BY_SUBMISSION, submission=submission), Escalation)

    async def answers(self, ref: EscalationRef) -> dict[str, object]:
        found = await self._scalars(select(ESCALATIONS.c.answers).where(ESCALATIONS.c.ref == ref))
        return msgspec.json.decode(found[0], type=dict[str, object]) if found and found[0] else {}

    async def similar(self, pattern: str, *, since: Instant) -> int:
        return int((await self._scalars(SIMILAR, pattern=pattern, since=since))[0])

    async def due(self, at: Instant, *, most: int) -> tuple[EscalationRef, ...]:
        return tuple(EscalationRef(ref) for ref in await self._scalars(DUE, at=at, most=most))

    async def decisions(self, ref: EscalationRef) -> tuple[StoredDecision, ...]:
        query = select(DECISIONS.c.body).where(DECISIONS.c.ref == ref).order_by(DECISIONS.c.number)
        return read_all(await self._scalars(query), StoredDecision)

    async def decided(self) -> tuple[EscalationRef, ...]:
        query = select(DECISIONS.c.ref).distinct().order_by(DECISIONS.c.ref)
        return tuple(EscalationRef(ref) for ref in await self._scalars(query))

    async def history(self, ref: EscalationRef) -> tuple[Happened, ...]:
        query = select(HISTORY.c.body).where(HISTORY.c.ref == ref).order_by(HISTORY.c.number)
        return read_all(await self._scalars(query), Happened)

    async def notice(self, notice: NoticeId) -> SentNotice | None:
        return first(await self._scalars(NOTICE, id=notice), SentNotice)

    async def notices(self, ref: EscalationRef) -> tuple[SentNotice, ...]:
        return read_all(await self._scalars(select(NOTICES.c.body).where(NOTICES.c.ref == ref)), SentNotice)

    async def passed_over(self, *, most: int) -> tuple[SentNotice, ...]:
        return read_all(await self._scalars(PASSED_OVER, most=most), SentNotice)

    async def channels(self) -> tuple[ChannelState, ...]:
        return await self._database.read(snapshots.channels)

    async def mail(self) -> Mail:
        found = read_all(await self._scalars(MAIL_NOW), Mail)
        return found[0] if found else Mail()

    async def parked(self) -> tuple[ParkedMessage, ...]:
        table = INBOX.c
        query = select(table.message, table.at, table.code, table.subject, table.frame).where(table.code.is_not(None))
        rows = await self._database.read(lambda connection: connection.execute(query.order_by(table.at)).all())
        return tuple(
            ParkedMessage(
                message=MessageId(row.message), at=row.at, code=row.code, subject=row.subject, frame=row.frame
            )
            for row in rows
        )

    async def ordered(self, *, most: int, beside: Collection[OrderId] = ()) -> tuple[Order, ...]:
        return await self._database.read(lambda connection: waiting_orders(connection, most=most, beside=beside))

    async def admin(self, admin: AdminId) -> Admin | None:
        return first(await self._scalars(select(ADMINS.c.body).where(ADMINS.c.id == admin)), Admin)

    async def parked_signatures(self) -> int:
        query = select(func.count()).select_from(INBOX).where(INBOX.c.code == Code.BAD_SIGNATURE.value)
        return int((await self._scalars(query))[0])


class SqlSessions:
    """Sessions and codes, read from `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def session(self, secret: Digest) -> Session | None:
        return first(await self._scalars(SESSION, secret=secret), Session)

    async def attempts(self, *, purpose: Purpose, subject: str) -> tuple[Attempt, ...]:
        return read_all(await self._scalars(ATTEMPTS_ABOUT, purpose=purpose.value, subject=subject), Attempt)

    async def attempts_of(self, secret: Digest, *, purpose: Purpose) -> tuple[Attempt, ...]:
        return read_all(await self._scalars(ATTEMPTS_OF, purpose=purpose.value, secret=secret), Attempt)

    async def attempt(self, attempt: NoticeId) -> Attempt | None:
        return first(await self._scalars(ATTEMPT, id=attempt), Attempt)

    async def mailed(self, address: str, *, today: Instant, this_hour: Instant) -> Mailed:
        return await self._database.read(lambda connection: snapshots.mailed(connection, address, today, this_hour))

    async def sent(self, purpose: Purpose, *, since: Instant) -> int:
        table = ATTEMPTS.c
        mailed = (table.purpose == purpose.value, table.decoy.is_(False), table.asked_at > since)
        return int((await self._scalars(select(func.count()).select_from(ATTEMPTS).where(*mailed)))[0])

    async def is_party(self, address: str, *, ref: EscalationRef) -> bool:
        return bool(await self._scalars(A_PARTY_OF, address=address, ref=ref))

    async def forget(self, *, before: Instant) -> None:
        def work(connection: Connection) -> None:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.seen_at < before))
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.asked_at < before))

        await self._database.write(work)

    async def _scalars(self, query: Any, **given: Any) -> list[Any]:
        return await self._database.read(lambda connection: scalars(connection, query, given))


class SqlDirectories:
    """Revisions of the directory and of the public book."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def revision(self) -> int | None:
        return await self._database.read(lambda connection: REVISION.scalars(connection, {})[0])

    async def at(self, revision: int) -> bytes | None:
        query = select(DIRECTORIES.c.body).where(DIRECTORIES.c.revision == revision)
        found = await self._database.read(lambda connection: connection.execute(query).scalar())
        return None if found is None else unpacked(found)

    async def add(self, body: bytes, *, at: Instant) -> int:
        def work(connection: Connection) -> int:
            newest = select(DIRECTORIES.c.revision, DIRECTORIES.c.body).order_by(DIRECTORIES.c.revision.desc())
            row = connection.execute(newest.limit(1)).first()
            if row is not None and unpacked(row.body) == body:
                return int(row.revision)
            revision = 1 if row is None else int(row.revision) + 1
            connection.execute(insert(DIRECTORIES).values(revision=revision, at=at, body=packed(body)))
            return revision

        return await self._database.write(work)

    async def book(self, digest: Digest, *, at: Instant) -> tuple[int, Instant]:
        def work(connection: Connection) -> tuple[int, Instant]:
            newest = select(BOOKS.c.revision, BOOKS.c.digest, BOOKS.c.at).order_by(BOOKS.c.revision.desc()).limit(1)
            row = connection.execute(newest).first()
            if row is not None and row.digest == digest:
                return int(row.revision), row.at
            revision = 1 if row is None else int(row.revision) + 1
            connection.execute(insert(BOOKS).values(revision=revision, digest=digest, at=at))
            return revision, at

        return await self._database.write(work)

"""Escalations, sessions and directories in router's SQL database. Shell."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, and_, delete, func, insert, select

from services.router.adapters.committing import write
from services.router.adapters.lives import SqlLives
from services.router.adapters.queries import (
    ATTEMPT,
    ATTEMPTS_ABOUT,
    ATTEMPTS_OF,
    BY_REF,
    BY_SUBMISSION,
    KNOWN,
    NOTICE,
    REVISION,
    SIMILAR,
    first,
    read_all,
)
from services.router.adapters.tables import (
    ATTEMPTS,
    BOOKS,
    CHANNELS,
    DECISIONS,
    DIRECTORIES,
    ESCALATIONS,
    HISTORY,
    INBOX,
    MAIL,
    NOTICES,
    PARTIES,
    SESSIONS,
    WAITING,
)
from services.router.domain.changes import FAILED, Change, Happened, Mail, ParkedMessage, SentNotice, StoredDecision
from services.router.domain.escalation import Escalation
from services.router.domain.sessions import Attempt, Purpose, Session
from services.router.domain.waiting import Channel, ChannelState, Waiting
from services.router.ports import Reported
from shared.failures import Code
from shared.inbox import already_in
from shared.store import Database
from shared.terms import Digest, EscalationRef, Instant, MessageId, NoticeId, PartnershipId, SubmissionId

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
        return await self._database.read(lambda connection: _reported(connection, message, notice))

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
        query = select(ESCALATIONS.c.ref).where(ESCALATIONS.c.wait_until <= at)
        found = await self._scalars(query.order_by(ESCALATIONS.c.wait_until).limit(most))
        return tuple(EscalationRef(ref) for ref in found)

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
        failed = and_(
            NOTICES.c.must_act.is_(True),
            NOTICES.c.replaced.is_(False),
            NOTICES.c.state.in_([state.value for state in FAILED]),
        )
        return read_all(await self._scalars(select(NOTICES.c.body).where(failed).limit(most)), SentNotice)

    async def channels(self) -> tuple[ChannelState, ...]:
        return await self._database.read(_channels)

    async def mail(self) -> Mail:
        found = read_all(await self._scalars(select(MAIL.c.body)), Mail)
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

    async def parked_signatures(self) -> int:
        query = select(func.count()).select_from(INBOX).where(INBOX.c.code == Code.BAD_SIGNATURE.value)
        return int((await self._scalars(query))[0])


class SqlSessions:
    """Sessions and codes, read from `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def session(self, secret: Digest) -> Session | None:
        return first(await self._scalars(select(SESSIONS.c.body).where(SESSIONS.c.secret == secret)), Session)

    async def attempts(self, *, purpose: Purpose, subject: str) -> tuple[Attempt, ...]:
        return read_all(await self._scalars(ATTEMPTS_ABOUT, purpose=purpose.value, subject=subject), Attempt)

    async def attempts_of(self, secret: Digest, *, purpose: Purpose) -> tuple[Attempt, ...]:
        return read_all(await self._scalars(ATTEMPTS_OF, purpose=purpose.value, secret=secret), Attempt)

    async def attempt(self, attempt: NoticeId) -> Attempt | None:
        return first(await self._scalars(ATTEMPT, id=attempt), Attempt)

    async def codes_since(self, address: str, *, since: Instant) -> int:
        mailed = and_(ATTEMPTS.c.address == address, ATTEMPTS.c.asked_at > since, ATTEMPTS.c.decoy.is_(False))
        return int((await self._scalars(select(func.count()).select_from(ATTEMPTS).where(mailed)))[0])

    async def codes_to_confirm(self, *, since: Instant) -> int:
        to_confirm = and_(ATTEMPTS.c.purpose == Purpose.CONFIRM.value, ATTEMPTS.c.decoy.is_(False))
        mailed = and_(to_confirm, ATTEMPTS.c.asked_at > since)
        return int((await self._scalars(select(func.count()).select_from(ATTEMPTS).where(mailed)))[0])

    async def is_party(self, address: str, *, ref: EscalationRef | None = None) -> bool:
        where = PARTIES.c.address == address
        if ref is not None:
            where = and_(where, PARTIES.c.ref == ref)
        return bool(await self._scalars(select(PARTIES.c.ref).where(where).limit(1)))

    async def forget(self, *, before: Instant) -> None:
        def work(connection: Connection) -> None:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.seen_at < before))
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.asked_at < before))

        await self._database.write(work)

    async def _scalars(self, query: Any, **given: Any) -> list[Any]:
        return await self._database.read(lambda connection: list(connection.execute(query, given).scalars()))


class SqlDirectories:
    """Revisions of the directory and of the public book."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def revision(self) -> int | None:
        return await self._database.read(lambda connection: connection.execute(REVISION).scalar())

    async def at(self, revision: int) -> bytes | None:
        query = select(DIRECTORIES.c.body).where(DIRECTORIES.c.revision == revision)
        return await self._database.read(lambda connection: connection.execute(query).scalar())

    async def add(self, body: bytes, *, at: Instant) -> int:
        def work(connection: Connection) -> int:
            newest = select(DIRECTORIES.c.revision, DIRECTORIES.c.body).order_by(DIRECTORIES.c.revision.desc())
            row = connection.execute(newest.limit(1)).first()
            if row is not None and row.body == body:
                return int(row.revision)
            revision = 1 if row is None else int(row.revision) + 1
            connection.execute(insert(DIRECTORIES).values(revision=revision, at=at, body=body))
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


def _reported(connection: Connection, message: MessageId, notice: NoticeId) -> Reported:
    if already_in(connection, INBOX, message):
        return Reported(True)
    attempt = first(list(connection.execute(ATTEMPT, {"id": notice}).scalars()), Attempt)
    if attempt is not None:
        return Reported(False, attempt)
    return Reported(False, None, first(list(connection.execute(NOTICE, {"id": notice}).scalars()), SentNotice))


def _channels(connection: Connection) -> tuple[ChannelState, ...]:
    waiting: dict[tuple[str, str, bool], list[Waiting]] = {}
    for row in connection.execute(select(WAITING)):
        key = (row.partnership, row.address, row.urgent)
        waiting.setdefault(key, []).append(msgspec.json.decode(row.body, type=Waiting))
    known = {(row.partnership, row.address, row.urgent): row for row in connection.execute(select(CHANNELS))}
    return tuple(
        ChannelState(
            channel=Channel(partnership=PartnershipId(key[0]), address=key[1], urgent=key[2]),
            waiting=tuple(items),
            told_at=known[key].told_at if key in known else None,
            mails=known[key].mails if key in known else 0,
            version=known[key].version if key in known else 0,
        )
        for key, items in waiting.items()
    )

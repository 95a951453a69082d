"""Whether each post's holder was asked about it, and what they said waits, in router's database. Shell."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from services.router.adapters.ask_tables import POST_ASKS
from services.router.adapters.auditing import audit
from services.router.adapters.console_tables import AUDITS
from services.router.adapters.directory_changes import write_directory
from services.router.adapters.directory_tables import DIRECTORY_DRAFTS
from services.router.adapters.tables import OUTBOX
from services.router.adapters.versions import write_at_version
from services.router.domain.admin.admins import HOLDER
from services.router.domain.admin.auditing import Audited
from services.router.domain.changes import Change
from services.router.domain.keeping.asks import Ask, AskReported, heard
from services.router.domain.keeping.changing import Draft, Purpose
from services.router.domain.keeping.rows import Kind
from services.router.domain.letters.owed import Owed
from shared.failures import Code, Transient
from shared.outbox import owe_each
from shared.store import Database
from shared.terms import Instant, PartnershipId, PostId

_DECODER = msgspec.json.Decoder(Ask)
_TOGETHER = 500


class SqlAsks:
    """Read here; written with the change that they belong to, or by an admin."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[Ask, ...]:
        return await self._asks(select(POST_ASKS.c.body))

    async def of(self, posts: Sequence[PostId]) -> tuple[Ask, ...]:
        return await self._asks(select(POST_ASKS.c.body).where(POST_ASKS.c.post.in_(posts[:_TOGETHER])))

    async def open_of(self, partnership: PartnershipId) -> tuple[Ask, ...]:
        """Those that were asked and not answered, of posts whose agency this partnership owns."""
        table = POST_ASKS.c
        return await self._asks(select(table.body).where(table.partnership == partnership, table.notice != ""))

    async def forget(self, posts: Sequence[PostId]) -> None:
        gone = delete(POST_ASKS).where(POST_ASKS.c.post.in_(posts[:_TOGETHER]))
        await self._database.write(lambda connection: connection.execute(gone))

    async def waiting(self, drafts: Sequence[str]) -> frozenset[str]:
        table = DIRECTORY_DRAFTS.c
        query = select(table.id).where(table.id.in_(drafts[:_TOGETHER]), table.purpose == Purpose.PROPOSAL.value)
        return frozenset(await self._database.read(lambda connection: connection.execute(query).scalars().all()))

    async def changes(self, post: PostId, *, since: Instant) -> int:
        table = AUDITS.c
        row = (table.about == f"{Kind.POST.value}:{post}", table.admin == HOLDER)
        query = select(func.count()).where(*row, table.at >= since)
        return await self._database.read(lambda connection: connection.execute(query).scalar()) or 0

    async def ask(self, asks: Sequence[Ask], owed: Owed, audited: Audited, *, at: Instant) -> bool:
        """An admin asks now. False, and nothing written, where somebody was first."""

        def work(connection: Connection) -> None:
            write_asks(connection, asks)
            owe_each(connection, OUTBOX, [(owed.message, owed.subject, owed.body)], at=at)
            audit(connection, audited)

        try:
            await self._database.write(work)
        except Transient as failure:
            if failure.code is not Code.STORE_CONFLICT:
                raise
            return False
        return True

    async def _asks(self, query: Any) -> tuple[Ask, ...]:
        bodies = await self._database.read(lambda connection: connection.execute(query).scalars().all())
        return tuple(_DECODER.decode(body) for body in bodies)


def write_post_parts(connection: Connection, change: Change) -> None:
    """What a change says of posts. Raises: Transient(STORE_CONFLICT)."""
    if change.directory is not None:
        write_directory(connection, change.directory)
    if change.proposal is not None:
        _keep(connection, change.proposal)
    for audited in change.audited:
        audit(connection, audited)
    write_asks(connection, change.asks)
    if change.ask_reported is not None:
        _report(connection, change.ask_reported)


def write_asks(connection: Connection, asks: Sequence[Ask]) -> None:
    """Each at its version. Raises: Transient(STORE_CONFLICT)."""
    for ask in asks:
        saved = msgspec.structs.replace(ask, version=ask.version + 1)
        notice = saved.notice if saved.answered_at is None else ""  # whose answer is waited for is found by it
        values = {"partnership": saved.partnership, "notice": notice, "body": msgspec.json.encode(saved)}
        write_at_version(connection, POST_ASKS, {"post": saved.post}, values=values, version=ask.version)


def _report(connection: Connection, reported: AskReported) -> None:
    """What the mail system said of a letter to a holder; nothing where the notice is none of those."""
    query = select(POST_ASKS.c.body).where(POST_ASKS.c.notice == reported.notice)
    known = [_DECODER.decode(body) for body in connection.execute(query).scalars()]
    write_asks(connection, [heard(one, reported) for one in known])


def _keep(connection: Connection, draft: Draft) -> None:
    """In place of what waited under the same id."""
    connection.execute(delete(DIRECTORY_DRAFTS).where(DIRECTORY_DRAFTS.c.id == draft.id))
    row = {"id": draft.id, "purpose": draft.purpose.value, "partnership": draft.partnership, "at": draft.at}
    connection.execute(insert(DIRECTORY_DRAFTS).values(**row, body=msgspec.json.encode(draft)))

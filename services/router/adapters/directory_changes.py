"""A change of the directory in one transaction: the revision, its rows, the audit and what is owed. Shell."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from services.router.adapters.auditing import audit
from services.router.adapters.directory_tables import DIRECTORY_CHANGES, DIRECTORY_DRAFTS
from services.router.adapters.packing import packed
from services.router.adapters.tables import DIRECTORIES, ESCALATIONS, OUTBOX, PARTIES
from services.router.domain.admin.auditing import Audited
from services.router.domain.escalation import ENDED, State
from services.router.domain.keeping.changing import DirectoryChange, Draft, Purpose, Tell
from services.router.domain.keeping.editing import Changed
from services.router.domain.keeping.rows import Key
from shared.failures import Code, Transient
from shared.outbox import owe_each
from shared.store import Database, insert_once
from shared.terms import Instant, PartnershipId

_OVER = (*sorted(ENDED), State.DIVERTED, State.PARKED)
_NEWEST = select(DIRECTORIES.c.revision).order_by(DIRECTORIES.c.revision.desc()).limit(1)


class SqlDirectoryChanges:
    """The history of the directory and its drafts, kept in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def commit(self, change: DirectoryChange) -> int | None:
        """The new revision; None, and nothing written, where somebody made another one or used the draft meanwhile."""
        try:
            return await self._database.write(lambda connection: write_directory(connection, change))
        except Transient as failure:
            if failure.code is Code.STORE_CONFLICT:
                return None
            raise

    async def history(self, key: Key, *, most: int) -> tuple[Changed, ...]:
        """What was done to that row, the newest first."""
        table = DIRECTORY_CHANGES.c
        return await self._changes((table.agency == key.agency) & (table.kind == key.kind) & (table.id == key.id), most)

    async def of_agency(self, agency: str, *, most: int) -> tuple[Changed, ...]:
        """What was done to that agency, its teams and its posts, the newest first."""
        return await self._changes(DIRECTORY_CHANGES.c.agency == agency, most)

    async def of_revision(self, revision: int) -> tuple[Changed, ...]:
        """Every row's change that made this revision."""
        return await self._changes(DIRECTORY_CHANGES.c.revision == revision, None)

    async def owned(self, revision: int, partnership: PartnershipId) -> tuple[Changed, ...]:
        """Those of them whose entry that partnership owned."""
        table = DIRECTORY_CHANGES.c
        return await self._changes((table.revision == revision) & (table.partnership == partnership), None)

    async def revisions(
        self, partnership: PartnershipId, *, before: int | None, most: int
    ) -> tuple[tuple[int, Changed], ...]:
        """(rows of this owner, the first of them) of each revision, the newest first. before: older ones than that."""
        table = DIRECTORY_CHANGES.c
        mine = table.partnership == partnership
        older = mine & (table.revision < before) if before is not None else mine
        counted = select(func.count().label("rows"), func.min(table.number).label("first")).where(older)
        newest = counted.group_by(table.revision).order_by(table.revision.desc()).limit(most).subquery()
        query = select(newest.c.rows, table.body).join(newest, newest.c.first == table.number)
        ordered = query.order_by(table.revision.desc())
        found = await self._database.read(lambda connection: connection.execute(ordered).all())
        return tuple((int(rows), msgspec.json.decode(body, type=Changed)) for rows, body in found)

    async def keep(self, draft: Draft, *, audited: Sequence[Audited] = (), uses: str = "") -> bool:
        """Keep it in place of the draft that it `uses`; False, and nothing kept, where that is there no more."""

        def work(connection: Connection) -> bool:
            if uses and not _used_up(connection, uses):
                return False
            connection.execute(insert(DIRECTORY_DRAFTS).values(**_draft_row(draft)))
            for one in audited:
                audit(connection, one)
            return True

        return await self._database.write(work)

    async def draft(self, draft: str) -> Draft | None:
        found = await self._drafts(DIRECTORY_DRAFTS.c.id == draft)
        return found[0] if found else None

    async def drafts(self, partnership: PartnershipId, purpose: Purpose) -> tuple[Draft, ...]:
        """Those that wait for this partnership, the oldest first."""
        table = DIRECTORY_DRAFTS.c
        return await self._drafts((table.partnership == partnership) & (table.purpose == purpose.value))

    async def asked_by(self, partnership: PartnershipId) -> tuple[Draft, ...]:
        """Those of this partnership that wait for another one, or were declined there, the oldest first."""
        table = DIRECTORY_DRAFTS.c
        kept = table.purpose.in_([Purpose.PROPOSAL.value, Purpose.DECLINED.value])
        return tuple(
            one for one in await self._drafts(kept) if one.origin == partnership and one.partnership != partnership
        )

    async def decline(self, declined: Draft, audited: Audited) -> bool:
        """Keep it as declined, with its trace; False where somebody has used or declined it meanwhile."""

        def work(connection: Connection) -> bool:
            if not _used_up(connection, declined.id):
                return False
            connection.execute(insert(DIRECTORY_DRAFTS).values(**_draft_row(declined)))
            audit(connection, audited)
            return True

        return await self._database.write(work)

    async def forget(self, purpose: Purpose, *, before: Instant) -> None:
        """Drop what nobody confirmed since, or has long been declined."""
        table = DIRECTORY_DRAFTS.c
        old = delete(DIRECTORY_DRAFTS).where((table.purpose == purpose.value) & (table.at < before))
        await self._database.write(lambda connection: connection.execute(old))

    async def _changes(self, where: Any, most: int | None) -> tuple[Changed, ...]:
        query = select(DIRECTORY_CHANGES.c.body).where(where).order_by(DIRECTORY_CHANGES.c.number.desc()).limit(most)
        bodies = await self._database.read(lambda connection: connection.execute(query).scalars().all())
        return tuple(msgspec.json.decode(body, type=Changed) for body in bodies)

    async def _drafts(self, where: Any) -> tuple[Draft, ...]:
        query = select(DIRECTORY_DRAFTS.c.body).where(where).order_by(DIRECTORY_DRAFTS.c.at)
        bodies = await self._database.read(lambda connection: connection.execute(query).scalars().all())
        return tuple(msgspec.json.decode(body, type=Draft) for body in bodies)


def write_directory(connection: Connection, change: DirectoryChange) -> int:
    """Raises: Transient(STORE_CONFLICT), so that nothing of it is kept."""
    if (connection.execute(_NEWEST).scalar() or 0) != change.expected:
        raise Transient(Code.STORE_CONFLICT)
    if change.uses and not _used_up(connection, change.uses):
        raise Transient(Code.STORE_CONFLICT)
    revision = change.expected + 1
    if not insert_once(connection, DIRECTORIES, {"revision": revision, "at": change.at, "body": packed(change.body)}):
        raise Transient(Code.STORE_CONFLICT)
    rows = [_row(partnership, changed) for partnership, changed in change.rows]
    if rows:
        connection.execute(insert(DIRECTORY_CHANGES), rows)
    for audited in change.audited:
        audit(connection, audited)
    owed = (*change.owed, *(one.owed for one in change.tells if _is_relied_on(connection, one)))
    owe_each(connection, OUTBOX, [(one.message, one.subject, one.body) for one in owed], at=change.at)
    return revision


def _used_up(connection: Connection, draft: str) -> bool:
    """Whether it was still there to be used. A declined one is there to be read alone."""
    waits = (DIRECTORY_DRAFTS.c.id == draft) & (DIRECTORY_DRAFTS.c.purpose != Purpose.DECLINED.value)
    return connection.execute(delete(DIRECTORY_DRAFTS).where(waits)).rowcount == 1


def _draft_row(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "purpose": draft.purpose.value,
        "partnership": draft.partnership,
        "at": draft.at,
        "body": msgspec.json.encode(draft),
    }


def _is_relied_on(connection: Connection, tell: Tell) -> bool:
    """Whether an open escalation was decided for this address, or is of the partnership whose own it was."""
    still = ESCALATIONS.c.state.not_in([one.value for one in _OVER])
    if tell.partnership is not None:
        query = select(ESCALATIONS.c.ref).where((ESCALATIONS.c.partnership == tell.partnership) & still).limit(1)
        return connection.execute(query).first() is not None
    joined = PARTIES.join(ESCALATIONS, ESCALATIONS.c.ref == PARTIES.c.ref)
    query = select(PARTIES.c.ref).select_from(joined).where((PARTIES.c.address == tell.address) & still).limit(1)
    return connection.execute(query).first() is not None


def _row(partnership: PartnershipId, changed: Changed) -> dict[str, Any]:
    return {
        "revision": changed.revision,
        "partnership": partnership,
        "kind": changed.swap.kind.value,
        "agency": changed.swap.agency,
        "id": changed.swap.id,
        "at": changed.at,
        "body": msgspec.json.encode(changed),
    }

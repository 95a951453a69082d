"""The console's list of escalations, brought up to date from those that changed since. Shell.

Nothing of router's is written. A line is kept with the version it was read at.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, delete, func, insert, or_, select

from services.router.adapters.listing_tables import CONCERNS, LISTED
from services.router.adapters.tables import DECISIONS, ESCALATIONS, HISTORY
from services.router.domain.admin.listing import NOT_LISTED_HERE, Listed, ShownLine, Wanted, listed
from services.router.domain.changes import Happened, StoredDecision
from services.router.domain.decision import Decision
from services.router.domain.escalation import Escalation, State
from shared.store import Database
from shared.terms import EscalationRef, PartnershipId

T = TypeVar("T")
TOGETHER = 200
_CHANGED = (
    select(ESCALATIONS.c.ref)
    .join(LISTED, LISTED.c.ref == ESCALATIONS.c.ref, isouter=True)
    .where(or_(LISTED.c.version.is_(None), LISTED.c.version != ESCALATIONS.c.version))
    .limit(TOGETHER)
)


class SqlListing:
    """Kept in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._refreshing = asyncio.Lock()

    async def refresh(self) -> bool:
        """Take in some of what changed. Whether there may be more."""
        async with self._refreshing:
            found = await self._database.read(_changed)
            if found:
                await self._database.write(lambda connection: _write(connection, found))
        return len(found) == TOGETHER

    async def count(self, partnership: PartnershipId, wanted: Wanted) -> int:
        query = select(func.count()).select_from(LISTED).where(*_where(partnership, wanted))
        return await self._database.read(lambda connection: connection.execute(query).scalar_one())

    async def lines(
        self, partnership: PartnershipId, wanted: Wanted, *, first: int, most: int
    ) -> tuple[ShownLine, ...]:
        """Those whose date is nearest or longest past first; then those without one, the oldest first."""
        order = (LISTED.c.due_at.is_(None), LISTED.c.due_at, LISTED.c.accepted_at, LISTED.c.ref)
        query = select(LISTED.c.ref, LISTED.c.due_at).where(*_where(partnership, wanted)).order_by(*order)
        query = query.offset(first).limit(most)
        return await self._database.read(lambda connection: _shown(connection, query))

    async def states(self, partnership: PartnershipId) -> Mapping[str, int]:
        """How many open ones there are in each state."""
        mine = (LISTED.c.partnership == partnership, LISTED.c.open.is_(True))
        query = select(LISTED.c.state, func.count()).where(*mine).group_by(LISTED.c.state)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return {row[0]: int(row[1]) for row in rows}


def _where(partnership: PartnershipId, wanted: Wanted) -> list[Any]:
    found = [LISTED.c.partnership == partnership, LISTED.c.open.is_(True)]
    if wanted.state:
        found.append(LISTED.c.state == wanted.state)
    if wanted.stage is not None:
        found.append(LISTED.c.stage == wanted.stage)
    if wanted.overdue_at is not None:
        found.append(LISTED.c.due_at < wanted.overdue_at)
    return found


def _changed(connection: Connection) -> list[Listed]:
    refs = list(connection.execute(_CHANGED).scalars())
    if not refs:
        return []
    query = select(ESCALATIONS.c.body).where(ESCALATIONS.c.ref.in_(refs))
    escalations = [_read(body, Escalation) for body in connection.execute(query).scalars()]
    still = [one.ref for one in escalations if one.state not in NOT_LISTED_HERE]
    decisions, lines = _newest_decisions(connection, still), _lines(connection, still)
    return [listed(one, decisions.get(one.ref), lines[one.ref]) for one in escalations]


def _newest_decisions(connection: Connection, refs: Sequence[EscalationRef]) -> dict[EscalationRef, Decision]:
    query = select(DECISIONS.c.body).where(DECISIONS.c.ref.in_(refs)).order_by(DECISIONS.c.number)
    stored = {one.ref: one for body in connection.execute(query).scalars() if (one := _read(body, StoredDecision))}
    return {ref: _read(one.body, Decision) for ref, one in stored.items()}


def _lines(connection: Connection, refs: Iterable[EscalationRef]) -> dict[EscalationRef, list[Happened]]:
    query = select(HISTORY.c.body).where(HISTORY.c.ref.in_(list(refs))).order_by(HISTORY.c.number)
    found: dict[EscalationRef, list[Happened]] = defaultdict(list)
    for body in connection.execute(query).scalars():
        line = _read(body, Happened)
        found[line.ref].append(line)
    return found


def _shown(connection: Connection, query: Any) -> tuple[ShownLine, ...]:
    rows = connection.execute(query).all()
    refs = [EscalationRef(row.ref) for row in rows]
    bodies = connection.execute(select(ESCALATIONS.c.body).where(ESCALATIONS.c.ref.in_(refs))).scalars()
    escalations = {one.ref: one for one in (_read(body, Escalation) for body in bodies)}
    decisions = _newest_decisions(connection, refs)
    newest = select(func.max(HISTORY.c.number)).where(HISTORY.c.ref.in_(refs)).group_by(HISTORY.c.ref)
    numbers = list(connection.execute(newest).scalars())
    last_bodies = connection.execute(select(HISTORY.c.body).where(HISTORY.c.number.in_(numbers))).scalars()
    last = {one.ref: one for one in (_read(body, Happened) for body in last_bodies)}
    return tuple(
        ShownLine(escalations[ref], row.due_at, decisions.get(ref), last.get(ref))
        for ref, row in zip(refs, rows, strict=True)
        if ref in escalations
    )


def _write(connection: Connection, found: Sequence[Listed]) -> None:
    refs = [one.ref for one in found]
    connection.execute(delete(LISTED).where(LISTED.c.ref.in_(refs)))
    connection.execute(delete(CONCERNS).where(CONCERNS.c.ref.in_(refs)))
    connection.execute(insert(LISTED), [_row(one) for one in found])
    concerns = [
        {"key": each.key, "ref": one.ref, "partnership": one.partnership, "body": msgspec.json.encode(each)}
        for one in found
        for each in one.concerns
    ]
    if concerns:
        connection.execute(insert(CONCERNS), concerns)


def _row(one: Listed) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "version": one.version,
        "partnership": one.partnership,
        "open": one.is_open,
        "state": State(one.state).value,
        "stage": one.stage,
        "due_at": one.due_at,
        "accepted_at": one.accepted_at,
    }


def _read(body: bytes, kind: type[T]) -> T:
    return msgspec.json.decode(body, type=kind)

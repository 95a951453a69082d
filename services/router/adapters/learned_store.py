"""The matters in codes, brought up to date from the escalations that changed since. Shell.

Nothing of router's is written. What was read at one version is kept with it, so that whatever changes meanwhile is
read again the next time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, or_, select

from services.router.adapters.learning_tables import LEARNED, LEARNED_FROM
from services.router.adapters.tables import DECISIONS, ESCALATIONS
from services.router.domain.directory import Directory
from services.router.domain.escalation import Escalation
from services.router.domain.learning.learned import Coded, coded, quarter_of
from shared.store import Database
from shared.terms import AgencyId, AgencyType, EscalationRef, Instant, Nation, PartnershipId
from shared.working_days import holidays_of

_TOGETHER = 200
_ZONE = "Europe/London"

_CHANGED = (
    select(ESCALATIONS.c.ref, ESCALATIONS.c.version, ESCALATIONS.c.matter)
    .join(LEARNED_FROM, LEARNED_FROM.c.ref == ESCALATIONS.c.ref, isouter=True)
    .where(or_(LEARNED_FROM.c.version.is_(None), LEARNED_FROM.c.version != ESCALATIONS.c.version))
    .limit(_TOGETHER)
)


class _Stored(msgspec.Struct):
    body: bytes


class _Timed(msgspec.Struct):
    due_at: Instant | None = None


class _Read(msgspec.Struct):
    """What changed: the versions that were read, and the matters with all their stages."""

    versions: dict[str, int]
    matters: dict[str, list[Escalation]]
    dues: dict[EscalationRef, Instant]


class SqlLearned:
    """Kept in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def refresh(self, directory: Directory) -> int:
        """Code every matter that changed. Returns how many escalations had."""
        many = 0
        while (read := await self._database.read(_changed)).versions:
            found = [(matter, _coded(stages, read.dues, directory)) for matter, stages in read.matters.items()]
            await self._database.write(lambda connection, read=read, found=found: _write(connection, read, found))  # type: ignore[misc]  # bound at once
            many += len(read.versions)
        return many

    async def stamp(self) -> tuple[int, int]:
        """Another one whenever anything that was learned may be another."""
        query = select(func.count(), func.coalesce(func.sum(LEARNED_FROM.c.version), 0))
        row = await self._database.read(lambda connection: connection.execute(query).one())
        return int(row[0]), int(row[1])

    async def totals(self, partnership: PartnershipId) -> tuple[Mapping[int, int], Mapping[int, int]]:
        """How many were received, and how many closed, by quarter."""

        def work(connection: Connection) -> tuple[Mapping[int, int], Mapping[int, int]]:
            received, closed = (_by_quarter(connection, partnership, column) for column in _QUARTERS)
            return received, closed

        return await self._database.read(work)

    async def received(self, partnership: PartnershipId, quarters: Iterable[int]) -> Mapping[int, list[Coded]]:
        return await self._database.read(
            lambda connection: _rows(connection, partnership, LEARNED.c.received_quarter, quarters)
        )

    async def closed(self, partnership: PartnershipId, quarters: Iterable[int]) -> Mapping[int, list[Coded]]:
        return await self._database.read(
            lambda connection: _rows(connection, partnership, LEARNED.c.closed_quarter, quarters)
        )

    async def since(self, partnership: PartnershipId, day: date) -> list[Coded]:
        """Those received on `day` or later."""
        mine = (LEARNED.c.partnership == partnership, LEARNED.c.received_on >= day)
        query = select(LEARNED.c.body).where(*mine)
        return await self._database.read(
            lambda connection: [_decode(body) for body in connection.execute(query).scalars()]
        )


_QUARTERS = (LEARNED.c.received_quarter, LEARNED.c.closed_quarter)
_decode = msgspec.json.Decoder(Coded).decode


def _by_quarter(connection: Connection, partnership: PartnershipId, column: Any) -> Mapping[int, int]:
    mine = (LEARNED.c.partnership == partnership, column.is_not(None))
    rows = connection.execute(select(column, func.count()).where(*mine).group_by(column))
    return {int(quarter): int(many) for quarter, many in rows}


def _rows(
    connection: Connection, partnership: PartnershipId, column: Any, quarters: Iterable[int]
) -> Mapping[int, list[Coded]]:
    found: dict[int, list[Coded]] = defaultdict(list)
    query = select(column, LEARNED.c.body).where(LEARNED.c.partnership == partnership, column.in_(list(quarters)))
    for quarter, body in connection.execute(query):
        found[int(quarter)].append(_decode(body))
    return found


def _changed(connection: Connection) -> _Read:
    rows = connection.execute(_CHANGED).all()
    wanted = {row.matter or row.ref for row in rows}
    own = or_(ESCALATIONS.c.matter.in_(wanted), ESCALATIONS.c.ref.in_(wanted))
    query = select(ESCALATIONS.c.body).where(own).order_by(ESCALATIONS.c.accepted_at, ESCALATIONS.c.ref)
    matters: dict[str, list[Escalation]] = {matter: [] for matter in wanted}
    for body in connection.execute(query).scalars() if wanted else ():
        one = msgspec.json.decode(body, type=Escalation)
        matters.setdefault(one.matter, []).append(one)
    refs = [one.ref for stages in matters.values() for one in stages]
    return _Read({row.ref: row.version for row in rows}, matters, _dues(connection, refs))


def _dues(connection: Connection, refs: list[EscalationRef]) -> dict[EscalationRef, Instant]:
    """When the time of each ran out, by its last decision."""
    query = select(DECISIONS.c.ref, DECISIONS.c.body).where(DECISIONS.c.ref.in_(refs)).order_by(DECISIONS.c.number)
    found: dict[EscalationRef, Instant | None] = {}
    for ref, body in connection.execute(query) if refs else ():
        decision = msgspec.json.decode(body, type=_Stored).body
        found[EscalationRef(ref)] = msgspec.json.decode(decision, type=_Timed).due_at
    return {ref: due for ref, due in found.items() if due is not None}


def _coded(stages: list[Escalation], dues: Mapping[EscalationRef, Instant], directory: Directory) -> Coded | None:
    def kind(agency: AgencyId) -> AgencyType | None:
        known = directory.agencies.get(agency)
        return known.type if known is not None else None

    here = directory.partnerships.get(stages[0].partnership) if stages else None
    zone, nation = (here.zone, here.nation) if here is not None else (_ZONE, Nation.ENGLAND)
    return coded(stages, dues=dues, kinds=kind, zone=zone, holidays=holidays_of(nation))


def _write(connection: Connection, read: _Read, found: list[tuple[str, Coded | None]]) -> None:
    connection.execute(delete(LEARNED).where(LEARNED.c.matter.in_([matter for matter, _ in found])))
    rows = [_row(one) for _, one in found if one is not None]
    if rows:
        connection.execute(insert(LEARNED), rows)
    connection.execute(delete(LEARNED_FROM).where(LEARNED_FROM.c.ref.in_(list(read.versions))))
    connection.execute(insert(LEARNED_FROM), [{"ref": ref, "version": at} for ref, at in read.versions.items()])


def _row(one: Coded) -> dict[str, Any]:
    return {
        "matter": one.matter,
        "partnership": one.partnership,
        "received_quarter": quarter_of(one.received_on),
        "received_on": one.received_on,
        "closed_quarter": quarter_of(one.closed_on) if one.closed_on is not None else None,
        "body": msgspec.json.encode(one),
    }

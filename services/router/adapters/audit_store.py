"""Reads the audit: a partnership's rows for its pages, all of them to be verified, and who read a record. Shell."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, Select, func, select

from services.router.adapters.auditing import audit
from services.router.adapters.console_tables import AUDITS
from services.router.adapters.tables import ESCALATIONS, HISTORY
from services.router.domain.admin.audit_chain import AuditChain
from services.router.domain.admin.audit_sought import LOOKED, Kind, Sought, between
from services.router.domain.admin.auditing import Audited, AuditRow
from services.router.domain.changes import Happened, What
from services.router.domain.partnership import Partnership
from shared.store import Database
from shared.terms import Digest, EscalationRef, PartnershipId

LOOKED_BACK = 20_000
"""Of the lines of all histories, so many newest ones are looked through for reads."""
_TOGETHER = 2_000
_A_READ = f'"what":"{What.READ.value}"'.encode()


class SqlAudit:
    """The audit in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, audited: Audited) -> None:
        await self._database.write(lambda connection: audit(connection, audited))

    async def rows(
        self,
        partnership: Partnership,
        sought: Sought,
        *,
        before: int | None = None,
        most: int | None = None,
    ) -> tuple[tuple[int, Audited], ...]:
        """The partnership's rows that are sought, with their numbers, the newest first."""
        query = _sought(select(AUDITS.c.number, AUDITS.c.body), sought, partnership)
        if before is not None:
            query = query.where(AUDITS.c.number < before)
        query = query.order_by(AUDITS.c.number.desc()).limit(most)
        found = await self._database.read(lambda connection: connection.execute(query).all())
        return tuple((row.number, msgspec.json.decode(row.body, type=Audited)) for row in found)

    async def verify(self, chain: AuditChain) -> tuple[str, ...]:
        """Everything that `chain` finds wrong, over all rows on one snapshot."""
        return await self._database.read(lambda connection: _verify(connection, chain))

    async def reads(self, partnership: PartnershipId, *, ref: EscalationRef | None, most: int) -> tuple[Happened, ...]:
        """Who read a record of the partnership's escalations, the newest first. Nothing in it says who the child is.

        ref: of this one alone, however long ago.
        """
        return await self._database.read(lambda connection: _reads(connection, partnership, ref, most))


def _sought(query: Select[tuple[int, bytes]], sought: Sought, partnership: Partnership) -> Select[tuple[int, bytes]]:
    query = query.where(AUDITS.c.partnership == partnership.id)
    if sought.kind is not Kind.ALL:
        looked = AUDITS.c.what.startswith(LOOKED, autoescape=True)
        query = query.where(looked if sought.kind is Kind.LOOKED else ~looked)
    if sought.admin is not None:
        query = query.where(AUDITS.c.admin == sought.admin)
    if sought.ref is not None:
        query = query.where(AUDITS.c.about == sought.ref)
    first, end = between(sought, zone=partnership.zone)
    query = query.where(AUDITS.c.at >= first) if first is not None else query
    return query.where(AUDITS.c.at < end) if end is not None else query


def _verify(connection: Connection, chain: AuditChain) -> tuple[str, ...]:
    found: list[str] = []
    last = -1
    while rows := connection.execute(
        select(AUDITS).where(AUDITS.c.number > last).order_by(AUDITS.c.number).limit(_TOGETHER)
    ).all():
        for row in rows:
            columns = Audited(at=row.at, admin=row.admin, partnership=row.partnership, what=row.what, about=row.about)
            kept = AuditRow(number=row.number, body=row.body, digest=Digest(row.digest))
            found.extend(chain.take(kept, columns=columns))
        last = rows[-1].number
    return (*found, *chain.end())


def _reads(
    connection: Connection, partnership: PartnershipId, ref: EscalationRef | None, most: int
) -> tuple[Happened, ...]:
    query = select(HISTORY.c.body).order_by(HISTORY.c.number.desc())
    if ref is None:
        newest = connection.execute(select(func.max(HISTORY.c.number))).scalar() or 0
        query = query.where(HISTORY.c.number > newest - LOOKED_BACK)
    else:
        query = query.where(HISTORY.c.ref == ref)
    lines = [
        msgspec.json.decode(body, type=Happened) for body in connection.execute(query).scalars() if _A_READ in body
    ]
    own = _of_partnership(connection, partnership, sorted({line.ref for line in lines}))
    return tuple(line for line in lines if line.what is What.READ and line.ref in own)[:most]


def _of_partnership(
    connection: Connection, partnership: PartnershipId, refs: Sequence[EscalationRef]
) -> frozenset[EscalationRef]:
    found: set[EscalationRef] = set()
    for start in range(0, len(refs), _TOGETHER):
        query = select(ESCALATIONS.c.ref).where(
            ESCALATIONS.c.ref.in_(refs[start : start + _TOGETHER]), ESCALATIONS.c.partnership == partnership
        )
        found.update(EscalationRef(ref) for ref in connection.execute(query).scalars())
    return frozenset(found)

"""What was decided about patterns, and the learning log; each change with its line in the audit. Shell."""

import msgspec
from sqlalchemy import Connection, insert, select

from services.router.adapters.auditing import audit
from services.router.adapters.learning_tables import LEARNING_LOG, PATTERN_DECISIONS
from services.router.adapters.versions import write_at_version
from services.router.domain.admin.auditing import Audited
from services.router.domain.learning.learning_log import LogEntry
from services.router.domain.learning.patterns import PatternDecision
from shared.store import Database
from shared.terms import PartnershipId


class SqlLearning:
    """Kept in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def decide(self, decision: PatternDecision, audited: Audited) -> None:
        row = {"partnership": decision.partnership, "at": decision.at, "body": msgspec.json.encode(decision)}

        def work(connection: Connection) -> None:
            connection.execute(insert(PATTERN_DECISIONS).values(**row))
            audit(connection, audited)

        await self._database.write(work)

    async def decisions(self, partnership: PartnershipId) -> tuple[PatternDecision, ...]:
        """In the order in which they were made."""
        table = PATTERN_DECISIONS.c
        query = select(table.body).where(table.partnership == partnership).order_by(table.number)
        bodies = await self._database.read(lambda connection: list(connection.execute(query).scalars()))
        return tuple(msgspec.json.decode(body, type=PatternDecision) for body in bodies)

    async def keep(self, entry: LogEntry, audited: Audited) -> None:
        """An entry of the log, new or changed. Raises: Transient(STORE_CONFLICT) where it was changed meanwhile."""
        saved = msgspec.structs.replace(entry, version=entry.version + 1)
        values = {"partnership": saved.partnership, "body": msgspec.json.encode(saved)}

        def work(connection: Connection) -> None:
            write_at_version(connection, LEARNING_LOG, {"id": entry.id}, values=values, version=entry.version)
            audit(connection, audited)

        await self._database.write(work)

    async def entries(self, partnership: PartnershipId) -> tuple[LogEntry, ...]:
        query = select(LEARNING_LOG.c.body).where(LEARNING_LOG.c.partnership == partnership)
        bodies = await self._database.read(lambda connection: list(connection.execute(query).scalars()))
        return tuple(msgspec.json.decode(body, type=LogEntry) for body in bodies)

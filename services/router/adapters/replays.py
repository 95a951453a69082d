"""The last decisions of a partnership, to be made again under other rules or another directory. Shell."""

import msgspec
from sqlalchemy import select

from services.router.adapters.tables import DECISIONS, ESCALATIONS
from services.router.domain.changes import StoredDecision
from shared.store import Database
from shared.terms import EscalationRef, PartnershipId

_READ_AT_ONCE = 2
"""How many decisions are read for each that is wanted: an escalation may have been decided anew."""


class SqlReplays:
    """Read from `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self, partnership: PartnershipId, *, most: int) -> tuple[StoredDecision, ...]:
        """The newest decision of each of the escalations that were decided last, the newest first."""
        joined = DECISIONS.join(ESCALATIONS, ESCALATIONS.c.ref == DECISIONS.c.ref)
        here = select(DECISIONS.c.body).select_from(joined).where(ESCALATIONS.c.partnership == partnership)
        query = here.order_by(DECISIONS.c.decided_at.desc(), DECISIONS.c.number.desc()).limit(most * _READ_AT_ONCE)
        bodies = await self._database.read(lambda connection: connection.execute(query).scalars().all())
        found: dict[EscalationRef, StoredDecision] = {}
        for body in bodies:
            stored = msgspec.json.decode(body, type=StoredDecision)
            found.setdefault(stored.ref, stored)
        return tuple(found.values())[:most]

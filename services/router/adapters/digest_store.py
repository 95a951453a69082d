"""What a day's digest is made of, and that a day was told, once. Shell."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, select

from services.router.adapters.directory_tables import DIRECTORY_CHANGES, DIRECTORY_DIGESTS
from services.router.adapters.tables import OUTBOX
from services.router.domain.keeping.editing import Changed
from services.router.domain.letters.owed import Owed
from shared.outbox import owe_each
from shared.store import Database, insert_once
from shared.terms import Instant, PartnershipId


class SqlDigests:
    """Days and their changes, in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def told(self, partnership: PartnershipId, *, since: date) -> frozenset[date]:
        """The days from `since` on that somebody was told."""
        table = DIRECTORY_DIGESTS.c
        query = select(table.day).where((table.partnership == partnership) & (table.day >= since))
        return frozenset(await self._database.read(lambda connection: connection.execute(query).scalars().all()))

    async def changes(self, partnership: PartnershipId, *, first: Instant, before: Instant) -> tuple[Changed, ...]:
        """What was done to rows of this owner in that time, the oldest first."""
        table = DIRECTORY_CHANGES.c
        within = (table.partnership == partnership) & (table.at >= first) & (table.at < before)
        query = select(table.body).where(within).order_by(table.number)
        bodies = await self._database.read(lambda connection: connection.execute(query).scalars().all())
        return tuple(msgspec.json.decode(body, type=Changed) for body in bodies)

    async def tell(self, partnership: PartnershipId, day: date, *, owed: Sequence[Owed], at: Instant) -> bool:
        """Owe the day's digest; False, and nothing owed, where the day was told before."""

        def work(connection: Connection) -> bool:
            row = {"partnership": partnership, "day": day, "at": at}
            if not insert_once(connection, DIRECTORY_DIGESTS, row):
                return False
            owe_each(connection, OUTBOX, [(one.message, one.subject, one.body) for one in owed], at=at)
            return True

        return await self._database.write(work)

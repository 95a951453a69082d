"""A stored envelope as an operator handles it: exported still sealed, deleted while its receipt stays. Shell."""

from enum import StrEnum

from sqlalchemy import Connection, func, select, update

from services.intake.adapters.tables import OWED, SUBMISSIONS
from shared.store import Database
from shared.terms import EscalationRef


class Deleted(StrEnum):
    """What became of a deletion."""

    DONE = "done"
    UNKNOWN = "unknown"
    OWED = "owed"  # router has not taken it in yet: deleting it now would lose a warning


class KeptEnvelopes:
    """The envelopes of one store, by reference."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def envelope(self, ref: EscalationRef) -> bytes | None:
        """As it was posted, sealed; None for a wrong reference or one that was deleted."""
        query = select(SUBMISSIONS.c.envelope).where(SUBMISSIONS.c.reference == ref)
        return await self._database.read(lambda connection: connection.execute(query).scalar())

    async def delete(self, ref: EscalationRef) -> Deleted:
        """Take the envelope away; its receipt stays in the chain."""
        return await self._database.write(lambda connection: _delete(connection, ref))


def _delete(connection: Connection, ref: EscalationRef) -> Deleted:
    place = connection.execute(
        select(SUBMISSIONS.c.chain, SUBMISSIONS.c.number).where(SUBMISSIONS.c.reference == ref)
    ).first()
    if place is None:
        return Deleted.UNKNOWN
    owed = select(func.count()).select_from(OWED).where(OWED.c.chain == place.chain, OWED.c.number == place.number)
    if connection.execute(owed).scalar_one():
        return Deleted.OWED
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")  # else the freed pages keep what stood in them
    connection.execute(update(SUBMISSIONS).where(SUBMISSIONS.c.reference == ref).values(envelope=None))
    return Deleted.DONE

"""Releases the ciphertext of records, each ticket once, counted in the store: a restart forgets no count. Shell."""

import hashlib

import msgspec
from sqlalchemy import Connection, delete, func, select

from services.intake.adapters.tables import RELEASES, SUBMISSIONS
from services.intake.domain.envelope import Envelope
from services.intake.domain.releasing import WITHIN, Withheld
from shared.releases import ReleaseTicket
from shared.store import Database, insert_once
from shared.terms import Instant

_ENVELOPE = msgspec.json.Decoder(Envelope)


class SqlRecords:
    """Records over a Database. most: releases in an hour, for each partnership."""

    def __init__(self, database: Database, *, most: int) -> None:
        self._database = database
        self._most = most

    async def release(self, ticket: ReleaseTicket, *, at: Instant) -> bytes | Withheld:
        """The ciphertext that the ticket names, counted; or why not. Raises: Transient."""
        return await self._database.write(lambda connection: _release(connection, ticket, at=at, most=self._most))

    async def refused_since(self, since: Instant) -> int:
        """How many releases were refused since then because there were too many."""
        query = select(func.count()).select_from(RELEASES)
        refused = query.where(RELEASES.c.refused.is_(True), RELEASES.c.at > since)
        return int(await self._database.read(lambda connection: connection.execute(refused).scalar_one()))


def _release(connection: Connection, ticket: ReleaseTicket, *, at: Instant, most: int) -> bytes | Withheld:
    connection.execute(delete(RELEASES).where(RELEASES.c.at < at - 2 * WITHIN))
    recent = select(func.count()).select_from(RELEASES).where(
        RELEASES.c.partnership == ticket.partnership, RELEASES.c.refused.is_(False), RELEASES.c.at > at - WITHIN
    )  # fmt: skip
    refused = int(connection.execute(recent).scalar_one()) >= most
    row = {"number": ticket.number, "partnership": ticket.partnership, "at": at, "refused": refused}
    if not insert_once(connection, RELEASES, row):
        return Withheld.USED
    if refused:
        return Withheld.TOO_MANY
    stored = select(SUBMISSIONS.c.envelope).where(SUBMISSIONS.c.submission == ticket.submission)
    body = connection.execute(stored).scalar()
    record = None if body is None else _ENVELOPE.decode(body).record
    if record is None or hashlib.sha256(record).hexdigest() != ticket.record_digest:
        return Withheld.GONE
    return record

"""Reads the chains of receipts back, with what is stored beside each. Shell."""

import hashlib
from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import Connection, select

from services.intake.adapters.pressing import receipt_of
from services.intake.adapters.tables import SUBMISSIONS
from shared.receipts import SignedReceipt
from shared.store import Database
from shared.terms import Digest

_AT_ONCE = 500


class StoredReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt, and the digest of the envelope as it is stored now: None once the envelope was deleted."""

    signed: SignedReceipt
    envelope_digest: Digest | None

    @property
    def holds(self) -> bool:
        """Whether the envelope is the one that was receipted."""
        return self.envelope_digest in (None, self.signed.receipt.envelope_digest)


class ChainReader:
    """The chains of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def chains(self) -> Sequence[str]:
        """Every chain's name."""
        query = select(SUBMISSIONS.c.chain).distinct().order_by(SUBMISSIONS.c.chain)
        return await self._database.read(lambda connection: list(connection.execute(query).scalars()))

    async def receipts(self, chain: str) -> Sequence[StoredReceipt]:
        """A chain in order."""
        return await self._database.read(lambda connection: list(_receipts(connection, chain)))


def _receipts(connection: Connection, chain: str) -> Iterator[StoredReceipt]:
    query = select(SUBMISSIONS).where(SUBMISSIONS.c.chain == chain).order_by(SUBMISSIONS.c.number)
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
        digest = None if row.envelope is None else Digest(hashlib.sha256(row.envelope).hexdigest())
        yield StoredReceipt(signed=receipt_of(row), envelope_digest=digest)

"""What the life of an escalation adds to router's store: its matter, its clock, what was added later. Shell."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Integer, bindparam, select, update

from services.router.adapters.queries import first, read_all, scalars
from services.router.adapters.tables import ADDED, ESCALATIONS, PARTIES
from services.router.domain.escalation import Escalation
from services.router.domain.life import Added
from shared.failures import Code, Transient
from shared.store import Database, Prepared, UtcDateTime, insert_once
from shared.terms import EscalationRef, Instant, SubmissionId

OF_MATTER = Prepared(
    select(ESCALATIONS.c.body)
    .where(ESCALATIONS.c.matter == bindparam("matter"))
    .order_by(ESCALATIONS.c.accepted_at, ESCALATIONS.c.ref)
)
OF_ADDRESS = Prepared(
    select(ESCALATIONS.c.body)
    .join(PARTIES, PARTIES.c.ref == ESCALATIONS.c.ref)
    .where(PARTIES.c.address == bindparam("address"))
    .order_by(ESCALATIONS.c.accepted_at, ESCALATIONS.c.ref)
)
ADDED_TO = Prepared(select(ADDED.c.body).where(ADDED.c.ref == bindparam("ref")).order_by(ADDED.c.number))
ADDED_AS = Prepared(select(ADDED.c.body).where(ADDED.c.submission == bindparam("submission")))
DUE_CLOCKS = Prepared(
    select(ESCALATIONS.c.ref)
    .where(ESCALATIONS.c.act_at <= bindparam("at", type_=UtcDateTime))
    .order_by(ESCALATIONS.c.act_at)
    .limit(bindparam("most", type_=Integer))
)


class SqlLives:
    """The lives of escalations, read from `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_matter(self, matter: EscalationRef) -> tuple[Escalation, ...]:
        return read_all(await self._scalars(OF_MATTER, matter=matter), Escalation)

    async def of_address(self, address: str) -> tuple[Escalation, ...]:
        return read_all(await self._scalars(OF_ADDRESS, address=address), Escalation)

    async def added(self, ref: EscalationRef) -> tuple[Added, ...]:
        return read_all(await self._scalars(ADDED_TO, ref=ref), Added)

    async def added_as(self, submission: SubmissionId) -> Added | None:
        return first(await self._scalars(ADDED_AS, submission=submission), Added)

    async def due_clocks(self, at: Instant, *, most: int) -> tuple[EscalationRef, ...]:
        return tuple(EscalationRef(ref) for ref in await self._scalars(DUE_CLOCKS, at=at, most=most))

    async def _scalars(self, query: Any, **given: Any) -> list[Any]:
        return await self._database.read(lambda connection: scalars(connection, query, given))


def empty_added(connection: Connection, emptied: tuple[Added, ...]) -> None:
    """What was added, without its record key: nothing opens its ciphertext any more."""
    for one in emptied:
        here = update(ADDED).where(ADDED.c.submission == one.submission)
        connection.execute(here.values(body=msgspec.json.encode(one)))


def write_added(connection: Connection, added: tuple[Added, ...]) -> None:
    """What somebody added is there once and is never changed. Raises: Transient(STORE_CONFLICT)."""
    for one in added:
        row = {"submission": one.submission, "ref": one.ref, "body": msgspec.json.encode(one)}
        if not insert_once(connection, ADDED, row):
            raise Transient(Code.STORE_CONFLICT)

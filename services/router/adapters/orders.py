"""Orders in router's database: written with their audit, ended with what they did, each once. Shell."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Integer, bindparam, delete, insert, select, update

from services.router.adapters.auditing import audit
from services.router.adapters.order_tables import ENDINGS, ORDERS
from services.router.domain.admin.auditing import Audited
from services.router.domain.admin.endings import Ending, Ends
from services.router.domain.admin.orders import Carried, Order, Ordered, OrderId, OrderState
from shared.failures import NOT_READABLE
from shared.store import Database, Prepared
from shared.terms import EscalationRef, PartnershipId

WAITING_ORDERS = Prepared(
    select(ORDERS.c.body)
    .where(ORDERS.c.state == OrderState.WAITING.value)
    .order_by(ORDERS.c.at, ORDERS.c.id)
    .limit(bindparam("most", type_=Integer))
    .offset(bindparam("past", type_=Integer))
)
_COLUMNS = (ORDERS.c.body, ORDERS.c.state, ORDERS.c.ended_at, ORDERS.c.code)
_DECODER = msgspec.json.Decoder(Order)


class SqlOrders:
    """The console's side: it asks, and looks how far it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, order: Order, audited: Audited) -> None:
        """Router carries it out soon; it stands in the audit from now."""

        def work(connection: Connection) -> None:
            connection.execute(
                insert(ORDERS).values(
                    id=order.id,
                    partnership=order.partnership,
                    ref=order.ref,
                    at=order.at,
                    state=OrderState.WAITING.value,
                    code="",
                    body=msgspec.json.encode(order),
                )
            )
            audit(connection, audited)

        await self._database.write(work)

    async def order(self, order: OrderId, partnership: PartnershipId) -> Ordered | None:
        """One of this partnership's."""
        query = select(*_COLUMNS).where(ORDERS.c.id == order, ORDERS.c.partnership == partnership)
        row = await self._database.read(lambda connection: connection.execute(query).first())
        return _ordered(row) if row is not None else None

    async def about(self, ref: EscalationRef) -> tuple[Ordered, ...]:
        """Every order about an escalation, the newest first."""
        query = select(*_COLUMNS).where(ORDERS.c.ref == ref).order_by(ORDERS.c.at.desc(), ORDERS.c.id)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return tuple(_ordered(row) for row in rows)


def waiting_orders(connection: Connection, *, most: int, beside: Collection[OrderId]) -> tuple[Order, ...]:
    """Those to be carried out, oldest first. One that this process cannot read waits for one that can.

    However many are passed over, as many others as `most` are found.
    """
    found: list[Order] = []
    past = 0
    while len(found) < most:
        bodies = WAITING_ORDERS.scalars(connection, {"most": most, "past": past})
        found += [one for one in map(_readable, bodies) if one is not None and one.id not in beside]
        past += most
        if len(bodies) < most:
            break
    return tuple(found[:most])


def _readable(body: bytes) -> Order | None:
    try:
        return _DECODER.decode(body)
    except NOT_READABLE:
        return None


def end_order(connection: Connection, carried: Carried) -> bool:
    """False where it ended before: then nothing of it is done again."""
    mine = (ORDERS.c.id == carried.order, ORDERS.c.state == OrderState.WAITING.value)
    ended = update(ORDERS).where(*mine).values(state=carried.state.value, ended_at=carried.at, code=carried.code)
    return connection.execute(ended).rowcount == 1


def write_endings(connection: Connection, endings: Sequence[Ending]) -> None:
    """What ends, in place of what was said before."""
    connection.execute(delete(ENDINGS))
    if endings:
        connection.execute(insert(ENDINGS), [{"code": one.what.value, "ends_at": one.ends_at} for one in endings])


def read_endings(connection: Connection) -> tuple[Ending, ...]:
    rows = connection.execute(select(ENDINGS.c.code, ENDINGS.c.ends_at)).all()
    return tuple(Ending(what=Ends(row.code), ends_at=row.ends_at) for row in rows if row.code in set(Ends))


def _ordered(row: Any) -> Ordered:
    return Ordered(order=_DECODER.decode(row.body), state=OrderState(row.state), ended_at=row.ended_at, code=row.code)

"""Orders in the store: written with their audit, read by router, ended once with what they did. Shell."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest_asyncio
from sqlalchemy import select, update

from services.router.adapters.console_tables import AUDITS
from services.router.adapters.order_tables import ORDERS
from services.router.adapters.orders import SqlOrders
from services.router.adapters.store import SqlEscalations
from services.router.adapters.tables import MIGRATIONS
from services.router.domain.admin.admins import AdminId
from services.router.domain.admin.auditing import Audited
from services.router.domain.admin.orders import Carried, Order, OrderId, OrderState, Redirect
from services.router.domain.changes import Change, Happened, What
from shared.store import Database
from shared.terms import EscalationRef, NoticeId, PartnershipId
from tests.migrated import migrated

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HERE, ELSEWHERE = PartnershipId("west-sussex"), PartnershipId("east-sussex")
REF = EscalationRef("WS-7K3-QM9-PX8")


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    migrated(database_url, scripts=MIGRATIONS)
    made = Database(database_url)
    yield made
    await made.close()


def order(name: str, *, minutes: int = 0) -> Order:
    return Order(
        id=OrderId(name),
        partnership=HERE,
        ref=REF,
        at=NOW + timedelta(minutes=minutes),
        admin=AdminId("a" * 32),
        who="Ash",
        why="On leave.",
        do=Redirect(notice=NoticeId("n")),
    )


def audited(one: Order) -> Audited:
    return Audited(at=one.at, admin=one.admin, partnership=HERE, what="order.redirect", about=REF, why=one.why)


async def test_what_is_ordered_waits_for_router_oldest_first_and_stands_in_the_audit(database: Database) -> None:
    orders, router = SqlOrders(database), SqlEscalations(database)
    second, first = order("2", minutes=1), order("1")
    for one in (second, first):
        await orders.ask(one, audited(one))
    assert await router.ordered(most=9) == (first, second)
    assert await router.ordered(most=1) == (first,)
    bodies = await database.read(lambda connection: connection.execute(select(AUDITS.c.body)).scalars().all())
    assert [msgspec.json.decode(body, type=Audited).what for body in bodies] == ["order.redirect"] * 2


async def test_an_order_ends_once_with_what_it_did(database: Database) -> None:
    orders, router, one = SqlOrders(database), SqlEscalations(database), order("1")
    await orders.ask(one, audited(one))
    carried = Carried(order=one.id, state=OrderState.DONE, at=NOW)
    for _ in range(2):
        line = Happened(ref=REF, at=NOW, what=What.REDIRECTED)
        await router.commit(Change(at=NOW, carried=carried, happened=(line,)))
    assert len(await router.history(REF)) == 1
    assert await router.ordered(most=9) == ()
    [found] = await orders.about(REF)
    assert (found.state, found.ended_at, found.code) == (OrderState.DONE, NOW, "")


async def test_a_refused_one_says_why(database: Database) -> None:
    orders, one = SqlOrders(database), order("1")
    await orders.ask(one, audited(one))
    carried = Carried(order=one.id, state=OrderState.REFUSED, at=NOW, code="changed")
    await SqlEscalations(database).commit(Change(at=NOW, carried=carried))
    found = await orders.order(one.id, HERE)
    assert found is not None
    assert (found.state, found.code) == (OrderState.REFUSED, "changed")


async def test_another_partnership_does_not_find_it(database: Database) -> None:
    orders, one = SqlOrders(database), order("1")
    await orders.ask(one, audited(one))
    assert await orders.order(one.id, ELSEWHERE) is None


async def test_one_that_cannot_be_read_keeps_no_other(database: Database) -> None:
    orders, router = SqlOrders(database), SqlEscalations(database)
    odd, plain = order("1"), order("2", minutes=1)
    for one in (odd, plain):
        await orders.ask(one, audited(one))
    newer = update(ORDERS).where(ORDERS.c.id == odd.id).values(body=b'{"do":{"type":"of a newer console"}}')
    await database.write(lambda connection: connection.execute(newer))
    assert await router.ordered(most=9) == (plain,)
    assert await router.ordered(most=1) == (plain,)
    assert await router.ordered(most=1, beside=[plain.id]) == ()

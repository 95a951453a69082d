"""Orders router to do something to an escalation, waits a moment for it, and says how far it is. Shell."""

import asyncio
from typing import NamedTuple, Protocol

from services.router.console.asked import Asked
from services.router.console.order_words import ASKED, done_words, refused_words
from services.router.domain.admin.auditing import Audited
from services.router.domain.admin.orders import Do, Order, Ordered, OrderId, OrderState, kind_of
from shared.clock import Clock
from shared.references import mint_secret
from shared.terms import EscalationRef, Instant, PartnershipId

_LOOK_SECONDS = 0.1
MOST_WHY = 200


class Orders(Protocol):
    """What was ordered, and how far it is."""

    async def ask(self, order: Order, audited: Audited) -> None: ...

    async def order(self, order: OrderId, partnership: PartnershipId) -> Ordered | None: ...

    async def about(self, ref: EscalationRef) -> tuple[Ordered, ...]: ...


class OrderSaid(NamedTuple):
    """How far an order is, for the top of a page. words: a sentence."""

    state: OrderState
    words: str
    at: Instant
    ref: EscalationRef


class Ordering:
    """The console's way of having something done. wait_seconds: the longest that a page waits for it."""

    def __init__(self, store: Orders, *, clock: Clock, wait_seconds: float = 3.0) -> None:
        self.store = store
        self.wait_seconds = wait_seconds
        self._clock = clock

    async def ask(self, asked: Asked, do: Do, *, ref: EscalationRef, why: str, after: str = "") -> OrderId:
        """Order it, with its row in the audit, and wait until it is done, refused, or the wait is over.

        after: what is to be so, in codes, for the audit. The caller has seen that `ref` is this partnership's.
        Answer with `go(f"…?order={id}")`.
        """
        admin, partnership = asked.signed.admin, asked.partnership
        order = Order(
            id=OrderId(mint_secret().hex()[:32]),
            partnership=partnership.id,
            ref=ref,
            at=self._clock.now(),
            admin=admin.id,
            who=", ".join(one for one in (admin.name, partnership.name) if one),
            why=why[:MOST_WHY],
            do=do,
        )
        audited = Audited(
            at=order.at,
            admin=admin.id,
            partnership=partnership.id,
            what=f"order.{kind_of(do)}",
            about=ref,
            after=after,
            why=order.why,
        )
        await self.store.ask(order, audited)
        await self._ended(order)
        return order.id

    async def _ended(self, order: Order) -> None:
        for _ in range(int(self.wait_seconds / _LOOK_SECONDS)):
            found = await self.store.order(order.id, order.partnership)
            if found is None or found.state is not OrderState.WAITING:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def said(self, asked: Asked) -> OrderSaid | None:
        """How far the order is that the address names as `?order=`; None where it names none of this partnership."""
        named = asked.query("order")
        found = await self.store.order(OrderId(named), asked.partnership.id) if named else None
        return said_of(found) if found is not None else None


def said_of(one: Ordered) -> OrderSaid:
    """In words."""
    order = one.order
    match one.state:
        case OrderState.WAITING:
            words = ASKED[kind_of(order.do)]
        case OrderState.DONE:
            words = done_words(order.do)
        case OrderState.REFUSED:
            words = refused_words(one.code)
    return OrderSaid(one.state, words, one.ended_at or order.at, order.ref)

"""Carries out what admins ordered, each in one transaction with its end, exactly once. Shell."""

from typing import assert_never

import msgspec

from services.router.domain.admin.admins import Need, may
from services.router.domain.admin.orders import (
    Carried,
    ConvenePanel,
    No,
    Order,
    OrderState,
    Reassign,
    RecordProcess,
    Redirect,
    Resend,
    Retry,
    Settle,
)
from services.router.domain.changes import Change
from services.router.handlers.order_waits import OrderWaits
from services.router.handlers.ordered_panels import convene_ordered, record_process
from services.router.handlers.reassigning import reassign
from services.router.handlers.redirecting import redirect, resend
from services.router.handlers.unparking import retry, settle
from services.router.ports import World
from shared.failures import Code, Permanent, Transient, code_of
from shared.log import Event, record
from shared.terms import Instant

replace = msgspec.structs.replace

MOST = 20


async def carry_out_all(world: World, *, waits: OrderWaits | None = None) -> tuple[Code, ...]:
    """All that waits, oldest first. Gives the codes of what failed; what may work later stays waiting.

    waits: what failed before and is left alone for a while.

    Raises: Transient where nothing could be looked at.
    """
    failed, waits = [], waits or OrderWaits()
    for order in await world.escalations.ordered(most=MOST, beside=waits.held(at=world.clock.now())):
        try:
            await carry_out(order, world=world)
            waits.ended(order.id)
        except Transient as failure:
            record(Event.ORDER_FAILED, ref=order.ref, failure=failure)
            failed.append(failure.code)
            waits.failed(order.id, at=world.clock.now())
    return tuple(failed)


async def carry_out(order: Order, *, world: World) -> None:
    """Do it and end it, or refuse it with a code and change nothing. Raises: Transient; then it still waits."""
    at = world.clock.now()
    try:
        said = await _done(order, world=world)
        if isinstance(said, Change):
            await _end(order, said, at=at, world=world)
            return
    except Transient:
        raise
    except Exception as failure:  # noqa: BLE001 - a bug about one order is told to who gave it, and keeps no other
        if not isinstance(failure, Permanent):
            record(Event.ORDER_FAILED, ref=order.ref, failure=failure)
        said = code_of(failure)
    await _end(order, Change(at=at), at=at, world=world, code=said.value)


async def _end(order: Order, change: Change, *, at: Instant, world: World, code: str = "") -> None:
    """What it changes and its end, in one transaction. code: why it is refused, "" where it is done."""
    state = OrderState.REFUSED if code else OrderState.DONE
    carried = Carried(order=order.id, state=state, at=at, code=code)
    await world.escalations.commit(replace(change, carried=carried))
    record(Event.ORDER_ENDED, ref=order.ref, code=code or state.value)


async def _done(order: Order, *, world: World) -> Change | No | Code:
    """What it changes, still uncommitted; or why not. Each kind asks anew whether it is so and may be done."""
    admin = await world.escalations.admin(order.admin)
    if admin is None or not may(admin, order.partnership, Need.WORK_DESK):
        return No.NOT_THEIRS
    match order.do:
        case Redirect():
            return await redirect(order, order.do, world=world)
        case ConvenePanel():
            return await convene_ordered(order, order.do, world=world)
        case RecordProcess():
            return await record_process(order, order.do, world=world)
        case Reassign():
            return await reassign(order, order.do, world=world)
        case Resend():
            return await resend(order, order.do, world=world)
        case Retry():
            return await retry(order, order.do, world=world)
        case Settle():
            return await settle(order, order.do, world=world)
        case _:
            assert_never(order.do)

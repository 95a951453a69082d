"""An admin has somebody else asked than the contact to whom a notice went. Shell."""

import msgspec

from services.router.domain.changes import Change, Happened, What
from services.router.domain.decision import PassedOver
from services.router.domain.escalation import Escalation
from services.router.domain.orders import No, Order, Redirect
from services.router.handlers.routing import ASKS, decide
from services.router.ports import World

replace = msgspec.structs.replace


async def escalation_of(order: Order, *, world: World) -> Escalation | No:
    """The escalation that the order is about, where it is this partnership's and people are still asked in it."""
    escalation = await world.escalations.escalation(order.ref)
    if escalation is None or escalation.partnership != order.partnership:
        return No.NOT_HERE
    return escalation if escalation.state in ASKS else No.ENDED


async def redirect(order: Order, do: Redirect, *, world: World) -> Change | No:
    """A new stored decision on the directory as it is now, without this contact: their deputy, or the next."""
    escalation = await escalation_of(order, world=world)
    if isinstance(escalation, No):
        return escalation
    notice = await world.escalations.notice(do.notice)
    if notice is None or notice.ref != order.ref or not notice.must_act:
        return No.NOT_HERE
    if notice.address not in {one.address for one in escalation.life.holdings}:
        return No.CHANGED
    at, ground = world.clock.now(), await world.grounds.now()
    gone = PassedOver(address=notice.address, why="The partnership has somebody else asked.")
    circumstances = replace(escalation.circumstances, passed_over=(*escalation.circumstances.passed_over, gone))
    line = Happened(ref=order.ref, at=at, what=What.REDIRECTED, who=notice.post, note=order.why, name=order.who)
    change = decide(
        replace(escalation, circumstances=circumstances),
        ground=ground,
        world=world,
        at=at,
        sent=await world.escalations.notices(order.ref),
        happened=(line,),
    )
    return replace(change, sent=(*change.sent, replace(notice, replaced=True)))

"""An admin reassigns a stage: a new stored decision by which another is asked; everybody in it is told. Shell."""

from services.router.domain.admin.orders import No, Order, Reassign
from services.router.domain.admin.reassigning import reassigned
from services.router.domain.changes import Change, Happened, What
from services.router.handlers.moving import both
from services.router.handlers.presence import stand
from services.router.handlers.redirecting import escalation_of
from services.router.handlers.replying import plain_line
from services.router.handlers.routing import decide
from services.router.handlers.saying import change_of, in_it, tell_them
from services.router.ports import World
from shared.messages import NoticeKind

MOST_WORDS = 200


async def reassign(order: Order, do: Reassign, *, world: World) -> Change | No:
    """The policy applied again with this post's holder; the new contact is asked, all others are told who asks now."""
    escalation = await escalation_of(order, world=world)
    if isinstance(escalation, No):
        return escalation
    at, ground = world.clock.now(), await world.grounds.now()
    why = plain_line(order.why, most=MOST_WORDS)
    after = reassigned(escalation, do.post, why=why, ground=ground, at=at)
    if isinstance(after, No):
        return after
    before = stand(escalation, "", ground=ground, at=at)
    line = Happened(ref=order.ref, at=at, what=What.REASSIGNED, note=why, name=order.who)
    sent = await world.escalations.notices(order.ref)
    decided = decide(after, ground=ground, world=world, at=at, sent=sent)
    asked = {row.address for row in decided.sent if row.must_act}
    others = tuple(one for one in in_it(before) if one.address not in asked)
    told = tell_them(before, NoticeKind.NEWS, What.REASSIGNED, others, cause=order.id)
    return both(change_of(before, (line,), told, world=world), decided)

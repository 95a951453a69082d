"""An admin has somebody else asked than the contact to whom a notice went, or has it sent again. Shell."""

import msgspec

from services.router.domain.admin.on_desk import NOT_THROUGH
from services.router.domain.admin.orders import No, Order, Redirect, Resend
from services.router.domain.changes import Change, Happened, SentNotice, What
from services.router.domain.decision import Part, PassedOver
from services.router.domain.escalation import Escalation, same_address
from services.router.domain.letters.owed import Owed
from services.router.domain.living.present import present_now
from services.router.handlers.routing import ASKS, decide
from services.router.ports import World
from shared.messages import NoticeAgain
from shared.references import derive_id
from shared.subjects import NONE, notices
from shared.terms import EscalationRef, MessageId, NoticeId

replace = msgspec.structs.replace
_OFFICES = frozenset({"", Part.PARTNERSHIP.value, Part.DUTY.value})
"""Parts of the partnership and of its duty contact, who stand in no decision by name."""


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


async def resend(order: Order, do: Resend, *, world: World) -> Change | No:
    """The same bytes once more; or, where the directory has another address for the post, the policy applied anew.

    A contact whose place another took is not asked again by the old address: the directory has nothing new. Nor is
    whoever has no part in it any more told anything again.
    """
    escalation, notice = await world.escalations.escalation(order.ref), await world.escalations.notice(do.notice)
    if escalation is None or escalation.partnership != order.partnership:
        return No.NOT_HERE
    if notice is None or notice.ref != order.ref:
        return No.NOT_HERE
    if notice.state not in NOT_THROUGH or notice.sent_again:
        return No.CHANGED
    line = Happened(ref=order.ref, at=world.clock.now(), what=What.SENT_AGAIN, who=notice.part, name=order.who)
    anew = await _decided_anew(escalation, notice, line, world=world)
    if anew is not None:
        return anew
    gone = notice.replaced or not await _has_a_part(escalation, notice, world=world)
    return No.REPLACED if gone else _once_more(order, notice, line)


async def _has_a_part(escalation: Escalation, notice: SentNotice, *, world: World) -> bool:
    """Whether it went to an office, or to somebody who is in it on today's directory: nobody else is written to."""
    if notice.part in _OFFICES:
        return True
    everybody = present_now(escalation, ground=await world.grounds.now(), at=world.clock.now())
    return same_address(notice.address) in {escalation.raiser_address, *(one.address for one in everybody)}


async def _decided_anew(escalation: Escalation, notice: SentNotice, line: Happened, *, world: World) -> Change | None:
    """A new stored decision, if it tells the same post at another address."""
    if escalation.state not in ASKS or not notice.post:
        return None
    sent = await world.escalations.notices(escalation.ref)
    ground = await world.grounds.now()
    change = decide(escalation, ground=ground, world=world, at=line.at, sent=sent, happened=(line,))
    told = any(one.post == notice.post and one.address != notice.address for one in change.sent)
    done = replace(notice, replaced=True, sent_again=True)
    return replace(change, sent=(*change.sent, done)) if told else None


def _once_more(order: Order, notice: SentNotice, line: Happened) -> Change:
    again = NoticeId(derive_id("again", order.id, notice.id))
    duty = NoticeAgain(id=again, of=notice.id, ref=notice.ref, partnership=notice.partnership)
    subject = notices(notice.partnership, notice.ref or EscalationRef(NONE))
    row = replace(notice, id=again, at=line.at, state=None, reported_at=None)
    return Change(
        at=line.at,
        happened=(line,),
        sent=(row, replace(notice, replaced=True, sent_again=True)),
        owed=(Owed(message=MessageId(again), subject=subject, body=msgspec.json.encode(duty)),),
    )

"""An admin convenes a resolution panel, or records for the scrutineer how it is dealt with. Shell."""

import msgspec

from services.router.domain.admin.orders import ConvenePanel, No, Order, RecordProcess
from services.router.domain.changes import Change, Happened, What
from services.router.domain.escalation import Escalation, Move, Standing, may_move
from services.router.domain.ground import Ground
from services.router.domain.living.present import Present, those
from services.router.handlers.panels import MOST_PROCESS, convening, proposal
from services.router.handlers.presence import stand
from services.router.handlers.redirecting import escalation_of
from services.router.handlers.replying import plain_line
from services.router.handlers.saying import change_of, in_it, tell_them
from services.router.ports import World
from shared.messages import AskedAs, LifeFacts, NoticeKind
from shared.terms import Instant

replace = msgspec.structs.replace


async def convene_ordered(order: Order, do: ConvenePanel, *, world: World) -> Change | No:
    """The seats that the admin was shown are offered. Where others would be by now, nothing is done."""
    escalation = await escalation_of(order, world=world)
    if isinstance(escalation, No):
        return escalation
    if not escalation.decisions or not may_move(escalation.state, Move.CONVENE_PANEL, {Standing.DUTY}):
        return No.NOT_ALLOWED
    at = stand(escalation, "", ground=await world.grounds.now(), at=world.clock.now())
    proposed = proposal(at)
    if tuple(seat.person.post for seat in proposed.seats) != do.posts:
        return No.CHANGED
    _, change = convening(at, proposed, by=order.who, world=world)
    return change if change is not None else No.CHANGED


def scrutineer_in(escalation: Escalation, *, ground: Ground, at: Instant) -> Present | None:
    """The scrutineer who is asked to act now, None where none is."""
    if not escalation.decisions:
        return None
    everybody = stand(escalation, "", ground=ground, at=at).everybody
    holders = those(everybody, Standing.HOLDER)
    return next((one for one in holders if one.person.asked_as is AskedAs.SCRUTINEER), None)


async def record_process(order: Order, do: RecordProcess, *, world: World) -> Change | No:
    """The process in the words that the scrutineer gave the partnership, told to everybody in it as theirs."""
    escalation = await escalation_of(order, world=world)
    if isinstance(escalation, No):
        return escalation
    words, ground, now = do.words.strip()[:MOST_PROCESS], await world.grounds.now(), world.clock.now()
    scrutineer = scrutineer_in(escalation, ground=ground, at=now)
    if scrutineer is None or not may_move(escalation.state, Move.DETERMINE_PROCESS, scrutineer.standings):
        return No.NO_SCRUTINEER
    if not words or words == escalation.life.process:
        return No.CHANGED
    at = stand(escalation, scrutineer.address, ground=ground, at=now)

    def drawn(facts: LifeFacts, faceless: bool) -> LifeFacts:
        by = "the partnership" if faceless else order.who
        return replace(facts, text=f"{words}\n\nRecorded for the scrutineer by {by}.")

    told = tell_them(at, NoticeKind.NEWS, What.PROCESS, in_it(at), cause=order.id, draw=drawn)
    name = f"{order.who}, for the {scrutineer.person.role.lower()}"
    line = Happened(ref=order.ref, at=now, what=What.PROCESS, note=plain_line(words, most=MOST_PROCESS), name=name)
    after = replace(escalation, life=replace(escalation.life, process=words))
    return change_of(at, (line,), told, world=world, after=after)

"""What falls due by time alone: raisers not confirmed, merged mail, contacts to replace, clocks, sessions. Shell."""

from collections.abc import Awaitable
from datetime import timedelta

import msgspec

from services.router.domain.changes import Change, Happened, What
from services.router.domain.escalation import State
from services.router.domain.letters.notices import desk_row, of_waiting
from services.router.domain.letters.waiting import Channel, ChannelState, Waiting, Why, tell
from services.router.domain.living.asking_again import told_again_at
from services.router.handlers.clocks import prompt
from services.router.handlers.owing import owe
from services.router.handlers.proving import confirm_if_proved
from services.router.handlers.routing import pass_over, place_of
from services.router.ports import World
from shared.failures import Code, code_of
from shared.log import Event, record
from shared.terms import EscalationRef

replace = msgspec.structs.replace

MOST = 100
FORGET_AFTER = timedelta(days=2)


async def sweep(world: World) -> tuple[Code, ...]:
    """Do all that is due now, each in its own transaction, exactly once by its row's version.

    Gives the codes of what failed; one bad row keeps no other from being done. Raises: Transient.
    """
    failed: list[Code] = []
    for ref in await world.escalations.due(world.clock.now(), most=MOST):
        await _alone(tell_duty(ref, world=world), ref, failed)
    for notice in await world.escalations.passed_over(most=MOST):
        await _alone(pass_over(notice, world=world, at=world.clock.now()), notice.ref, failed)
    for ref in await world.escalations.due_clocks(world.clock.now(), most=MOST):
        await _alone(prompt(ref, world=world), ref, failed)
    for channel in await world.escalations.channels():
        await _alone(send_merged(channel, world=world), None, failed)
    return tuple(failed)


async def _alone(work: Awaitable[None], ref: EscalationRef | None, failed: list[Code]) -> None:
    try:
        await work
    except Exception as failure:  # noqa: BLE001 - a bug about one escalation must not keep the others waiting
        record(Event.SWEEP_FAILED, ref=ref, failure=failure)
        failed.append(code_of(failure))


async def tell_duty(ref: EscalationRef, *, world: World) -> None:
    """The raiser has not confirmed in time: the duty contact is told, merged. Late confirmation still confirms.

    They are told again each working morning where the address is one that the directory knows: junk is told once.
    """
    at, escalation = world.clock.now(), await world.escalations.escalation(ref)
    if escalation is None or escalation.wait_until is None or escalation.wait_until > at:
        return
    if await confirm_if_proved(escalation.submission, world=world):
        return
    if escalation.state is not State.WAITING_CONFIRMATION:
        await world.escalations.commit(Change(at=at, escalation=replace(escalation, wait_until=None)))
        return
    ground = await world.grounds.now()
    place = place_of(escalation, ground)
    told = replace(escalation, wait_until=told_again_at(escalation, ground=ground, at=at), duty_told=True)
    channel = Channel(partnership=escalation.partnership, address=place.duty_address, urgent=False)
    waiting = Waiting(ref=ref, why=Why.UNCONFIRMED, urgent=escalation.urgent, since=at)
    line = Happened(ref=ref, at=at, what=What.DUTY_TOLD)
    await world.escalations.commit(Change(at=at, escalation=told, waiting=((channel, waiting),), happened=(line,)))


async def send_merged(state: ChannelState, *, world: World) -> None:
    """The channel's next merged mail, if it is due."""
    at = world.clock.now()
    after, told = tell(state, at=at)
    if not told:
        return
    place = (await world.grounds.now()).place(state.channel.partnership)
    if place is None:
        return
    notice = of_waiting(place, state.channel, told=told, number=after.mails)
    change = Change(at=at, told=(after, told), sent=(desk_row(notice, at=at),), owed=(owe(notice, world.notifier),))
    await world.escalations.commit(change)


async def forget_old(world: World) -> None:
    """Drop sessions and attempts of the days before yesterday: nothing of them can be used any more."""
    await world.sessions.forget(before=world.clock.now() - FORGET_AFTER)

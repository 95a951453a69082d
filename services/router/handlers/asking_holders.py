"""Writes to each holder once a period: is your post still right? Once more where nobody answers. Shell."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from services.router.domain.ask_notices import of_ask
from services.router.domain.asks import Ask, Todo, to_ask, to_forget, to_note, together
from services.router.domain.changes import Change
from services.router.domain.ground import Ground
from services.router.domain.ringing import is_closed
from services.router.handlers.owing import owe
from services.router.ports import World
from shared.failures import Code, Transient
from shared.log import Event, record
from shared.terms import Instant, PartnershipId

replace = msgspec.structs.replace

MOST_NOTED = 2_000
MOST_MAILS = 50
"""At one look. Mail about directories never holds up mail about a child."""


async def ask_holders(world: World) -> None:
    """Note whom it does not know yet, and write to whoever is due, while offices are open. Raises: Transient."""
    at, ground = world.clock.now(), await world.grounds.now()
    asks = {one.post: one for one in await world.asks.all()}
    if gone := to_forget(ground.directory, asks, at=at):
        await world.asks.forget(gone)
    new = tuple(to_note(ground.directory, asks, at=at, most=MOST_NOTED))
    if new:
        await _committed(Change(at=at, asks=new), world=world)
    fresh = {*gone, *(one.post for one in new)}
    known = {post: ask for post, ask in asks.items() if post not in fresh}
    written = 0
    for (partnership, _, _), todos in together(to_ask(ground.directory, known, at=at)).items():
        if written < MOST_MAILS and not _is_closed(partnership, ground, at=at):
            written += 1
            await _write(todos, ground, world=world, at=at)


def _is_closed(partnership: PartnershipId, ground: Ground, *, at: Instant) -> bool:
    calendar = ground.calendar(partnership)
    return is_closed(at.astimezone(ZoneInfo(calendar.zone)), holidays=calendar.holidays)


async def _write(todos: Sequence[Todo], ground: Ground, *, world: World, at: Instant) -> None:
    """One mail, with every row that it is about."""
    place = ground.place(todos[0].ask.partnership)
    if place is None:
        return
    notice = of_ask(place, todos, at=at)
    asks = tuple(_after(one, at=at) for one in todos)
    asks = tuple(replace(one, notice=notice.id, state=None) for one in asks)
    await _committed(Change(at=at, asks=asks, owed=(owe(notice, world.notifier),)), world=world)


def _after(todo: Todo, *, at: Instant) -> Ask:
    if todo.again:
        return replace(todo.ask, reminded_at=at)
    return replace(todo.ask, asked_at=at, reminded_at=None, answered_at=None)


async def _committed(change: Change, *, world: World) -> None:
    """Another router, or the holder's own answer, may have been first: then the next look sees what is so."""
    try:
        await world.escalations.commit(change)
    except Transient as failure:
        if failure.code is not Code.STORE_CONFLICT:
            raise
        record(Event.SWEEP_FAILED, failure=failure)

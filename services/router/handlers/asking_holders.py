"""Writes to each holder once a period: is your post still right? Once more where nobody answers. Shell."""

import asyncio
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

import msgspec

from services.router.domain.changes import Change
from services.router.domain.ground import Ground
from services.router.domain.keeping.ask_notices import of_ask
from services.router.domain.keeping.asks import Ask, Todo, to_ask, to_forget, to_note, together
from services.router.domain.office_hours import waking
from services.router.handlers.owing import owe
from services.router.ports import World
from shared.failures import Code, Transient
from shared.log import Event, record
from shared.terms import Instant, PartnershipId, PostId

replace = msgspec.structs.replace

MOST_NOTED = 2_000
MOST_MAILS = 50
"""At one look. Mail about directories never holds up mail about a child."""


class _Due(NamedTuple):
    """What one look finds: rows to drop, rows to begin, and a letter for each holder and partnership."""

    gone: tuple[PostId, ...]
    new: tuple[Ask, ...]
    letters: tuple[tuple[Todo, ...], ...]


async def ask_holders(world: World) -> None:
    """Note whom it does not know yet, and write to whoever is due, in their partnership’s hours. Raises: Transient."""
    at, ground = world.clock.now(), await world.grounds.now()
    due = await asyncio.to_thread(_look, ground, await world.asks.all(), at)
    if due.gone:
        await world.asks.forget(due.gone)
    if due.new:
        await _committed(Change(at=at, asks=due.new), world=world)
    for todos in due.letters:
        await _write(todos, ground, world=world, at=at)


def _look(ground: Ground, known: Sequence[Ask], at: Instant) -> _Due:
    """Thousands of posts take a while: beside the loop that answers people."""
    asks = {one.post: one for one in known}
    gone = to_forget(ground.directory, asks, at=at)
    new = tuple(to_note(ground.directory, asks, at=at, most=MOST_NOTED))
    for post in (*gone, *(one.post for one in new)):
        asks.pop(post, None)
    found = together(to_ask(ground.directory, asks, at=at)).items()
    open_now = (todos for (partnership, _, _), todos in found if not _is_closed(partnership, ground, at=at))
    return _Due(gone, new, tuple(islice(open_now, MOST_MAILS)))


def _is_closed(partnership: PartnershipId, ground: Ground, *, at: Instant) -> bool:
    return waking(at, ground.calendar(partnership), urgent=False) != at


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

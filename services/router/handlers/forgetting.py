"""Deletes router's half of what opens an escalation's records: its wrapped record keys. Shell.

Intake's half, the ciphertext, goes by intake's own command. It is complete when the oldest backup has ended.
Source: design.md section 3.
"""

from datetime import timedelta
from typing import NamedTuple

import msgspec

from services.router.domain.changes import Change, Happened, What
from services.router.domain.escalation import Escalation, State
from services.router.domain.when import in_words
from services.router.handlers.routing import place_of
from services.router.ports import World
from shared.terms import EscalationRef, Instant

replace = msgspec.structs.replace

BACKUPS_LIVE = timedelta(days=35)
_OPEN = frozenset(State) - {State.DIVERTED, State.PARKED, State.CLOSED, State.MOVED_ON}


class Forgotten(NamedTuple):
    """What was forgotten. complete_at: when its last backup ends. kept_as: references of the envelopes in intake."""

    complete_at: Instant
    kept_as: tuple[EscalationRef, ...]


async def forget_records(ref: EscalationRef, *, world: World) -> Forgotten | None:
    """Forget every record key of this escalation: its form's, and of all that was added to it.

    None for a wrong reference, and while any stage of its matter is open: whoever acts now reads the first form too.
    What was decided, and who was told, stays until the whole escalation's time is over. Raises: Transient.
    """
    at, escalation = world.clock.now(), await world.escalations.escalation(ref)
    if escalation is None or await _is_open(escalation, world=world):
        return None
    complete_at = at + BACKUPS_LIVE
    place = place_of(escalation, await world.grounds.now())
    said = in_words(complete_at, place.zone).rpartition(",")[0]
    added = await world.escalations.added(ref)
    change = Change(
        at=at,
        escalation=replace(escalation, wrapped_key=b""),
        emptied=tuple(replace(one, wrapped_key=b"") for one in added if one.wrapped_key),
        happened=(Happened(ref=ref, at=at, what=What.RECORD_DELETED, note=said),),
    )
    await world.escalations.commit(change)
    return Forgotten(complete_at, (ref, *(one.came_as for one in added if one.came_as is not None)))


async def _is_open(escalation: Escalation, *, world: World) -> bool:
    stages = await world.escalations.of_matter(escalation.matter)
    return any(one.state in _OPEN for one in (escalation, *stages))

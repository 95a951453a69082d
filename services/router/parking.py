"""What was set aside, as a person deals with it: list it, have it tried again, or say that it is settled. Shell."""

import msgspec

from services.router.commands import Said
from services.router.consumer import read_message
from services.router.domain.changes import Change, ParkedMessage
from services.router.handlers.arriving import take_parked
from services.router.ports import World
from shared.failures import NOT_READABLE, Code, Failure, Permanent
from shared.log import Event, record
from shared.messages import Frame, SubmissionReceived

_FRAME = msgspec.msgpack.Decoder(Frame)
_UNKNOWN = "No parked message has this id: see `parked list`."


async def list_parked(*, world: World) -> Said:
    """One line a message: its id, since when, why, and its subject."""
    parked = await world.escalations.parked()
    lines = (f"{one.message}  {one.at:%Y-%m-%d %H:%M}Z  {one.code}  {one.subject}" for one in parked)
    return Said(0, (*lines, f"{len(parked)} parked."))


async def retry(message: str, *, world: World) -> Said:
    """Take a parked submission as if it came now: its key came back, or the directory was mended."""
    found = await _find(message, world=world)
    if found is None:
        return Said(1, problems=(_UNKNOWN,))
    try:
        submission = _submission_in(found)
        await take_parked(submission, found, world=world)
    except Failure as failure:
        return Said(1, problems=(f"It stays parked: {failure.code}.",))
    return Said(0, (f"{submission.ref} goes on.",))


async def settle(message: str, *, world: World) -> Said:
    """A person has dealt with it: health no longer speaks of it. The row and its frame stay."""
    found = await _find(message, world=world)
    if found is None:
        return Said(1, problems=(_UNKNOWN,))
    await world.escalations.commit(Change(at=world.clock.now(), settles=found.message))
    record(Event.PARKED_SETTLED, code=found.code)
    return Said(0, ("Settled.",))


async def _find(message: str, *, world: World) -> ParkedMessage | None:
    return next((one for one in await world.escalations.parked() if one.message == message), None)


def _submission_in(parked: ParkedMessage) -> SubmissionReceived:
    """Raises: Permanent. A frame whose signature was wrong is never read."""
    if parked.code == Code.BAD_SIGNATURE.value:
        raise Permanent(Code.BAD_SIGNATURE)
    try:
        found = read_message(_FRAME.decode(parked.frame).body)
    except NOT_READABLE:
        raise Permanent(Code.UNREADABLE) from None
    if not isinstance(found, SubmissionReceived):
        raise Permanent(Code.UNKNOWN_TAG)
    return found

"""An admin has a parked message tried again, or says that it was dealt with. Shell."""

import msgspec

from services.router.domain.admin.orders import No, Order, Retry, Settle
from services.router.domain.changes import Change, ParkedMessage
from services.router.handlers.acts import ACTS, applied
from services.router.handlers.opening import submission_in
from services.router.handlers.submissions import opened_again
from services.router.ports import World
from shared.failures import NOT_READABLE, Code, Permanent
from shared.log import Event, record
from shared.messages import Frame, SubmissionReceived
from shared.subjects import submissions

replace = msgspec.structs.replace
_FRAME = msgspec.msgpack.Decoder(Frame)


async def retry(order: Order, do: Retry, *, world: World) -> Change | No:
    """As if it came now: its key came back, or the directory was mended. Raises: Permanent where it still cannot be."""
    parked = await _parked(order, do.message, world=world)
    if isinstance(parked, No):
        return parked
    submission = read_parked(parked)
    if submission.form in ACTS:
        return replace(await applied(submission, world=world), settles=parked.message)
    return await opened_again(submission, parked, world=world)


async def settle(order: Order, do: Settle, *, world: World) -> Change | No:
    """A person has dealt with it: the desk and health no longer speak of it. The row and its frame stay."""
    parked = await _parked(order, do.message, world=world)
    if isinstance(parked, No):
        return parked
    record(Event.PARKED_SETTLED, code=parked.code)
    return Change(at=world.clock.now(), settles=parked.message)


async def _parked(order: Order, message: str, *, world: World) -> ParkedMessage | No:
    """One that came for this partnership, under this reference, and is truly from intake."""
    found = next((one for one in await world.escalations.parked() if one.message == message), None)
    if found is None:
        return No.CHANGED
    here = found.subject == submissions(order.partnership, order.ref)
    return found if here and found.code != Code.BAD_SIGNATURE.value else No.NOT_HERE


def read_parked(parked: ParkedMessage) -> SubmissionReceived:
    """Raises: Permanent. A frame whose signature was wrong is never read."""
    if parked.code == Code.BAD_SIGNATURE.value:
        raise Permanent(Code.BAD_SIGNATURE)
    try:
        found = submission_in(_FRAME.decode(parked.frame).body)
    except NOT_READABLE:
        raise Permanent(Code.UNREADABLE) from None
    if found is None:
        raise Permanent(Code.UNREADABLE)
    return found

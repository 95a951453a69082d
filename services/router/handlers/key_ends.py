"""Destroys the private half of a facts key once its time is over and nothing sealed to it is unopened. Shell.

What was sealed to it stays shut from then on, whoever takes it from intake or from the broker. Source: design.md
section 3.
"""

from datetime import timedelta

import msgspec

from services.router.domain.changes import ParkedMessage
from services.router.ports import World
from shared.failures import NOT_READABLE
from shared.log import Event, record
from shared.messages import Frame, Message, SubmissionReceived
from shared.terms import KeyId

KEEP_FOR = timedelta(days=35)
"""After its expiry: by then every form that was sealed to it has long arrived, and the oldest backup is gone."""

_FRAME = msgspec.msgpack.Decoder(Frame)
_MESSAGE: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


async def destroy_ended(world: World) -> tuple[KeyId, ...]:
    """Destroy what may be destroyed; the keys that are gone. What may not be is a warning of health."""
    ended = world.facts_keys.ended(world.clock.now() - KEEP_FOR)
    if not ended:
        return ()
    wanted = {key for one in await world.escalations.parked() if (key := _sealed_to(one)) is not None}
    gone = tuple(key for key in ended if key not in wanted and world.facts_keys.destroy(key))
    if gone:
        record(Event.KEYS_DESTROYED, count=len(gone))
    return gone


def _sealed_to(parked: ParkedMessage) -> KeyId | None:
    """The facts key that a parked submission is sealed to; None for anything else."""
    try:
        message = _MESSAGE.decode(_FRAME.decode(parked.frame).body)
    except NOT_READABLE:
        return None
    return message.facts.key if isinstance(message, SubmissionReceived) else None

"""Brings NOTICES to the handlers. Shell."""

from collections.abc import Callable

import msgspec

from services.notifier.handlers import take_notice
from services.notifier.ports import Aside, Ledger, Opener
from shared.clock import Clock
from shared.failures import NOT_READABLE, Code, Permanent
from shared.jetstream import Broker, Received
from shared.messages import Message, NoticeDue
from shared.subjects import Stream

_DECODE: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


class _Tag(msgspec.Struct):
    type: str


_DECODE_TAG = msgspec.json.Decoder(_Tag)


class Consumer:
    """Takes each notice in, and then wakes the sender."""

    def __init__(
        self, *, broker: Broker, ledger: Ledger, opener: Opener, clock: Clock, sender: str, wake: Callable[[], None]
    ) -> None:
        self._broker = broker
        self._ledger = ledger
        self._opener = opener
        self._clock = clock
        self._sender = sender
        self._wake = wake

    async def run(self) -> None:
        """Consume for ever."""
        await self._broker.consume(Stream.NOTICES, self.handle, park=self.park)

    async def handle(self, received: Received) -> None:
        """One delivery. Raises: Permanent when it can never be taken, Transient when not now."""
        await take_notice(
            notice_due(received.frame.body),
            message=received.message,
            sent_at=received.frame.at,
            sender=self._sender,
            opener=self._opener,
            ledger=self._ledger,
            clock=self._clock,
        )
        self._wake()

    async def park(self, received: Received, code: Code) -> None:
        """Set the delivery aside for a person."""
        aside = Aside(message=received.message, subject=received.subject, frame=received.raw, code=code)
        await self._ledger.set_aside(aside, at=self._clock.now())
        self._wake()


def notice_due(body: bytes) -> NoticeDue:
    """The NoticeDue in `body`. Raises: Permanent(UNREADABLE, UNKNOWN_TAG)."""
    try:
        message = _DECODE.decode(body)
    except NOT_READABLE:
        raise Permanent(_why_unreadable(body)) from None
    if not isinstance(message, NoticeDue):
        raise Permanent(Code.UNKNOWN_TAG)
    return message


def _why_unreadable(body: bytes) -> Code:
    try:
        tag = _DECODE_TAG.decode(body).type
    except NOT_READABLE:
        return Code.UNREADABLE
    return Code.UNREADABLE if tag == "notice.due" else Code.UNKNOWN_TAG

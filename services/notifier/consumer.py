"""Brings NOTICES, and what comes back by mail, to the handlers. Shell."""

import asyncio
from collections.abc import Callable

import msgspec

from services.notifier.domain.returned import Kind
from services.notifier.handlers import take_back, take_notice
from services.notifier.ports import Aside, Ledger, Opener, Returns
from shared.clock import Clock
from shared.failures import NOT_READABLE, Code, Permanent, Transient
from shared.jetstream import Broker, Received
from shared.log import Event, record
from shared.messages import Duty, Message, NoticeAgain
from shared.subjects import Stream

_DECODE: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


class _Tag(msgspec.Struct):
    type: str


_DECODE_TAG = msgspec.json.Decoder(_Tag)

LOOK_SECONDS = 10.0
STRANGE = "replies-that-name-no-escalation"
"""Somebody wrote to our From address about no letter of ours: it waits in its mailbox for a person."""
NOT_READ = "returned-mail-cannot-be-read"
"""The mailbox itself: who may read and write it is to be put right."""


class Postbox:
    """Takes in what came back to our From address. Without a mailbox nothing is looked for."""

    def __init__(
        self, returns: Returns | None, *, ledger: Ledger, clock: Clock, sender: str, committed: Callable[[], None]
    ) -> None:
        self._returns = returns
        self._ledger = ledger
        self._clock = clock
        self._sender = sender
        self._committed = committed

    def warnings(self) -> tuple[str, ...]:
        """For health, by code."""
        try:
            return (STRANGE,) if self._returns is not None and self._returns.strange() else ()
        except OSError:
            return (NOT_READ,)

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Take in what is new. What cannot be written down now stays new: no mailbox keeps a letter from going out."""
        try:
            for name in self._returns.new() if self._returns is not None else ():
                await self._take(name)
        except (Transient, OSError) as failure:
            record(Event.FAILED, failure=failure)

    async def _take(self, name: str) -> None:
        if self._returns is None:
            return
        kind = await take_back(self._returns.read(name), sender=self._sender, ledger=self._ledger, clock=self._clock)
        self._returns.put_by(name, kind)
        if kind in (Kind.BOUNCED, Kind.REPLIED):
            record(Event.MAIL_CAME_BACK, code=kind)
            self._committed()


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
        duty = duty_in(received.frame.body)
        if isinstance(duty, NoticeAgain):
            await self._ledger.again(duty, message=received.message, at=self._clock.now())
            self._wake()
            return
        await take_notice(
            duty,
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


def duty_in(body: bytes) -> Duty:
    """What router asks for in `body`. Raises: Permanent(UNREADABLE, UNKNOWN_TAG)."""
    try:
        message = _DECODE.decode(body)
    except NOT_READABLE:
        raise Permanent(_why_unreadable(body)) from None
    if not isinstance(message, Duty):
        raise Permanent(Code.UNKNOWN_TAG)
    return message


def _why_unreadable(body: bytes) -> Code:
    try:
        tag = _DECODE_TAG.decode(body).type
    except NOT_READABLE:
        return Code.UNREADABLE
    return Code.UNREADABLE if tag in ("notice.due", "notice.again") else Code.UNKNOWN_TAG

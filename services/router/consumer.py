"""Brings messages in: each to its use case, and what cannot be handled set aside. Shell."""

import msgspec

from services.router.handlers.arriving import park, take
from services.router.handlers.opening import is_minted
from services.router.handlers.reports import take_report
from services.router.ports import World
from shared.failures import NOT_READABLE, Code, Permanent
from shared.jetstream import Broker, Received
from shared.messages import MailState, Message, NoticeAnswered, NoticeReported, Parked, SubmissionReceived
from shared.subjects import Stream, submissions
from shared.terms import Service

_MESSAGES: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


class Consumer:
    """Router's two streams."""

    def __init__(self, broker: Broker, *, world: World) -> None:
        self._broker = broker
        self._world = world

    async def submissions(self) -> None:
        """For ever."""
        await self._broker.consume(Stream.SUBMISSIONS, self.take_submission, park=self.park)

    async def reports(self) -> None:
        """For ever."""
        await self._broker.consume(Stream.REPORTS, self.take_report, park=self.park)

    async def take_submission(self, received: Received) -> None:
        """Raises: Permanent where it is no submission, or is not published where its own contents say."""
        message = read_message(received.frame.body)
        if not isinstance(message, SubmissionReceived):
            raise Permanent(Code.UNKNOWN_TAG)
        if received.subject != _subject_of(message) or not is_minted(message):
            raise Permanent(Code.UNREADABLE)
        await take(message, message=received.message, world=self._world)

    async def take_report(self, received: Received) -> None:
        """Raises: Permanent where it is no report, or its sender may not say so."""
        message = read_message(received.frame.body)
        if not isinstance(message, NoticeReported | NoticeAnswered | MailState | Parked):
            raise Permanent(Code.UNKNOWN_TAG)
        said_by = message.by if isinstance(message, Parked) else Service.NOTIFIER
        if received.frame.sender is not said_by:  # intake could else have a contact replaced, or say that mail is down
            raise Permanent(Code.BAD_SIGNATURE)
        await take_report(message, message=received.message, world=self._world)

    async def park(self, received: Received, code: Code) -> None:
        """Set a message aside for a person, in router's own store."""
        await park(
            received.subject,
            received.frame.body,
            message=received.message,
            frame=received.raw,
            code=code,
            world=self._world,
        )


def read_message(body: bytes) -> Message:
    """The message in `body`. Raises: Permanent (UNKNOWN_TAG, UNREADABLE); no text of the error survives."""
    try:
        return _MESSAGES.decode(body)
    except msgspec.ValidationError as failure:
        unknown = str(failure).startswith("Invalid value") and "$.type" in str(failure)
        raise Permanent(Code.UNKNOWN_TAG if unknown else Code.UNREADABLE) from None
    except NOT_READABLE:
        raise Permanent(Code.UNREADABLE) from None


def _subject_of(message: SubmissionReceived) -> str:
    try:
        return submissions(message.partnership, message.ref)
    except ValueError:
        raise Permanent(Code.UNREADABLE) from None

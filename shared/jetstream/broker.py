"""What a service does with the broker: publish, consume, ask, answer, each frame signed and checked. Shell.

It creates nothing on the server: deploy/nats does, and reads it back.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Self

import msgspec
from nats.aio.msg import Msg

from shared.clock import Clock
from shared.delivery import settle
from shared.failures import NOT_READABLE, Code, Permanent, Transient
from shared.jetstream.frames import Sender, answer_id, id_of_unverified, verified, verified_answer
from shared.jetstream.link import FOREIGN, BrokerSettings, Link, Mailbox, StreamDelivery, attempt_of, pulled, request
from shared.log import Event, record
from shared.messages import Frame
from shared.receipts import Signer, Verifier
from shared.references import mint_secret
from shared.subjects import Stream
from shared.terms import KeyId, MessageId, Service

_RACES = 3


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it came. attempt: 1 is the first delivery.

    frame: verified, save where it is handed to `park` with BAD_SIGNATURE or UNREADABLE: then it is empty, and
    `message` is an id of ours, never the one that was claimed.
    """

    subject: str
    frame: Frame
    message: MessageId
    raw: bytes
    attempt: int

    def __repr__(self) -> str:
        return f"<Received {self.message}, attempt {self.attempt}>"


class _PubAck(msgspec.Struct, frozen=True):
    """What a stream says when it has stored a message; an error has no sequence."""

    stream: str
    seq: int


_DECODE_ACK = msgspec.json.Decoder(_PubAck)

Handle = Callable[[Received], Awaitable[None]]
Park = Callable[[Received, Code], Awaitable[None]]
Reply = Callable[[bytes, Service], Awaitable[bytes]]


class Broker:
    """One service's side of the broker. Its loops (`consume`, `answer`) run in the service's TaskGroup."""

    name = "broker"

    def __init__(
        self, settings: BrokerSettings, *, service: Service, signer: Signer, verifier: Verifier, clock: Clock
    ) -> None:
        self._settings = settings
        self._service = service
        self._sender = Sender(service, signer)
        self._verifier = verifier
        self._clock = clock
        self._link = Link(settings, service=service, clock=clock)
        self._health = self._link.health

    @classmethod
    async def connect(
        cls, settings: BrokerSettings, *, service: Service, signer: Signer, verifier: Verifier, clock: Clock
    ) -> Self:
        """A broker, connected or not: with the server down it connects at a later call."""
        broker = cls(settings, service=service, signer=signer, verifier=verifier, clock=clock)
        try:
            await broker._link.client()
        except Transient as failure:
            record(Event.BROKER_LOST, failure=failure)
        return broker

    def problem(self) -> Code | None:
        """For health: a refused signature or permission at once, anything else after five minutes."""
        return self._health.problem()

    async def close(self) -> None:
        """End the connection; loops that run return."""
        await self._link.close()

    async def publish(self, subject: str, *, message: MessageId, body: bytes) -> None:
        """Sign and publish; return once the stream has acknowledged. Raises: Transient(BROKER_UNAVAILABLE)."""
        what = f"publish {subject.split('.', 1)[0]}"
        try:
            client = await self._link.client()  # first: while the broker is away nothing is signed for nothing
            frame = self._sender.frame(subject, message=message, at=self._clock.now(), body=body)
            _DECODE_ACK.decode(await request(client, subject, frame, seconds=self._settings.publish_seconds))
        except (*FOREIGN, *NOT_READABLE, Transient):
            self._health.begin(what, Code.BROKER_UNAVAILABLE)
            raise Transient(Code.BROKER_UNAVAILABLE) from None
        self._health.end(what)

    async def ask(self, subject: str, body: bytes, *, timeout_seconds: float) -> bytes:
        """Ask and return the verified answer. Raises: Transient(PEER_SILENT), Permanent(BAD_SIGNATURE, UNREADABLE)."""
        return (await self._ask(subject, body, timeout_seconds))[0].body

    async def ask_signed(self, subject: str, body: bytes, *, timeout_seconds: float) -> bytes:
        """As `ask`, but the whole signed answer, for one who keeps it and verifies it again when it is read."""
        return (await self._ask(subject, body, timeout_seconds))[1]

    async def _ask(self, subject: str, body: bytes, timeout_seconds: float) -> tuple[Frame, bytes]:
        question = MessageId(mint_secret().hex()[:32])
        frame = self._sender.frame(subject, message=question, at=self._clock.now(), body=body)
        try:
            async with asyncio.timeout(timeout_seconds):
                client = await self._link.client()
                reply = await request(client, subject, frame, seconds=timeout_seconds)
        except (*FOREIGN, Transient):
            raise Transient(Code.PEER_SILENT) from None
        try:
            return verified_answer(subject, reply, self._verifier, question=question), reply
        except Permanent as failure:
            self._refuse(failure.code)
            raise

    async def consume(self, stream: Stream, handle: Handle, *, park: Park, at_once: int = 8) -> None:
        """Hand each message of `stream` to `handle` and settle it, for ever.

        at_once: how many are handled at one time; the order of messages is not kept.
        park: sets a message aside in the service's own store, in one transaction with what it owes for it.
        """
        room, what = asyncio.Semaphore(at_once), f"pull {stream}"

        async def one(message: Msg) -> None:
            try:
                await self._settle(message, handle, park)
            finally:
                room.release()

        async with asyncio.TaskGroup() as deliveries:
            while not self._link.closing:
                try:
                    async with aclosing(pulled(await self._link.client(), stream, self._settings)) as messages:
                        async for message in messages:
                            self._health.end(what)
                            if message is not None:
                                await room.acquire()
                                deliveries.create_task(one(message))
                except (*FOREIGN, Transient):
                    self._health.begin(what, Code.BROKER_UNAVAILABLE)
                    await asyncio.sleep(self._settings.retry_seconds)

    async def answer(self, subject: str, reply: Reply) -> None:
        """Answer each question on `subject`, for ever, as one of the service's queue group.

        reply: gets the body and who asked. When it fails nothing is answered, and the asker asks again.
        """
        async with asyncio.TaskGroup() as answers:
            while not self._link.closing:
                try:
                    client = await self._link.client()
                    mailbox = Mailbox(client)
                    await mailbox.open(subject, group=self._service.value)
                    while not client.is_closed:
                        question = await mailbox.next(seconds=self._settings.fetch_seconds)
                        if question is not None:
                            answers.create_task(self._reply(question, reply))
                except (*FOREIGN, Transient):
                    await asyncio.sleep(self._settings.retry_seconds)

    async def _reply(self, question: Msg, reply: Reply) -> None:
        try:
            asked = verified(question.subject, question.data, self._verifier)
            async with asyncio.timeout(self._settings.reply_seconds):
                body = await reply(asked.body, asked.sender)
            answer = answer_id(asked.message)
            frame = self._sender.frame(question.subject, message=answer, at=self._clock.now(), body=body)
            await (await self._link.client()).publish(question.reply, frame)
        except Exception as failure:  # noqa: BLE001 - one question that fails must not end the answering
            record(Event.QUESTION_FAILED, failure=failure)
            if isinstance(failure, Permanent) and failure.code is Code.BAD_SIGNATURE:
                self._refuse(failure.code)

    async def _settle(self, message: Msg, handle: Handle, park: Park) -> None:
        received, refused = self._received(message)

        async def work() -> None:
            if refused is not None:
                self._refuse(refused)
                raise Permanent(refused)
            try:
                await _at_once_again(handle, received)
            except Transient as failure:
                self._health.begin(received.message, failure.code)
                raise

        delivery = StreamDelivery(
            message, park=lambda code: park(received, code), seconds=self._settings.publish_seconds
        )
        try:
            await settle(delivery, work)
        except Transient as failure:  # not acknowledged: it comes again, and the inbox knows it
            record(Event.DELIVERY_FAILED, ref=delivery.ref, attempt=delivery.attempt, failure=failure)
        if delivery.settled:
            self._health.end(received.message)

    def _received(self, message: Msg) -> tuple[Received, Code | None]:
        subject, raw, attempt = message.subject, message.data, attempt_of(message)
        refused = None
        try:
            frame = verified(subject, raw, self._verifier)
        except Permanent as failure:
            refused, at, ours = failure.code, self._clock.now(), id_of_unverified(subject, raw)
            frame = Frame(sender=self._service, key=KeyId(""), message=ours, at=at, body=b"", signature=b"")
        return Received(subject=subject, frame=frame, message=frame.message, raw=raw, attempt=attempt), refused

    def _refuse(self, code: Code) -> None:
        record(Event.SIGNATURE_REFUSED, code=code)
        self._health.refuse(code)


async def _at_once_again(handle: Handle, received: Received) -> None:
    """Handle; a race lost to another message is run again at once, a few times, rather than a second later."""
    for _ in range(_RACES):
        try:
            return await handle(received)
        except Transient as failure:
            if failure.code is not Code.STORE_CONFLICT:
                raise
    await handle(received)

"""The connection itself: identity, reconnecting, pulling and acknowledging. Only here is nats-py called. Shell."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from shared.clock import Clock
from shared.failures import Code, Transient
from shared.jetstream.health import LINK, LinkHealth
from shared.log import Event, record
from shared.private import Secret
from shared.subjects import Stream, inbox_prefix, next_subject, ref_of
from shared.terms import EscalationRef, Instant, Service

FOREIGN = (nats.errors.Error, OSError, TimeoutError)
"""All that nats-py raises at us; translated where it arises."""

_BATCH = 64
_GRACE_SECONDS = 0.5
_CLOSE_SECONDS = 2.0
_NO_MORE = ("404", "408")
_DENIED = "permissions violation"


class BrokerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the broker is and who we are to it.

    url: one or several, separated by commas. inbox_prefix: the service's own where empty.
    fetch_seconds: 2 at most, for after a broker's restart a pull waits it out.
    """

    url: str
    seed: Secret | None = None
    inbox_prefix: str = ""
    ca_file: Path | None = None
    connect_seconds: float = 3.0
    publish_seconds: float = 5.0
    fetch_seconds: float = 2.0
    retry_seconds: float = 1.0
    reply_seconds: float = 20.0


class Link:
    """A connection that is made when it is first needed, and made anew when nats-py has given it up."""

    def __init__(self, settings: BrokerSettings, *, service: Service, clock: Clock) -> None:
        self.settings = settings
        self.health = LinkHealth(clock)
        self.closing = False
        self._service = service
        self._clock = clock
        self._client: Client | None = None
        self._connecting = asyncio.Lock()
        self._failed_at: Instant | None = None

    async def client(self) -> Client:
        """A client that is connected, or reconnects by itself. Raises: Transient(BROKER_UNAVAILABLE)."""
        async with self._connecting:
            if self._client is not None and not self._client.is_closed:
                return self._client
            if self.closing or self._failed_just_now():
                raise Transient(Code.BROKER_UNAVAILABLE)
            client = Client()
            try:
                async with asyncio.timeout(self.settings.connect_seconds):
                    await client.connect(**self._options(client))
            except (*FOREIGN, Transient):
                self._failed_at = self._clock.now()
                self.health.begin(LINK, Code.BROKER_UNAVAILABLE)
                await _abandon(client)
                raise Transient(Code.BROKER_UNAVAILABLE) from None
            self._client = client
            await self._up()
            return client

    async def close(self) -> None:
        self.closing = True
        if self._client is not None:
            await _abandon(self._client)

    def _failed_just_now(self) -> bool:
        just_now = timedelta(seconds=self.settings.retry_seconds / 2)
        return self._failed_at is not None and abs(self._clock.now() - self._failed_at) < just_now

    def _options(self, client: Client) -> dict[str, Any]:
        async def error(failure: Exception) -> None:
            if _DENIED in str(failure).lower():
                record(Event.BROKER_REFUSED, code=Code.BROKER_DENIED)
                self.health.refuse(Code.BROKER_DENIED)
            elif client is not self._client:
                raise Transient(Code.BROKER_UNAVAILABLE)  # ends the first connecting, which would go on for ever

        settings = self.settings
        options: dict[str, Any] = {
            "servers": [url.strip() for url in settings.url.split(",")],
            "inbox_prefix": settings.inbox_prefix or inbox_prefix(self._service),
            "error_cb": error,
            "disconnected_cb": self._down,
            "reconnected_cb": self._up,
            "max_reconnect_attempts": -1,
            "reconnect_time_wait": settings.retry_seconds / 2,
            "connect_timeout": settings.connect_seconds,
            "ping_interval": 10,
        }
        if settings.seed is not None:
            options["nkeys_seed_str"] = settings.seed.reveal().decode()
        if settings.ca_file is not None:
            options["tls"] = ssl.create_default_context(cafile=str(settings.ca_file))
        return options

    async def _down(self) -> None:
        if not self.closing:
            self.health.begin(LINK, Code.BROKER_UNAVAILABLE)
            record(Event.BROKER_LOST)

    async def _up(self) -> None:
        self.health.end(LINK)
        record(Event.BROKER_CONNECTED)


async def _abandon(client: Client) -> None:
    """Close; but nats-py waits for ever on a connection whose TLS handshake failed."""
    with contextlib.suppress(*FOREIGN):
        async with asyncio.timeout(_CLOSE_SECONDS):
            await client.close()


async def request(client: Client, subject: str, data: bytes, *, seconds: float) -> bytes:
    """Ask and return the reply. Raises nats-py's errors.

    It waits with Python 3.11's `wait_for`, which forgets a cancellation that comes with the reply: that would keep a
    service that was told to stop from stopping.
    """
    reply = await client.request(subject, data, timeout=seconds)
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
    return bytes(reply.data)


class Mailbox:
    """A subscription that is waited on. nats-py's own `next_msg` forgets cancellations, as `request` above."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._waiting: asyncio.Queue[Msg] = asyncio.Queue()
        self._subscription: Subscription | None = None

    async def open(self, subject: str, *, group: str = "") -> None:
        """Listen on `subject`, in a queue group where one is named."""

        async def take(message: Msg) -> None:
            self._waiting.put_nowait(message)

        self._subscription = await self._client.subscribe(subject, queue=group, cb=take)

    async def next(self, *, seconds: float) -> Msg | None:
        """The next message, None where none came in time."""
        try:
            async with asyncio.timeout(seconds):
                return await self._waiting.get()
        except TimeoutError:
            return None

    async def close(self) -> None:
        if self._subscription is not None and not self._client.is_closed:
            await self._subscription.unsubscribe()


async def pulled(client: Client, stream: Stream, settings: BrokerSettings) -> AsyncGenerator[Msg | None, None]:
    """The messages of a stream's durable, each as it arrives, None where there were no more for a while.

    Returns when the client is closed; raises nats-py's errors, and Transient where the server has no such consumer.
    (nats-py's own `fetch` of several holds the first back until its time is up.)
    """
    mailbox, inbox = Mailbox(client), client.new_inbox()
    await mailbox.open(inbox)
    want = json.dumps({"batch": _BATCH, "expires": int(settings.fetch_seconds * 1e9)}).encode()
    try:
        while not client.is_closed:
            await client.publish(next_subject(stream), want, reply=inbox)
            for _ in range(_BATCH):
                message = await mailbox.next(seconds=settings.fetch_seconds + _GRACE_SECONDS)
                if message is None:
                    break
                if attempt_of(message) > 0:  # a delivery's own headers are its publisher's, and say nothing to us
                    yield message
                elif (status := (message.headers or {}).get("Status")) in _NO_MORE:
                    yield None
                    break
                elif status is not None:
                    raise Transient(Code.BROKER_UNAVAILABLE)
    finally:
        await mailbox.close()


def attempt_of(message: Msg) -> int:
    """Which delivery of the message this is, from 1; 0 where it is no delivery of a stream's, so not to be settled."""
    try:
        return int(message.metadata.num_delivered)
    except (*FOREIGN, ValueError, LookupError):
        return 0


class StreamDelivery:
    """A delivery of a JetStream message: what `settle` settles."""

    def __init__(self, message: Msg, *, park: Callable[[Code], Awaitable[None]], seconds: float) -> None:
        self._message = message
        self._park = park
        self._seconds = seconds
        self.settled = False

    @property
    def ref(self) -> EscalationRef | None:
        return ref_of(self._message.subject)

    @property
    def attempt(self) -> int:
        return attempt_of(self._message)

    async def done(self) -> None:
        """Acknowledge, and wait until the server has it. Raises: Transient; then it comes again."""
        try:
            await request(self._message._client, self._message.reply, b"+ACK", seconds=self._seconds)
        except FOREIGN:
            raise Transient(Code.BROKER_UNAVAILABLE) from None
        self.settled = True

    async def again(self, *, after_seconds: float) -> None:
        try:
            await self._message.nak(delay=after_seconds)
        except FOREIGN:
            raise Transient(Code.BROKER_UNAVAILABLE) from None

    async def park(self, code: Code) -> None:
        await self._park(code)
        await self.done()

"""The mail relay over SMTP: connections kept open and used again, TLS always, one recipient a transaction. Shell.

What the relay says is kept as its figures alone: its text may hold an address.
"""

import asyncio
import ssl
from enum import StrEnum

import aiosmtplib
import msgspec
from aiosmtplib import SMTP

from services.notifier.adapters.conversation import angled, hand_over, say
from services.notifier.domain.life import Happening
from services.notifier.domain.outcome import Attempt, Outcome
from services.notifier.domain.verdict import Moment, enhanced_of, verdict
from shared.private import Secret

_IDLE_SECONDS = 20.0
"""Relays hang up on the idle after some minutes; a fresh connection is cheaper than finding out."""
_MOST_LETTERS = 500


class Security(StrEnum):
    """plain: this machine's own loopback and nowhere else; settings see to it."""

    STARTTLS = "starttls"
    TLS = "tls"
    PLAIN = "plain"


class RelayAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where the relay is, and how long we wait for it.

    sender: our From address, which is also the envelope's. context: None only for `plain`.
    """

    host: str
    port: int
    security: Security
    sender: str
    user: str | None = None
    password: Secret | None = None
    context: ssl.SSLContext | None = None
    connect_seconds: float = 10.0
    command_seconds: float = 60.0
    content_seconds: float = 300.0


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Certificates verified, the name checked, TLS 1.2 at least."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _Failed(Exception):
    """A transaction ended early. Holds the outcome and nothing of the foreign error."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.code)
        self.outcome = outcome


class _Line:
    """One open connection. kept: it has carried a letter before, so the relay may have hung up meanwhile."""

    def __init__(self, client: SMTP) -> None:
        self.client = client
        self.letters = 0
        self.idle_since = 0.0

    @property
    def kept(self) -> bool:
        return self.letters > 0

    def is_fresh(self, now: float) -> bool:
        return self.client.is_connected and self.letters < _MOST_LETTERS and now - self.idle_since < _IDLE_SECONDS


class SmtpMailer:
    """The Mailer port. connections: how many may be open at once."""

    def __init__(self, relay: RelayAddress, *, connections: int = 8) -> None:
        self._relay = relay
        self._room = asyncio.Semaphore(connections)
        self._idle: list[_Line] = []

    async def send(self, attempt: Attempt) -> Outcome:
        """Hand the letter over. Every ending is an Outcome; a break after DATA is told apart."""
        async with self._room:
            try:
                return await self._transact(attempt)
            except _Failed as failure:
                return failure.outcome

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        lines, self._idle = self._idle, []
        for line in lines:
            await _end(line)

    async def _transact(self, attempt: Attempt) -> Outcome:
        line = await self._line_with_sender_named()
        try:
            outcome = await self._deliver(line.client, attempt)
        except _Failed:
            await self._after_failure(line)
            raise
        except BaseException:
            line.client.close()
            raise
        self._keep(line)
        return outcome

    async def _line_with_sender_named(self) -> _Line:
        """A connection on which MAIL FROM was taken. A kept one that turns out dead is replaced, once each."""
        while True:
            line = await self._line()
            try:
                await self._name_sender(line)
            except (aiosmtplib.SMTPException, OSError, TimeoutError) as failure:
                line.client.close()
                if line.kept:
                    continue
                raise _Failed(_outcome(Moment.SENDER, failure)) from None
            except BaseException:
                line.client.close()
                raise
            return line

    async def _name_sender(self, line: _Line) -> None:
        seconds = self._relay.command_seconds
        if line.kept:
            await say(line.client, b"MAIL", angled(b"FROM:", self._relay.sender), seconds=seconds)
        else:
            await line.client.mail(self._relay.sender, timeout=seconds)  # it greets the relay before

    async def _line(self) -> _Line:
        now = asyncio.get_running_loop().time()
        while self._idle:
            line = self._idle.pop()
            if line.is_fresh(now):
                return line
            line.client.close()
        return _Line(await self._connected())

    async def _connected(self) -> SMTP:
        """A new connection, encrypted before anything is said on it unless the relay is this machine's own."""
        relay = self._relay
        plain = relay.security is Security.PLAIN
        client = SMTP(
            hostname=relay.host,
            port=relay.port,
            timeout=relay.connect_seconds,
            use_tls=relay.security is Security.TLS,
            start_tls=relay.security is Security.STARTTLS,
            tls_context=relay.context,
            username=relay.user,
            password=relay.password.reveal() if relay.password is not None else None,
            local_hostname=relay.sender.rpartition("@")[2],
        )
        try:
            await client.connect()
            encrypted = client.get_transport_info("ssl_object") is not None
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as failure:
            client.close()
            raise _Failed(_outcome(Moment.CONNECTION, failure)) from None
        if not encrypted and not plain:
            client.close()
            raise _Failed(Outcome(happening=Happening.RELAY_FAILED, code="not-encrypted", answered=False))
        return client

    async def _deliver(self, client: SMTP, attempt: Attempt) -> Outcome:
        moment, seconds = Moment.RECIPIENT, self._relay.command_seconds
        try:
            await say(client, b"RCPT", angled(b"TO:", attempt.to), seconds=seconds)
            moment, seconds = Moment.CONTENT, self._relay.content_seconds
            reply = await hand_over(client, attempt.content, seconds=seconds)
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as failure:
            raise _Failed(_outcome(moment, failure)) from None
        return Outcome(happening=Happening.ACCEPTED, code=str(reply.code), answered=True)

    async def _after_failure(self, line: _Line) -> None:
        """Keep the connection if the relay is still there and forgets the transaction."""
        try:
            await line.client.rset(timeout=self._relay.connect_seconds)
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            line.client.close()
        else:
            self._keep(line)

    def _keep(self, line: _Line) -> None:
        line.letters += 1
        line.idle_since = asyncio.get_running_loop().time()
        self._idle.append(line)


def _outcome(moment: Moment, failure: BaseException) -> Outcome:
    """The foreign failure as ours: figures and a word of our own, nothing of its text."""
    if isinstance(failure, aiosmtplib.SMTPResponseException) and failure.code > 0:
        enhanced = enhanced_of(failure.message)
        happening = verdict(moment, code=failure.code, enhanced=enhanced)
        answered = moment in (Moment.RECIPIENT, Moment.CONTENT) and happening is not Happening.RELAY_FAILED
        return Outcome(happening=happening, code=f"{failure.code} {enhanced}".strip(), answered=answered)
    word = "timeout" if isinstance(failure, TimeoutError) else "tls" if _is_tls(failure) else "disconnected"
    happening = {
        Moment.RECIPIENT: Happening.DEFERRED,
        Moment.CONTENT: Happening.BROKEN,
    }.get(moment, Happening.RELAY_FAILED)
    return Outcome(happening=happening, code=word, answered=False)


def _is_tls(failure: BaseException | None) -> bool:
    while failure is not None:
        if isinstance(failure, ssl.SSLError):
            return True
        failure = failure.__cause__
    return False


async def _end(line: _Line) -> None:
    try:
        await line.client.quit(timeout=1.0)
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        line.client.close()

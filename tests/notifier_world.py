"""A whole notifier in one process for tests: a ledger, a postman, a mail relay, and letters to send. Shell."""

import asyncio
import contextlib
import datetime as dt
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
from machines import SmtpSink
from sqlalchemy import select

from services.notifier.adapters.ledger import SqlLedger
from services.notifier.adapters.smtp import RelayAddress, Security, SmtpMailer
from services.notifier.adapters.tables import ATTEMPTS, LETTERS, MIGRATIONS, OUTBOX
from services.notifier.domain.previews import previews
from services.notifier.domain.turns import Lanes
from services.notifier.handlers import letter_of
from services.notifier.ports import Mailer, NewLetter
from services.notifier.timers import Pace, Postman
from shared.clock import Clock, FixedClock
from shared.messages import MailState, Message, Notice, NoticeReported
from shared.references import derive_id
from shared.store import Database
from shared.terms import MessageId, NoticeId
from tests.migrated import migrated

NOW = dt.datetime(2026, 12, 21, 14, tzinfo=dt.UTC)
SENDER = "no-reply@escalate.example"
SECRET = "5" * 32
LANES = Lanes(all=16, domain=4, troubled=1)
_DECODE: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


def notice(number: int = 1, *, to: str = "priya.nair@council.example", preview: str = "act", **changes: Any) -> Notice:
    """A notice of its own id."""
    of = dict(previews())[preview]
    return msgspec.structs.replace(of, id=NoticeId(derive_id("test", str(number))), address=to, **changes)


def letter(number: int = 1, *, to: str = "priya.nair@council.example", **changes: Any) -> NewLetter:
    made = letter_of(notice(number, to=to, **changes), secret=SECRET, made_at=NOW, at=NOW, sender=SENDER)
    return made


def relay_address(sink: SmtpSink, **changes: Any) -> RelayAddress:
    address = RelayAddress(host=sink.host, port=sink.port, security=Security.PLAIN, sender=SENDER)
    return msgspec.structs.replace(address, **changes)


class World:
    """One notifier without a broker: what it would report stands in its outbox."""

    def __init__(self, url: str, mailer: Mailer, *, clock: Clock | None = None, lanes: Lanes = LANES) -> None:
        self.clock = clock or FixedClock(NOW)
        self.database = Database(url)
        self.ledger = SqlLedger(self.database)
        self.mailer = mailer
        self.lanes = lanes
        self.postman = self.new_postman()

    def new_postman(self) -> Postman:
        pace = Pace(look_seconds=0.02, sweep_seconds=0.02, stop_seconds=5.0)
        return Postman(
            ledger=self.ledger,
            mailer=self.mailer,
            clock=self.clock,
            lanes=self.lanes,
            committed=lambda: None,
            pace=pace,
        )

    async def put(self, *letters: NewLetter) -> None:
        for one in letters:
            await self.ledger.put(one, message=MessageId(one.id), at=self.clock.now())
        self.postman.wake()

    def later(self, **delta: float) -> None:
        assert isinstance(self.clock, FixedClock)
        self.clock.advance(dt.timedelta(**delta))
        self.postman.wake()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The postman at work; stopped in order at the end."""
        task = asyncio.ensure_future(self.postman.run())
        try:
            yield
        finally:
            self.postman.stop()
            await task
            self.postman = self.new_postman()

    async def states(self) -> list[str]:
        query = select(LETTERS.c.state).order_by(LETTERS.c.id)
        return list(await self.database.read(lambda connection: connection.execute(query).scalars().all()))

    async def attempts(self) -> list[tuple[str, str]]:
        """(happening, code) of every attempt, in order."""
        query = select(ATTEMPTS.c.happening, ATTEMPTS.c.code).order_by(ATTEMPTS.c.began_at, ATTEMPTS.c.number)
        return [tuple(row) for row in await self.database.read(lambda connection: connection.execute(query).all())]

    async def reports(self) -> list[str]:
        """The states reported, in no order of note; `mail-down` and `mail-up` for the relay's own."""
        query = select(OUTBOX.c.body)
        bodies = await self.database.read(lambda connection: connection.execute(query).scalars().all())
        return sorted(_word(_DECODE.decode(body)) for body in bodies)

    async def until(self, holds: Callable[[], Any], seconds: float = 20.0) -> None:
        """Wait until `holds` (a function or a coroutine function) is true."""
        async with asyncio.timeout(seconds):
            while True:
                found = holds()
                if await found if asyncio.iscoroutine(found) else found:
                    return
                await asyncio.sleep(0.01)

    async def until_states(self, *wanted: str) -> None:
        async def same() -> bool:
            return sorted(await self.states()) == sorted(wanted)

        await self.until(same)

    async def has_attempted(self, times: int) -> bool:
        return len(await self.attempts()) >= times

    async def until_reported(self, *wanted: str) -> None:
        async def same() -> bool:
            return await self.reports() == sorted(wanted)

        await self.until(same)

    async def close(self) -> None:
        await self.mailer.close()
        await self.database.close()


def _word(message: Message) -> str:
    if isinstance(message, NoticeReported):
        return message.state.value
    if isinstance(message, MailState):
        return "mail-down" if message.since is not None else "mail-up"
    return type(message).__name__


@contextlib.asynccontextmanager
async def world(url: str, mailer: Mailer, **changes: Any) -> AsyncIterator[World]:
    migrated(url, scripts=MIGRATIONS)
    made = World(url, mailer, **changes)
    try:
        yield made
    finally:
        await made.close()


def mailer_to(sink: SmtpSink, *, connections: int = 8, **changes: Any) -> SmtpMailer:
    return SmtpMailer(relay_address(sink, **changes), connections=connections)


def certificate(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context with a fresh certificate for `name`, and the certificate as its own authority."""
    key, cert = folder / f"{name}.key", folder / f"{name}.crt"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", f"/CN={name}"]
    command += ["-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert

"""A whole intake for tests: keys, a book router signed, a store, envelopes, and the service as a process. Shell."""

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from deploy.provision import provision
from services.intake.adapters.tables import MIGRATIONS
from services.intake.domain.envelope import Envelope, Incoming, SealedPart
from shared.clock import SystemClock
from shared.forms import load_definition
from shared.jetstream.frames import Sender, answer_id
from shared.public_book import PublicBook
from shared.receipts import Signer
from shared.references import mint_submission_id
from shared.store import Database
from shared.subjects import ASK_PUBLIC
from shared.terms import Digest, KeyId, MessageId, PartnershipId, Service, SubmissionId
from tests.e2e.sample_book import sample_book, sample_partnership
from tests.migrated import migrated

ROOT = Path(__file__).parent.parent
FORM = ROOT / "shared/form_definitions/monitoring-form.1.toml"
PARTNERSHIP = "west-sussex"
FACTS_BYTES = 1024 + 1120 + 16
RECORD_BYTES = 1024 + 12 + 16


def book(revision: int = 1) -> PublicBook:
    """A book of one partnership and one form."""
    partnership = sample_partnership(facts_key=b"f" * 1216, custody_key=b"c" * 1216)
    return msgspec.structs.replace(sample_book(partnership, load_definition(FORM.read_text())), revision=revision)


def signed(given: PublicBook, signer: Signer, *, by: Service = Service.ROUTER) -> bytes:
    """The book as router answers with it."""
    sender = Sender(by, signer)
    return sender.frame(
        ASK_PUBLIC, message=answer_id(MessageId("q")), at=SystemClock().now(), body=msgspec.json.encode(given)
    )


def envelope_json(
    submission: str | None = None, *, partnership: str = PARTNERSHIP, fill: bytes = b""
) -> dict[str, Any]:
    """An envelope of the right shape whose ciphertexts are noise; about 8 KiB."""

    def noise(size: int) -> str:
        return base64.b64encode((fill + os.urandom(size))[:size]).decode()

    return {
        "protocol": "candour/1",
        "submission": submission or mint_submission_id(),
        "partnership": partnership,
        "form": "monitoring-form",
        "form_version": 1,
        "facts": {"key": "facts-1", "sealed": noise(FACTS_BYTES)},
        "record": noise(RECORD_BYTES),
        "custody": {"key": "custody-1", "sealed": noise(FACTS_BYTES)},
    }


def incoming(submission: SubmissionId | None = None, *, body: bytes = b"", prefix: str = "WS") -> Incoming:
    """A checked envelope for the vault."""
    submission = submission or mint_submission_id()
    part = SealedPart(key=KeyId("k"), sealed=b"s")
    envelope = Envelope(
        protocol="candour/1",
        submission=submission,
        partnership=PartnershipId(PARTNERSHIP),
        form="monitoring-form",
        form_version=1,
        facts=part,
    )
    body = body or submission.encode()
    digest = Digest(hashlib.sha256(body).hexdigest())
    return Incoming(envelope=envelope, body=body, digest=digest, prefix=prefix)


class World:
    """One intake's folder: `settings` as environment, with a kept book where it is asked for."""

    def __init__(self, folder: Path, *, database: str | None = None, with_book: bool = True, **settings: str) -> None:
        self.folder = folder
        self.places = provision(folder / "keys", partnerships=[PARTNERSHIP], now=SystemClock().now())
        self.database = database or f"sqlite:///{folder}/intake.db"
        self.port_file = folder / "port"
        self.router_signer = Signer.from_file(self.places.signing_key(Service.ROUTER))
        self.receipts = Signer.from_file(self.places.receipt_key)
        migrated(self.database, scripts=MIGRATIONS)
        self.environment = {
            "DATABASE": self.database,
            "NATS_URL": "nats://127.0.0.1:9",
            "NATS_SEED_FILE": str(self.places.nats_seed("intake")),
            "SIGNING_KEY_FILE": str(self.places.signing_key(Service.INTAKE)),
            "VERIFY_KEYS": str(self.places.public),
            "RECEIPT_KEY_FILE": str(self.places.receipt_key),
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": "0",
            "PORT_FILE": str(self.port_file),
            "PUBLIC_URL": "http://localhost:8000",
            "ONE_MACHINE": "yes",
            "SUBMISSIONS_A_MINUTE": "1000000",
            "SUBMISSIONS_A_MINUTE_PER_SOURCE": "1000000",
            "PEER_SECONDS": "0.2",
        } | settings
        if with_book:
            self.keep(signed(book(), self.router_signer))

    def keep(self, frame: bytes) -> None:
        """Put a book on intake's shelf."""
        from services.intake.adapters.book_shelf import SqlShelf

        async def put() -> None:
            database = Database(self.database)
            await SqlShelf(database).keep(frame, revision=1, at=SystemClock().now())
            await database.close()

        asyncio.run(put())

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of intake to its end."""
        return subprocess.run(
            [sys.executable, "-m", "services.intake", *arguments],
            cwd=ROOT, env=self._environ(), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    @contextlib.contextmanager
    def running(self, *, module: str = "services.intake") -> Iterator["Running"]:
        """The service as a process, until the block ends."""
        self.port_file.unlink(missing_ok=True)
        log = (self.folder / "log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, env=self._environ(), stdout=log, stderr=log
        )
        try:
            until = time.monotonic() + 30
            while not self.port_file.exists():
                if process.poll() is not None or time.monotonic() > until:
                    raise AssertionError((self.folder / "log").read_text())
                time.sleep(0.02)
            yield Running(process, f"http://{self.port_file.read_text()}")
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait(10)
            log.close()

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def _environ(self) -> dict[str, str]:
        ours = {f"CANDOUR_INTAKE_{name}": value for name, value in self.environment.items()}
        return {name: value for name, value in os.environ.items() if not name.startswith("CANDOUR_")} | ours


class Running:
    """A running intake."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process = process
        self.url = url

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


def as_bytes(envelope: dict[str, Any]) -> bytes:
    return json.dumps(envelope).encode()

"""Notifier as a process, with a real nats-server and a real mail server: from NoticeDue to the report."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from machines import NatsServer, SmtpSink
from notifier_world import notice

from services.notifier.adapters.tables import MIGRATIONS
from shared.envelope import Binding, OpeningKey, seal
from shared.failures import Code
from shared.jetstream import Broker, Received
from shared.messages import Message, Notice, NoticeDue, NoticeReported, NoticeState, Parked, Sealed
from shared.questions import TallyAnswer, TallyQuestion
from shared.receipts import write_public
from shared.store import migrate
from shared.subjects import Stream, ask_tally, notices
from shared.terms import MessageId, Service

ROOT = Path(__file__).parents[2]
_DECODE: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


class Router:
    """The other side: owes notices and hears reports."""

    def __init__(self, broker: Broker, key: OpeningKey) -> None:
        self.broker = broker
        self.key = key
        self.heard: list[Message] = []

    async def due(self, of: Notice, *, sealed_for: str | None = None) -> None:
        binding = Binding(
            partnership=of.partnership,
            key=self.key.id,
            form="notice",
            form_version=1,
            compartment="notice",
            submission=sealed_for or of.id,
        )
        sealed = seal(msgspec.json.encode(of), to=self.key.public, binding=binding)
        due = NoticeDue(
            id=of.id,
            ref=of.ref,
            partnership=of.partnership,
            kind=of.kind,
            notice=Sealed(key=self.key.id, sealed=sealed),
        )
        await self.broker.publish(
            notices(of.partnership, of.ref), message=MessageId(of.id), body=msgspec.json.encode(due)
        )

    async def hear(self) -> None:
        async def handle(received: Received) -> None:
            self.heard.append(_DECODE.decode(received.frame.body))

        async def park(_: Received, code: Code) -> None:
            raise AssertionError(code)

        await self.broker.consume(Stream.REPORTS, handle, park=park)

    def states(self) -> list[str]:
        return sorted(one.state.value for one in self.heard if isinstance(one, NoticeReported))

    def accepted(self) -> int:
        """How many notices are known to be accepted: one that is told twice, after a kill, counts once."""
        told = (one for one in self.heard if isinstance(one, NoticeReported))
        return len({one.id for one in told if one.state is NoticeState.ACCEPTED})


class Place:
    """Notifier's folder, and its process."""

    def __init__(self, folder: Path, server: NatsServer, sink: SmtpSink) -> None:
        self.folder = folder
        self.key = OpeningKey.generate()
        self.key.save(folder / "opening.key")
        signer = server.identities.signers[Service.NOTIFIER]
        signer.save(folder / "signing.key")
        (folder / "public").mkdir()
        for service, one in server.identities.signers.items():
            write_public(folder / "public" / f"{service}.pub", [one.public])
        (folder / "nats.seed").write_bytes(server.identities.seeds[Service.NOTIFIER].reveal())
        self.environment = {
            "DATABASE": f"sqlite:///{folder / 'notifier.db'}",
            "NATS_URL": server.url,
            "NATS_SEED_FILE": str(folder / "nats.seed"),
            "SIGNING_KEY_FILE": str(folder / "signing.key"),
            "VERIFY_KEYS": str(folder / "public"),
            "OPENING_KEY_FILE": str(folder / "opening.key"),
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": "0",
            "PORT_FILE": str(folder / "port"),
            "SMTP_HOST": sink.host,
            "SMTP_PORT": str(sink.port),
            "SMTP_SECURITY": "plain",
            "FROM_ADDRESS": "no-reply@escalate.example",
            "ONE_MACHINE": "yes",
        }
        migrate(self.environment["DATABASE"], scripts=MIGRATIONS)

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        environ = {f"CANDOUR_NOTIFIER_{name}": value for name, value in self.environment.items()}
        (self.folder / "port").unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "services.notifier"]
            process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, stdout=log, stderr=log)
        try:
            until = time.monotonic() + 30
            while not (self.folder / "port").exists():
                assert process.poll() is None, self.log()
                assert time.monotonic() < until, self.log()
                time.sleep(0.02)
            yield process
        finally:
            process.kill()
            process.wait(10)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://{(self.folder / 'port').read_text()}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()

    def log(self) -> str:
        return (self.folder / "log").read_text()


async def until(holds: object, seconds: float = 30.0) -> None:
    assert callable(holds)
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)


@pytest.fixture
def place(tmp_path: Path, fresh_nats_server: NatsServer, smtp_sink: SmtpSink) -> Place:
    folder = tmp_path / "notifier"
    folder.mkdir()
    return Place(folder, fresh_nats_server, smtp_sink)


@pytest_asyncio.fixture
async def router(fresh_nats_server: NatsServer, place: Place) -> AsyncIterator[Router]:
    broker = await fresh_nats_server.broker(Service.ROUTER)
    made = Router(broker, place.key)
    hearing = asyncio.ensure_future(made.hear())
    yield made
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)
    await broker.close()


async def test_a_notice_becomes_one_email_and_a_report(place: Place, router: Router, smtp_sink: SmtpSink) -> None:
    with place.running():
        for _ in range(3):  # the broker may deliver again, and router may publish again
            await router.due(notice(1))
        await until(lambda: router.states() == ["accepted"])
        answer = await router.broker.ask(
            ask_tally(Service.NOTIFIER),
            msgspec.json.encode(TallyQuestion(owed=(MessageId(notice(1).id), MessageId("never-sent")))),
            timeout_seconds=5,
        )
        assert msgspec.json.decode(answer, type=TallyAnswer).settled == (notice(1).id,)
        assert (await asyncio.to_thread(place.get, "/health/ready"))[0] == 200
        assert "candour_notifier_attempts_total" in (await asyncio.to_thread(place.get, "/metrics"))[1]
    assert len(smtp_sink.mails) == 1
    assert "priya" not in place.log().lower()
    assert "council.example" not in place.log()


async def test_a_sigterm_ends_it_in_order(place: Place, router: Router, smtp_sink: SmtpSink) -> None:
    smtp_sink.slow["slow.example"] = 1.0
    with place.running() as process:
        await router.due(notice(1, to="jo@slow.example"))
        await until(lambda: smtp_sink.connections > 0)
        await asyncio.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 20) == 0
        assert "stopped" in place.log()
    with place.running():
        await until(lambda: router.states() == ["accepted"])
    assert len(smtp_sink.mails) == 1


async def test_killed_in_mid_run_every_letter_still_arrives(place: Place, router: Router, smtp_sink: SmtpSink) -> None:
    async def send() -> None:
        for number in range(120):
            await router.due(notice(number, to=f"p{number}@a{number % 30}.example"))

    sending = asyncio.ensure_future(send())
    kills = 0
    while kills < 3:
        with place.running() as process:
            goal = len(smtp_sink.mails) + 8
            await until(lambda goal=goal: len(smtp_sink.mails) >= goal)
            process.kill()
            kills += 1
    await sending
    with place.running():
        await until(lambda: router.accepted() == 120, seconds=60)
    arrived: dict[str, list[bytes]] = {}
    for mail in smtp_sink.mails:
        arrived.setdefault(mail.recipients[0], []).append(mail.raw)
    assert len(arrived) == 120
    assert all(len(copies) <= 1 + kills and len(set(copies)) == 1 for copies in arrived.values())


async def test_with_the_mail_relay_down_nothing_is_lost(place: Place, router: Router, smtp_sink: SmtpSink) -> None:
    await smtp_sink.down()
    with place.running():
        await router.due(notice(1))
        await until(lambda: "mail.down" in place.log())
        await smtp_sink.up()
        await until(lambda: router.states() == ["accepted"])


async def test_what_does_not_open_is_parked_and_what_cannot_be_said_is_reported(place: Place, router: Router) -> None:
    with place.running():
        await router.due(notice(1), sealed_for="another notice")
        await router.due(notice(2, to="not an address"))
        await until(lambda: len(router.heard) == 2)
    assert router.states() == ["unrenderable"]
    (parked,) = [one for one in router.heard if isinstance(one, Parked)]
    assert (parked.code, parked.by) == ("envelope.cannot-open", Service.NOTIFIER)


def test_a_wrong_setting_is_named_and_its_value_is_not(place: Place) -> None:
    environ = {f"CANDOUR_NOTIFIER_{name}": value for name, value in place.environment.items()}
    environ |= {"CANDOUR_NOTIFIER_SMTP_HOST": "relay.example", "CANDOUR_NOTIFIER_FROM_ADDRESS": "CANARY <x"}
    ended = subprocess.run(
        [sys.executable, "-m", "services.notifier"],
        cwd=ROOT, env=os.environ | environ, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "CANDOUR_NOTIFIER_SMTP_SECURITY: plain only with ONE_MACHINE" in ended.stderr
    assert "CANDOUR_NOTIFIER_FROM_ADDRESS" in ended.stderr
    assert "CANARY" not in ended.stderr + ended.stdout

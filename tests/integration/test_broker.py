"""The broker against a real nats-server."""

import asyncio
import json
import subprocess
from collections.abc import Awaitable
from pathlib import Path
from urllib.request import urlopen

import pytest
from machines import Identities, NatsServer
from nats.aio.client import Client

from deploy.nats.server import TlsFiles
from shared.clock import SystemClock
from shared.failures import Code, Permanent, Transient
from shared.jetstream import Broker, BrokerSettings, Received
from shared.receipts import Signer
from shared.subjects import ASK_SEALED, Stream, inbox_prefix, notices, submissions
from shared.terms import EscalationRef, MessageId, PartnershipId, Service

WHERE = PartnershipId("west-sussex")
REF = EscalationRef("WS-7K3-QM9-PXC")
SUBJECT = submissions(WHERE, REF)


class Reader:
    """Keeps what it is handed; fails as it is told."""

    def __init__(self) -> None:
        self.got: list[Received] = []
        self.parked: list[tuple[Received, Code]] = []
        self.failures: list[Exception] = []
        self.something = asyncio.Event()

    async def handle(self, received: Received) -> None:
        self.got.append(received)
        if self.failures:
            raise self.failures.pop(0)
        self.something.set()

    async def park(self, received: Received, code: Code) -> None:
        self.parked.append((received, code))
        self.something.set()


async def while_running(loop: Awaitable[None], work: Awaitable[None]) -> None:
    """Run `loop` beside `work` and end it with it."""
    running = asyncio.ensure_future(loop)
    try:
        async with asyncio.timeout(30):
            await work
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def publish_at_last(broker: Broker, message: MessageId) -> None:
    """Publish as the relay does: again until it is acknowledged."""
    async with asyncio.timeout(20):
        while True:
            try:
                return await broker.publish(SUBJECT, message=message, body=b"sealed")
            except Transient:
                await asyncio.sleep(0.1)


async def until(reader: Reader) -> None:
    await reader.something.wait()


async def test_what_is_published_is_consumed_once_and_verified(fresh_nats_server: NatsServer) -> None:
    intake = await fresh_nats_server.broker(Service.INTAKE)
    router = await fresh_nats_server.broker(Service.ROUTER)
    reader = Reader()
    await intake.publish(SUBJECT, message=MessageId("m1"), body=b"sealed")
    await while_running(router.consume(Stream.SUBMISSIONS, reader.handle, park=reader.park), until(reader))
    assert [(one.message, one.frame.body, one.frame.sender, one.attempt) for one in reader.got] == [
        ("m1", b"sealed", Service.INTAKE, 1)
    ]
    assert router.problem() is None
    await intake.close()
    await router.close()


async def test_what_was_taken_in_leaves_its_room_in_the_stream(fresh_nats_server: NatsServer) -> None:
    """Else junk would fill the stream for as long as messages are kept, and nothing honest would get through."""
    intake = await fresh_nats_server.broker(Service.INTAKE)
    router = await fresh_nats_server.broker(Service.ROUTER)
    reader = Reader()
    await intake.publish(SUBJECT, message=MessageId("m1"), body=b"sealed")
    assert await asyncio.to_thread(stored_bytes, fresh_nats_server) > 0

    async def until_gone() -> None:
        while await asyncio.to_thread(stored_bytes, fresh_nats_server) > 0:
            await asyncio.sleep(0.05)

    await while_running(router.consume(Stream.SUBMISSIONS, reader.handle, park=reader.park), until_gone())
    assert [one.message for one in reader.got] == ["m1"]
    await intake.close()
    await router.close()


def stored_bytes(server: NatsServer) -> int:
    """How much of SUBMISSIONS counts towards its limit."""
    with urlopen(f"{server.monitor_url}/jsz?streams=true", timeout=5) as response:
        (account,) = json.load(response)["account_details"]
    return sum(one["state"]["bytes"] for one in account["stream_detail"] if one["name"] == Stream.SUBMISSIONS.value)


async def test_a_message_that_calls_itself_a_status_is_handled_as_any_other(fresh_nats_server: NatsServer) -> None:
    intake = await fresh_nats_server.broker(Service.INTAKE)
    router = await fresh_nats_server.broker(Service.ROUTER)
    hostile, reader = Client(), Reader()
    seed = fresh_nats_server.identities.seeds[Service.INTAKE].reveal().decode()
    await hostile.connect(fresh_nats_server.url, nkeys_seed_str=seed, inbox_prefix=inbox_prefix(Service.INTAKE))
    for status in ("500", "404"):
        await hostile.request(SUBJECT, b"junk", timeout=5, headers={"Status": status})
    await intake.publish(SUBJECT, message=MessageId("m1"), body=b"sealed")

    async def until_all() -> None:
        while len(reader.got) + len(reader.parked) < 3:
            await asyncio.sleep(0.02)

    await while_running(router.consume(Stream.SUBMISSIONS, reader.handle, park=reader.park), until_all())
    assert [code for _, code in reader.parked] == [Code.UNREADABLE] * 2
    assert [one.message for one in reader.got] == ["m1"]
    await hostile.close()
    await intake.close()
    await router.close()


async def test_a_transient_failure_is_tried_again(fresh_nats_server: NatsServer) -> None:
    intake = await fresh_nats_server.broker(Service.INTAKE)
    router = await fresh_nats_server.broker(Service.ROUTER)
    reader = Reader()
    reader.failures = [Transient(Code.STORE_UNAVAILABLE), ValueError("a bug")]
    await intake.publish(SUBJECT, message=MessageId("m1"), body=b"sealed")
    await while_running(router.consume(Stream.SUBMISSIONS, reader.handle, park=reader.park), until(reader))
    assert [one.attempt for one in reader.got] == [1, 2, 3]
    await intake.close()
    await router.close()


async def test_a_permanent_failure_is_parked(fresh_nats_server: NatsServer) -> None:
    intake = await fresh_nats_server.broker(Service.INTAKE)
    router = await fresh_nats_server.broker(Service.ROUTER)
    reader = Reader()
    reader.failures = [Permanent(Code.CANNOT_OPEN)]
    await intake.publish(SUBJECT, message=MessageId("m1"), body=b"sealed")
    await while_running(router.consume(Stream.SUBMISSIONS, reader.handle, park=reader.park), until(reader))
    assert [(one.message, code) for one, code in reader.parked] == [("m1", Code.CANNOT_OPEN)]
    await intake.close()
    await router.close()


async def test_a_message_without_the_signing_key_is_parked_and_fails_health(fresh_nats_server: NatsServer) -> None:
    forger = await Broker.connect(
        fresh_nats_server.settings(Service.INTAKE),
        service=Service.INTAKE,
        signer=Signer.generate(),
        verifier=fresh_nats_server.identities.verifier,
        clock=SystemClock(),
    )
    router = await fresh_nats_server.broker(Service.ROUTER)
    reader = Reader()
    await forger.publish(SUBJECT, message=MessageId("m1"), body=b"forged")
    await while_running(router.consume(Stream.SUBMISSIONS, reader.handle, park=reader.park), until(reader))
    ((received, code),) = reader.parked
    assert code is Code.BAD_SIGNATURE
    assert received.message.startswith("unverified-"), "an honest message of that id may yet come"
    assert received.frame.body == b""
    assert b"forged" in received.raw
    assert reader.got == []
    assert router.problem() is Code.BAD_SIGNATURE
    await forger.close()
    await router.close()


async def test_a_question_is_answered_signed(fresh_nats_server: NatsServer) -> None:
    intake = await fresh_nats_server.broker(Service.INTAKE)
    router = await fresh_nats_server.broker(Service.ROUTER)

    async def reply(body: bytes, asker: Service) -> bytes:
        return body.upper() + asker.value.encode()

    async def ask() -> None:
        for _ in range(50):  # until the subscription has arrived at the server
            try:
                answer = await intake.ask(ASK_SEALED, b"who", timeout_seconds=1)
            except Transient:
                continue
            assert answer == b"WHOintake"
            return
        pytest.fail("nobody answered")

    await while_running(router.answer(ASK_SEALED, reply), ask())
    await intake.close()
    await router.close()


async def test_an_unanswered_question_says_that_the_peer_is_silent(fresh_nats_server: NatsServer) -> None:
    intake = await fresh_nats_server.broker(Service.INTAKE)
    with pytest.raises(Transient) as failure:
        await intake.ask(ASK_SEALED, b"who", timeout_seconds=0.5)
    assert failure.value.code is Code.PEER_SILENT
    await intake.close()


async def test_a_broker_starts_with_the_server_down_and_connects_later(fresh_nats_server: NatsServer) -> None:
    fresh_nats_server.stop()
    intake = await fresh_nats_server.broker(Service.INTAKE)
    with pytest.raises(Transient) as failure:
        await intake.publish(SUBJECT, message=MessageId("m1"), body=b"sealed")
    assert failure.value.code is Code.BROKER_UNAVAILABLE
    fresh_nats_server.start()
    await publish_at_last(intake, MessageId("m1"))
    assert intake.problem() is None
    await intake.close()


async def test_a_consumer_goes_on_after_the_server_was_killed(fresh_nats_server: NatsServer) -> None:
    intake = await fresh_nats_server.broker(Service.INTAKE)
    router = await fresh_nats_server.broker(Service.ROUTER)
    reader = Reader()

    async def break_it() -> None:
        await intake.publish(SUBJECT, message=MessageId("m1"), body=b"sealed")
        await reader.something.wait()
        fresh_nats_server.kill()
        fresh_nats_server.start()
        await publish_at_last(intake, MessageId("m2"))
        while "m2" not in {one.message for one in reader.got}:
            reader.something.clear()
            await reader.something.wait()

    await while_running(router.consume(Stream.SUBMISSIONS, reader.handle, park=reader.park), break_it())
    assert {one.message for one in reader.got} == {"m1", "m2"}
    await intake.close()
    await router.close()


async def test_a_denied_publication_fails_health(fresh_nats_server: NatsServer) -> None:
    intake = await fresh_nats_server.broker(Service.INTAKE, publish_seconds=0.5)
    with pytest.raises(Transient):
        await intake.publish(notices(WHERE, REF), message=MessageId("m1"), body=b"")
    assert intake.problem() is Code.BROKER_DENIED
    await intake.close()


async def test_a_stranger_gets_no_connection(fresh_nats_server: NatsServer) -> None:
    stranger = Identities()
    settings = BrokerSettings(url=fresh_nats_server.url, seed=stranger.seeds[Service.INTAKE])
    broker = await Broker.connect(
        settings,
        service=Service.INTAKE,
        signer=stranger.signers[Service.INTAKE],
        verifier=stranger.verifier,
        clock=SystemClock(),
    )
    with pytest.raises(Transient):
        await broker.publish(SUBJECT, message=MessageId("m1"), body=b"")
    await broker.close()


async def test_a_race_lost_in_the_store_is_run_again_at_once(fresh_nats_server: NatsServer) -> None:
    intake = await fresh_nats_server.broker(Service.INTAKE)
    router = await fresh_nats_server.broker(Service.ROUTER)
    reader = Reader()
    reader.failures = [Transient(Code.STORE_CONFLICT), Transient(Code.STORE_CONFLICT)]
    await intake.publish(SUBJECT, message=MessageId("m1"), body=b"sealed")
    await while_running(router.consume(Stream.SUBMISSIONS, reader.handle, park=reader.park), until(reader))
    assert [one.attempt for one in reader.got] == [1, 1, 1]
    await intake.close()
    await router.close()


async def test_over_tls_the_servers_certificate_is_checked(tmp_path: Path, identities: Identities) -> None:
    files = TlsFiles(certificate=tmp_path / "server.crt", key=tmp_path / "server.key")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(files.key), "-out", str(files.certificate)]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    server = NatsServer(tmp_path, identities, tls=files)
    server.start()
    try:
        trusting = await server.broker(Service.INTAKE, ca_file=files.certificate)
        with pytest.raises(Transient) as silent:
            await trusting.ask(ASK_SEALED, b"who", timeout_seconds=1)
        assert silent.value.code is Code.PEER_SILENT
        assert trusting.problem() is None
        wary = await server.broker(Service.INTAKE)
        with pytest.raises(Transient) as refused:
            await wary.publish(SUBJECT, message=MessageId("m1"), body=b"sealed")
        assert refused.value.code is Code.BROKER_UNAVAILABLE
        await trusting.close()
        await wary.close()
    finally:
        server.stop()

"""Every service's credentials on every subject, tried on a real server. The table is written by hand, on purpose."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from machines import NatsServer
from nats.aio.client import Client

from deploy.nats.server import BrokerProblem
from deploy.nats.streams import read_back, stream_config
from shared.subjects import CONSOLE, PROVISION, SHAPES, Stream, inbox_prefix
from shared.terms import Service

REF = "west-sussex.WS-7K3-QM9-PXC"
INTAKE, ROUTER, NOTIFIER = "intake", "router", "notifier"
EVERYBODY = (INTAKE, ROUTER, NOTIFIER, PROVISION, CONSOLE)

PUBLISH: dict[str, tuple[str, ...]] = {
    f"submissions.{REF}": (INTAKE,),
    f"notices.{REF}": (ROUTER,),
    f"reports.intake.{REF}": (INTAKE,),
    f"reports.notifier.{REF}": (NOTIFIER,),
    "reports.notifier.none.none": (NOTIFIER,),
    f"reports.router.{REF}": (),
    "submissions.west-sussex": (),
    f"submissions.{REF}.more": (),
    "ask.public": (INTAKE,),
    "ask.route": (INTAKE,),
    "ask.sealed": (INTAKE,),
    "ask.tally.router": (INTAKE, NOTIFIER),
    "ask.tally.notifier": (ROUTER,),
    "ask.tally.intake": (),
    "ask.other": (),
    "$JS.API.CONSUMER.MSG.NEXT.SUBMISSIONS.router": (ROUTER,),
    "$JS.API.CONSUMER.MSG.NEXT.REPORTS.router": (ROUTER,),
    "$JS.API.CONSUMER.MSG.NEXT.NOTICES.notifier": (NOTIFIER,),
    "$JS.ACK.SUBMISSIONS.router.1.1.1.1.1": (ROUTER,),
    "$JS.ACK.REPORTS.router.1.1.1.1.1": (ROUTER,),
    "$JS.ACK.NOTICES.notifier.1.1.1.1.1": (NOTIFIER,),
    "$JS.API.INFO": (PROVISION,),
    "$JS.API.STREAM.INFO.SUBMISSIONS": (PROVISION,),
    "$JS.API.STREAM.NAMES": (PROVISION,),
    "$JS.API.STREAM.CREATE.KV_bucket": (PROVISION,),
    "$JS.API.STREAM.UPDATE.NOTICES": (PROVISION,),
    "$JS.API.CONSUMER.INFO.NOTICES.notifier": (PROVISION,),
    "$JS.API.CONSUMER.CREATE.NOTICES.spy": (PROVISION,),
    "$JS.API.STREAM.DELETE.NOTICES": (),
    "$JS.API.STREAM.PURGE.NOTICES": (),
    "$JS.API.STREAM.MSG.GET.NOTICES": (),
    "$JS.API.STREAM.MSG.DELETE.NOTICES": (),
    "$JS.API.DIRECT.GET.NOTICES": (),
    "$JS.API.STREAM.SNAPSHOT.NOTICES": (),
    "$JS.API.STREAM.RESTORE.NOTICES": (),
    "$JS.API.CONSUMER.DELETE.NOTICES.notifier": (),
    "$JS.API.CONSUMER.PAUSE.NOTICES.notifier": (),
    "$JS.API.CONSUMER.UNPIN.NOTICES.notifier": (),
    "$KV.bucket.key": (),
    "$O.bucket.C.key": (),
    "$SYS.REQ.SERVER.PING": (),
    "_INBOX.anyone": (),
    "_inbox_intake.x": (),
    "_inbox_router.x": (),
    "_inbox_notifier.x": (),
    "_inbox_provision.x": (),
    "_inbox_console.x": (),
    "other": (),
}

SUBSCRIBE: dict[tuple[str, str], tuple[str, ...]] = {
    ("_inbox_intake.>", ""): (INTAKE,),
    ("_inbox_router.>", ""): (ROUTER,),
    ("_inbox_notifier.>", ""): (NOTIFIER,),
    ("_inbox_provision.>", ""): (PROVISION,),
    ("_inbox_console.>", ""): (CONSOLE,),
    ("ask.public", "router"): (ROUTER,),
    ("ask.route", "router"): (ROUTER,),
    ("ask.sealed", "router"): (ROUTER,),
    ("ask.tally.router", "router"): (ROUTER,),
    ("ask.tally.notifier", "notifier"): (NOTIFIER,),
    ("ask.sealed", ""): (),
    ("ask.sealed", "other"): (),
    ("ask.tally.router", ""): (),
    ("ask.>", ""): (),
    ("submissions.>", ""): (),
    ("notices.>", ""): (),
    ("reports.>", ""): (),
    ("_INBOX.>", ""): (),
    ("$JS.>", ""): (),
    ("$JS.EVENT.ADVISORY.>", ""): (),
    ("$JS.ACK.>", ""): (),
    ("$SYS.>", ""): (),
    ("$KV.>", ""): (),
    (">", ""): (),
    ("*.*", ""): (),
}


class Tried:
    """A bare connection that keeps what the server refused it."""

    def __init__(self) -> None:
        self.client = Client()
        self.refusals: list[str] = []

    async def connect(self, server: NatsServer, who: str) -> None:
        async def refused(failure: Exception) -> None:
            self.refusals.append(str(failure).lower())

        identities = server.identities
        own = {PROVISION: identities.provision_seed, CONSOLE: identities.console_seed}
        seed = own[who] if who in own else identities.seeds[Service(who)]
        await self.client.connect(
            server.url,
            nkeys_seed_str=seed.reveal().decode(),
            inbox_prefix=inbox_prefix(who),
            error_cb=refused,
        )

    async def may_publish(self, subject: str) -> bool:
        """Only an empty publication: where it is allowed nothing but a stray message comes of it."""
        self.refusals.clear()
        await self.client.publish(subject, b"")
        return not await self._refused()

    async def _refused(self) -> bool:
        for _ in range(2):  # nats-py sends the first ping ahead of what is still in its buffer
            await self.client.flush()
        return any("permissions violation" in one for one in self.refusals)

    async def may_subscribe(self, subject: str, group: str) -> bool:
        self.refusals.clear()
        subscription = await self.client.subscribe(subject, queue=group)
        allowed = not await self._refused()
        if allowed:
            await subscription.unsubscribe()
        return allowed


@pytest_asyncio.fixture(params=EVERYBODY)
async def tried(request: pytest.FixtureRequest, fresh_nats_server: NatsServer) -> AsyncIterator[tuple[str, Tried]]:
    connection = Tried()
    await connection.connect(fresh_nats_server, request.param)
    yield request.param, connection
    await connection.client.close()


async def test_each_publishes_what_the_table_says_and_nothing_else(tried: tuple[str, Tried]) -> None:
    who, connection = tried
    allowed = {subject for subject in PUBLISH if await connection.may_publish(subject)}
    assert allowed == {subject for subject, those in PUBLISH.items() if who in those}


async def test_each_subscribes_to_what_the_table_says_and_nothing_else(tried: tuple[str, Tried]) -> None:
    who, connection = tried
    allowed = {(subject, group) for subject, group in SUBSCRIBE if await connection.may_subscribe(subject, group)}
    assert allowed == {place for place, those in SUBSCRIBE.items() if who in those}


@pytest.mark.parametrize(
    "header",
    [
        {"Nats-Rollup": "all"},
        {"Nats-Rollup": "sub"},
        {"Nats-TTL": "1s"},
        {"Nats-Schedule": "@every 1s", "Nats-Schedule-Target": f"submissions.{REF}"},
        {"Nats-Incr": "1"},
        {"Nats-Batch-Id": "b", "Nats-Batch-Sequence": "1", "Nats-Batch-Commit": "1"},
    ],
    ids=lambda header: next(iter(header)),
)
async def test_no_header_wipes_schedules_or_expires(fresh_nats_server: NatsServer, header: dict[str, str]) -> None:
    intake = Tried()
    await intake.connect(fresh_nats_server, INTAKE)
    await intake.client.request(f"submissions.{REF}", b"first", timeout=2)
    answer = await intake.client.request(f"submissions.{REF}", b"second", timeout=2, headers=header)
    assert "error" in json.loads(answer.data)
    await intake.client.close()
    assert await stored(fresh_nats_server, "SUBMISSIONS") == 1


@pytest.mark.parametrize(
    "reply",
    ["$JS.API.STREAM.DELETE.NOTICES", "$JS.API.STREAM.PURGE.SUBMISSIONS", "$JS.API.CONSUMER.DELETE.NOTICES.notifier"],
)
async def test_an_acknowledgement_cannot_be_turned_into_an_order(fresh_nats_server: NatsServer, reply: str) -> None:
    intake = Tried()
    await intake.connect(fresh_nats_server, INTAKE)
    await intake.client.publish(f"submissions.{REF}", b"first", reply=reply)
    await intake.client.request(f"submissions.{REF}", b"second", timeout=2)
    await intake.client.close()
    identities = fresh_nats_server.identities
    await read_back(fresh_nats_server.url, seed=identities.provision_seed, monitor_url=fresh_nats_server.monitor_url)
    assert await stored(fresh_nats_server, "SUBMISSIONS") >= 1


async def test_a_server_that_does_not_sync_every_write_is_refused(fresh_nats_server: NatsServer) -> None:
    fresh_nats_server.stop()
    fresh_nats_server.start(change=lambda text: text.replace("sync_interval: always", "sync_interval: 10s"))
    with pytest.raises(BrokerProblem) as problem:
        await fresh_nats_server.provision()
    assert "sync_always" in str(problem.value)


async def test_a_stream_that_allows_roll_ups_is_refused(fresh_nats_server: NatsServer) -> None:
    fresh_nats_server.stop()
    fresh_nats_server.delete_store()
    fresh_nats_server.start()
    admin = Tried()
    await admin.connect(fresh_nats_server, PROVISION)
    wanted = stream_config(Stream.REPORTS, SHAPES[Stream.REPORTS]) | {"allow_rollup_hdrs": True, "deny_purge": False}
    answer = await admin.client.request("$JS.API.STREAM.CREATE.REPORTS", json.dumps(wanted).encode(), timeout=2)
    assert "error" not in json.loads(answer.data)
    await admin.client.close()
    with pytest.raises(BrokerProblem) as problem:
        await fresh_nats_server.provision()
    assert set(problem.value.problems) == {"REPORTS: deny_purge is False", "REPORTS: allow_rollup_hdrs is set"}


async def stored(server: NatsServer, stream: str) -> int:
    admin = Tried()
    await admin.connect(server, PROVISION)
    info = json.loads((await admin.client.request(f"$JS.API.STREAM.INFO.{stream}", b"", timeout=2)).data)
    await admin.client.close()
    return int(info["state"]["messages"])

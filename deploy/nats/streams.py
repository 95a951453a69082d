"""Making the streams and their durables, and reading back what the server stored. Shell.

Only here: a create-if-missing at a service's start, with a wrong key at rest, would delete the data.
"""

import asyncio
import contextlib
import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import nats.errors
from nats.aio.client import Client

from deploy.nats.server import BrokerProblem
from shared.private import Secret
from shared.subjects import PROVISION, SHAPES, Stream, StreamShape, inbox_prefix

_SECONDS = 15.0
_NOT_FOUND = (404,)
_NANOSECONDS = 1_000_000_000
_SERVER_SAYS = frozenset({"metadata", "created", "duplicate_window", "pause_remaining"})
"""What the server adds of its own and that decides nothing."""


def stream_config(stream: Stream, shape: StreamShape, *, replicas: int = 1) -> dict[str, Any]:
    """A stream as JetStream's API wants it. Everything that rewrites or removes messages stays off.

    A message goes once its reader has it: kept for 14 days, an hour of junk would shut the stream to all others.
    """
    return {
        "name": stream.value,
        "subjects": list(shape.subjects),
        "retention": "workqueue",
        "storage": "file",
        "discard": "new",
        "max_age": shape.max_age_seconds * _NANOSECONDS,
        "max_bytes": shape.max_bytes,
        "max_msg_size": shape.max_message_bytes,
        "max_msgs": -1,
        "max_msgs_per_subject": -1,
        "max_consumers": -1,
        "num_replicas": replicas,
        "compression": "none",
        "deny_delete": True,
        "deny_purge": True,
    }


def consumer_config(shape: StreamShape) -> dict[str, Any]:
    """The reader's durable: pulled, each message acknowledged for itself, tried without end."""
    return {
        "name": shape.durable,
        "durable_name": shape.durable,
        "ack_policy": "explicit",
        "deliver_policy": "all",
        "replay_policy": "instant",
        "ack_wait": shape.ack_wait_seconds * _NANOSECONDS,
        "max_deliver": -1,
        "max_ack_pending": shape.pending_most,
        "max_waiting": 512,
        "num_replicas": 0,
    }


async def provision_streams(url: str, *, seed: Secret, ca_file: Path | None = None, replicas: int = 1) -> None:
    """Make what is missing. What is there is left as it is: `read_back` says whether it is right.

    seed: the administrator's. Raises: BrokerProblem.
    """
    client = await _connect(url, seed, ca_file)
    try:
        for stream, shape in SHAPES.items():
            name, durable = stream.value, shape.durable
            if await _info(client, f"STREAM.INFO.{name}") is None:
                await _call(client, f"STREAM.CREATE.{name}", stream_config(stream, shape, replicas=replicas))
            if await _info(client, f"CONSUMER.INFO.{name}.{durable}") is None:
                wanted = {"stream_name": name, "config": consumer_config(shape), "action": "create"}
                await _call(client, f"CONSUMER.CREATE.{name}.{durable}", wanted)
    finally:
        await client.close()


async def read_back(
    url: str, *, seed: Secret, monitor_url: str, ca_file: Path | None = None, replicas: int = 1
) -> None:
    """Compare what the server stored with what it must be, and that it syncs every write. Raises: BrokerProblem.

    monitor_url: `http://127.0.0.1:<port>`, the server's own monitor.
    """
    problems = _sync_problems(await asyncio.to_thread(_jsz, monitor_url))
    client = await _connect(url, seed, ca_file)
    try:
        for stream, shape in SHAPES.items():
            name, durable = stream.value, shape.durable
            stored = await _info(client, f"STREAM.INFO.{name}")
            problems += differences(name, stream_config(stream, shape, replicas=replicas), stored)
            stored = await _info(client, f"CONSUMER.INFO.{name}.{durable}")
            problems += differences(f"{name}/{durable}", consumer_config(shape), stored)
    finally:
        await client.close()
    if problems:
        raise BrokerProblem(tuple(problems))


def differences(name: str, wanted: Mapping[str, Any], stored: Mapping[str, Any] | None) -> list[str]:
    """What in a stored configuration is not as wanted, and what is switched on that nobody wanted."""
    if stored is None:
        return [f"{name}: missing"]
    found = [f"{name}: {key} is {stored.get(key)!r}" for key in wanted if stored.get(key) != wanted[key]]
    added = [key for key, value in stored.items() if key not in wanted and key not in _SERVER_SAYS and value]
    return found + [f"{name}: {key} is set" for key in added]


def _sync_problems(jsz: Mapping[str, Any]) -> list[str]:
    if jsz.get("config", {}).get("sync_always") is True:
        return []
    return ["jetstream: sync_always is off, so acknowledged messages could be lost"]


def _jsz(monitor_url: str) -> dict[str, Any]:
    try:
        with urlopen(f"{monitor_url}/jsz?config=true", timeout=_SECONDS) as response:
            answer: dict[str, Any] = json.load(response)
    except (OSError, ValueError):
        raise BrokerProblem(("the broker's monitor does not answer",)) from None
    return answer


async def _connect(url: str, seed: Secret, ca_file: Path | None) -> Client:
    client = Client()

    async def quiet(_: Exception) -> None:
        return

    options: dict[str, Any] = {"tls": ssl.create_default_context(cafile=str(ca_file))} if ca_file else {}
    try:
        async with asyncio.timeout(_SECONDS):
            await client.connect(
                url,
                nkeys_seed_str=seed.reveal().decode(),
                inbox_prefix=inbox_prefix(PROVISION),
                error_cb=quiet,
                **options,
            )
    except (nats.errors.Error, OSError, TimeoutError):
        with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
            async with asyncio.timeout(_SECONDS):  # nats-py waits for ever where a TLS handshake failed
                await client.close()
        raise BrokerProblem(("the broker does not answer, or does not know the administrator's key",)) from None
    return client


async def _info(client: Client, verb: str) -> dict[str, Any] | None:
    """The stored configuration, None where there is no such thing."""
    answer = await _request(client, verb, {})
    if answer.get("error", {}).get("code") in _NOT_FOUND:
        return None
    config: dict[str, Any] = _without_error(verb, answer)["config"]
    return config


async def _call(client: Client, verb: str, body: Mapping[str, Any]) -> None:
    _without_error(verb, await _request(client, verb, body))


async def _request(client: Client, verb: str, body: Mapping[str, Any]) -> dict[str, Any]:
    try:
        reply = await client.request(f"$JS.API.{verb}", json.dumps(body).encode(), timeout=_SECONDS)
    except nats.errors.Error:
        raise BrokerProblem((f"{verb}: no answer",)) from None
    answer: dict[str, Any] = json.loads(reply.data)
    return answer


def _without_error(verb: str, answer: dict[str, Any]) -> dict[str, Any]:
    error = answer.get("error")
    if error is not None:
        raise BrokerProblem((f"{verb}: {error.get('description', error)}",))
    return answer

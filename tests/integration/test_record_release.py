"""Intake releases a record's ciphertext to whoever brings router's ticket: once, counted, and to nobody else."""

import base64
import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from shared.clock import SystemClock
from shared.receipts import Signer
from shared.releases import ReleaseTicket, SignedTicket, ticket_bytes
from shared.terms import Digest, PartnershipId, SubmissionId
from tests.intake_world import PARTNERSHIP, World, envelope_json


def _ticket(signer: Signer, envelope: dict[str, Any], *, number: str, expires_at: datetime | None = None) -> bytes:
    record = base64.b64decode(envelope["record"])
    ticket = ReleaseTicket(
        number=number,
        submission=SubmissionId(envelope["submission"]),
        partnership=PartnershipId(PARTNERSHIP),
        record_digest=Digest(hashlib.sha256(record).hexdigest()),
        expires_at=expires_at or SystemClock().now() + timedelta(minutes=2),
    )
    signed = SignedTicket(ticket=ticket, key=signer.key_id, signature=signer.sign(ticket_bytes(ticket)))
    return msgspec.json.encode(signed)


class Desk:
    """A running intake with one stored submission."""

    def __init__(self, url: str, world: World) -> None:
        self.url = url
        self.signer = world.router_signer
        self.envelope = envelope_json()
        stored = httpx.post(f"{url}/api/v1/submissions", content=json.dumps(self.envelope), headers=_JSON)
        assert stored.status_code == 201

    def fetch(self, body: bytes) -> httpx.Response:
        return httpx.post(f"{self.url}/api/v1/records", content=body, headers=_JSON)

    def ticket(self, number: str, **given: Any) -> bytes:
        return _ticket(given.pop("signer", self.signer), given.pop("envelope", self.envelope), number=number, **given)


_JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder: Path = tmp_path_factory.mktemp("intake")
    return World(folder, RECORDS_AN_HOUR="3", QUESTIONS_A_MINUTE_PER_SOURCE="1000")


def test_a_record_goes_out_to_routers_ticket_alone_once_and_counted(world: World) -> None:
    with world.running() as running:
        desk = Desk(running.url, world)
        released = desk.fetch(desk.ticket("one"))
        assert released.status_code == 200
        assert released.content == base64.b64decode(desk.envelope["record"])
        assert released.headers["content-type"] == "application/octet-stream"
        assert released.headers["cache-control"] == "no-store"

        assert desk.fetch(desk.ticket("one")).status_code == 409
        assert desk.fetch(desk.ticket("two", signer=Signer.generate())).status_code == 403
        late = SystemClock().now() - timedelta(seconds=1)
        assert desk.fetch(desk.ticket("three", expires_at=late)).status_code == 410
        endless = SystemClock().now() + timedelta(days=1)
        assert desk.fetch(desk.ticket("four", expires_at=endless)).status_code == 410
        assert desk.fetch(desk.ticket("five", envelope=envelope_json())).status_code == 404
        assert desk.fetch(b'{"ticket": "NOT-A-TICKET"}').status_code == 400
        assert httpx.get(f"{running.url}/health/ready").json()["problems"].get("records") is None


def test_above_the_hours_number_reading_is_refused_and_health_fails_even_after_a_restart(world: World) -> None:
    with world.running() as running:
        desk = Desk(running.url, world)
        answers = [desk.fetch(desk.ticket(f"many-{each}")).status_code for each in range(4)]
        assert answers[-1] == 429
        assert httpx.get(f"{running.url}/health/ready").json()["problems"]["records"] == "records.too-many"
    with world.running() as running:
        assert httpx.get(f"{running.url}/health/ready").json()["problems"]["records"] == "records.too-many"
        refused = Desk(running.url, world).fetch(b'{"ticket": "NOT-A-TICKET"}')
        assert refused.status_code == 400
        assert b"NOT-A-TICKET" not in refused.content

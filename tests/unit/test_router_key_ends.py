"""A facts key's private half is destroyed 35 days after its end, unless something sealed to it is still unopened."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from services.router.adapters.keys import FactsKeyFiles
from services.router.domain.changes import Change, Taken
from services.router.handlers.health import KEYS_TO_DESTROY, Health
from services.router.handlers.key_ends import KEEP_FOR, destroy_ended
from services.router.ports import World
from shared.clock import FixedClock
from shared.envelope import OpeningKey
from shared.failures import Code
from shared.messages import Frame, Sealed, SubmissionReceived
from shared.terms import Digest, EscalationRef, KeyId, MessageId, PartnershipId, Service, SubmissionId
from tests.router_world import RouterWorld

AT = datetime(2026, 12, 21, 10, 0, tzinfo=UTC)


def _key(folder: Path, name: str, *, days: int) -> None:
    OpeningKey.generate(key_id=KeyId(name), expires_at=AT + timedelta(days=days)).save(folder / f"{name}.key")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(AT)


@pytest.fixture
async def world(tmp_path: Path, clock: FixedClock) -> World:
    _key(tmp_path, "old", days=3)
    _key(tmp_path, "new", days=300)
    return (await RouterWorld(at=AT).ready()).world._replace(
        facts_keys=FactsKeyFiles(tmp_path, clock=clock), clock=clock
    )


async def test_it_is_kept_for_its_time_and_then_gone_from_the_folder(
    world: World, clock: FixedClock, tmp_path: Path
) -> None:
    clock.advance(timedelta(days=3) + KEEP_FOR)
    assert await destroy_ended(world) == ()
    clock.advance(timedelta(seconds=1))
    assert await destroy_ended(world) == ("old",)
    assert [file.name for file in tmp_path.iterdir()] == ["new.key"]


async def test_the_last_key_is_never_destroyed(world: World, clock: FixedClock, tmp_path: Path) -> None:
    clock.advance(timedelta(days=1000))
    assert await destroy_ended(world) == ("old",)
    assert (tmp_path / "new.key").exists()


async def test_what_waits_unopened_keeps_its_key_and_health_says_so(
    world: World, clock: FixedClock, tmp_path: Path
) -> None:
    submission = SubmissionReceived(
        submission=SubmissionId("1" * 32),
        ref=EscalationRef("WS-7K3-QM9-PX8"),
        partnership=PartnershipId("west-sussex"),
        form="monitoring-form",
        form_version=1,
        accepted_at=AT,
        facts=Sealed(key=KeyId("old"), sealed=b"s"),
        envelope_digest=Digest("d" * 64),
    )
    frame = Frame(
        sender=Service.INTAKE,
        key=KeyId("k"),
        message=MessageId("m"),
        at=AT,
        body=msgspec.json.encode(submission),
        signature=b"",
    )
    parked = Taken(message=MessageId("m"), code=Code.FACTS_REFUSED, subject="s", frame=msgspec.msgpack.encode(frame))
    await world.escalations.commit(Change(at=AT, taken=parked))
    clock.advance(timedelta(days=50))
    assert await destroy_ended(world) == ()
    health = Health(world)
    await health.look()
    assert KEYS_TO_DESTROY in health.warnings()
    assert (tmp_path / "old.key").exists()


async def test_a_key_that_router_may_not_destroy_is_a_warning(world: World, clock: FixedClock, tmp_path: Path) -> None:
    (tmp_path / "old.key").unlink()
    (tmp_path / "old.key").mkdir()  # whoever runs this, it cannot be opened for writing
    clock.advance(timedelta(days=50))
    assert world.facts_keys.destroy(KeyId("old")) is False

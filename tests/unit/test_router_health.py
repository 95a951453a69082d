"""Router warns in good time of what will need a person, and stays ready meanwhile. Shell."""

from datetime import UTC, datetime

import msgspec
import pytest

from services.router.domain.admin.endings import Ends
from services.router.handlers.health import HOLIDAYS_END, Health
from shared.terms import Nation
from shared.web import health_answer
from shared.working_days import holidays_of
from tests.router_world import RouterWorld


@pytest.mark.parametrize("warned", [True, False])
async def test_the_end_of_the_bank_holidays_is_warned_of_a_year_ahead_and_router_stays_ready(warned: bool) -> None:
    known_until = min(holidays_of(nation).known_until for nation in Nation)
    at = datetime(known_until.year - (0 if warned else 2), 6, 1, 12, 0, tzinfo=UTC)
    router = await RouterWorld(at=at).ready()
    health = Health(router.world)
    await health.look()
    answer = health_answer("/health/ready", (), health.warnings)
    assert answer is not None
    assert answer.status == 200
    body = msgspec.json.decode(answer.body)
    assert body == {"ready": True, "problems": {}, **({"warnings": [HOLIDAYS_END]} if warned else {})}


async def test_the_desk_is_told_of_what_ends_and_again_only_where_it_is_another() -> None:
    router = await RouterWorld().ready()
    health = Health(router.world)
    await health.look()
    told = {one.what: one.ends_at for one in router.memory.endings}
    assert told[Ends.FACTS_KEY] == max(router.keys.expiry())
    assert Ends.HOLIDAYS in told
    assert Ends.TO_DESTROY not in told
    router.memory.endings = ()
    await health.look()
    assert router.memory.endings == ()

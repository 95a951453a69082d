"""The clock prompts once, whoever sweeps: in memory, on SQLite and on PostgreSQL alike. Shell."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.router.adapters.store import SqlDirectories, SqlEscalations, SqlSessions
from services.router.adapters.tables import MIGRATIONS
from services.router.domain.changes import Change, What
from services.router.domain.escalation import ConfirmedBy, State
from services.router.handlers.clocks import prompt
from services.router.handlers.routing import confirm
from services.router.handlers.sweeping import sweep
from shared.failures import Code, Transient
from shared.messages import NoticeKind
from shared.store import Database
from shared.terms import EscalationRef
from tests.life_world import OTHER_MANAGER, escalation_of
from tests.migrated import migrated
from tests.router_world import CONTACT, RouterWorld


@pytest_asyncio.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def router(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RouterWorld]:
    """A router whose store is of one kind; the two SQL kinds are real."""
    if request.param == "memory":
        yield await RouterWorld().ready()
        return
    url = f"sqlite:///{tmp_path / 'store.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
    migrated(url, scripts=MIGRATIONS)
    database = Database(url)
    stores: Any = {
        "escalations": SqlEscalations(database),
        "sessions": SqlSessions(database),
        "directories": SqlDirectories(database),
    }
    yield await RouterWorld(**stores).ready()
    await database.close()


async def silent(router: RouterWorld) -> EscalationRef:
    """An escalation whose contact has not said anything by the end of the next working day."""
    ref = await router.take(router.submission())
    raised, ground = await escalation_of(router, ref), await router.world.grounds.now()
    at = router.clock.now()
    await router.world.escalations.commit(
        confirm(raised, by=ConfirmedBy.TELEPHONE, ground=ground, world=router.world, at=at)
    )
    router.clock.advance(timedelta(days=1, hours=7))
    return ref


class Overtaken:
    """The same escalations; before the first change is committed, another router does the same work."""

    def __init__(self, router: RouterWorld, meanwhile: Callable[[], Awaitable[object]]) -> None:
        self._real = router.world.escalations
        self._meanwhile: Callable[[], Awaitable[object]] | None = meanwhile
        self.committed: list[Change] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def commit(self, change: Change) -> None:
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        await self._real.commit(change)
        self.committed.append(change)


def overtaken(router: RouterWorld, meanwhile: Callable[[], Awaitable[object]]) -> Any:
    return Overtaken(router, meanwhile)


async def prompted(router: RouterWorld, ref: EscalationRef) -> int:
    return sum(line.what is What.PROMPTED for line in await router.world.escalations.history(ref))


async def test_of_two_routers_at_once_one_prompts_and_the_other_does_nothing(router: RouterWorld) -> None:
    ref = await silent(router)
    slow = overtaken(router, lambda: prompt(ref, world=router.world))
    with pytest.raises(Transient) as lost:
        await prompt(ref, world=router.world._replace(escalations=slow))
    assert lost.value.code is Code.STORE_CONFLICT
    assert slow.committed == []
    assert await prompted(router, ref) == 1
    sent = await router.world.escalations.notices(ref)
    assert sum(one.kind is NoticeKind.UNACKNOWLEDGED for one in sent) == 4
    assert len((await escalation_of(router, ref)).life.joined) == 2


async def test_a_sweep_that_comes_again_finds_nothing_to_do(router: RouterWorld) -> None:
    ref = await silent(router)
    for _ in range(3):
        assert await sweep(router.world) == ()
    assert await prompted(router, ref) == 1


async def test_a_sweep_after_an_outage_prompts_once_and_moves_nothing(router: RouterWorld) -> None:
    ref = await silent(router)
    router.clock.advance(timedelta(days=14))
    for _ in range(3):
        await sweep(router.world)
    sent = [one for one in await router.world.escalations.notices(ref) if one.kind is NoticeKind.UNACKNOWLEDGED]
    assert sorted(one.address for one in sent).count(CONTACT) == 1
    assert OTHER_MANAGER in {one.address for one in sent}
    assert (await escalation_of(router, ref)).state is State.ROUTED


async def test_whoever_is_called_may_sign_in_from_then_on(router: RouterWorld) -> None:
    ref = await silent(router)
    assert not await router.world.sessions.is_party(OTHER_MANAGER, ref=ref)
    await sweep(router.world)
    assert await router.world.sessions.is_party(OTHER_MANAGER, ref=ref)
    assert await router.world.sessions.is_party(CONTACT, ref=ref)

"""What is done beside the pages ends neither itself nor the console by a bug; being told to stop does. Shell."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from services.router.adapters.console_store import SqlAdmins
from services.router.adapters.listing_store import SqlListing
from services.router.adapters.store import SqlDirectories
from services.router.console.directory_now import NewestDirectory
from services.router.console.preparing import keep_prepared
from services.router.console_app import _forget
from services.router.domain.directory import Directory
from shared.terms import Instant
from tests.console_world import ConsoleWorld

LOOPS: dict[str, Callable[[ConsoleWorld], Coroutine[Any, Any, None]]] = {
    "prepared": lambda world: keep_prepared(world.built.console),
    "learning": lambda world: world.built.console.learning.follow(world.built.console.directories),
    "desk": lambda world: world.built.console.desk.follow(),
    "digests": lambda world: world.built.digests.follow(world.built.console.directories),
    "forgetting": lambda world: _forget(world.built.console),
}


@pytest.mark.parametrize("name", list(LOOPS))
async def test_a_bug_ends_nothing_and_being_told_to_stop_does(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    met = asyncio.Event()

    class Directories(NewestDirectory):
        async def now(self) -> Directory:
            met.set()
            raise ZeroDivisionError

    class Listing(SqlListing):
        async def refresh(self) -> bool:
            met.set()
            raise ZeroDivisionError

    class Admins(SqlAdmins):
        async def forget(self, *, before: Instant) -> None:
            met.set()
            raise ZeroDivisionError

    async with ConsoleWorld(tmp_path) as world:
        console = world.built.console
        console.directories = Directories(SqlDirectories(world.database))
        console.desk.listing = Listing(world.database)
        console.admins = Admins(world.database)
        work = asyncio.create_task(LOOPS[name](world))
        await asyncio.wait_for(met.wait(), timeout=30)
        await asyncio.sleep(0)  # an end by the bug is known at the next turn
        assert not work.done()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
    assert "ZeroDivisionError" in capfd.readouterr().out

"""What is long to work out is worked out before anybody asks, and again when it is another. Shell."""

from datetime import timedelta
from pathlib import Path

import msgspec

from services.router.console.preparing import prepare
from tests.console_world import ConsoleWorld, demo_entries


async def test_a_new_revision_and_a_new_day_are_prepared_and_nothing_twice(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path, real=False) as world:
        console = world.built.console
        first = await prepare(console)
        assert await prepare(console, first) == first
        entries = demo_entries(real=False)
        changed = msgspec.structs.replace(entries.agencies[0], phone="01632 960111")
        await world.import_directory(msgspec.structs.replace(entries, agencies=(changed, *entries.agencies[1:])))
        second = await prepare(console, first)
        assert second != first
        world.clock.advance(timedelta(days=1))
        assert await prepare(console, second) != second

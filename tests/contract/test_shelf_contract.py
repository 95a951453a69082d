"""What every shelf for the public book keeps to."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from services.intake.adapters.book_shelf import SqlShelf
from services.intake.adapters.tables import MIGRATIONS
from services.intake.ports import Shelf
from shared.store import Database
from tests.intake_fakes import MemoryShelf
from tests.migrated import migrated

NOW = datetime(2026, 12, 21, tzinfo=UTC)


@pytest_asyncio.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def shelf(request: pytest.FixtureRequest, tmp_path: Any) -> AsyncIterator[Shelf]:
    if request.param == "memory":
        yield MemoryShelf()
        return
    sqlite = f"sqlite:///{tmp_path}/shelf.db"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()
    migrated(url, scripts=MIGRATIONS)
    database = Database(url)
    yield SqlShelf(database)
    await database.close()


async def test_an_empty_shelf_has_no_book(shelf: Shelf) -> None:
    assert await shelf.kept() is None


async def test_the_last_book_kept_is_the_one_that_is_there(shelf: Shelf) -> None:
    await shelf.keep(b"one", revision=1, at=NOW)
    await shelf.keep(b"two", revision=2, at=NOW)
    assert await shelf.kept() == b"two"

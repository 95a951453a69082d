"""Fixtures for every test: real servers, started once a worker or once a test. Shell."""

import os
import shutil
import sys
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[1]))

from machines import Identities, NatsServer, Postgres, SmtpSink

from tests.migrated import tests_over

POSTGRES_MISSING = "PostgreSQL is not installed; type: apt-get install postgresql"
NODE_MISSING = "Node or the page's packages are not there; type: make setup"
NODE_PACKAGES = Path(__file__).parents[1] / "services/intake/web/browser/node_modules"
LONGEST_FIRST = ("e2e", "faults", "integration", "property", "fuzz", "contract", "unit", "architecture")
"""The folders of tests, those first whose files take longest: the last worker is not left with one of them."""


def missing(what: str) -> NoReturn:
    """End the test that needs it: skipped here, failed in CI, where nothing may go untried."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a test of a whole machine waits more than it works."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which files are given out (`make test`: --no-loadscope-reorder)."""
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    tests = Path(__file__).parent
    items.sort(key=lambda item: places.get(item.path.relative_to(tests).parts[0], len(places)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture of a test that is marked `node`."""
    if item.get_closest_marker("node") and (shutil.which("node") is None or not NODE_PACKAGES.exists()):
        missing(NODE_MISSING)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, None, None]:
    """Once a test has let go of its fixtures, the next may use its database."""
    try:
        yield
    finally:
        tests_over()


@pytest.fixture(scope="session")
def identities() -> Identities:
    """One set of keys a worker."""
    return Identities()


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory, identities: Identities) -> Iterator[NatsServer]:
    """A nats-server for tests that neither stop it nor mind what others left in its streams. Not provisioned."""
    server = NatsServer(tmp_path_factory.mktemp("nats"), identities)
    server.start()
    yield server
    server.stop()


@pytest_asyncio.fixture
async def fresh_nats_server(tmp_path: Path, identities: Identities) -> AsyncIterator[NatsServer]:
    """A nats-server of one test's own, its streams made and read back; it may be stopped, killed and wiped."""
    home = tmp_path / "nats"
    home.mkdir()
    server = NatsServer(home, identities)
    server.start()
    await server.provision()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Debian's PostgreSQL, once a worker. Where it is missing the test is skipped, never in CI."""
    programs = Postgres.find()
    if programs is None:
        missing(POSTGRES_MISSING)
    server = Postgres(programs)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database; each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest_asyncio.fixture
async def smtp_sink() -> AsyncIterator[SmtpSink]:
    """A mail relay that keeps what it gets."""
    sink = SmtpSink()
    await sink.up()
    yield sink
    await sink.down()

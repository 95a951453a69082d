"""Browser tests: Debian's chromium by Playwright, against intake's own pages. Shell."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sample_book import with_many_agencies
from stand import BROWSER, Stand, running

from tests.chromium import CHROMIUM

PATIENCE_MS = 30_000
"""How long a page may take on a machine that does much else: what is there at once is not waited for."""
PATIENCE_SECONDS = 300
"""What ends a test that hangs stands far beyond what load alone can cause."""
expect.set_options(timeout=PATIENCE_MS)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)


def _missing() -> str:
    if not CHROMIUM:
        return "needs chromium: apt-get install chromium-headless-shell"
    if shutil.which("node") is None or not (BROWSER / "node_modules").exists():
        return "needs Node and its packages: make setup"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = _missing()
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(PATIENCE_SECONDS))
            if missing and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason=missing))


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's and the console's scripts and styles as they are made now: once a run, by the worker that is first."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "scripts"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "console/manifest.json").exists():
            command = ["node", str(BROWSER / "build.mjs"), str(folder / "page"), str(folder / "console")]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture(scope="session")
def built(scripts: Path) -> Path:
    """The page's own."""
    return scripts / "page"


@pytest.fixture(scope="session")
def console_built(scripts: Path) -> Path:
    """The console's own."""
    return scripts / "console"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a file: while it runs its event loop holds this thread, and no asynchronous test could run after."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield launched
        launched.close()


@pytest.fixture
def stand(tmp_path: Path, built: Path) -> Iterator[Stand]:
    with running(Stand(), tmp_path, built) as standing:
        yield standing


@pytest.fixture
def crowded(tmp_path: Path, built: Path) -> Iterator[Stand]:
    """A stand whose partnership has many agencies, one of them with many teams."""
    made = Stand()
    made.partnership = with_many_agencies(made.partnership)
    with running(made, tmp_path, built) as standing:
        yield standing


class Watched:
    """A page, and everything that it asked for or complained about."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.requests: list[tuple[str, bytes]] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self.requests.append((request.url, request.post_data_buffer or b"")))
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self._complain(message.type, message.text))
        self.page.on("response", lambda answer: answer.status == 404 and self.complaints.append(answer.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _complain(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)


@pytest.fixture
def new_watched(browser: Browser) -> Iterator[Any]:
    opened: list[BrowserContext] = []

    def make(**options: Any) -> Watched:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(PATIENCE_MS)
        opened.append(context)
        return Watched(context)

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def watched(new_watched: Any) -> Watched:
    made: Watched = new_watched()
    return made

"""How long each page of the console takes with 20,000 contacts and 20,000 escalations in its store. Shell.

Counted in this process's own time, threads included: what else runs on the machine does not count against it.

python -m tests.bench.bench_console            # prints a line a page
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import msgspec

from services.router.console.access import Route
from services.router.console.preparing import prepare
from services.router.console.site import PAGES
from services.router.domain.admin.admins import Admin, Role
from services.router.domain.keeping.changing import Draft, Purpose
from services.router.domain.keeping.editing import setting
from services.router.domain.keeping.rows import Key, Kind, Swap
from shared.terms import PostId
from tests.bench.console_load import fill
from tests.console_world import HERE, Browsing, ConsoleWorld

AIM_MS = 200
_AGAIN = 3
_IMPORTED = 500
_POST, _AGENCY = "bench-7.1", "bench-7"
_WORDS: dict[str, Any] = {"q": "person 7"}
_ASKED = {
    "/p/{partnership:str}/escalations": ("page=40", "overdue=1", "state=routed"),
    "/p/{partnership:str}/directory": ("show=attention", "page=30"),
    "/p/{partnership:str}/gaps": ("show=gaps", "page=9"),
}
"""Further questions of a page that is looked at in several ways."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it was measured, in milliseconds. again: the median after the first look of this process at it.

    first: that look, in which its template is compiled too.
    """

    path: str
    first: float
    again: float

    @property
    def is_file(self) -> bool:
        """Whether it is a file to keep and not a page to look at."""
        return self.path.endswith((".csv", ".xlsx"))

    @property
    def met(self) -> bool:
        return self.again < AIM_MS


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Every page; and the first page of all after somebody changed a post, with that change itself."""

    pages: tuple[Page, ...]
    change_ms: float
    after_change_ms: float
    not_tried: tuple[str, ...]


def measure(**sizes: int) -> Measured:
    return asyncio.run(_measure(**sizes))


async def _measure(**sizes: int) -> Measured:
    async with _filled(**sizes) as (world, browser, parts):
        pages, not_tried = [], []
        for route in _shown(world):
            path = _path_of(route, parts)
            if path is None:
                not_tried.append(route.path)
                continue
            for asked in ("", *_ASKED.get(route.path, ())):
                pages.append(await _page(browser, f"{path}?{asked}" if asked else path))
        searched = f"/p/{HERE}/directory/search"
        pages.append(await _page(browser, searched, lambda: browser.post(searched, **_WORDS)))
        change, after = await _changed(world, browser)
        return Measured(pages=tuple(pages), change_ms=change, after_change_ms=after, not_tried=tuple(not_tried))


@asynccontextmanager
async def _filled(**sizes: int) -> AsyncIterator[tuple[ConsoleWorld, Browsing, dict[str, str]]]:
    """The console with everything in it, what follows the store caught up, and a manager signed in."""
    with tempfile.TemporaryDirectory() as folder:
        async with ConsoleWorld(Path(folder), real=False) as world:
            ref = await fill(world, **sizes)
            admin = await world.admin("Ash", west_sussex=Role.MANAGER)
            browser = await world.signed_in(admin)
            await caught_up(world)
            year = (await browser.get(f"/p/{HERE}/learning")).headers["location"].rsplit("/", 1)[-1]
            other = await world.admin("Robin", west_sussex=Role.VIEWER)
            parts = {"partnership": HERE, "ref": ref, "admin": other.id, "agency": _AGENCY, "post": _POST, "year": year}
            parts["draft"] = await _draft(world, admin)
            further = {"group": await _linked(browser, "settings"), "rule": await _linked(browser, "rules")}
            yield world, browser, {**parts, **further, "rung": "2", "revision": "7"}


async def _linked(browser: Browsing, section: str) -> str:
    """What the first link of a section's page leads to."""
    start = f'href="/p/{HERE}/{section}/'
    return (await browser.get(f"/p/{HERE}/{section}")).text.partition(start)[2].partition('"')[0]


async def _draft(world: ConsoleWorld, admin: Admin) -> str:
    """An import of 500 posts that nobody confirmed yet."""
    directory = await world.built.console.directories.now()
    swaps: list[Swap] = []
    for number in range(_IMPORTED):
        placed = directory.posts[PostId(f"bench-{number}.1")]
        key = Key(Kind.POST, placed.agency.id, placed.post.id)
        swaps += setting(directory.entries, key, msgspec.structs.replace(placed.post, phone="01632 960321"))
    draft = Draft(
        id="d" * 32,
        purpose=Purpose.IMPORT,
        partnership=HERE,
        revision=directory.revision,
        swaps=tuple(swaps),
        at=world.clock.now(),
        by=admin.id,
        name=admin.name,
        why="The yearly list.",
    )
    await world.built.console.editor.history.keep(draft)
    return draft.id


async def caught_up(world: ConsoleWorld) -> None:
    """As the console's own loops do while nobody looks."""
    console = world.built.console
    while await console.desk.listing.refresh():
        pass
    await console.learning.prepare(await console.directories.now())
    await prepare(console)


def _shown(world: ConsoleWorld) -> Iterator[Route]:
    routes = [route for pages in PAGES for route in pages(world.built.console)]
    yield from (route for route in routes if route.method == "GET" and not route.open)


def _path_of(route: Route, parts: dict[str, str]) -> str | None:
    """The address with its parts; None where one is not known here."""
    path = route.path
    while "{" in path:
        before, _, rest = path.partition("{")
        part, _, after = rest.partition("}")
        known = parts.get(part.partition(":")[0])
        if known is None:
            return None
        path = before + known + after
    return path


async def _page(browser: Browsing, path: str, call: Callable[[], Awaitable[httpx.Response]] | None = None) -> Page:
    asked = call or (lambda: browser.get(path))
    took = []
    for _ in range(_AGAIN + 1):
        began = time.process_time()
        answer = await asked()
        took.append(1000 * (time.process_time() - began))
        if answer.status_code >= 400:
            return Page(path=f"{path} ({answer.status_code})", first=took[0], again=took[0])
    return Page(path=path, first=took[0], again=median(took[1:]))


async def _changed(world: ConsoleWorld, browser: Browsing) -> tuple[float, float]:
    """(a post's holder is changed, the directory is looked at after it), in milliseconds."""
    path = f"/p/{HERE}/directory/post/{_POST}"
    shown = await browser.get(path)
    seen = shown.text.split('name="seen" value="')[1].split('"')[0]
    fields: dict[str, Any] = {
        "name": "Briar Holloway",
        "address": "briar@bench-7.example",
        "since": "1 1 2026",
        "why": "New.",
        "seen": seen,
    }
    began = time.process_time()
    answer = await browser.post(f"{path}/holder", **fields)
    change = 1000 * (time.process_time() - began)
    assert answer.status_code == 303, answer.status_code
    return change, (await _page(browser, f"/p/{HERE}/directory")).first


def table(found: Measured) -> str:
    """Markdown: a line a page, the slowest first."""
    lines = ["| page of the console | ms | at a process’s first look, ms | under 200 |", "|---|---|---|---|"]
    slowest_first = sorted(found.pages, key=lambda page: -page.again)
    lines += [
        f"| `{one.path}` | {one.again:.0f} | {one.first:.0f} | {'yes' if one.met else '**no**'} |"
        for one in slowest_first
    ]
    lines.append(
        f"\nA post changed: {found.change_ms:.0f} ms; the first page after it: {found.after_change_ms:.0f} ms."
    )
    if found.not_tried:
        lines.append(f"Not tried, for want of what stands in the address: {', '.join(found.not_tried)}.")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(measure()))

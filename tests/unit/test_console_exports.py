"""Every cell of every file that the console gives away is text, whoever wrote it and whichever page it is of. Shell."""

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest_asyncio
from openpyxl import load_workbook

from services.router.console import site
from services.router.console.access import Route
from services.router.domain.admin.admins import Role
from services.router.domain.admin.auditing import Audited
from services.router.domain.directory import Entries, Holder, Post
from services.router.domain.keeping.sheets import DANGEROUS
from tests.console_escalations import raised, router_of
from tests.console_world import HERE, Browsing, ConsoleWorld, demo_entries

NASTY = (
    "=1+1",
    "+44 1632 960000",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "'=1",
    '=HYPERLINK("http://e.example")',
    "\r=1",
    "\x00=1",
)
FILE = "attachment"
ENDS = frozenset({"/sign-out", "/you/end"})
PAGES = Path(site.__file__).parent / "pages"
replace = msgspec.structs.replace


class Exporting(NamedTuple):
    """A manager of a partnership in whose store every text is one that a spreadsheet might work out."""

    browser: Browsing
    routes: list[Route]

    async def files(self) -> dict[str, tuple[str, bytes]]:
        """(the module of its page, the file) of every address that gives one."""
        year = (await self.browser.get(f"/p/{HERE}/learning")).headers["location"].rpartition("/")[2]
        found = {}
        for route in (one for one in self.routes if not one.open):
            path = route.path.replace("{partnership:str}", HERE).replace("{year:str}", year)
            if "{" in path or path in ENDS:
                continue
            answer = await (self.browser.client.get(path) if route.method == "GET" else self.browser.post(path))
            if FILE in answer.headers.get("content-disposition", ""):
                found[path] = (route.draw.__module__, answer.content)
        return found


def nasty(entries: Entries) -> Entries:
    """The demonstration with a post for each text that a spreadsheet might work out."""
    agency = next(one for one in entries.agencies if one.owner == HERE and one.posts)
    posts = tuple(
        replace(one, title=text, holders=(Holder(name=text, address=f"a{number}@b.example", phone=text),))
        for number, text in enumerate(NASTY)
        for one in agency.posts[:1]
    )
    added = tuple(replace(one, id=f"{agency.id}.n{number}", role=f"r{number}") for number, one in enumerate(posts))
    assert all(isinstance(one, Post) for one in added)
    here = replace(agency, posts=(*agency.posts, *added))
    return replace(entries, agencies=tuple(here if one is agency else one for one in entries.agencies))


@pytest_asyncio.fixture
async def exporting(tmp_path: Path) -> AsyncIterator[Exporting]:
    async with ConsoleWorld(tmp_path, real=False) as world:
        await world.import_directory(nasty(demo_entries(real=False)))
        await raised(router_of(world))
        admin = await world.admin("=Ash()", west_sussex=Role.MANAGER)
        for text in NASTY:
            said: dict[str, str] = {"about": text, "before": text, "after": text, "why": text}
            audited = Audited(at=world.clock.now(), admin=admin.id, partnership=HERE, what=text, **said)
            await world.built.console.audit.add(audited)
        found = await world.signed_in(admin)
        await found.get("/you")
        yield Exporting(found, [route for pages in site.PAGES for route in pages(world.built.console)])


def cells_of(body: bytes) -> list[str]:
    """Every cell, as a spreadsheet takes it. Raises: AssertionError for what it would work out."""
    if not body.startswith(b"PK"):
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))
        assert not [cell for row in rows for cell in row if cell.startswith(DANGEROUS)]
        return [cell for row in rows for cell in row]
    cells = [cell for row in load_workbook(io.BytesIO(body)).active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" and isinstance(cell.value, str | None) for cell in cells)
    assert all(cell.number_format == "@" for cell in cells if cell.value)
    return [cell.value or "" for cell in cells]


async def test_every_cell_of_every_file_is_text(exporting: Exporting) -> None:
    files = await exporting.files()
    assert len(files) >= 4, sorted(files)
    cells = {path: cells_of(body) for path, (_, body) in files.items()}
    assert all(cells.values())
    for text in (one.strip("\x00") for one in NASTY):
        held = [path for path, found in cells.items() if any(text.strip() in cell for cell in found)]
        assert any("directory/export.xlsx" in path for path in held), (text, held)
        assert any("directory/export.csv" in path for path in held), (text, held)
        assert any("audit/export" in path for path in held), (text, held)


async def test_no_page_gives_away_a_file_that_is_not_looked_at_here(exporting: Exporting) -> None:
    giving = {path.stem for path in PAGES.glob("*.py") if "content-disposition" in path.read_text()}
    assert giving == {module.rpartition(".")[2] for module, _ in (await exporting.files()).values()}

"""Looks and exports are rows of the audit, one a look; the audit is narrowed and goes out as it is shown. Shell."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest_asyncio
from sqlalchemy import insert

from services.router.adapters.audit_store import LOOKED_BACK, SqlAudit
from services.router.adapters.tables import HISTORY
from services.router.console.audit_now import verify_audit
from services.router.domain.admin.admins import Role
from services.router.domain.admin.audit_sought import Kind, Sought
from services.router.domain.changes import Happened, What
from shared.references import mint_reference
from tests.console_escalations import raised, router_of
from tests.console_world import HERE, NEIGHBOUR, ConsoleWorld
from tests.unit.test_audit import AT, done

replace = msgspec.structs.replace


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path) as found:
        yield found


async def rows_of(world: ConsoleWorld, kind: Kind) -> list[tuple[str, str]]:
    """What and about what, the newest first."""
    here = (await world.built.console.directories.now()).partnerships[HERE]
    found = await SqlAudit(world.database).rows(here, Sought(kind=kind))
    return [(one.what, one.about) for _, one in found]


async def test_looking_at_an_escalation_a_report_or_the_audit_is_a_row_of_it(world: ConsoleWorld) -> None:
    ref = await raised(router_of(world))
    robin = await world.admin("Robin", west_sussex=Role.AUDITOR)
    browser = await world.signed_in(robin)
    for path in (f"escalations/{ref.lower()}", f"learning/{world.clock.now().year}", "audit", "audit/reads"):
        assert (await browser.get(f"/p/west-sussex/{path}")).status_code == 200
    assert await rows_of(world, Kind.LOOKED) == [
        ("looked.reads", "west-sussex"),
        ("looked.audit", "west-sussex"),
        ("looked.report", str(world.clock.now().year)),
        ("looked.escalation", ref),
    ]
    assert (await verify_audit(SqlAudit(world.database), ["verify"])).code == 0


async def test_a_page_that_is_refused_was_not_looked_at(world: ConsoleWorld) -> None:
    ref = await raised(router_of(world))
    robin = await world.admin("Robin", west_sussex=Role.VIEWER, east_sussex=Role.VIEWER)
    browser = await world.signed_in(robin)
    assert (await browser.get(f"/p/east-sussex/escalations/{ref}")).status_code == 404
    assert (await browser.get("/p/west-sussex/audit")).status_code == 404
    assert await rows_of(world, Kind.LOOKED) == []


async def test_what_leaves_the_console_as_a_file_is_told_of(world: ConsoleWorld) -> None:
    await raised(router_of(world))
    browser = await world.signed_in(await world.admin("Robin", west_sussex=Role.MANAGER))
    await browser.get("/p/west-sussex/audit/reads")
    for path in (f"learning/{world.clock.now().year}/report.csv", "directory/export.csv", "directory/export.xlsx"):
        assert (await browser.get(f"/p/west-sussex/{path}")).status_code == 200
    assert (await browser.post("/p/west-sussex/audit/reads/export")).status_code == 200
    assert [what for what, _ in await rows_of(world, Kind.DONE)][:4] == [
        "exported.reads",
        "exported.directory",
        "exported.directory",
        "exported.report",
    ]


async def test_the_audit_is_narrowed_by_kind_person_escalation_and_days(world: ConsoleWorld) -> None:
    kept, robin = SqlAudit(world.database), await world.admin("Robin", west_sussex=Role.AUDITOR)
    ref = mint_reference("WS")
    await kept.add(done(1, about="made-by-robin", admin=robin.id))
    await kept.add(done(2, about="made-before", at=AT - timedelta(days=3)))
    await kept.add(done(3, what="looked.escalation", about=ref))
    browser = await world.signed_in(robin)
    shown = {
        "": {"made-by-robin", "made-before"},
        "kind=looked": {ref},
        "kind=all": {"made-by-robin", "made-before", ref},
        f"who={robin.id}": {"made-by-robin"},
        f"kind=all&ref={ref.lower()}": {ref},
        f"first={AT.day}+{AT.month}+{AT.year}": {"made-by-robin"},
        f"last={AT.day - 1}+{AT.month}+{AT.year}": {"made-before"},
    }
    for query, expected in shown.items():
        page = (await browser.get(f"/p/west-sussex/audit?{query}")).text.partition("<tbody")[2]
        assert {each for each in ("made-by-robin", "made-before", ref) if f">{each}<" in page} == expected, query


async def test_a_filter_that_cannot_be_read_says_what_to_enter(world: ConsoleWorld) -> None:
    browser = await world.signed_in(await world.admin("Robin", west_sussex=Role.AUDITOR))
    answer = await browser.get("/p/west-sussex/audit?ref=WS-1&first=32+1+2026")
    assert answer.status_code == 422
    for said in ("Enter the reference", "Enter a day", 'value="WS-1"', 'value="32 1 2026"'):
        assert said in answer.text


async def test_the_export_holds_what_the_filter_shows(world: ConsoleWorld) -> None:
    kept = SqlAudit(world.database)
    browser = await world.signed_in(await world.admin("Robin", west_sussex=Role.AUDITOR))
    await kept.add(done(1, about="done"))
    await kept.add(done(2, what="looked.report", about="2026"))
    await browser.get("/p/west-sussex/audit")
    answer = await browser.post("/p/west-sussex/audit/export", kind="looked")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[4] for row in rows[1:]] == ["looked.report", "looked.audit"]


async def test_reads_of_one_escalation_are_found_however_long_ago(world: ConsoleWorld) -> None:
    ref = await raised(router_of(world))
    read = Happened(ref=ref, at=AT, what=What.READ, who="contact", note="c0de 0123456789abcdef", name="Taylor")
    filler = replace(read, what=What.SEEN, note="")
    rows = [{"ref": one.ref, "body": msgspec.json.encode(one)} for one in (read, *[filler] * LOOKED_BACK)]
    await world.database.write(lambda connection: connection.execute(insert(HISTORY), rows))
    kept = SqlAudit(world.database)
    assert await kept.reads(HERE, ref=None, most=9) == ()
    assert [one.ref for one in await kept.reads(HERE, ref=ref, most=9)] == [ref]
    assert await kept.reads(NEIGHBOUR, ref=ref, most=9) == ()

"""The audit names what was done to it, shows who did and read what to auditors alone, and goes out as text. Shell."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, insert, update

from services.router.adapters.audit_store import SqlAudit
from services.router.adapters.console_tables import AUDITS
from services.router.adapters.tables import HISTORY
from services.router.console.audit_now import verify_audit
from services.router.console_app import audit as audit_command
from services.router.domain.admin.admins import AdminId, Role
from services.router.domain.admin.audit_chain import AuditChain, Noted, read_noted
from services.router.domain.admin.auditing import NOTHING_BEFORE, Audited, AuditRow, chained
from services.router.domain.changes import Happened, What
from shared.terms import Digest, EscalationRef, PartnershipId
from tests.console_world import ConsoleWorld
from tests.unit.test_console_learning import raised

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WEST, EAST = PartnershipId("west-sussex"), PartnershipId("east-sussex")
replace = msgspec.structs.replace


def done(number: int = 1, **changes: object) -> Audited:
    at = AT + timedelta(minutes=number)
    plain = Audited(at=at, admin=AdminId("a" * 32), partnership=WEST, what="post.holder", about=f"post-{number}")
    return replace(plain, **changes)


def chain(many: int) -> list[AuditRow]:
    rows: list[AuditRow] = []
    for number in range(1, many + 1):
        previous = rows[-1].digest if rows else NOTHING_BEFORE
        rows.append(chained(done(number), number=number, previous=previous))
    return rows


def problems(rows: list[AuditRow], *, noted: Noted | None = None) -> list[str]:
    taking = AuditChain(noted)
    return [*(problem for row in rows for problem in taking.take(row)), *taking.end()]


def test_a_whole_chain_has_nothing_wrong() -> None:
    assert problems(chain(9)) == []
    assert problems([]) == []


def test_an_altered_row_is_named_and_no_other() -> None:
    rows = chain(9)
    rows[3] = replace(rows[3], body=rows[3].body.replace(b"post-4", b"post-5"))
    assert problems(rows) == ["Row 4 does not follow from row 3: it or its digest was altered."]


def test_a_row_altered_with_its_digest_shows_at_the_next() -> None:
    rows = chain(9)
    rows[3] = chained(done(4, about="another"), number=4, previous=rows[2].digest)
    assert problems(rows) == ["Row 5 does not follow from row 4: it or its digest was altered."]


@pytest.mark.parametrize(
    ("gone", "says"), [(slice(3, 4), "Row 4 is missing."), (slice(0, 2), "Rows 1 to 2 are missing.")]
)
def test_rows_that_were_taken_out_are_named(gone: slice, says: str) -> None:
    rows = chain(9)
    del rows[gone]
    assert problems(rows) == [says]


def test_a_row_that_cannot_be_read_is_named() -> None:
    rows = chain(3)
    rows[1] = replace(rows[1], body=b"{")
    assert problems(rows) == ["Row 2 cannot be read."]


def test_a_row_filed_elsewhere_is_named() -> None:
    taking, (row,) = AuditChain(), chain(1)
    assert list(taking.take(row, columns=done(1, partnership=EAST))) == [
        "Row 1 is filed under another time, admin, partnership or thing than it says."
    ]


def test_what_was_noted_shows_a_chain_cut_off_or_written_anew() -> None:
    rows = chain(5)
    noted = Noted(5, rows[4].digest)
    assert problems(rows, noted=noted) == []
    assert problems(rows[:3], noted=noted) == ["Rows 4 to 5 are missing at the end."]
    (anew,) = problems(rows, noted=Noted(5, Digest("f" * 64)))
    assert anew == "Row 5 has another digest than was noted: the chain up to it was written anew."


def test_what_is_printed_is_read_back() -> None:
    noted = Noted(12, Digest("ab" * 32))
    assert read_noted(str(noted)) == noted
    assert [read_noted(text) for text in ("", "12", "x:" + "a" * 64, "0:" + "a" * 64, "1:a")] == [None] * 5


async def test_the_command_says_that_the_audit_is_whole_or_what_is_not(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        kept = SqlAudit(world.database)
        for number in range(1, 6):
            await kept.add(done(number))
        said = await audit_command(world.settings, ["verify"])
        assert said.code == 0
        assert said.lines[0] == "The audit is whole: 5 rows, each follows from the one before."
        noted = said.lines[1].rpartition(" ")[2]
        assert (await verify_audit(kept, ["verify", "--noted", noted])).code == 0
        moved = update(AUDITS).where(AUDITS.c.number == 2).values(partnership=EAST)
        await world.database.write(lambda connection: connection.execute(moved))
        assert (await verify_audit(kept, ["verify"])).lines[0].startswith("Row 2 is filed under another")
        await world.database.write(lambda connection: connection.execute(delete(AUDITS).where(AUDITS.c.number == 5)))
        cut = await verify_audit(kept, ["verify", "--noted", noted])
        assert cut.code == 1
        assert "Rows 5 to 5 are missing at the end." in cut.lines


@pytest.mark.parametrize("arguments", [[], ["verify", "--noted"], ["verify", "--noted", "x"], ["erase"]])
async def test_the_command_says_how_it_is_used(tmp_path: Path, arguments: list[str]) -> None:
    async with ConsoleWorld(tmp_path) as world:
        assert (await verify_audit(SqlAudit(world.database), arguments)).code == 2


async def test_an_auditor_sees_who_did_what_here_and_nothing_of_others(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        admin = await world.admin("Robin", west_sussex=Role.AUDITOR)
        kept = SqlAudit(world.database)
        await kept.add(done(admin=admin.id, before="Ash", after="Birch", why="A new officer."))
        await kept.add(done(partnership=EAST, about="of-another"))
        page = (await (await world.signed_in(admin)).get("/p/west-sussex/audit")).text
        for said in ("Robin", "Changed who holds a post", "post-1", "Ash", "Birch", "A new officer."):
            assert said in page
        assert "of-another" not in page


async def test_older_rows_are_a_page_away(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        kept = SqlAudit(world.database)
        for number in range(1, 54):
            await kept.add(done(number))
        browser = await world.signed_in(await world.admin("Robin", west_sussex=Role.AUDITOR))
        page = (await browser.get("/p/west-sussex/audit")).text
        assert "post-53" in page
        assert "?before=4" in page
        older = (await browser.get("/p/west-sussex/audit?before=4")).text
        assert "post-3<" in older
        assert "post-4<" not in older


async def test_the_export_is_text_and_a_row_of_the_audit_itself(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        kept = SqlAudit(world.database)
        await kept.add(done(after="=1+1", why="-2"))
        browser = await world.signed_in(await world.admin("Robin", west_sussex=Role.AUDITOR))
        await browser.get("/p/west-sussex/audit")
        answer = await browser.post("/p/west-sussex/audit/export")
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert rows[1][-2:] == ["'=1+1", "'-2"]
        assert rows[-1][4] == "audit.exported"
        assert (await verify_audit(kept, ["verify"])).code == 0


async def test_reads_are_listed_by_part_without_a_name(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        await raised(world, 1, at=AT)
        ref = EscalationRef(f"WS-{AT:%m%d}-0")
        read = Happened(ref=ref, at=AT, what=What.READ, who="contact", note="c0de 0123456789abcdef", name="Taylor")
        other = replace(read, ref=EscalationRef("WS-999-999-999"), note="c0de fedcba98")
        rows = [{"ref": one.ref, "body": msgspec.json.encode(one)} for one in (read, other)]
        await world.database.write(lambda connection: connection.execute(insert(HISTORY), rows))
        browser = await world.signed_in(await world.admin("Robin", west_sussex=Role.AUDITOR))
        page = (await browser.get("/p/west-sussex/audit/reads")).text
        for said in (ref, "a contact who was asked to act", "01234567"):
            assert said in page
        for hidden in ("Taylor", "WS-999", "fedcba98", "89abcdef"):
            assert hidden not in page


@pytest.mark.parametrize("path", ["audit", "audit/reads"])
async def test_the_audit_is_there_for_auditors_and_managers_alone(tmp_path: Path, path: str) -> None:
    async with ConsoleWorld(tmp_path) as world:
        viewer = await world.signed_in(await world.admin("Vic", west_sussex=Role.VIEWER))
        other = await world.signed_in(await world.admin("Olu", east_sussex=Role.AUDITOR))
        manager = await world.signed_in(await world.admin("Mo", west_sussex=Role.MANAGER))
        assert (await viewer.get(f"/p/west-sussex/{path}")).status_code == 404
        assert (await other.get(f"/p/west-sussex/{path}")).status_code == 404
        assert (await manager.get(f"/p/west-sussex/{path}")).status_code == 200

"""Spreadsheets of the directory: what goes out comes in again unchanged, and no cell is ever a formula. Pure."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from services.router.console.spreadsheets import MOST_BYTES, MOST_ROWS, read_file
from services.router.console.written_sheets import as_csv, as_xlsx
from services.router.domain.directory import Absence, Entries, Holder, Post
from services.router.domain.keeping.importing import Import, read_import
from services.router.domain.keeping.rows import Kind, put
from services.router.domain.keeping.sheets import COLUMNS, DANGEROUS, guarded, sheet, unguarded
from shared.terms import AgencyId, PartnershipId, PostId
from tests.policy_world import entries

replace = msgspec.structs.replace
WEST = PartnershipId("west-sussex")
POLICE = next(one for one in entries().agencies if one.id == "sussex-police")
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)
NASTY = st.sampled_from(["=1+1", "+44 1632 960001", "-1", "@SUM(A1)", "'=x", "\t=1", "=cmd|' /C calc'!A0", "'", "0012"])


def with_posts(*posts: Post) -> Entries:
    agencies = (replace(POLICE, posts=posts) if one.id == POLICE.id else one for one in entries().agencies)
    return replace(entries(), agencies=tuple(agencies))


def both_ways(standing: Entries) -> list[bytes]:
    rows = list(sheet(standing.agencies))
    return [as_csv(COLUMNS, rows), as_xlsx(COLUMNS, rows, title="Directory")]


def imported(body: bytes, standing: Entries, *, partnership: PartnershipId = WEST) -> Import:
    found = read_file(body)
    assert found.problems == []
    return read_import(found.header, found.rows, standing, partnership=partnership)


def of_csv(text: str) -> Import:
    return imported(text.encode(), entries())


def says(found: Import) -> list[tuple[int, str]]:
    return [(one.line, one.says) for one in found.problems]


def test_what_was_exported_changes_nothing_when_it_comes_back() -> None:
    here = replace(entries(), agencies=tuple(one for one in entries().agencies if WEST in one.serves))
    for body in both_ways(here):
        found = imported(body, entries())
        assert (found.swaps, found.problems) == ((), ())
        assert len(found.lines) > 50


@settings(max_examples=60, deadline=None)
@given(name=TEXTS | NASTY, title=TEXTS | NASTY, phone=NASTY, away=st.booleans())
def test_any_text_comes_back_as_it_went_out_and_is_text_in_the_file(
    name: str, title: str, phone: str, away: bool
) -> None:
    absences = (Absence(first=date(2026, 12, 1), last=date(2026, 12, 2)),) * away
    holder = Holder(name=name.strip() or "Ash", address="ash@sussex-police.example", phone=phone.strip())
    post = Post(
        id=PostId("sussex-police.x"), title=title.strip() or "X", role="x", holders=(holder, holder), absences=absences
    )
    standing = with_posts(post)
    only = replace(standing, agencies=tuple(one for one in standing.agencies if one.id == POLICE.id))
    for body in both_ways(only):
        for cell in cells_of(body):
            assert isinstance(cell, str)
        found = read_file(body)
        assert found.problems == []
        assert read_import(found.header, found.rows, standing, partnership=WEST).swaps == ()


def cells_of(body: bytes) -> list[object]:
    """Every cell as a spreadsheet takes it; a formula or a number would not be a text."""
    if body.startswith(b"PK"):
        book = load_workbook(io.BytesIO(body))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        assert all(cell.data_type in ("s", "inlineStr") or cell.value is None for cell in cells)
        return [cell.value or "" for cell in cells]
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert all(not cell.startswith(DANGEROUS) for row in rows for cell in row)
    return [cell for row in rows for cell in row]


@given(TEXTS | NASTY)
def test_a_guarded_cell_begins_with_nothing_that_a_spreadsheet_works_out(text: str) -> None:
    assert not guarded(text).startswith(DANGEROUS)
    assert unguarded(guarded(text)) == text


def test_a_column_that_is_left_out_stays_as_it_is_and_an_empty_cell_clears() -> None:
    found = of_csv("agency,post,phone\nsussex-police,sussex-police.officer,\n")
    (swap,) = found.swaps
    before, after = (msgspec.json.decode(one, type=Post) for one in (swap.before, swap.after))
    assert before.phone
    assert after == replace(before, phone="")


def test_a_new_post_is_added_last_and_one_that_is_marked_is_closed() -> None:
    header = "agency,post,title,role,name,address,close\n"
    new = "sussex-police,sussex-police.new,New post,duty,Ash Tryer,ash@sussex-police.example,\n"
    gone = "sussex-police,sussex-police.officer,,,,,yes\n"
    found = of_csv(header + new + gone)
    assert [(one.id, bool(one.before), bool(one.after)) for one in found.swaps] == [
        ("sussex-police.new", False, True),
        ("sussex-police.officer", True, False),
    ]
    after = put(entries(), found.swaps)
    assert isinstance(after, Entries)
    posts = next(one for one in after.agencies if one.id == POLICE.id).posts
    assert posts[-1].id == "sussex-police.new"
    assert "sussex-police.officer" not in [one.id for one in posts]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("agency,post\nno-such-agency,x\n", 2, "no agency of this short name"),
        ("agency,post\nbh-social-care,x\n", 2, "no agency of this short name"),
        ("agency,post,title,role\nsussex-police,sussex-police.new,,duty\n", 2, "title is missing"),
        ("agency,post,title,role\nsussex-police,Not An Id,New,duty\n", 2, "short name"),
        ("agency,post,title,role\nsussex-police,ws-social-care.on-call,New,duty\n", 2, "Another agency has a post"),
        ("agency,post,colour\nsussex-police,x,red\n", 1, "column that the directory does not have"),
        ("agency,title\nsussex-police,x\n", 1, "column post is missing"),
        ("agency,post,post\nsussex-police,x,y\n", 1, "stands twice"),
        ("agency,post,name,address\nsussex-police,sussex-police.officer,Ash,\n", 2, "a name and an address"),
        ("agency,post,verified_on\nsussex-police,sussex-police.officer,soon\n", 2, "is no day"),
        ("agency,post,away_from,away_until\nsussex-police,sussex-police.officer,2026-12-01,\n", 2, "first and a last"),
        (
            "agency,post,phone\nsussex-police,sussex-police.officer,1\nsussex-police,sussex-police.officer,2\n",
            3,
            "another thing of the post than line 2",
        ),
        ("agency,post\n", 0, "no row below the header"),
    ],
)
def test_every_problem_is_told_with_its_line_and_nothing_would_change(text: str, line: int, words: str) -> None:
    found = of_csv(text)
    assert any(at == line and words in what for at, what in says(found)), says(found)
    assert found.swaps == ()


def test_another_partnerships_agency_may_stand_in_the_sheet_but_not_be_changed() -> None:
    east = PartnershipId("east-sussex")
    text = "agency,post,phone\nsussex-police,sussex-police.officer,{}\n"
    officer = next(one for one in POLICE.posts if one.id == "sussex-police.officer")
    same = imported(text.format(officer.phone).encode(), entries(), partnership=east)
    assert (same.swaps, same.problems) == ((), ())
    other = imported(text.format("01632 960999").encode(), entries(), partnership=east)
    assert "Another partnership owns" in says(other)[0][1]


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_formula_in_a_workbook_is_refused_with_its_line_and_never_worked_out() -> None:
    found = read_file(workbook(("agency", "post", "title"), ("sussex-police", "x", "=1+1")))
    assert [(one.line, "formula" in one.says) for one in found.problems] == [(2, True)]


def test_a_number_is_refused_for_it_may_have_lost_its_first_nought() -> None:
    found = read_file(workbook(("agency", "post", "phone"), ("sussex-police", "x", 1632960001)))
    assert [one.line for one in found.problems] == [2]


def test_a_day_of_a_workbook_is_a_day() -> None:
    at = datetime(2026, 12, 14, tzinfo=UTC).replace(tzinfo=None)
    found = read_file(workbook(("agency", "post", "verified_on"), ("sussex-police", "x", at)))
    assert found.problems == []
    assert found.rows[0].cells["verified_on"] == "2026-12-14"


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(4):
            packed.writestr(f"xl/part{number}.xml", b"0" * (20 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        b"PK\x03\x04 not a zip",
        b"\x00\x01\x02",
        b"x" * (MOST_BYTES + 1),
        b"agency,post\n" + b"a,b\n" * (MOST_ROWS + 1),
        b'agency,post\n"a,b\n',
        bomb(),
    ],
    ids=["broken zip", "bytes", "too large", "too many rows", "open quote", "zip bomb"],
)
def test_a_file_that_is_no_sheet_is_refused_in_words(body: bytes) -> None:
    found = read_file(body)
    assert found.rows == []
    assert len(found.problems) == 1


def test_a_sheet_in_windows_own_letters_with_semicolons_is_read() -> None:
    found = read_file("agency;post;title\nsussex-police;x;Café\n".encode("cp1252"))
    assert found.rows[0].cells == {"agency": "sussex-police", "post": "x", "title": "Café"}


def test_a_swap_of_an_import_is_of_a_post() -> None:
    found = of_csv("agency,post,phone\nsussex-police,sussex-police.officer,01632 960999\n")
    assert [(one.kind, one.agency) for one in found.swaps] == [(Kind.POST, AgencyId("sussex-police"))]

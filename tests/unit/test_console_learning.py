"""The pages of a partnership's learning: charts with their tables, CSV of text alone, and only for who may. Shell."""

import csv
import io
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from sqlalchemy import insert

from services.router.adapters.tables import ESCALATIONS
from services.router.console.charts import WIDTH, chart_of
from services.router.console.learning_csv import csv_of
from services.router.domain.admin.admins import Role
from services.router.domain.escalation import Escalation
from services.router.domain.learning.learning import Half, Line, Sheet
from shared.terms import EscalationRef, Instant, SubmissionId
from tests.console_world import ConsoleWorld
from tests.unit.test_learning import SECRETS, closed, stage

replace = msgspec.structs.replace
SHEET = Sheet(
    "area", "Area", (Line("Delay", (10, None), 14), Line("Roles", (None, None), None), Line("Need", (5, 20), 25))
)
HALF = Half(periods=("April to June 2026", "July to September 2026"), totals=(18, 24), whole=42, sheets=(SHEET,))
SVG = "{http://www.w3.org/2000/svg}"


async def raised(world: ConsoleWorld, many: int, *, at: Instant, ended: bool = False) -> None:
    """So many escalations, as router keeps them."""
    rows = []
    for number in range(many):
        ref = EscalationRef(f"WS-{at:%m%d}-{number}")
        one: Escalation = stage(ref, submission=SubmissionId(f"{at:%m%d}{number}"), accepted_at=at, version=1)
        one = replace(closed(one, days=0), life=replace(closed(one, days=0).life, closed_at=at)) if ended else one
        columns = {"ref": ref, "partnership": one.partnership, "submission": one.submission, "state": one.state.value}
        rows.append({**columns, "version": 1, "accepted_at": at, "matter": ref, "body": msgspec.json.encode(one)})
    await world.database.write(lambda connection: connection.execute(insert(ESCALATIONS), rows))


def long_ago(world: ConsoleWorld) -> Instant:
    """A day of the quarter before the last: it is over, whatever the day of the test."""
    now = world.clock.now()
    return now.replace(year=now.year - 1, month=5, day=4)


def test_each_bar_has_its_number_and_what_is_hidden_says_so() -> None:
    chart = chart_of(HALF, SHEET)
    assert [bar.number.words for bar in chart.bars] == ["10", "not shown", "14", "5", "20", "25"]
    assert [bar.hidden for bar in chart.bars] == [False, True, False, False, False, False]
    assert [bar.whole for bar in chart.bars] == [False, False, True] * 2
    assert "Roles" not in {text.words for text in chart.labels}  # nothing of it to draw: the table has it


def test_bars_are_as_long_as_their_counts_and_stay_in_the_drawing() -> None:
    ten, hidden, _, five, twenty, _ = chart_of(HALF, SHEET).bars
    assert five.width * 2 == pytest.approx(ten.width, abs=0.2)
    assert five.width * 4 == pytest.approx(twenty.width, abs=0.2)
    assert hidden.width == chart_of(HALF, replace_hidden()).bars[1].width  # says nothing of the count behind it
    assert all(bar.x + bar.width < WIDTH for bar in chart_of(HALF, SHEET).bars)


def replace_hidden() -> Sheet:
    return SHEET._replace(lines=(Line("Delay", (10, None), None),))


def test_every_cell_is_text() -> None:
    cells = ["=1+1", "+1", "-1", "@x", "\tx", "12", "not shown", 'say "so"', ""]
    text = csv_of([cells])
    (read,) = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert read == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", *cells[5:]]
    assert text.startswith('\ufeff"')


async def test_the_report_has_a_table_for_each_chart_and_nobody_in_it(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        at = long_ago(world)
        await raised(world, 20, at=at, ended=True)
        browser = await world.signed_in(await world.admin("Vic", west_sussex=Role.VIEWER))
        answer = await browser.get(f"/p/west-sussex/learning/{at.year}")
        assert answer.status_code == 200
        tables, hidden = answer.text.count("<table"), answer.text.count("Too few to show")
        assert answer.text.count("<svg") <= tables
        assert tables + hidden == 10
        assert not [secret for secret in SECRETS if secret in answer.text]
        for drawing in answer.text.split("<svg")[1:]:
            root = ElementTree.fromstring(
                "<svg xmlns='http://www.w3.org/2000/svg'" + drawing.split("</svg>")[0] + "</svg>"
            )
            named = root.attrib["aria-labelledby"].split()
            assert [root.find(f"{SVG}title").attrib["id"], root.find(f"{SVG}desc").attrib["id"]] == named  # type: ignore[union-attr]  # a missing one fails


async def test_the_newest_year_comes_first_and_another_is_not_there(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        browser = await world.signed_in(await world.admin("Vic", west_sussex=Role.VIEWER))
        assert "Nothing yet" in (await browser.get("/p/west-sussex/learning")).text
        await raised(world, 6, at=long_ago(world))
        answer = await browser.get("/p/west-sussex/learning")
        assert answer.headers["location"].startswith("/p/west-sussex/learning/20")
        for year in ("1999", "x", "٢٠٢٥", "2026.0", "99999999999"):
            assert (await browser.get(f"/p/west-sussex/learning/{year}")).status_code == 404


async def test_the_csv_holds_what_the_page_shows(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        at = long_ago(world)
        await raised(world, 20, at=at)
        browser = await world.signed_in(await world.admin("Vic", west_sussex=Role.VIEWER))
        answer = await browser.get(f"/p/west-sussex/learning/{at.year}/report.csv")
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert rows[0] == ["Counted", "Table", "Line", "Period", "Escalations"]
        assert ["Received", "All", "All", f"April to June {at.year}", "20"] in rows
        assert all(row[4] == "not shown" or int(row[4]) >= 5 for row in rows[1:])
        assert answer.headers["content-disposition"] == f'attachment; filename="west-sussex-{at.year}.csv"'


@pytest.mark.parametrize("path", ["learning", "learning/2026", "learning/2026/report.csv"])
async def test_a_report_is_not_there_for_another_partnership(tmp_path: Path, path: str) -> None:
    async with ConsoleWorld(tmp_path) as world:
        browser = await world.signed_in(await world.admin("Vic", east_sussex=Role.MANAGER))
        assert (await browser.get(f"/p/west-sussex/{path}")).status_code == 404


async def test_what_changes_is_in_the_next_report(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        at = long_ago(world)
        await raised(world, 20, at=at)
        admin = await world.admin("Vic", west_sussex=Role.VIEWER)
        browser = await world.signed_in(admin)
        assert ">20<" in (await browser.get(f"/p/west-sussex/learning/{at.year}")).text
        await raised(world, 5, at=at.replace(day=7))
        assert ">25<" in (await browser.get(f"/p/west-sussex/learning/{at.year}")).text

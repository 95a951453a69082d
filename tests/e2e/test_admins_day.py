"""An admin's day at a whole machine: five hundred contacts, a gap, an absence, an email that was refused. Shell."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from test_console_entering import with_authenticator
from whole import CONTACT, DECISION_MAKER, PATIENCE_MS, Running

from deploy.one_machine.inbox import REFUSED
from shared.clock import DemoClock
from shared.store import Database
from shared.terms import Service
from tests.unit.test_console_learning import raised

HOME = "/p/west-sussex"
DEPUTY = "wren.kestrelby@west-sussex-council.example"
MANY = 500
PORTRAIT = ("agency", "post", "title", "role", "name", "address")
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def one() -> Iterator[Running]:
    running = Running()
    yield running
    running.close()


class Day:
    """The browser of an admin, and the machine behind it."""

    def __init__(self, one: Running, page: Page) -> None:
        self.one = one
        self.page = page
        self.url = one.machine.layout.console_url
        page.set_default_timeout(PATIENCE_MS)

    def at(self, path: str) -> None:
        self.page.goto(f"{self.url}{HOME}{path}")

    def lets_in(self) -> None:
        """The link that a command printed, a passkey, and signing in with it."""
        said = self.one.ask(
            self.one.machine.command(
                *(Service.ROUTER, "admin", "invite", "ash@partnership.example"),
                *("--partnership", "west-sussex", "--role", "manager"),
            )
        )
        link = re.search(r"\S+/join/\S+", said)
        assert link
        with_authenticator(self.page)
        self.page.goto(link[0])
        self.page.get_by_role("button", name="Make the passkey").click()
        expect(self.page.get_by_role("heading", name="Your sign-in")).to_be_visible()
        self.page.get_by_role("button", name="Sign out").click()
        self.page.get_by_role("button", name="Sign in with a passkey").click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("today")

    def number(self, label: str) -> int:
        """What the front page counts."""
        self.at("")
        row = self.page.locator(".number", has=self.page.get_by_role("link", name=label))
        return int(row.locator(".number__digits").inner_text())

    def imports(self, sheet: Path) -> None:
        self.at("/directory")
        self.page.get_by_role("link", name="Import from a spreadsheet").click()
        self.page.get_by_label("Spreadsheet").set_input_files(sheet)
        self.page.get_by_label("Why").fill("The yearly list.")
        self.page.get_by_role("button", name="Show what would change").click()
        expect(self.page.get_by_text(f"{MANY} added, 0 changed, 0 closed.")).to_be_visible()
        self.page.get_by_role("button", name="Make all of it stand").click()
        expect(self.page.get_by_role("status").first).to_be_visible()

    def mends_a_gap(self) -> None:
        """From the front page to the agency that the first gap names, where a post is missing."""
        before = self.number("Gaps in the next 60 days")
        self.page.get_by_role("link", name="Gaps in the next 60 days").click()
        self.page.get_by_role("link", name="Mend it at West Sussex education service").first.click()
        self.at("/directory/a/ws-education/new-post")
        for label, text in (("Short name", "lead"), ("Title", "Designated safeguarding lead")):
            self.page.get_by_label(label, exact=True).fill(text)
        self.page.get_by_label("Role in the policy").select_option("designated_safeguarding_lead")
        self.page.get_by_label("Why", exact=True).fill("The post was missing.")
        self.page.get_by_role("button", name="Save").click()
        self.page.locator("summary", has_text="Somebody else takes it on").click()
        self.page.locator("#name-new").fill("Sorrel Windmill")
        self.page.locator("#address-new").fill("sorrel.windmill@west-sussex-council.example")
        self.page.locator("#why-new").fill("She began today.")
        self.page.locator("#why-new").press("Enter")
        expect(self.page.get_by_text("Sorrel Windmill").first).to_be_visible()
        assert self.number("Gaps in the next 60 days") < before

    def sets_an_absence(self, post: str) -> None:
        today = DemoClock(self.one.machine.layout.clock_file).now()
        self.at(f"/directory/post/{post}")
        self.page.locator("summary", has_text="Add an absence").click()
        self.page.get_by_label("First day away").fill(f"{today:%-d %-m %Y}")
        self.page.get_by_label("Last day away").fill(f"{today + timedelta(days=7):%-d %-m %Y}")
        self.page.locator("#why-away").fill("They rang.")
        self.page.get_by_role("button", name="Add", exact=True).click()
        expect(self.page.get_by_text("Away until").first).to_be_visible()


def sheet_of(folder: Path) -> Path:
    """Five hundred posts, as a council sends them."""
    book = openpyxl.Workbook()
    book.active.append(PORTRAIT)
    for number in range(MANY):
        person = f"tried.{number}@west-sussex-council.example"
        row = ("ws-social-care", f"ws-social-care.extra-{number}", f"Practitioner {number}", f"practitioner_{number}")
        book.active.append((*row, f"Tried Contact {number}", person))
    path = folder / "contacts.xlsx"
    book.save(path)
    return path


def with_a_quarter_behind(one: Running) -> int:
    """Twenty escalations of a year ago, as router keeps them; in which year of reports they are."""
    database = Database(one.machine.layout.database(Service.ROUTER))
    store: Any = SimpleNamespace(database=database)
    at = DemoClock(one.machine.layout.clock_file).now()
    one.ask(raised(store, 20, at=at.replace(year=at.year - 1, month=5, day=4), ended=True))
    one.ask(database.close())
    return at.year - 1


def test_an_admins_day(one: Running, watched: Any, tmp_path: Path) -> None:
    year = with_a_quarter_behind(one)
    day = Day(one, watched.page)
    page = day.page
    day.lets_in()
    day.imports(sheet_of(tmp_path))
    day.mends_a_gap()
    day.sets_an_absence("ws-social-care.manager-assessment")

    refused = one.machine.layout.mail / REFUSED
    refused.write_text(DECISION_MAKER)
    ref, _ = one.raised()
    assert CONTACT not in {letter.recipient for letter in one.letters_of(ref, 3)}
    assert one.letters(1, lambda letter: ref in letter.subject and letter.recipient == DEPUTY)

    day.at("")
    expect(page.get_by_text("A mail system refused an email.")).to_be_visible()
    page.get_by_role("link", name="On the desk").click()
    refused.unlink()
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_role("status").filter(has_text="The email goes out again.")).to_be_visible()
    assert one.letters(1, lambda letter: ref in letter.subject and letter.recipient == DECISION_MAKER)

    day.at(f"/learning/{year}")
    expect(page.get_by_role("heading", name="Escalations, April")).to_be_visible()
    assert page.locator(".learning__totals dd").first.inner_text() == "20"
    assert watched.complaints == []

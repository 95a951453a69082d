"""Two people in two browsers, at a whole machine: they agree, disagree, hand over; and who looks on. Shell."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from stand import refresh_served_scripts
from test_accessibility import AXE, faults
from whole import CONTACT, DECISION_MAKER, MANAGER, NEXT_CONTACT, Running, Somebody

from deploy.one_machine.party import Party
from shared.following import ReadRecord, SeeEscalation, SeenEscalation
from shared.questions import Refused

DEPUTY = "wren.kestrelby@west-sussex-council.example"
CHILD, ACCOUNT = "Zqchild Quillfeather", "Zqaccount: the referral was closed without a visit."
MEANWHILE = "Zqmeanwhile: the school sees them every morning."
DETAILS = "Zqdetails: the grandmother takes part."
UNRESOLVED = "Zqunresolved: nobody has visited."
RECORD = {"child_name": CHILD, "account": ACCOUNT}
SEALED = ("Quillfeather", *(text.partition(" ")[0] for text in (CHILD, ACCOUNT, MEANWHILE, DETAILS, UNRESOLVED)))
AGREED = "The referral is opened again, and a visit follows by Friday."
LINK = re.compile(r"https?://localhost:\d+[^\s\"'<>]*")

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def one() -> Iterator[Running]:
    refresh_served_scripts()
    running = Running()
    yield running
    running.close()


@pytest.fixture
def somebody(one: Running, new_watched: Any) -> Any:
    return lambda address: Somebody(new_watched(), one, address)


class Looks:
    """What axe finds in the states of a page that only a whole machine brings about, at both widths."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}

    def look(self, state: str, person: Somebody) -> None:
        page = person.page
        page.evaluate(AXE.read_text("utf-8"))
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            told = faults(page)
            if told:
                self.found[f"{state} at {width}"] = told


def acknowledge(contact: Somebody) -> None:
    section = contact.act("I have this, and will act")
    section.locator("textarea").fill(MEANWHILE)
    contact.send(section, "It is recorded that you have this")


def propose(contact: Somebody, how: str, text: str) -> None:
    """Record an outcome, its emailed line compared with the record first."""
    section = contact.act("Record an outcome")
    section.get_by_label(how, exact=True).check()
    section.get_by_label("What is agreed, or why it ends?").fill(text)
    section.get_by_label("What is the outcome for the child?").fill(DETAILS)
    section.get_by_role("button", name="Open the record").click()
    expect(section.locator("[data-check-words]")).to_contain_text("The record is open")
    contact.send(section, "The outcome is recorded")


def read_first(person: Somebody) -> Any:
    """Open the first record of the list; where it is drawn."""
    person.page.locator('[data-list="added"]').get_by_role("button", name="Read it").first.click()
    return person.page.locator("[data-record]")


def assert_sealed(*people: Somebody) -> None:
    """Nothing that was added or read left a browser in clear, and none is kept in one."""
    for person in people:
        sent, kept = person.sent(), person.kept()
        assert [mark for mark in SEALED if mark.encode() in sent or mark in kept] == []
        assert person.watched.complaints == []


def test_two_people_agree_an_outcome_and_get_the_written_confirmation(one: Running, somebody: Any) -> None:
    ref, address = one.raised(record=RECORD)
    contact, raiser, manager = somebody(CONTACT), somebody(address), somebody(MANAGER)
    looks = Looks()
    contact.sign_in(ref)
    acknowledge(contact)
    raiser.sign_in(ref)
    expect(raiser.page.locator('[data-list="people"]')).to_contain_text("Said that they have it")
    propose(contact, "We agree", AGREED)
    raiser.look_again()
    expect(raiser.page.locator("[data-outcome-text]")).to_have_text(AGREED)
    expect(read_first(raiser)).to_contain_text(CHILD)
    raiser.answer_outcome(agrees=True)
    manager.sign_in(ref)
    manager.answer_outcome(agrees=True)
    expect(manager.page.locator("[data-outcome-title]")).to_contain_text("Written confirmation")
    looks.look("closed", manager)
    assert looks.found == {}
    letters = one.letters(4, lambda letter: ref in letter.subject and letter.subject.startswith("Written confirmation"))
    assert {letter.recipient for letter in letters} == {CONTACT, address, MANAGER, DECISION_MAKER}
    assert len(letters) == 4
    for letter in letters:
        assert AGREED in " ".join(letter.text.replace("|", "").split())
        assert not any(mark in letter.text + letter.html for mark in SEALED)
    assert_sealed(contact, raiser, manager)


def test_two_people_disagree_and_it_goes_to_stage_3(one: Running, somebody: Any) -> None:
    ref, address = one.raised(record=RECORD)
    contact, raiser, later = somebody(CONTACT), somebody(address), somebody(NEXT_CONTACT)
    looks = Looks()
    contact.sign_in(ref)
    acknowledge(contact)
    propose(contact, "We agree in part", "The referral stays closed for now.")
    raiser.sign_in(ref)
    raiser.answer_outcome(agrees=False, reason="A month is too long.")
    contact.look_again()
    expect(contact.page.locator("[data-outcome-answers]")).to_contain_text("A month is too long.")
    section = raiser.act("Take it to stage 3")
    section.get_by_label("What is still not settled").fill(UNRESOLVED)
    section.locator('[data-field="next-stage-immediate_harm"]').get_by_label("No").check()
    raiser.send(section, "It goes on to the next stage")
    after = raiser.page.locator("[data-done] a").inner_text().removeprefix("Go to ")
    looks.look("moved on", raiser)
    raiser.page.locator("[data-done] a").click()
    raiser.page.wait_for_url(f"**/e/{after}")
    expect(raiser.page.locator("[data-seen-heading]")).to_contain_text("Stage 3")
    later.sign_in(after)
    expect(later.page.locator('[data-seen="asked"]')).to_contain_text("you")
    texts = []
    for item in later.page.locator('[data-list="added"] li').all():
        item.get_by_role("button", name="Read it").click()
        expect(later.page.locator("[data-record-title]")).to_have_text(item.locator("[data-words]").inner_text())
        texts.append(later.page.locator("[data-record]").inner_text())
    assert [mark for mark in (CHILD, MEANWHILE, DETAILS, UNRESOLVED) if mark not in "\n".join(texts)] == []
    contact.look_again()
    expect(contact.may("Record an outcome")).to_have_count(0)
    assert looks.found == {}
    assert_sealed(contact, raiser, later)


def test_a_deputy_reads_after_a_hand_over_and_the_replaced_person_cannot(one: Running, somebody: Any) -> None:
    ref, _ = one.raised(record=RECORD)
    contact, deputy = somebody(CONTACT), somebody(DEPUTY)
    running = Party.of(one.machine, one.journey.book, CONTACT)
    one.ask(running.sign_in(ref))
    contact.sign_in(ref)
    form = one.ask(running.see(ref)).added[0].submission
    assert one.ask(running.read(ref, form))["child_name"] == CHILD
    expect(read_first(contact)).to_contain_text(CHILD)
    section = contact.act("Hand it to a deputy")
    section.locator("select").select_option("ws-social-care.manager-family")
    section.get_by_label("Why do you hand it over?").fill("I am away from tomorrow.")
    section.locator("[data-act-send]").click()
    gone = contact.page.locator("[data-no-part]")
    expect(gone).to_contain_text("It is handed over.")
    expect(gone).to_contain_text("You have no part in this escalation any more")
    assert CHILD not in contact.page.locator("main").inner_text()
    assert CHILD not in contact.page.content()
    looks = Looks()
    looks.look("handed over", contact)
    assert looks.found == {}
    for question in (ReadRecord(ref=ref, submission=form), SeeEscalation(ref=ref)):
        assert one.ask(running.ask(question)) == Refused(why="not-allowed")
    deputy.sign_in(ref)
    expect(read_first(deputy)).to_contain_text(CHILD)
    acknowledge(deputy)
    assert_sealed(contact, deputy)


def state(one: Running, watcher: Party, ref: str) -> tuple[SeenEscalation, int]:
    """What the raiser sees of it, and how many emails came."""
    return one.ask(watcher.see(ref)), one.newest()


def opened(url: str, method: str) -> int:
    """The status of a link as a mail scanner opens it."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_scanner_that_opens_every_link_of_every_email_changes_nothing(one: Running, somebody: Any) -> None:
    ref, address = one.raised(record=RECORD)
    raiser, contact = Party.of(one.machine, one.journey.book, address), somebody(CONTACT)
    one.ask(raiser.sign_in(ref))
    contact.open(ref)
    code = contact.ask_for_code()
    before = state(one, raiser, ref)
    letters = [letter for letter in one.machine.letters() if ref in letter.subject or letter.recipient == address]
    links = {link.rstrip(".,)") for letter in letters for link in LINK.findall(letter.text + " " + letter.html)}
    assert any(link.endswith(f"/e/{ref}") for link in links)
    assert not any(re.search(r"[?#]|\b[0-9A-Z]{8}\b", link) for link in links), "no link carries a token"
    scanner = somebody("scanner@elsewhere.example")
    for link in sorted(links):
        assert (opened(link, "GET"), opened(link, "HEAD")) == (200, 200)
        tab = scanner.watched.context.new_page()
        tab.goto(link)
        expect(tab.locator("main")).to_be_visible()
        tab.close()
    assert state(one, raiser, ref) == before
    assert [url for url, body in scanner.watched.requests if body] == [], "opening a page asks nothing"
    contact.type_code(code)
    expect(contact.page.locator("[data-seen-heading]")).to_be_visible()


def test_a_code_that_is_too_old_opens_nothing_and_a_new_one_does(one: Running, somebody: Any) -> None:
    """The last of this file: every service's clock goes on by half an hour."""
    ref, _ = one.raised(record=RECORD)
    contact = somebody(CONTACT)
    contact.open(ref)
    code = contact.ask_for_code()
    clock = one.machine.layout.clock_file
    clock.write_text(str(int(clock.read_text().strip() or "0") + 31 * 60 if clock.exists() else 31 * 60))
    contact.type_code(code)
    expect(contact.page.locator("[data-code-box] [data-error]")).to_contain_text("too old")
    assert contact.page.locator("[data-signed-in]").is_hidden()
    after = one.newest()
    contact.page.get_by_role("button", name="ask again").click()
    contact.type_code(one.sign_in_code_for(CONTACT, after=after))
    expect(contact.page.locator("[data-seen-heading]")).to_be_visible()

"""axe-core finds nothing on an escalation's page, in any state, with any act open; nothing scrolls sideways. Shell."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lives import CLOCK, OTHER_REF, Party, closed, life_stand, outcome, party_of, routed
from playwright.sync_api import Page, expect
from stand import NOW, SIGN_IN_CODE, Stand, running, seen
from test_accessibility import AXE, LOOKS, faults

from shared.following import AnswerSeen, ChoiceSeen, ProposalSeen, SeenEscalation, StageSeen, YourEscalation

EVERY_MOVE = (
    *("outcome.answer", "panel.answer", "acknowledge", "date.answer", "area.accept", "issue", "outcome"),
    *("next-stage", "action", "representation", "process", "date.propose", "not-mine", "conflict", "hand-over"),
    *("debrief", "raiser.replace", "link", "duty.hand-to", "area.offer"),
)
KENT = ChoiceSeen(code="kent", words="Kent")
PROPOSAL = ProposalSeen(until_words="Monday 11 January 2027", why="The team is away.", by="Jo Marsh")
BEFORE = StageSeen(
    ref=OTHER_REF,
    label="Stage 2",
    who="Jo Marsh, team manager",
    began_at=NOW - timedelta(days=9),
    ended_at=NOW - timedelta(days=1),
    how="not agreed",
)
LATE = msgspec.structs.replace(CLOCK, due_at=NOW - timedelta(days=2), working_days_left=-1, calendar_days_left=-2)
DISPUTED = outcome(
    version=2,
    answers=(
        AnswerSeen(who="Jo Marsh, team manager", answer="confirms", at=NOW),
        AnswerSeen(who="Rowan Example", answer="disputes", at=NOW, reason="No date for the visit."),
        AnswerSeen(who="Sam Vale", answer="waits"),
    ),
)
STATES = {
    "routed": routed(),
    "every move": routed(
        moves=EVERY_MOVE, outcome=outcome(), proposal=PROPOSAL, issues=outcome().issues, partnerships=(KENT,)
    ),
    "late, disputed, harm": routed(
        you="Raised it",
        stage_label="Stage 3: heads of service",
        stages=(BEFORE, msgspec.structs.replace(BEFORE, ref="WS-7K3-QM9-PX8", label="Stage 3", ended_at=None)),
        clock=LATE,
        immediate_harm=True,
        linked=(OTHER_REF,),
        outcome=DISPUTED,
    ),
    "closed": closed(),
    "whose name is asked": routed(needs_name=True),
    "duty": msgspec.structs.replace(seen("WS-7K3-QM9-PX8"), clock=CLOCK, moves=("link",), diversion="own_manager"),
}


@pytest.fixture
def stand(tmp_path: Path, built: Path) -> Iterator[Stand]:
    with running(life_stand(), tmp_path, built) as standing:
        yield standing


@pytest.fixture
def party(stand: Stand) -> Party:
    one = YourEscalation(
        ref=OTHER_REF, partnership="", state="routed", stage_label="Stage 3", part="contact", asks=True
    )
    party = party_of(stand)
    party.escalations = (one, msgspec.structs.replace(one, asks=False))
    return party


@pytest.fixture(params=LOOKS.values(), ids=LOOKS)
def page(request: pytest.FixtureRequest, new_watched: Any) -> Page:
    width, scheme = request.param
    made: Page = new_watched(
        viewport={"width": width, "height": 800},
        bypass_csp=True,
        reduced_motion="reduce",
        color_scheme="dark" if scheme == "dark" else "light",
    ).page
    made.add_init_script(AXE.read_text("utf-8"))
    if scheme == "contrast":
        made.add_init_script("sessionStorage.setItem('candour-contrast', 'on')")
    return made


def sign_in(page: Page, stand: Stand) -> None:
    page.clock.install(time=NOW + timedelta(minutes=30))
    page.goto(f"{stand.url}/e/WS-7K3-QM9-PX8")
    page.get_by_label("Your work email address").fill("jo@ws-csc.example")
    page.get_by_role("button", name="Email me a code").click()
    page.get_by_label("Eight letters and digits").fill(SIGN_IN_CODE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("[data-signed-in]")).to_be_visible()


@pytest.mark.timeout(300)
def test_every_state_is_accessible(stand: Stand, party: Party, page: Page) -> None:
    found: dict[str, list[str]] = {}
    sign_in(page, stand)
    for name, shown in STATES.items():
        show(page, party, shown)
        found[name] = faults(page)
    show(page, party, STATES["routed"])
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("[data-record]")).to_be_visible()
    found["a record open"] = faults(page)
    page.clock.run_for("26:00")
    expect(page.locator("[data-session-warning]")).to_be_visible()
    found["the end is near"] = faults(page)
    page.clock.run_for("06:00")
    expect(page.locator("[data-signed-out]")).to_be_visible()
    found["signed out"] = faults(page)
    assert {state: told for state, told in found.items() if told} == {}


def show(page: Page, party: Party, shown: SeenEscalation) -> None:
    """What router shows from now on, looked at again."""
    party.shown = shown
    with page.expect_response("**/api/v1/questions"):
        page.get_by_role("button", name="Look again").click()
    expect(page.locator("[data-name-box]")).to_be_visible(visible=shown.needs_name)
    expect(page.locator("[data-seen-box] [data-state]")).to_have_text("")


@pytest.mark.timeout(400)
def test_every_act_is_accessible_and_with_its_errors(stand: Stand, party: Party, page: Page) -> None:
    found: dict[str, list[str]] = {}
    party.shown = STATES["every move"]
    sign_in(page, stand)
    page.get_by_text("Something else").click()
    for button in page.locator("[data-may] button").all():
        section = page.locator(f"#{button.get_attribute('aria-controls')}")
        button.click()
        expect(section).to_be_visible()
        for folded in section.locator("details").all():
            folded.evaluate("each => { each.open = true }")
        name = section.get_attribute("data-act") or ""
        found[name] = faults(page)
        if name not in ("area.accept", "acknowledge"):
            section.locator("[data-act-send]").click()
            wrong = page.locator("#error-summary")
            if name != "panel.answer" or wrong.is_visible():
                expect(wrong).to_be_visible()
            found[f"{name} with errors"] = faults(page)
    assert len(found) >= 2 * len(EVERY_MOVE) - 2
    assert {state: told for state, told in found.items() if told} == {}


def test_a_form_entered_for_somebody_else_is_accessible(stand: Stand, party: Party, page: Page) -> None:
    party.shown = routed(part="lead", moves=())
    sign_in(page, stand)
    page.get_by_role("button", name="Enter a printed or telephoned form").click()
    box = page.locator("[data-behalf]")
    expect(box).to_be_visible()
    assert faults(page) == []
    box.locator("[data-behalf-sign-in]").evaluate("each => { each.hidden = false }")
    box.locator("[data-behalf-code]").evaluate("each => { each.hidden = false }")
    assert faults(page) == []

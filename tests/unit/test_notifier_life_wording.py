"""What the emails on the life of an escalation must say, and must never do."""

from pathlib import Path

import msgspec
import pytest

from services.notifier.domain.letter import Paragraph
from services.notifier.domain.previews import previews, render_preview
from services.notifier.domain.rendering import as_text
from services.notifier.domain.when import time_in_words
from services.notifier.domain.wording import compose
from services.notifier.domain.wording_common import Unsayable
from services.notifier.domain.wording_life_news import SAID
from services.notifier.domain.wording_life_outcome import NO_REPLY, OUTCOMES
from services.notifier.domain.wording_told import OUTCOME_WAITS
from services.notifier.domain.wording_waiting import DESK_REASONS, NO_LONGER_YOURS
from services.router.domain.changes import What
from services.router.domain.living.clocks import PromptKind
from services.router.handlers.areas import HANDED_TO_YOU, OFFERED_TO_YOU
from services.router.handlers.panels import PANEL_SHORT
from shared.messages import AnswerFacts, IssueFacts, LifeFacts, Notice, NoticeKind, NoticePerson

ROOT = Path(__file__).parents[2]
BROWSER = ROOT / "services/intake/web/browser"
BESIDE = (NoticeKind.CODED, NoticeKind.RAISED)  # the life is beside what they say in the first place
LIVES = [name for name, notice in previews() if notice.life is not None and notice.kind not in BESIDE]
NOTICES = dict(previews())


def flat(text: str) -> str:
    return " ".join(text.split())


def said(name: str) -> str:
    return flat(render_preview(name)[0])


def life_of(notice: Notice) -> LifeFacts:
    assert notice.life is not None
    return notice.life


def with_life(name: str, **changes: object) -> str:
    notice = NOTICES[name]
    life = msgspec.structs.replace(life_of(notice), **changes)
    return flat(as_text(compose(msgspec.structs.replace(notice, life=life))))


def opening(name: str) -> str:
    (first, *_) = [one for one in compose(NOTICES[name]).blocks if isinstance(one, Paragraph)]
    return first.text


def test_every_piece_of_news_has_its_words_and_is_one_that_router_tells() -> None:
    shown = {life_of(one).what for _, one in previews() if one.kind is NoticeKind.NEWS}
    assert set(SAID) <= {one.value for one in What}
    assert set(SAID) - shown == {"closed"}  # told by the written confirmation itself


def test_every_prompt_of_the_clock_has_its_words() -> None:
    shown = {life_of(one).what for _, one in previews() if one.life is not None}
    assert {one.value for one in PromptKind} - {PromptKind.HOLDERS.value} <= shown  # of that nobody is written to
    assert PromptKind.OUTCOME_PARTNERSHIP.value == OUTCOME_WAITS


def test_news_that_nobody_foresaw_leads_to_the_page() -> None:
    text = with_life("news-action", what="something-new")
    assert "There is news of this escalation. Please read it at the page below" in text


@pytest.mark.parametrize("name", LIVES)
def test_the_first_words_say_what_is_asked_or_that_nothing_is(name: str) -> None:
    first = opening(name)
    told = ("Nothing is asked of you", "nothing more is asked of you", "Nothing more is asked", "keep it")
    changed = (
        "is asked instead",
        "who is asked to act now",
        "to that date",
        "not agreed to another",
        "is asked by email",
    )
    assert "lease" in first or any(one in first for one in (*told, *changed)), first
    assert len(first.split()) <= 50


@pytest.mark.parametrize("name", LIVES)
def test_it_says_whom_to_ring_how_to_get_there_and_what_a_reply_does(name: str) -> None:
    text = said(name)
    for one in (
        "WHOM TO RING",
        "Go to https://escalate.example in your browser",
        "/e/WS-7K3-QM9-PX8",
        "Do not put details",
    ):
        assert one in text or (one == "WHOM TO RING" and name.startswith("confirmation")), one


@pytest.mark.parametrize("name", LIVES)
def test_nobody_is_told_to_ring_themselves(name: str) -> None:
    rings = said(name).partition("WHOM TO RING")[2].partition("WHY YOU")[0]
    assert NOTICES[name].name not in rings


@pytest.mark.parametrize("name", [name for name in LIVES if "date" not in name and life_of(NOTICES[name]).due_words])
def test_the_date_stands_in_full(name: str) -> None:
    words = life_of(NOTICES[name]).due_words
    shown = ("went-on", "reopened", "handed-to-partnership", "area-accepted", "confirmation", "issue", "panel")
    assert words in said(name) or any(one in name for one in shown)


def test_the_stated_date_stands_unless_the_raiser_agrees() -> None:
    text = said("date")
    assert "another date for the answer: Wednesday 6 January 2027, 5 pm. Please agree, or say that you do not" in text
    assert "Unless you agree, the stated date stands: Wednesday 30 December 2026, 5 pm" in text


@pytest.mark.parametrize("name", ["outcome", "outcome-waits"])
def test_the_outcome_is_whole_and_no_reply_confirms_it(name: str) -> None:
    life, text = life_of(NOTICES[name]), said(name).replace("| ", "")
    assert NO_REPLY in text
    assert flat(life.text) in text.replace(" | ", " ").replace("| ", "")
    for issue in life.issues:
        assert issue.text.rstrip(".") in text
        assert f"Pursued by {issue.owner}, by {issue.by_words}" in text
    assert f"Version: {life.version}" in text


def test_the_written_confirmation_names_each_party_that_confirmed_and_no_other() -> None:
    notice = NOTICES["confirmation"]
    answers = (*life_of(notice).answers, AnswerFacts(who="Somebody Else", answer="waits"))
    text = with_life("confirmation", answers=answers)
    assert "WRITTEN CONFIRMATION" in text
    for one in life_of(notice).answers:
        assert one.at is not None
        assert flat(f"{one.who}, on {time_in_words(one.at, notice.zone)}") in text
    assert "Somebody Else" not in text
    assert "please keep it" in text


def test_with_immediate_harm_999_comes_before_anything_that_can_wait() -> None:
    for name in ("unacknowledged-urgent", "unacknowledged-urgent-raiser"):
        text = said(name)
        assert text.index("Emergency: 999") < text.index("Taylor Willowby")
        assert "each hour until" in text
    moved = with_life("news-not-mine", immediate_harm=True)
    assert moved.index("Emergency: 999") < moved.index("Taylor Willowby")
    settled = with_life("confirmation", immediate_harm=True)
    assert settled.index("Emergency: 999") > settled.index("WRITTEN CONFIRMATION")


def test_the_raiser_is_told_whom_to_ring_and_that_it_goes_on() -> None:
    text = said("unacknowledged-raiser")
    assert "Taylor Willowby has not said yet that they have your escalation. Please ring Taylor Willowby" in text
    assert "each working day until somebody has said so" in text


@pytest.mark.parametrize("name", ["unacknowledged", "unacknowledged-deputy", "unacknowledged-urgent", "reminder-due"])
def test_whoever_is_to_act_is_told_to_ring_the_raiser_first(name: str) -> None:
    assert "ring Frankie Nettlebed on 01632 960114" in opening(name)


def test_the_raiser_is_given_the_telephone_of_whoever_pursues_what_was_left_open() -> None:
    rings = said("issue-due-raiser").partition("WHOM TO RING")[2]
    assert rings.strip().startswith("- Taylor Willowby, Team manager")
    assert 'href="tel:01632960081"' in render_preview("issue-due-raiser")[1]


def test_a_raiser_is_not_told_twice_that_the_escalation_is_confirmed() -> None:
    anew, successor = said("raised-anew"), said("raised-successor")
    assert "Your escalation is confirmed" not in anew + successor
    assert "decided anew who acts on your escalation. Wren Kestrelby is asked to act by Wednesday 30 December" in anew
    assert "You take the part of the person who raised an escalation" in successor
    assert compose(NOTICES["raised-anew"]).subject == "Who acts on your escalation: WS-7K3-QM9-PX8"


def test_the_partnership_is_told_in_codes_that_an_outcome_waits() -> None:
    text = said("coded-outcome-waits")
    assert "not every party has said whether they confirm it" in text
    for name in ("Nettlebed", "Willowby", "Quaverley", "Oakfield"):
        assert name not in text


def test_a_raiser_who_may_not_be_told_names_is_told_roles_and_offices() -> None:
    role = NoticePerson(role="Team manager", agency="Anytown social care", phone="01632 960444")
    ring = life_of(NOTICES["unacknowledged-raiser"]).ring[:1]
    office = (msgspec.structs.replace(ring[0], label="Team manager, Anytown social care", number="01632 960444"),)
    text = with_life("unacknowledged-raiser", holders=(role,), ring=office)
    assert "Please ring 01632 960444 (Team manager, Anytown social care) today" in text


def test_whoever_only_says_who_they_are_keeps_that_mark() -> None:
    by = NoticePerson(name="Sam Reed (as they say)", role="Duty desk", agency="Anytown Police")
    assert "Sam Reed (as they say) for the duty desk, Anytown Police has recorded" in with_life("news-action", by=by)


def test_an_issue_without_its_issue_is_not_guessed_at() -> None:
    with pytest.raises(Unsayable):
        with_life("issue-due", issues=())


def test_what_is_quoted_from_an_issue_ends_in_one_full_stop() -> None:
    issue = IssueFacts(number=1, text="The plan is sent...", owner="Jo Hart, nurse", by_words="Monday 4 January 2027")
    assert "The plan is sent. Pursued by Jo Hart, nurse" in with_life("outcome", issues=(issue,))


def test_the_emails_use_the_words_of_the_page() -> None:
    moves, outcomes = (BROWSER / "moves.js").read_text(), (BROWSER / "seen_outcome.js").read_text()
    assert '"I have this, and will act"' in moves
    assert '"Take it to the next stage"' in moves
    for words in OUTCOMES.values():
        assert f'"{words}"' in outcomes


def test_the_duty_contact_is_told_why_in_words_of_its_own() -> None:
    assert {HANDED_TO_YOU, OFFERED_TO_YOU, PANEL_SHORT} <= set(DESK_REASONS)
    assert {What.HANDED_TO_PARTNERSHIP.value, What.AREA_ACCEPTED.value} == set(NO_LONGER_YOURS)
    assert compose(NOTICES["desk-area-accepted"]).subject.startswith("An escalation is no longer with you: ")


def test_a_shared_mailbox_that_was_asked_is_not_told_that_it_stands_in_for_somebody() -> None:
    nameless = msgspec.structs.replace(NOTICES["unacknowledged"], name="")
    text = flat(as_text(compose(nameless)))
    assert "You were asked to act on a disagreement about a child" in text
    assert "in their place" not in text

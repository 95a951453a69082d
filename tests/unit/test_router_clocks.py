"""The clock of an escalation prompts people at the right hour, once, and never moves a stage."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from services.router.domain.escalation import Escalation, State
from services.router.domain.life import Holding, Issue, IssueState, Life, OutcomeAnswer, OutcomeCode, OutcomeVersion
from services.router.domain.living.clocks import Prompt, PromptKind, due_prompts, next_at, with_prompted
from services.router.domain.office_hours import Calendar, morning_of, waking, working_day_after
from services.router.policy.facts import Facts, Raiser
from shared.terms import Digest, EscalationRef, Instant, Nation, PartnershipId, SubmissionId
from shared.working_days import holidays_of

LONDON = Calendar("Europe/London", holidays_of(Nation.ENGLAND))
replace = msgspec.structs.replace


def at(day: date, hour: int, minute: int = 0) -> Instant:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(LONDON.zone)).astimezone(UTC)


def escalation(asked_at: Instant, *, urgent: bool = False, **life: Any) -> Escalation:
    given: Any = {"holdings": (Holding(address="tm@example.example", asked_at=asked_at),)} | life
    return Escalation(
        ref=EscalationRef("WS-7K3-QM9-PX8"),
        partnership=PartnershipId("west-sussex"),
        submission=SubmissionId("0" * 32),
        form="monitoring-form",
        form_version=1,
        accepted_at=asked_at,
        opened_at=asked_at,
        state=State.ROUTED,
        facts=Facts(
            partnership=PartnershipId("west-sussex"),
            opened_at=asked_at,
            raiser=Raiser(name="", role="", address="r@example.example", phone=""),
            raising=(),
            receiving=(),
            immediate_harm=urgent,
        ),
        life=Life(**given),
    )


def _due(raised: Escalation, due: Instant | None, now: Instant) -> tuple[Prompt, ...]:
    """What people are prompted about."""
    found = due_prompts(raised, due, LONDON, now=now)
    return tuple(one for one in found if one.kind is not PromptKind.HOLDERS)


def _next(raised: Escalation, due: Instant | None) -> Instant | None:
    """When people are next prompted: the clock also looks each working morning who holds it."""
    for _ in range(400):
        at_next = next_at(raised, due, LONDON)
        if at_next is None or (found := _due(raised, due, at_next)):
            return at_next if at_next is None else min(one.at for one in found)
        looked = due_prompts(raised, due, LONDON, now=at_next)
        raised = replace(raised, life=with_prompted(raised.life, looked))
    return None


def test_no_word_by_the_end_of_the_next_working_day_prompts_and_goes_on_each_day() -> None:
    raised = escalation(at(date(2026, 12, 23), 15))
    first = at(date(2026, 12, 24), 17)
    assert _next(raised, None) == first
    assert _due(raised, None, first - timedelta(seconds=1)) == ()
    (prompt,) = _due(raised, None, first)
    assert prompt.kind is PromptKind.UNACKNOWLEDGED
    assert prompt.about == "tm@example.example"
    prompted = replace(raised, life=replace(raised.life, prompted=(prompt.key,)))
    assert _next(prompted, None) == at(date(2026, 12, 29), 17)  # over Christmas


def test_with_immediate_harm_it_is_an_hour_at_any_hour_and_every_hour() -> None:
    night = at(date(2026, 12, 25), 2, 30)
    raised = escalation(night, urgent=True)
    assert _next(raised, None) == night + timedelta(hours=1)
    (prompt,) = _due(raised, None, night + timedelta(hours=5, minutes=1))
    assert prompt.key.endswith("|5")  # an outage is caught up with once
    prompted = replace(raised, life=replace(raised.life, prompted=(prompt.key,)))
    assert _next(prompted, None) == night + timedelta(hours=6)


def test_each_contact_of_a_stage_is_waited_for_and_whoever_acknowledged_is_left_alone() -> None:
    asked = at(date(2027, 2, 1), 10)
    both = (
        Holding(address="one@example.example", asked_at=asked, acknowledged_at=asked),
        Holding(address="two@example.example", asked_at=asked),
    )
    prompts = _due(escalation(asked, holdings=both), None, asked + timedelta(days=3))
    assert [one.about for one in prompts] == ["two@example.example"]


def test_once_whoever_is_on_call_has_it_the_others_are_asked_again_when_offices_open() -> None:
    night = at(date(2026, 12, 17), 22)
    contact = Holding(address="day@example.example", asked_at=night)
    on_call = Holding(address="night@example.example", asked_at=night, on_call=True)
    waiting = escalation(night, urgent=True, holdings=(contact, on_call))
    assert _next(waiting, None) == night + timedelta(hours=1)
    has_it = replace(on_call, acknowledged_at=night + timedelta(minutes=10))
    held = escalation(night, urgent=True, holdings=(contact, has_it))
    assert _next(held, None) == at(date(2026, 12, 18), 9)
    (prompt,) = _due(held, None, at(date(2026, 12, 18), 9, 30))
    assert prompt.about == "day@example.example"
    prompted = replace(held, life=replace(held.life, prompted=(prompt.key,)))
    assert _next(prompted, None) == at(date(2026, 12, 18), 10)  # by day each hour, as before


def test_the_date_is_reminded_of_one_working_day_before_and_at_it_over_easter() -> None:
    raised = escalation(at(date(2027, 3, 25), 9, 30), holdings=())
    due = at(date(2027, 4, 5), 17)
    assert _next(raised, due) == at(date(2027, 4, 2), 9)
    keys = tuple(one.key for one in _due(raised, due, at(date(2027, 4, 2), 9)))
    prompted = replace(raised, life=replace(raised.life, prompted=keys))
    assert _next(prompted, due) == due
    agreed = due + timedelta(days=2)
    assert _next(prompted, agreed) == at(date(2027, 4, 6), 9)  # another date is reminded of anew


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_a_deadline_that_falls_at_night_is_told_in_the_next_working_morning(year: int) -> None:
    christmas = at(date(year, 12, 24), 23)
    morning = waking(christmas, LONDON, urgent=False)
    local = morning.astimezone(ZoneInfo(LONDON.zone))
    assert (local.hour, local.minute) == (9, 0)
    assert local.date() > date(year, 12, 26)
    assert local.weekday() < 5
    assert waking(christmas, LONDON, urgent=True) == christmas


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24), date(2027, 3, 27), date(2027, 10, 30)])
def test_nine_in_the_morning_is_nine_on_both_sides_of_a_clock_change(day: date) -> None:
    saturday_night = at(day, 23)
    local = waking(saturday_night, LONDON, urgent=False).astimezone(ZoneInfo(LONDON.zone))
    assert (local.hour, local.minute) == (9, 0)
    assert is_weekday_after(local.date(), day)


def is_weekday_after(later: date, day: date) -> bool:
    return later > day and later.weekday() < 5


def test_past_the_end_of_the_holiday_data_the_clock_still_prompts() -> None:
    end = LONDON.holidays.known_until
    assert working_day_after(end, 1, LONDON) > end
    raised = escalation(at(end, 10))
    first = _next(raised, None)
    assert first is not None
    assert first > at(end, 17)


def version(proposed: Instant, **given: Any) -> OutcomeVersion:
    base = OutcomeVersion(
        number=1,
        code=OutcomeCode.AGREED,
        text="The core group meets on Tuesday.",
        issues=(),
        by="tm@example.example",
        by_who="Team manager",
        at=proposed,
        digest=Digest("d" * 64),
        submission=SubmissionId("1" * 32),
    )
    return replace(base, **given)


def test_silence_on_an_outcome_prompts_those_silent_then_managers_then_the_partnership_and_closes_nothing() -> None:
    proposed = at(date(2027, 1, 11), 16)
    waiting = escalation(proposed, holdings=(), versions=(version(proposed),))
    kinds = []
    now = proposed
    while (now_at := _next(waiting, None)) is not None:
        now = now_at
        given = _due(waiting, None, now)
        kinds += [one.kind for one in given]
        prompted = (*waiting.life.prompted, *(one.key for one in given))
        waiting = replace(waiting, life=replace(waiting.life, prompted=prompted))
    assert kinds == [PromptKind.OUTCOME_WAITS, PromptKind.OUTCOME_MANAGERS, PromptKind.OUTCOME_PARTNERSHIP]
    assert now == morning_of(date(2027, 1, 19), LONDON)
    assert waiting.state is State.ROUTED


def test_a_disputed_outcome_is_nobodys_to_confirm() -> None:
    proposed = at(date(2027, 1, 11), 16)
    no = OutcomeAnswer(address="r@example.example", who="Raiser", agrees=False, at=proposed, reason="Not what we said.")
    disputed = escalation(proposed, holdings=(), versions=(version(proposed, answers=(no,)),))
    assert _next(disputed, None) is None


def test_an_outstanding_issue_has_a_clock_of_its_own_after_closing_until_it_is_done() -> None:
    closed_at = at(date(2027, 1, 11), 16)
    issue = Issue(number=1, text="Minutes", owner="tm@example.example", owner_who="TM", by_on=date(2027, 1, 25))
    closed = replace(escalation(closed_at, issues=(issue,)), state=State.CLOSED)
    assert next_at(closed, None, LONDON) == morning_of(date(2027, 1, 22), LONDON)
    done = replace(closed, life=replace(closed.life, issues=(replace(issue, state=IssueState.DONE),)))
    assert next_at(done, None, LONDON) is None


def test_a_stage_that_moved_on_asks_for_nothing() -> None:
    raised = escalation(at(date(2027, 1, 11), 16))
    assert next_at(replace(raised, state=State.MOVED_ON), at(date(2027, 1, 18), 17), LONDON) is None


def test_each_working_morning_the_clock_looks_who_holds_it_and_keeps_the_last_look_alone() -> None:
    raised = escalation(at(date(2026, 12, 24), 15), holdings=())
    assert next_at(raised, None, LONDON) == morning_of(date(2026, 12, 29), LONDON)
    looked = due_prompts(raised, None, LONDON, now=at(date(2027, 1, 5), 10))
    assert [one.kind for one in looked] == [PromptKind.HOLDERS]
    after = replace(raised, life=with_prompted(raised.life, looked))
    again = due_prompts(after, None, LONDON, now=at(date(2027, 1, 6), 10))
    assert len(with_prompted(after.life, again).prompted) == 1


def test_after_an_outage_no_earlier_prompt_of_the_same_row_follows_the_later_one() -> None:
    due = at(date(2027, 2, 5), 17)
    raised = escalation(at(date(2027, 1, 25), 10), holdings=())
    (prompt,) = _due(raised, due, due + timedelta(days=3))
    assert prompt.kind is PromptKind.DUE
    caught_up = replace(raised, life=replace(raised.life, prompted=(prompt.key,)))
    assert _due(caught_up, due, due + timedelta(days=3)) == ()
    assert _next(caught_up, due) is None

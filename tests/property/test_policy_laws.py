"""Laws that hold for every policy and every form. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.router.domain.decision import Circumstances, Decision, Part, PassedOver, Ruling, decision_bytes
from services.router.policy.deadline import deadline
from services.router.policy.facts import (
    ChildStatus,
    Entry,
    Facts,
    Named,
    Raiser,
    Route,
    Side,
    Timeframe,
    TimeframeUnit,
)
from shared.terms import AgencyId, AgencyType, Nation, PartnershipId, StageNumber
from shared.working_days import holidays_of
from tests.policy_world import decision_of, directory, entries

PARTNERSHIPS = [one.id for one in entries().partnerships]
AGENCIES = [one.id for one in entries().agencies]
ADDRESSES = sorted(
    {holder.address for agency in entries().agencies for post in agency.posts for holder in post.holders}
)[::7]
LONDON = ZoneInfo("Europe/London")
HOLIDAYS = holidays_of(Nation.ENGLAND)

instants = st.dates(date(2026, 1, 1), date(2028, 6, 1)).flatmap(
    lambda day: st.times().map(lambda at: datetime.combine(day, at, UTC))
)
names = st.builds(
    Named,
    name=st.sampled_from(["", "Ash Tryer", "Taylor Willowby"]),
    role=st.sampled_from(["", "social worker"]),
    address=st.sampled_from(["", "stranger@elsewhere.example", *ADDRESSES]),
)
sides = st.builds(
    Side,
    agency=st.sampled_from([None, AgencyId("no-such-agency"), *AGENCIES]),
    type=st.sampled_from([None, *AgencyType]),
    other_name=st.just(""),
    decision_maker=names,
    manager=names,
)
raisers = st.builds(
    Raiser,
    name=st.just("Kit Raiser"),
    role=st.sampled_from(["health visitor", "DSL", "detective sergeant", "", "head teacher"]),
    address=st.sampled_from(["kit@elsewhere.example", *ADDRESSES]),
    phone=st.just("01632 960999"),
    is_manager=st.booleans(),
    is_lead=st.booleans(),
)
timeframes = st.builds(
    Timeframe,
    unit=st.sampled_from(TimeframeUnit),
    amount=st.integers(-3, 5000),
    until=st.none() | st.dates(date(2025, 1, 1), date(2040, 1, 1)),
)
forms = st.builds(
    Facts,
    partnership=st.sampled_from(PARTNERSHIPS),
    opened_at=instants,
    raiser=raisers,
    raising=st.lists(sides, min_size=1, max_size=3).map(tuple),
    receiving=st.lists(sides, max_size=3).map(tuple),
    stage=st.integers(-1, 9).map(StageNumber),
    entry=st.lists(st.sampled_from(Entry), max_size=3).map(tuple),
    route=st.sampled_from(Route),
    child_status=st.sampled_from(ChildStatus),
    subject=st.sampled_from(["", "care_plan", "conference", "service", "other"]),
    timeframe=timeframes,
    immediate_harm=st.booleans(),
    own_manager=st.sampled_from([False, False, False, True]),
    subject_of_concern=st.sampled_from(["child", "child", "child", "adult", "complaint", "nonsense"]),
    dissent=st.sampled_from(["", "formal", "personal"]),
    conference_ended_at=st.none() | instants,
    pattern_count=st.integers(0, 9),
    child_area=st.sampled_from(["", "not_known", "west-sussex", "luton"]),
    held=st.lists(st.sampled_from(sorted(directory().posts)), max_size=3).map(tuple),
)


@settings(max_examples=300, deadline=None)
@given(forms, instants)
def test_every_form_gets_one_answer_and_the_same_one_twice(facts: Facts, now: datetime) -> None:
    decision = decision_of(facts, now=now)
    again = decision_of(msgspec.convert(msgspec.to_builtins(facts), Facts), now=now)
    assert decision_bytes(again) == decision_bytes(decision)
    assert msgspec.json.decode(decision_bytes(decision), type=Decision) == decision
    assert decision.reasons


@settings(max_examples=300, deadline=None)
@given(forms, st.lists(st.sampled_from(ADDRESSES), max_size=4))
def test_nobody_excluded_is_ever_asked_to_act(facts: Facts, refused: list[str]) -> None:
    passed_over = tuple(PassedOver(address=one, why="their mail system refused") for one in refused)
    decision = decision_of(facts, circumstances=Circumstances(passed_over=passed_over))
    made_it = {side.decision_maker.address.casefold() for side in facts.receiving} - {""}
    barred = {facts.raiser.address.casefold(), *made_it, *(one.casefold() for one in refused)}
    acting = [one for one in decision.persons if one.must_act]
    assert not barred & {one.address.casefold() for one in acting}


@settings(max_examples=300, deadline=None)
@given(forms)
def test_the_raiser_is_always_told_unless_the_matter_is_diverted(facts: Facts) -> None:
    decision = decision_of(facts)
    if decision.ruling is Ruling.DIVERTED:
        assert decision.persons == ()
        return
    own = [one for one in decision.persons if one.part is Part.RAISER and one.address == facts.raiser.address]
    assert own
    assert own[0].told
    assert own[0].may_read


@settings(max_examples=300, deadline=None)
@given(forms)
def test_a_routed_escalation_has_somebody_who_must_act_or_a_gap_for_a_person(facts: Facts) -> None:
    decision = decision_of(facts)
    if decision.ruling is Ruling.ROUTED:
        acting = any(one.must_act and one.told and one.address for one in decision.persons)
        assert acting or decision.gaps
    if decision.gaps:
        assert [one.part for one in decision.persons].count(Part.DUTY) == 1


@settings(max_examples=200, deadline=None)
@given(forms)
def test_nobody_is_written_to_twice_under_one_address(facts: Facts) -> None:
    shared_boxes = (Part.DUTY, Part.PARTNERSHIP)
    decision = decision_of(facts)
    addresses = [one.address.casefold() for one in decision.persons if one.address and one.part not in shared_boxes]
    assert len(addresses) == len(set(addresses))


@settings(max_examples=200, deadline=None)
@given(forms)
def test_an_address_that_waits_for_release_opens_nothing(facts: Facts) -> None:
    for one in decision_of(facts).persons:
        if one.address_from == "unreleased" and one.part is not Part.RAISER:
            assert not (one.told)
            assert not (one.may_read)
            assert not (one.must_act)


@settings(max_examples=200, deadline=None)
@given(forms)
def test_the_secretary_of_state_is_never_offered_nor_asked(facts: Facts) -> None:
    decision = decision_of(facts)
    assert "stage-6" not in decision.offered
    assert decision.stage != 6


@given(instants, st.integers(0, 60), st.integers(0, 60))
def test_more_working_days_are_never_due_earlier(opened_at: datetime, fewer: int, more: int) -> None:
    few, many = sorted((fewer, more))
    first, second = (_due(Timeframe(amount=amount), opened_at) for amount in (few, many))
    assume(first is not None and second is not None)
    assert first is not None
    assert second is not None
    assert first <= second


@given(instants, st.integers(0, 1000))
def test_hours_are_elapsed_hours(opened_at: datetime, hours: int) -> None:
    assert _due(Timeframe(unit=TimeframeUnit.HOURS, amount=hours), opened_at) == opened_at + timedelta(hours=hours)


@given(instants, st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_a_stated_date_is_due_that_day_at_five(opened_at: datetime, until: date) -> None:
    stated = datetime.combine(until, time(17), LONDON)
    assert _due(Timeframe(unit=TimeframeUnit.UNTIL, until=until), opened_at) == stated


@given(instants, st.integers(0, 30))
def test_a_deadline_falls_on_a_working_day_and_counts_no_other(opened_at: datetime, days: int) -> None:
    at = _due(Timeframe(amount=days), opened_at)
    assume(at is not None)
    assert at is not None
    first, last = opened_at.astimezone(LONDON).date(), at.astimezone(LONDON).date()
    between = (first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1))
    assert sum(one.weekday() < 5 and one not in HOLIDAYS.days for one in between) == days


def _due(timeframe: Timeframe, opened_at: datetime) -> datetime | None:
    return deadline(timeframe, opened_at, zone="Europe/London", holidays=HOLIDAYS, warn_days=7).at


def test_the_strategies_reach_every_partnership() -> None:
    assert PartnershipId("west-sussex") in PARTNERSHIPS
    assert len(PARTNERSHIPS) == 8

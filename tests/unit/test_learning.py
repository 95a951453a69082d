"""What a partnership learns: one row of codes a matter, and tables of a year that hold only counts. Pure."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.router.domain.escalation import Escalation, State
from services.router.domain.learning.learned import NOT_KNOWN, SEVERAL, Coded, coded, first_day, quarter_of, year_of
from services.router.domain.learning.learning import Labels, Report, name_of, report, spans, years
from services.router.domain.life import Holding, Life, OutcomeCode, OutcomeVersion
from services.router.policy.facts import Facts, Raiser, Side
from shared.terms import AgencyId, AgencyType, Digest, EscalationRef, Nation, PartnershipId, StageNumber, SubmissionId
from shared.working_days import holidays_of

WEST = PartnershipId("west-sussex")
FIRST, SECOND = EscalationRef("WS-111-111-111"), EscalationRef("WS-222-222-222")
RECEIVED = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
SCHOOL, COUNCIL, POLICE = AgencyId("oakfield-primary"), AgencyId("ws-social-care"), AgencyId("sussex-police")
KINDS = {
    SCHOOL: AgencyType.EDUCATION,
    COUNCIL: AgencyType.CHILDRENS_SOCIAL_CARE,
    POLICE: AgencyType.POLICE,
}
LABELS = Labels(
    areas=(("referral_threshold", "Referral"), ("timeliness", "Delay")),
    stages=(("2", "Stage 2"), ("3", "Stage 3")),
    kinds=tuple((each.value, each.value) for each in AgencyType),
)
TODAY = date(2027, 4, 20)
SECRETS = ("Frankie", "frankie@school.example", "Taylor", "WS-111", "WS-222", "A meeting this week")
replace = msgspec.structs.replace


def stage(ref: EscalationRef = FIRST, *, number: int = 2, **changes: object) -> Escalation:
    facts = Facts(
        partnership=WEST,
        opened_at=RECEIVED,
        raiser=Raiser(name="Frankie", role="Lead", address="frankie@school.example", phone=""),
        raising=(Side(agency=SCHOOL),),
        receiving=(Side(agency=COUNCIL),),
        stage=StageNumber(number),
        area="referral_threshold",
    )
    plain = Escalation(
        ref=ref,
        partnership=WEST,
        submission=SubmissionId("1" * 32),
        form="monitoring-form",
        form_version=1,
        accepted_at=RECEIVED,
        opened_at=RECEIVED,
        state=State.ROUTED,
        facts=facts,
    )
    return replace(plain, **changes)


def closed(one: Escalation, *, days: float, code: OutcomeCode = OutcomeCode.AGREED, **life: object) -> Escalation:
    at = RECEIVED + timedelta(days=days)
    version = OutcomeVersion(
        number=1,
        code=code,
        text="A meeting this week",
        issues=(),
        by="frankie@school.example",
        by_who="Frankie",
        at=at,
        digest=Digest("0" * 64),
        submission=SubmissionId("2" * 32),
        learning=("threshold", "roles", "threshold"),
    )
    ended = replace(one.life, versions=(version,), closed_at=at, debrief="taken", **life)
    return replace(one, state=State.CLOSED, life=ended)


def learn(*stages: Escalation, due_days: float | None = None) -> Coded | None:
    dues = {one.ref: RECEIVED + timedelta(days=due_days) for one in stages} if due_days is not None else {}
    holidays = holidays_of(Nation.ENGLAND)
    return coded(stages, dues=dues, kinds=KINDS.get, zone="Europe/London", holidays=holidays)


def test_a_matter_is_one_row_of_codes_without_anybody_in_it() -> None:
    held = Holding(address="taylor@council.example", asked_at=RECEIVED, acknowledged_at=RECEIVED + timedelta(hours=2.5))
    found = learn(closed(stage(life=Life(holdings=(held,))), days=4))
    assert found is not None
    assert (found.area, found.raised_by, found.about) == ("referral_threshold", "education", "childrens_social_care")
    assert (found.acknowledged_hours, found.resolved_days, found.overdue) == (3, 1, False)  # a bank holiday weekend
    assert (found.outcome, found.debrief, found.learning) == ("agreed", "taken", ("roles", "threshold"))
    said = msgspec.json.encode(replace(found, matter=EscalationRef("")))
    assert not [secret for secret in SECRETS if secret.encode() in said]


def test_its_stages_are_counted_once_with_the_highest_reached() -> None:
    later = stage(SECOND, number=3, life=Life(matter=FIRST), accepted_at=RECEIVED + timedelta(days=9))
    found = learn(stage(state=State.MOVED_ON, life=Life(next=SECOND)), later, due_days=7)
    assert found is not None
    assert (found.matter, found.stage, found.overdue, found.closed_on) == (FIRST, 3, True, None)


def test_a_date_that_was_agreed_is_not_overdue() -> None:
    agreed = stage(life=Life(agreed_until=RECEIVED + timedelta(days=30)))
    late, agreed_to = learn(closed(stage(), days=9), due_days=7), learn(closed(agreed, days=9), due_days=7)
    assert late is not None
    assert agreed_to is not None
    assert (late.overdue, agreed_to.overdue) == (True, False)


def test_what_opens_again_stays_as_it_first_closed() -> None:
    ended = closed(stage(), days=4)
    again = stage(SECOND, number=3, life=Life(matter=FIRST), accepted_at=RECEIVED + timedelta(days=99))
    assert learn(ended, again) == learn(ended)


@pytest.mark.parametrize("state", [State.RECEIVED, State.PARKED, State.DIVERTED, State.WAITING_CONFIRMATION])
def test_what_was_never_an_escalation_is_not_counted(state: State) -> None:
    assert learn(stage(state=state)) is None


def test_agencies_of_several_kinds_and_of_none_are_said_so() -> None:
    facts = stage().facts
    assert facts is not None
    unlisted = Side(agency=None, other_name="Somewhere")
    mixed = replace(facts, raising=(Side(agency=SCHOOL), Side(agency=POLICE)), receiving=(unlisted,))
    found = learn(stage(facts=mixed))
    assert found is not None
    assert (found.raised_by, found.about) == (SEVERAL, NOT_KNOWN)


def test_a_year_begins_in_april() -> None:
    assert year_of(quarter_of(date(2027, 3, 31))) == 2026
    assert quarter_of(date(2026, 4, 1)) == quarter_of(date(2026, 6, 30)) == quarter_of(date(2026, 7, 1)) - 1
    assert first_day(quarter_of(date(2027, 2, 3))) == date(2027, 1, 1)


def rows(many: int, *, day: date, area: str = "timeliness", **changes: object) -> list[Coded]:
    plain = Coded(
        matter=FIRST,
        partnership=WEST,
        area=area,
        raised_by="education",
        about="childrens_social_care",
        stage=2,
        received_on=day,
        closed_on=day,
    )
    return [replace(plain, matter=EscalationRef(f"M{area}{day}{one}"), **changes) for one in range(many)]


def reported(found: list[Coded], *, today: date = TODAY, year: int = 2026) -> Report:
    by_quarter: dict[int, list[Coded]] = {}
    for one in found:
        by_quarter.setdefault(quarter_of(one.received_on), []).append(one)
    totals = {quarter: len(each) for quarter, each in by_quarter.items()}
    periods = {
        period: [one for quarter in period for one in by_quarter.get(quarter, [])]
        for period in spans(totals, year=year, today=today)
    }
    return report(periods, periods, labels=LABELS, year=year, today=today)


def test_a_quarter_with_fewer_than_five_is_counted_with_the_next() -> None:
    few, more = rows(3, day=date(2026, 5, 1)), rows(6, day=date(2026, 8, 1))
    half = reported(few + more).received
    assert (half.periods, half.totals, half.whole) == (("April to September 2026",), (9,), 9)


def test_a_few_at_the_end_of_a_year_are_counted_in_the_next() -> None:
    found = rows(9, day=date(2026, 5, 1)) + rows(2, day=date(2027, 2, 1)) + rows(7, day=date(2027, 5, 1))
    today = date(2028, 5, 1)
    assert reported(found, today=today).received.whole == 9
    after = reported(found, today=today, year=2027).received
    assert (after.periods[0], after.totals[0]) == ("July 2026 to June 2027", 9)


def test_a_quarter_is_not_shown_before_it_has_settled() -> None:
    found = rows(9, day=date(2026, 5, 1))
    assert reported(found, today=date(2026, 7, 6)).received.periods == ()
    assert reported(found, today=date(2026, 7, 8)).received.periods == ("April to June 2026",)


def test_there_is_no_whole_before_the_year_is_over() -> None:
    going_on = reported(rows(9, day=date(2026, 5, 1)), today=date(2026, 12, 1))
    assert not going_on.complete
    assert going_on.received.whole is None
    assert {line.whole for sheet in going_on.received.sheets for line in sheet.lines} == {None}


def test_every_table_counts_each_matter_once() -> None:
    day = date(2026, 5, 1)
    found = rows(20, day=day) + rows(30, day=day, area="referral_threshold", outcome="agreed", acknowledged_hours=3)
    found += rows(8, day=day, area="elsewhere", stage=3, resolved_days=7, overdue=True)
    made = reported(found)
    for sheet in (*made.received.sheets, *made.closed.sheets):
        if sheet.key != "learning" and all(line.cells[0] is not None for line in sheet.lines):
            assert sum(line.cells[0] or 0 for line in sheet.lines) == 58
    assert [line.cells[0] for line in made.received.sheets[0].lines] == [30, 20, 8]


def test_no_line_of_any_table_is_under_five() -> None:
    found = rows(11, day=date(2026, 5, 1)) + rows(2, day=date(2026, 5, 1), area="referral_threshold")
    made = reported(found)
    cells = [cell for sheet in made.received.sheets for line in sheet.lines for cell in (*line.cells, line.whole)]
    assert all(cell is None or cell >= 5 for cell in cells)
    assert [line.cells[0] for line in made.received.sheets[0].lines].count(None) >= 2


def test_learning_is_counted_a_code_at_a_time() -> None:
    day = date(2026, 5, 1)
    found = rows(12, day=day, learning=("threshold", "roles")) + rows(8, day=day, area="x", learning=("threshold",))
    found += rows(6, day=day, area="y")
    lines = {line.label: line.cells[0] for line in reported(found).closed.sheets[-1].lines}
    assert (lines["How thresholds are understood"], lines["Who does what"]) == (20, 12)
    assert lines["Training or support for staff"] is None


def test_the_years_are_those_in_which_there_is_something() -> None:
    assert years([quarter_of(date(2025, 2, 1)), quarter_of(date(2026, 5, 1))], today=TODAY) == (2026, 2025, 2024)
    assert years([], today=TODAY) == ()


def test_a_period_is_named_by_its_months() -> None:
    autumn = quarter_of(date(2026, 10, 1))
    assert name_of((autumn,)) == "October to December 2026"
    assert name_of((autumn, autumn + 1)) == "October 2026 to March 2027"

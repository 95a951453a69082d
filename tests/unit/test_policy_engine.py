"""What a policy requires: rows of facts and what must follow, each with its clause. Pure."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from services.router.domain.decision import Basis, Part, Ruling
from services.router.policy.facts import ChildStatus, Entry, Named, Raiser, Route, Side, Timeframe, TimeframeUnit
from shared.terms import AgencyId, StageNumber
from tests.policy_world import agency, decision_of, named, roles_of, side, stage_two, told

CHRISTMAS = datetime(2026, 12, 21, 10, 0, tzinfo=UTC)


def test_a_bank_holiday_moves_the_due_date() -> None:
    assert decision_of(stage_two(opened_at=CHRISTMAS)).due_on == date(2026, 12, 30)


def test_a_form_sent_at_a_minute_to_midnight_counts_from_that_local_day() -> None:
    summer = datetime(2027, 6, 7, 22, 59, tzinfo=UTC)  # 23:59 in London
    assert decision_of(stage_two(opened_at=summer)).due_on == date(2027, 6, 14)


def test_a_form_sent_on_a_saturday_counts_from_monday_as_day_one() -> None:
    saturday = datetime(2027, 2, 6, 12, 0, tzinfo=UTC)
    assert decision_of(stage_two(opened_at=saturday, timeframe=Timeframe(amount=1))).due_on == date(2027, 2, 8)


def test_a_due_time_is_five_in_the_partnerships_zone() -> None:
    decision = decision_of(stage_two(opened_at=datetime(2027, 6, 7, 9, 0, tzinfo=UTC)))
    assert decision.due_at == datetime(2027, 6, 14, 16, 0, tzinfo=UTC)


def test_a_limit_in_hours_is_not_rounded_to_working_time() -> None:
    facts = stage_two(opened_at=CHRISTMAS, timeframe=Timeframe(unit=TimeframeUnit.HOURS, amount=100))
    decision = decision_of(facts)
    assert decision.due_at == datetime(2026, 12, 25, 14, 0, tzinfo=UTC)
    assert decision.due_on is None


def test_a_limit_of_a_calendar_week_is_not_warned_of_and_a_longer_one_is() -> None:
    assert decision_of(stage_two()).warnings == ()
    longer = decision_of(stage_two(timeframe=Timeframe(amount=6))).warnings
    assert longer == ("This limit spans eight calendar days: ask whether the child can wait that long.",)


def test_a_limit_past_the_known_bank_holidays_is_given_to_a_person() -> None:
    decision = decision_of(stage_two(timeframe=Timeframe(amount=5000)))
    assert decision.due_at is None
    assert [gap.code for gap in decision.gaps] == ["deadline-needs-a-person"]
    assert roles_of(decision, Part.CONTACT) == ["team_manager"]


def test_immediate_harm_in_days_asks_for_hours_and_for_a_telephone_call() -> None:
    decision = decision_of(stage_two(immediate_harm=True, entry=(Entry.URGENT,)))
    assert any("ring as well" in one for one in decision.warnings)
    assert any("hours" in one for one in decision.warnings)


@pytest.mark.parametrize("stage", [2, 3, 4, 5])
def test_any_stage_may_be_the_first(stage: int) -> None:
    decision = decision_of(stage_two(stage=StageNumber(stage), entry=(Entry.URGENT,), immediate_harm=True))
    assert decision.ruling is Ruling.ROUTED
    assert decision.stage == stage


@pytest.mark.parametrize("stage", [0, 1, 6, 7, -1])
def test_a_stage_that_no_raiser_can_ask_for_is_referred_to_a_person(stage: int) -> None:
    decision = decision_of(stage_two(stage=StageNumber(stage)))
    assert decision.ruling is Ruling.REFERRED
    assert told(decision) == ["raiser", "duty"]
    assert [gap.code for gap in decision.gaps] == ["stage-not-in-policy"]


def test_the_secretary_of_state_is_the_scrutineers_step_alone() -> None:
    decision = decision_of(stage_two(stage=StageNumber(6)))
    assert "for the independent scrutineer to decide" in decision.gaps[0].says


@pytest.mark.parametrize(
    ("partnership", "stage", "expected"),
    [
        ("west-sussex", 2, "no"),
        ("west-sussex", 3, "coded"),  # West Sussex is told at level 3
        ("east-sussex", 4, "no"),
        ("east-sussex", 5, "coded"),  # its neighbours when the scrutineer is asked
        ("severnside", 2, "coded"),  # the form is used from stage 2
        ("northmarch", 3, "no"),
        ("northmarch", 4, "coded"),  # when the board is asked for a panel
    ],
)
def test_each_partnership_is_told_at_its_own_stage(partnership: str, stage: int, expected: str) -> None:
    assert decision_of(stage_two(partnership, stage=StageNumber(stage))).partnership_told == expected


def test_a_partnerships_own_setting_is_given_as_the_reason() -> None:
    reasons = {one.rule: one for one in decision_of(stage_two(stage=StageNumber(3))).reasons}
    assert reasons["told"].source == "West Sussex SCP, Professional Curiosity and Escalations"


def test_the_raisers_rung_is_skipped_on_their_own_side() -> None:
    police, care = agency("police", "west-sussex"), agency("children's social care", "west-sussex")
    facts = stage_two(
        raiser=Raiser(name="Ash", role="Detective Sergeant", address="ash@sussex-police.example", phone=""),
        raising=(side(police),),
        receiving=(side(care, team="assessment"),),
    )
    assert roles_of(decision_of(facts), Part.RAISERS_MANAGER) == ["detective_inspector"]


def test_a_raiser_in_the_directory_stands_on_their_posts_rung_whatever_they_typed() -> None:
    school = agency("primary school", "west-sussex")
    head = named(school, "head_teacher")
    facts = stage_two(
        raiser=Raiser(name=head.name, role="teacher", address=head.address, phone=""), raising=(side(school),)
    )
    assert roles_of(decision_of(facts), Part.RAISERS_MANAGER) == ["education_safeguarding_lead"]


def test_a_rung_used_at_an_earlier_stage_is_not_asked_again() -> None:
    school = agency("primary school", "west-sussex")
    facts = stage_two(
        raiser=Raiser(name="Dee", role="DSL", address="dee@oakfield-primary.example", phone=""),
        raising=(side(school),),
        stage=StageNumber(3),
        held=("oakfield-primary.head",),
    )
    decision = decision_of(facts)
    assert roles_of(decision, Part.RAISING_CONTACT) == ["education_safeguarding_lead"]
    assert any("already spoke" in why for _, why in decision.excluded)


def test_a_looked_after_child_and_another_agencys_service_go_to_the_reviewing_officer_with_the_stages_beside() -> None:
    mental_health = agency("mental health trust", "east-sussex")
    facts = stage_two(
        "east-sussex",
        child_status=ChildStatus.LOOKED_AFTER,
        subject="service",
        receiving=(side(mental_health),),
    )
    decision = decision_of(facts)
    assert roles_of(decision, Part.CONTACT) == ["independent_reviewing_officer", "senior_nurse"]
    assert decision.stage == 2


def test_in_other_policies_a_looked_after_child_goes_through_the_stages_and_the_reviewing_officer_is_told() -> None:
    decision = decision_of(stage_two("luton", child_status=ChildStatus.LOOKED_AFTER, subject="care_plan"))
    assert roles_of(decision, Part.CONTACT) == ["team_manager"]
    assert roles_of(decision, Part.INFORMED) == ["independent_reviewing_officer"]
    used = next(one for one in decision.reasons if one.rule == "route-looked_after")
    assert used.basis is Basis.DEMONSTRATION


def test_what_a_conference_decided_about_a_looked_after_child_goes_to_the_chair_and_the_officer_is_told() -> None:
    facts = stage_two(child_status=ChildStatus.LOOKED_AFTER_AND_PROTECTION, subject="conference")
    decision = decision_of(facts)
    assert roles_of(decision, Part.CONTACT) == ["conference_chair"]
    assert roles_of(decision, Part.INFORMED) == ["iro_service_manager"]  # two officers: the post that allocates


def test_the_reviewing_officer_of_a_looked_after_child_is_told_of_dissent_at_a_conference() -> None:
    looked_after = stage_two(route=Route.CONFERENCE_DISSENT, child_status=ChildStatus.LOOKED_AFTER_AND_PROTECTION)
    decision = decision_of(looked_after)
    assert roles_of(decision, Part.CONTACT) == ["conference_chair"]
    assert roles_of(decision, Part.INFORMED) == ["iro_service_manager"]
    assert roles_of(decision_of(stage_two(route=Route.CONFERENCE_DISSENT)), Part.INFORMED) == []


def test_what_a_conference_decided_about_a_looked_after_child_has_the_same_seventy_two_hours() -> None:
    ended = datetime(2027, 1, 29, 9, 0, tzinfo=UTC)
    facts = stage_two(child_status=ChildStatus.LOOKED_AFTER, subject="conference", conference_ended_at=ended)
    decision = decision_of(facts)
    assert decision.raise_before == datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
    assert decision.late


def test_a_request_for_a_conference_that_the_safeguarding_lead_backs_is_shown_to_everybody() -> None:
    backed = decision_of(stage_two(route=Route.NEED_FOR_CONFERENCE, lead_backs=True))
    assert any("safeguarding lead backs it" in one for one in backed.warnings)
    assert decision_of(stage_two(route=Route.NEED_FOR_CONFERENCE)).warnings == ()


def test_a_stage_is_called_by_its_number_and_by_who_meets() -> None:
    assert decision_of(stage_two()).stage_label == "Stage 2: manager to manager"


def test_the_raiser_is_told_what_they_may_do_next_and_everybody_else_that_the_raiser_may() -> None:
    decision = decision_of(stage_two())
    assert decision.if_unresolved.startswith(
        "The person who raised it may take it to stage 3: the Named Doctor or Nurse"
    )
    assert decision.if_unresolved_you.startswith("You may take it to stage 3: the Named Doctor or Nurse, with the Head")
    assert decision.if_unresolved_you.endswith("Nothing moves on by itself: you decide.")


@pytest.mark.parametrize("route", list(Route))
@pytest.mark.parametrize("partnership", ["west-sussex", "severnside", "northmarch", "luton"])
def test_nobody_is_promised_a_reminder_and_everybody_told_is_told_why(partnership: str, route: Route) -> None:
    decision = decision_of(stage_two(partnership, route=route))
    for said in (decision.if_unresolved, decision.if_unresolved_you, *decision.warnings):
        assert "remind" not in said
        assert "{" not in said
    for one in decision.persons:
        if one.told and one.part not in (Part.PARTNERSHIP, Part.DUTY):
            assert one.why_you.startswith("You ") or one.why_you.startswith("A professional of your agency")
            assert "{" not in one.why_you


def test_the_manager_of_the_team_that_decided_is_told_so() -> None:
    acting = next(one for one in decision_of(stage_two()).persons if one.part is Part.CONTACT)
    assert acting.why_you == "You manage the team that made the decision."


def test_whether_to_hold_a_conference_has_its_own_route_with_the_stages_offered() -> None:
    decision = decision_of(stage_two(route=Route.NEED_FOR_CONFERENCE))
    assert decision.route == "need_for_conference"
    assert roles_of(decision, Part.CONTACT) == ["conference_chair"]
    assert decision.offered == ("stages",)


def test_seventy_two_hours_are_kept_to_the_minute() -> None:
    ended = datetime(2026, 12, 23, 15, 30, tzinfo=UTC)
    dissent = stage_two(route=Route.CONFERENCE_DISSENT, dissent="formal", conference_ended_at=ended)
    on_time = msgspec.structs.replace(dissent, opened_at=datetime(2026, 12, 26, 15, 30, tzinfo=UTC))
    too_late = msgspec.structs.replace(dissent, opened_at=datetime(2026, 12, 26, 15, 31, tzinfo=UTC))
    assert not decision_of(on_time).late
    assert decision_of(too_late).late


def test_the_panel_has_three_agencies_those_concerned_first_and_is_told_only_when_convened() -> None:
    decision = decision_of(stage_two("northmarch", route=Route.PANEL))
    panel = [one for one in decision.persons if one.part is Part.INFORMED]
    assert roles_of(decision, Part.CONTACT) == ["business_manager"]
    agencies = [one.agency for one in panel]
    assert len(set(agencies)) == 3
    assert agencies[:2] == ["Northmarch Community Health NHS Trust", "Northmarch children's social care"]
    assert not any(one.told for one in panel)


def test_nobody_who_made_the_decision_sits_on_the_panel() -> None:
    care = agency("children's social care", "northmarch")
    facts = stage_two(
        "northmarch", route=Route.PANEL, receiving=(side(care, decision_maker=named(care, "panel_member")),)
    )
    decision = decision_of(facts)
    assert "Northmarch children's social care" not in [
        one.agency for one in decision.persons if one.part is Part.INFORMED
    ]


def test_a_route_that_the_policy_does_not_have_takes_the_stages_and_is_shown_to_a_person() -> None:
    decision = decision_of(stage_two(route=Route.PANEL))
    assert roles_of(decision, Part.CONTACT) == ["team_manager"]
    assert "route-not-in-policy" in [gap.code for gap in decision.gaps]


def test_similar_escalations_offer_the_stage_for_a_person_to_confirm_and_move_nothing() -> None:
    decision = decision_of(stage_two(pattern_count=3))
    assert decision.offered == ("stage-5",)
    assert decision.stage == 2
    assert decision_of(stage_two(pattern_count=2)).offered == ()


def test_two_teams_of_one_agency_are_in_scope_in_sussex_and_diverted_under_the_board_guide() -> None:
    for partnership, ruling in (("west-sussex", Ruling.ROUTED), ("northmarch", Ruling.DIVERTED)):
        care = agency("children's social care", partnership)
        facts = stage_two(partnership, raising=(side(care, team="family-support"),))
        assert decision_of(facts).ruling is ruling


@pytest.mark.parametrize("concern", ["adult", "complaint", "allegation", "parent"])
def test_what_is_no_escalation_is_diverted_and_nobody_is_told(concern: str) -> None:
    decision = decision_of(stage_two(subject_of_concern=concern))
    assert decision.ruling is Ruling.DIVERTED
    assert decision.diversion == concern
    assert decision.persons == ()


def test_a_decision_made_in_another_area_is_shown_to_a_person() -> None:
    decision = decision_of(stage_two(decision_area="luton", child_area="luton"))
    assert {gap.code for gap in decision.gaps} == {"decision-elsewhere", "child-elsewhere"}
    assert decision_of(stage_two(decision_area="not_known", child_area="west-sussex")).gaps == ()


def test_several_agencies_each_get_their_own_contact() -> None:
    care, police = agency("children's social care", "west-sussex"), agency("police", "west-sussex")
    facts = stage_two(receiving=(side(care, team="assessment"), Side(agency=police)))
    assert roles_of(decision_of(facts), Part.CONTACT) == ["team_manager", "investigations_desk"]


def test_an_agency_that_nobody_named_is_shown_to_a_person() -> None:
    assert "no-receiving-agency" in [gap.code for gap in decision_of(stage_two(receiving=())).gaps]


def test_every_reason_says_which_rule_and_where_it_comes_from() -> None:
    for partnership in ("west-sussex", "severnside", "northmarch", "luton"):
        for reason in decision_of(stage_two(partnership)).reasons:
            assert reason.rule
            assert reason.says
            assert (reason.source == "example, not in the policy text") is (reason.basis is Basis.DEMONSTRATION)


def test_a_person_is_told_once_though_two_seats_are_theirs() -> None:
    care = agency("children's social care", "east-sussex")
    facts = stage_two(
        "east-sussex",
        child_status=ChildStatus.LOOKED_AFTER,
        receiving=(side(care, team="assessment", decision_maker=named(care, "team_manager")),),
    )
    addresses = [one.address for one in decision_of(facts).persons]
    assert len(addresses) == len(set(addresses))


def test_an_unknown_decision_maker_is_nobody_to_write_to() -> None:
    care = AgencyId("ws-social-care")
    facts = stage_two(receiving=(side(care, team="assessment", decision_maker=Named()),))
    assert roles_of(decision_of(facts), Part.DECISION_MAKER) == []

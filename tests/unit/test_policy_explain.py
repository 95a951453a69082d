"""A decision in plain lines. Pure."""

from datetime import UTC, datetime

from services.router.domain.routing.explain import explain_decision
from services.router.policy.facts import Route
from shared.terms import StageNumber
from tests.policy_world import decision_of, stage_two

LONDON = "Europe/London"


def test_each_rule_is_printed_with_its_source_and_examples_say_so() -> None:
    lines = explain_decision(decision_of(stage_two()), zone=LONDON)
    text = "\n".join(lines)
    assert lines[0].startswith("WS-7K3-QM9-PXC: routed, decided Monday 1 February 2027, 10:00")
    assert "due Monday 8 February 2027, 17:00" in text
    assert "[rung-2-childrens_social_care; policy: Pan Sussex Child Protection" in text
    assert "Stage 2 can be asked for" not in text
    assert "contact: Taylor Willowby, Team manager, Assessment" in text


def test_who_was_passed_over_and_what_needs_a_person_are_printed() -> None:
    decision = decision_of(stage_two(stage=StageNumber(6)))
    assert any("[stage-not-in-policy]" in line for line in explain_decision(decision, zone=LONDON))


def test_a_late_dissent_and_a_diversion_say_so() -> None:
    ended = datetime(2027, 1, 1, 9, 0, tzinfo=UTC)
    late = decision_of(stage_two(route=Route.CONFERENCE_DISSENT, dissent="formal", conference_ended_at=ended))
    assert any(line.endswith("Monday 4 January 2027, 09:00: late") for line in explain_decision(late, zone=LONDON))
    diverted = explain_decision(decision_of(stage_two(own_manager=True)), zone=LONDON)
    assert any("diverted: own manager. Nothing was opened and nobody was told." in line for line in diverted)


def test_an_example_is_marked_as_not_in_the_policy_text() -> None:
    lines = explain_decision(decision_of(stage_two("luton")), zone=LONDON)
    assert any("example, not in the policy text]" in line for line in lines)

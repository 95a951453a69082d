"""Packs load whole, and every problem of one is told with its line. Shell: reads the packs."""

from datetime import date

import pytest

from services.router.policy.loader import load_policy
from services.router.policy.model import Policy, all_reasons
from services.router.policy.pack import AREA_CODES
from services.router.policy.places import Places, Problem
from services.router.policy.step import Basis
from shared.terms import AgencyType
from tests.policy_world import PACKS, entries, policies

SUSSEX = (PACKS / "pan-sussex.toml").read_text(encoding="utf-8")


def problems(text: str) -> list[str]:
    found = load_policy(text, file="pack.toml")
    assert not isinstance(found, Policy)
    return [str(one) for one in found]


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def test_four_packs_serve_the_five_documents() -> None:
    assert set(policies()) == {"pan-sussex", "board-guide", "monitoring-form", "pan-bedfordshire"}


@pytest.mark.parametrize("name", ["pan-sussex", "board-guide", "monitoring-form", "pan-bedfordshire"])
def test_every_rule_has_a_basis_and_a_source_that_people_know(name: str) -> None:
    for reason in all_reasons(policies()[name]):
        assert reason.says.strip()
        assert reason.source
        assert not reason.source.startswith(("S0", "S1", "S2", "S3", "S4", "[P"))
        assert (reason.source == "example, not in the policy text") is (reason.basis is Basis.DEMONSTRATION)


@pytest.mark.parametrize("name", ["pan-sussex", "board-guide", "monitoring-form", "pan-bedfordshire"])
def test_every_type_of_agency_has_every_rung(name: str) -> None:
    for kind in AgencyType:
        assert sorted(policies()[name].rungs[kind]) == [1, 2, 3, 4]


def test_pan_sussex_has_six_stages_seven_areas_and_both_triggers() -> None:
    policy = policies()["pan-sussex"]
    assert list(policy.stages) == [1, 2, 3, 4, 5, 6]
    assert len(policy.areas) == 7
    assert [one.code for one in policy.triggers] == ["not_safe", "not_best_interests"]
    assert not policy.stages[6].can_start


def test_the_board_guide_has_four_areas_and_ends_in_a_panel() -> None:
    policy = policies()["board-guide"]
    assert policy.areas[0].words == "Levels of need"
    assert len(policy.areas) == 4
    assert policy.stages[4].label == "Resolution Panel"


def test_the_monitoring_form_is_used_from_stage_two_and_at_each_further_stage() -> None:
    stages = policies()["monitoring-form"].stages
    assert [stages[number].form for number in (1, 2, 3)] == [False, True, True]


def test_bedfordshire_adds_decisions_on_a_case_and_leaves_out_the_need_for_action() -> None:
    codes = {one.code for one in policies()["pan-bedfordshire"].areas}
    assert "case_decision" in codes
    assert not {"need_for_action", "level_of_need"} & codes


def test_the_one_code_set_has_eighteen_areas_and_every_pack_uses_no_other() -> None:
    assert len(AREA_CODES) == 18
    assert all(one.area_codes <= AREA_CODES for one in policies().values())


def test_every_pack_shows_the_way_with_an_own_manager_and_a_review_date_for_each_signpost() -> None:
    for policy in policies().values():
        own = next(one.text for one in policy.diversions if one.text.code == "own_manager")
        assert "You can still refer the child to children's social care yourself, now." in " ".join(own.paragraphs)
        assert all(one.review_on is not None and one.review_on > date(2026, 1, 1) for one in policy.signposts)


def test_every_problem_is_told_with_its_line_not_just_the_first() -> None:
    broken = SUSSEX.replace('source = "six_stages"\n\n[settings.own_agency]', "\n[settings.own_agency]", 1)
    broken = broken.replace('type = "police"', 'type = "polise"', 1).replace("stage = 1\n", 'stage = "one"\n', 1)
    found = problems(broken)
    assert f"pack.toml, line {line_of(broken, 'polise')}" in " ".join(found)
    assert any("a whole number" in one for one in found)
    assert not any("polise" in one for one in found)


def test_a_source_that_is_not_listed_is_a_problem_at_its_line() -> None:
    broken = SUSSEX.replace('source = "manual"', 'source = "hearsay"', 1)
    assert problems(broken) == [
        f"pack.toml, line {line_of(broken, 'hearsay')}: settings.timeframe.source: Its source is not one of [sources]."
    ]


def test_a_demonstration_rule_may_not_claim_a_source() -> None:
    broken = SUSSEX.replace('basis = "demonstration"', 'basis = "demonstration"\nsource = "manual"', 1)
    assert "it is an example" in problems(broken)[0]


def test_an_unknown_key_a_missing_key_and_a_role_nobody_has_are_problems() -> None:
    broken = SUSSEX.replace('stage_word = "Stage"', 'stage_word = "Stage"\ncolour = "red"', 1)
    assert "no such thing as colour" in problems(broken)[0]
    assert "edition is missing" in problems(SUSSEX.replace('edition = "2026-09"\n', "", 1))[0]
    broken = SUSSEX.replace('roles = ["independent_scrutineer"]', 'roles = ["wizard"]', 1)
    assert "The role wizard is not one of [[role]]." in problems(broken)[0]


def test_an_area_outside_the_code_set_is_a_problem() -> None:
    assert "one code set" in problems(SUSSEX.replace('code = "timeliness"', 'code = "weather"', 1))[0]


def test_a_contact_who_need_not_act_is_a_problem() -> None:
    broken = SUSSEX.replace('who = "rung"\nmust_act = true', 'who = "rung"', 1)
    assert "A contact must act." in problems(broken)[0]


def test_what_is_not_toml_is_one_problem_with_its_line() -> None:
    assert problems("[policy]\nid = ") == ["pack.toml, line 2: This is not TOML: Invalid value."]


def test_places_know_nested_tables_and_skip_texts_of_several_lines() -> None:
    text = '[[a]]\nx = """\n[[a]]\ny = 1\n"""\n[[a.b]]\nz = 1\n[[a]]\n[[a.b]]\nz = 2\n'
    places = Places(text)
    assert [places.line(path) for path in ("a[0]", "a[0].x", "a[0].b[0].z", "a[1].b[0].z", "a[1].nothing", "q")] == [
        1,
        2,
        7,
        10,
        8,
        0,
    ]


def test_a_problem_reads_as_one_line() -> None:
    assert str(Problem("f.toml", 3, "It is missing.")) == "f.toml, line 3: It is missing."


def test_the_demonstrations_partnerships_use_all_four_packs() -> None:
    assert {one.policy for one in entries().partnerships} == set(policies())

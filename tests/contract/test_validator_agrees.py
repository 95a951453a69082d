"""The browser's validator and `shared.forms.check` find the same problems, in the same order and words. Shell."""

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shared.forms import OPEN_CLASSES, FieldClass, FormDefinition, Kind, check, definition_json, load_definition

HERE = Path(__file__).resolve().parent
FORM = HERE.parents[1] / "shared/form_definitions/monitoring-form.1.toml"
pytestmark = pytest.mark.node

CHOICES = {
    "policy_areas": ["thresholds", "need_for_action"],
    "triggers": ["not_safe", "not_in_best_interests"],
    "desired_actions": ["allocate", "strategy_meeting"],
    "stages": ["2", "3", "4"],
    "council_areas": ["west-sussex", "east-sussex"],
    "agencies": ["ws-csc", "ws-school"],
    "teams:ws-csc": ["assessment-1", "assessment-2"],
}
Case = dict[str, Any]

TEXTS: list[Any] = [
    "",
    " ",
    "\u00a0\u2003",
    "\ufeff",
    "\x1c\x1f",
    "Words",
    "a" * 200,
    "a" * 201,
    "😀" * 200,
    "😀" * 201,
    "a\tb",
    "a\nb",
    "a\x00b",
    "\x85",
    "é" * 12001,
    5,
    True,
    None,
    [],
    ["a"],
    {},
    "a@b.example",
    " a@b.example ",
    "a@b",
    "a b@c.example",
    "é@b.example",
    "a@b.example\n",
    "a@-b.example",
    "01632 960 001",
    "+44 (0)1632 960001 ext 12",
    "1234",
    "01632 96000x",
    "٠١٦٣٢٩٦٠٠٠١",
]
DATES: list[Any] = [
    "2026-12-30",
    "2026-02-29",
    "2028-02-29",
    "1900-01-01",
    "1901-01-01",
    "0000-01-01",
    "2026-13-01",
    "2026-00-10",
    "2026-1-1",
    "30/12/2026",
    "٢٠٢٦-12-30",
    "2026-12-30 ",
    "2026-12-30T15:30",
    "2026-12-30T24:00",
    "2026-12-30T23:60",
    "2026-12-30T3:00",
    "2026-02-30T10:00",
    "T10:00",
    "2026-12-30T10:00:00",
    20261230,
]
TIMEFRAMES: list[Any] = [
    {},
    {"unit": "hours", "amount": 1},
    {"unit": "hours", "amount": 1440},
    {"unit": "hours", "amount": 1441},
    {"unit": "working_days"},
    {"unit": "working_days", "amount": 60},
    {"unit": "working_days", "amount": 61},
    {"unit": "working_days", "amount": 0},
    {"unit": "working_days", "amount": -1},
    {"unit": "working_days", "amount": 1.5},
    {"unit": "working_days", "amount": True},
    {"unit": "working_days", "amount": "5"},
    {"unit": "until", "until": "2026-12-30"},
    {"unit": "until", "until": "2026-02-30"},
    {"unit": "until"},
    {"unit": "weeks", "amount": 1},
    {"unit": "toString", "amount": 1},
    {"unit": "hours", "amount": 2, "more": 1},
    {"unit": "until", "until": "2026-12-30", "amount": None},
    "5",
    ["unit"],
]
CODES: list[Any] = [
    "yes",
    "no",
    "maybe",
    "not_listed",
    "not_known",
    "ws-csc",
    "ws-school",
    "assessment-1",
    "thresholds",
    "2",
    "5",
    2,
    ["yes"],
    [],
    ["999"],
    ["999", "999"],
    ["999", "social_care"],
    ["999", "social_care", "x"],
    ["thresholds", "need_for_action"],
    [1],
    "formal",
    ["ws-csc", "ws-school"],
    ["unresolved", "pattern"],
    "conference_dissent",
    "looked_after",
    "nobody_reached",
    "no_other",
    "constructor",
]
VALUES = {Kind.DATE: DATES, Kind.DATETIME: DATES, Kind.TIMEFRAME: TIMEFRAMES}
TEXT_KINDS = {Kind.TEXT, Kind.LONG_TEXT, Kind.EMAIL, Kind.TELEPHONE}


@pytest.fixture(scope="module")
def form() -> FormDefinition:
    return load_definition(FORM.read_text("utf-8"))


WHOLE = {
    "immediate_harm": "no",
    "receiving_agency": "ws-csc",
    "receiving_team": "assessment-1",
    "child_status": "in_need",
    "area": "thresholds",
    "child_name": "A Child",
    "account": "What we saw.\nAnd when.",
    "stage_one": "yes",
    "raiser_name": "R",
    "raiser_role": "Teacher",
    "raising_agency": "ws-school",
    "raiser_phone": "01632 960 001",
    "raiser_email": "r@school.example",
}
WITHIN = {**WHOLE, "receiving_agency": "ws-csc", "raising_agency": "ws-csc", "own_manager": "no"}
CONDITIONAL = {
    **WHOLE,
    "immediate_harm": "yes",
    "harm_consulted": "nobody_reached",
    "harm_not_reached": "No answer",
    "receiving_agency": "not_listed",
    "receiving_team": None,
    "receiving_agency_other_name": "A nursery",
    "receiving_agency_other_type": "education",
    "child_status": "looked_after",
    "subject": "care_plan",
    "route": "conference_dissent",
    "dissent": "formal",
    "conference_ended_at": "2026-12-23T15:30",
    "stage_one": "no_other",
    "stage_one_not": "Away",
    "lead_consulted": "yes",
}


def cases(form: FormDefinition) -> Iterator[Case]:
    for answers in ({}, WHOLE, WITHIN, CONDITIONAL, {**WHOLE, "unheard_of": "x"}, {"unheard_of": ""}):
        for stage in (1, 2, 3):
            yield {"answers": answers, "stage": stage, "classes": [each.value for each in FieldClass]}
    yield {"answers": {"immediate_harm": "yes", "account": "x"}, "stage": 2, "classes": sorted(OPEN_CLASSES)}
    for start in (WHOLE, WITHIN, CONDITIONAL):
        for field in form.fields:
            values = TEXTS if field.kind in TEXT_KINDS else VALUES.get(field.kind, CODES)
            for value in values:
                yield {
                    "answers": {**start, field.id: value},
                    "stage": 2,
                    "classes": [each.value for each in FieldClass],
                }
    chance = random.Random(7)
    everything = [*TEXTS, *DATES, *TIMEFRAMES, *CODES]
    for _ in range(400):
        some = chance.sample(form.fields, 12)
        answers = {field.id: chance.choice(everything) for field in some}
        yield {
            "answers": {**CONDITIONAL, **answers},
            "stage": chance.randint(1, 4),
            "classes": [each.value for each in FieldClass],
        }


def test_browser_and_router_find_the_same_problems(form: FormDefinition) -> None:
    tried = list(cases(form))
    asked = {"definition": json.loads(definition_json(form)), "choices": CHOICES, "cases": tried}
    command = ["node", str(HERE / "validator_peer.mjs")]
    told = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=110
    ).stdout
    in_browser: list[Any] = json.loads(told)
    assert len(in_browser) == len(tried) > 2000
    for case, theirs in zip(tried, in_browser, strict=True):
        ours = check(
            form,
            case["answers"],
            choices=CHOICES,
            stage=case["stage"],
            classes={FieldClass(each) for each in case["classes"]},
        )
        assert theirs == list(msgspec.to_builtins(ours)), case


def test_a_whole_form_has_no_problem_on_either_side(form: FormDefinition) -> None:
    assert check(form, WHOLE, choices=CHOICES, stage=2) == ()
    assert check(form, CONDITIONAL, choices=CHOICES, stage=2) == ()

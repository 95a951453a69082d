"""The monitoring form as data, and what `check` says about answers. Pure."""

import tomllib
from pathlib import Path

import pytest

from shared.forms import (
    OPEN_CLASSES,
    DefinitionRefused,
    FieldClass,
    FormDefinition,
    Problem,
    check,
    definition_from_json,
    definition_json,
    load_definition,
    required_fields,
    shown_fields,
)
from shared.forms.loading import largest_bytes

TEXT = (Path(__file__).parents[2] / "shared" / "form_definitions" / "monitoring-form.1.toml").read_text()
FORM = load_definition(TEXT)
CHOICES = {
    "policy_areas": {"threshold"},
    "triggers": {"not_safe", "not_best"},
    "desired_actions": {"allocate"},
    "stages": {"2", "3"},
    "council_areas": {"west-sussex"},
    "agencies": {"csc", "school"},
    "teams:csc": {"front-door"},
}
OPEN = {
    "immediate_harm": "no",
    "receiving_agency": "csc",
    "child_status": "in_need",
    "area": "threshold",
    "stage_one": "yes",
    "raiser_name": "Mara Marker",
    "raiser_role": "teacher",
    "raising_agency": "school",
    "raiser_phone": "01632 960 001",
    "raiser_email": "mara@larkfield.example",
}
WHOLE = {**OPEN, "child_name": "Zed Canary", "account": "They closed the referral."}
# domain.md section 3: what it marks I or Ij, as the form's fields. `code` and `fact` may only be coarse or of workers.
IDENTIFYING = {
    "child_name",
    "child_dob",
    "child_address",
    "child_numbers",
    "siblings",
    "parents",
    "child_school",
    "placement_address",
    "interim_safety",
    "child_views",
    "account",
    "evidence",
    "tried",
    "harm_not_reached",
    "stage_one_not",
}
CONFIRMED_IN_WRITING = {"agreed_outcome", "outstanding_issue"}  # lines that policies want confirmed in writing
FREE_TEXT_OF_WORKERS = {
    "harm_consulted_name",
    "receiving_agency_other_name",
    "decision_maker_name",
    "decision_maker_role",
    "raiser_name",
    "raiser_role",
    "raising_agency_other_name",
    "manager_name",
    "lead_name",
    "supporter_name",
    "previous_reference",
}


def problems(answers: dict[str, object], *, form: FormDefinition = FORM, stage: int = 2) -> list[tuple[str, Problem]]:
    return [(each.field, each.code) for each in check(form, answers, choices=CHOICES, stage=stage)]


def test_at_stage_2_twelve_answers_are_required() -> None:
    required = {field.id for field in required_fields(FORM, {}, stage=2)}
    assert required == set(WHOLE)
    assert len(required) == 12


def test_whatever_is_required_besides_hangs_on_an_answer() -> None:
    for field in FORM.fields:
        if field.required_when:
            assert field.shown_when, field.id


def test_what_may_identify_a_child_is_sealed() -> None:
    ids = {field.id: field.class_ for field in FORM.fields}
    assert set(ids) >= IDENTIFYING
    for name in IDENTIFYING - CONFIRMED_IN_WRITING:
        assert ids[name] is FieldClass.SEALED, name


def test_free_text_outside_the_seal_is_of_workers_or_marked_as_emailed() -> None:
    for field in FORM.fields:
        if field.kind in ("text", "long_text") and field.class_ in OPEN_CLASSES:
            assert field.class_ is FieldClass.NOTICE or field.id in FREE_TEXT_OF_WORKERS, field.id


def test_a_line_that_will_be_emailed_is_short_and_never_required() -> None:
    lines = [field for field in FORM.fields if field.class_ is FieldClass.NOTICE]
    assert [field.id for field in lines] == ["ask_line", "reason_line"]
    assert all(field.limit <= 500 and not field.required_from and not field.required_when for field in lines)


def test_the_answers_fit_into_the_envelope() -> None:
    sealed = sum(largest_bytes(field) for field in FORM.fields if field.class_ is FieldClass.SEALED)
    open_ = sum(largest_bytes(field) for field in FORM.fields if field.class_ in OPEN_CLASSES)
    assert sealed <= 200 * 1024
    assert open_ <= 64 * 1024 - 8 * 1024  # beside the answers stand keys and digests


def test_twelve_answers_make_a_whole_form() -> None:
    assert problems(dict(WHOLE)) == []


def test_router_checks_the_open_answers_without_the_record() -> None:
    assert check(FORM, OPEN, choices=CHOICES, stage=2, classes=OPEN_CLASSES) == ()


def test_a_sealed_answer_among_the_facts_is_refused() -> None:
    found = check(FORM, WHOLE, choices=CHOICES, stage=2, classes=OPEN_CLASSES)
    assert [each.code for each in found] == [Problem.UNKNOWN_FIELD]


def test_every_missing_answer_is_named_at_once_in_the_forms_order() -> None:
    found = problems({})
    assert [field for field, _ in found] == [field.id for field in required_fields(FORM, {}, stage=2)]
    assert {code for _, code in found} == {Problem.MISSING}


def test_blank_text_is_no_answer() -> None:
    assert problems({**WHOLE, "raiser_name": " \n"}) == [("raiser_name", Problem.MISSING)]


def test_whether_stage_1_was_tried_is_asked_from_stage_2_on() -> None:
    answers = {key: value for key, value in WHOLE.items() if key != "stage_one"}
    assert problems(answers, stage=1) == []
    assert problems(answers, stage=3) == [("stage_one", Problem.MISSING)]


def test_immediate_harm_asks_who_was_consulted_or_why_nobody() -> None:
    urgent = {**WHOLE, "immediate_harm": "yes"}
    assert problems(urgent) == [("harm_consulted", Problem.MISSING)]
    assert problems({**urgent, "harm_consulted": "nobody_reached"}) == [("harm_not_reached", Problem.MISSING)]
    assert problems({**urgent, "harm_consulted": "manager"}) == []


def test_an_answer_to_a_question_that_is_not_asked_is_refused() -> None:
    assert problems({**WHOLE, "dissent": "formal"}) == [("dissent", Problem.NOT_ASKED)]


def test_a_condition_on_a_question_that_is_not_asked_does_not_hold() -> None:
    shown = {field.id for field in shown_fields(FORM, {"immediate_harm": "no", "harm_consulted": "nobody_reached"})}
    assert "harm_not_reached" not in shown


def test_an_agency_that_is_not_listed_is_named() -> None:
    found = problems({**WHOLE, "receiving_agency": "not_listed"})
    assert [field for field, _ in found] == ["receiving_agency_other_name", "receiving_agency_other_type"]


def test_a_team_belongs_to_its_agency() -> None:
    assert problems({**WHOLE, "receiving_team": "front-door"}) == []
    assert problems({**WHOLE, "receiving_team": "not_known"}) == []
    assert problems({**WHOLE, "raising_team": "front-door"}) == [("raising_team", Problem.NOT_A_CHOICE)]


def test_within_one_agency_it_is_asked_if_the_own_manager_decided() -> None:
    within = {**WHOLE, "receiving_agency": "school"}
    assert problems(within) == [("own_manager", Problem.MISSING)]
    assert problems({**within, "own_manager": "no"}) == []
    assert len(required_fields(FORM, within, stage=2)) == 13
    assert problems({**WHOLE, "own_manager": "no"}) == [("own_manager", Problem.NOT_ASKED)]


def test_two_agencies_that_are_not_listed_are_not_taken_for_one() -> None:
    unlisted = {**WHOLE, "receiving_agency": "not_listed", "raising_agency": "not_listed"}
    assert "own_manager" not in {field.id for field in shown_fields(FORM, unlisted)}


def test_a_looked_after_child_needs_the_subject() -> None:
    assert problems({**WHOLE, "child_status": "looked_after"}) == [("subject", Problem.MISSING)]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("raiser_email", "mara.larkfield.example", Problem.BAD_EMAIL),
        ("raiser_email", "mara@larkfield", Problem.BAD_EMAIL),
        ("raiser_email", "a@b.example, c@d.example", Problem.BAD_EMAIL),
        ("raiser_phone", "ring me", Problem.BAD_TELEPHONE),
        ("raiser_name", "Mara\r\nBcc: all", Problem.WRONG_KIND),
        ("raiser_name", 7, Problem.WRONG_KIND),
        ("raiser_role", "x" * 201, Problem.TOO_LONG),
        ("area", "anything", Problem.NOT_A_CHOICE),
        ("immediate_harm", "maybe", Problem.NOT_A_CHOICE),
        ("decided_on", "2026-02-30", Problem.BAD_DATE),
        ("decided_on", "30/12/2026", Problem.BAD_DATE),
        ("timeframe", {"unit": "working_days", "amount": 0}, Problem.BAD_TIMEFRAME),
        ("timeframe", {"unit": "working_days", "amount": True}, Problem.BAD_TIMEFRAME),
        ("timeframe", {"unit": "until", "until": "soon"}, Problem.BAD_TIMEFRAME),
        ("timeframe", {"unit": "moons", "amount": 2}, Problem.BAD_TIMEFRAME),
        ("timeframe", "5", Problem.BAD_TIMEFRAME),
        ("desired_actions", "allocate", Problem.WRONG_KIND),
        ("desired_actions", ["allocate", "allocate"], Problem.NOT_A_CHOICE),
        ("more_agencies", ["csc"] * 7, Problem.TOO_LONG),
    ],
)
def test_a_wrong_answer_is_named_by_its_field_and_kind(field: str, value: object, code: Problem) -> None:
    assert problems({**WHOLE, field: value}) == [(field, code)]


@pytest.mark.parametrize(
    "value",
    [
        {"unit": "hours", "amount": 24},
        {"unit": "working_days", "amount": 5, "until": None},
        {"unit": "until", "until": "2026-12-30"},
    ],
)
def test_a_timeframe_is_hours_days_or_a_date(value: object) -> None:
    assert problems({**WHOLE, "timeframe": value}) == []


def test_a_conference_dissent_says_when_it_ended_to_the_minute() -> None:
    answers = {**WHOLE, "route": "conference_dissent", "dissent": "formal", "conference_ended_at": "2026-12-23T15:30"}
    assert problems(answers) == []
    assert problems({**answers, "conference_ended_at": "2026-12-23"}) == [("conference_ended_at", Problem.BAD_DATE)]


def test_no_problem_quotes_an_answer_or_an_unknown_field() -> None:
    answers = {**WHOLE, "raiser_email": "CANARY", "decided_on": "CANARY", "CANARY": "CANARY", "area": "CANARY"}
    assert "CANARY" not in repr(check(FORM, answers, choices=CHOICES, stage=2))


def test_every_error_says_what_to_do() -> None:
    for field in FORM.fields:
        if field.error:
            assert field.error.startswith(("Enter ", "Choose ")), field.id
            assert "invalid" not in field.error.lower()


def test_a_definition_survives_the_public_book() -> None:
    assert definition_from_json(definition_json(FORM)) == FORM


def test_a_bad_definition_is_refused_with_every_problem_at_once() -> None:
    bad = TEXT.replace('class = "notice"\nkind = "long_text"', 'class = "notice"\nkind = "long_txt"', 1)
    bad = bad.replace('id = "child_dob"\nclass = "sealed"', 'id = "child_dob"\nclass = "secret"\ncolour = "red"', 1)
    with pytest.raises(DefinitionRefused) as refusal:
        load_definition(bad)
    assert len(refusal.value.problems) == 2
    assert "ask_line" in str(refusal.value)
    assert "child_dob" in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "child_dob"', 'id = "child_name"', "twice"),
        ('field = "harm_consulted", one_of', 'field = "nowhere", one_of', "does not stand before it"),
        ('class = "notice"', 'class = "notice"\nrequired_from = 2', "never required"),
        ('of = "raising_agency"', 'of = "raiser_name"', "which agency field"),
        ('same_as = "raising_agency"', 'same_as = "raiser_name"', "which is no agency"),
        ('same_as = "raising_agency"', 'same_as = "supporter_name"', "does not stand before it"),
        ('same_as = "raising_agency"', 'same_as = "raising_agency", one_of = ["x"]', "either by one_of or by same_as"),
        ('error = "Enter your name"', "", "needs an error text"),
        ("limit = 12000", "limit = 90000", "more than"),
        ('not_asked = "', 'not_askd = "', "not_ask"),
        ('\ntelephone = "', '\ntelephone = "(', "not a regular expression"),
        ("[[sections]]", "[[sections", "line"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises(DefinitionRefused, match=says):
        load_definition(TEXT.replace(old, new, 1))


def test_an_open_question_may_not_hang_on_a_sealed_one() -> None:
    raw = TEXT.replace(
        'id = "policy_unclear"\n', 'id = "policy_unclear"\nshown_when = [{ field = "account", one_of = ["x"] }]\n', 1
    )
    with pytest.raises(DefinitionRefused, match="router cannot read"):
        load_definition(raw)


def test_ids_in_the_file_are_the_ids_in_the_definition() -> None:
    raw = tomllib.loads(TEXT)
    assert [field["id"] for section in raw["sections"] for field in section["fields"]] == [f.id for f in FORM.fields]

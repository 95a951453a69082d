"""What always holds of the form's check, whatever is answered. Pure."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.forms import OPEN_CLASSES, Kind, check, load_definition, required_fields, shown_fields

FORM = load_definition(
    (Path(__file__).parents[2] / "shared" / "form_definitions" / "monitoring-form.1.toml").read_text()
)
CHOICES = {"policy_areas": {"threshold"}, "agencies": {"csc"}, "stages": {"2", "3"}, "teams:csc": {"north"}}
IDS = [field.id for field in FORM.fields]
CODES = sorted({choice.code for field in FORM.fields for choice in field.choices} | {"yes", "no", "csc", "not_listed"})
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.sampled_from(CODES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
ANSWERS = st.dictionaries(st.sampled_from(IDS) | st.text(max_size=12), ANYTHING, max_size=25)
CHOSEN = st.dictionaries(st.sampled_from(IDS), st.sampled_from(CODES), max_size=40)
MARK = "Ω-canary-Ω"
MARKED = st.dictionaries(st.sampled_from(IDS), st.sampled_from([MARK, [MARK], {"unit": MARK}]), max_size=20)


@settings(max_examples=200, deadline=None)
@given(ANSWERS, st.integers(1, 6))
def test_any_answers_get_an_answer_and_the_same_one_twice(answers: dict[str, object], stage: int) -> None:
    first = check(FORM, answers, choices=CHOICES, stage=stage)
    assert first == check(FORM, answers, choices=CHOICES, stage=stage)
    named = [problem.field for problem in first if problem.field]
    assert named == sorted(named, key=IDS.index)
    assert len(set(named)) == len(named)


@settings(max_examples=200, deadline=None)
@given(CHOSEN)
def test_what_is_required_is_asked(answers: dict[str, object]) -> None:
    shown = {field.id for field in shown_fields(FORM, answers)}
    assert {field.id for field in required_fields(FORM, answers, stage=2)} <= shown


@settings(max_examples=200, deadline=None)
@given(CHOSEN)
def test_a_form_with_a_hidden_or_missing_answer_is_never_whole(answers: dict[str, object]) -> None:
    shown = {field.id for field in shown_fields(FORM, answers)}
    missing = {field.id for field in required_fields(FORM, answers, stage=2)} - set(answers)
    found = {problem.field for problem in check(FORM, answers, choices=CHOICES, stage=2)}
    assert missing | (set(answers) - shown) <= found


@settings(max_examples=200, deadline=None)
@given(MARKED)
def test_no_problem_ever_quotes_an_answer(answers: dict[str, object]) -> None:
    assert MARK not in repr(check(FORM, answers, choices=CHOICES, stage=2, classes=OPEN_CLASSES))


@settings(max_examples=100, deadline=None)
@given(CHOSEN)
def test_which_open_questions_are_asked_does_not_hang_on_the_record(answers: dict[str, object]) -> None:
    """Router, which never sees the record, asks the same questions as the browser did."""
    classes = {field.id: field.class_ for field in FORM.fields}
    without = {key: value for key, value in answers.items() if classes[key] in OPEN_CLASSES}
    both = [[f.id for f in shown_fields(FORM, each) if f.class_ in OPEN_CLASSES] for each in (answers, without)]
    assert both[0] == both[1]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), max_size=300))
def test_a_text_within_its_limit_is_taken_as_it_is(text: str) -> None:
    field = next(field for field in FORM.fields if field.kind is Kind.TEXT and field.id == "child_name")
    found = {problem.field for problem in check(FORM, {field.id: text}, choices=CHOICES, stage=2)}
    assert (field.id in found) == (not text.strip() or len(text) > field.limit)

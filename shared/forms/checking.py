"""One check of answers against a form definition, every problem at once and no answer quoted. Pure."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, datetime

from shared.forms.definition import (
    NOT_KNOWN,
    NOT_LISTED,
    Condition,
    Field,
    FieldClass,
    FormDefinition,
    Kind,
    Problem,
    Struct,
)

_CHOSEN = frozenset({Kind.YES_NO, Kind.CHOICE, Kind.CHOICES, Kind.AGENCY, Kind.TEAM})
MOST_OF = {"hours": 24 * 60, "working_days": 60}


class FieldProblem(Struct, frozen=True, kw_only=True):
    """What to mend. field "" where the answer belongs to no field. No text ever quotes an answer."""

    field: str
    code: Problem
    text: str


def shown_fields(definition: FormDefinition, answers: Mapping[str, object]) -> tuple[Field, ...]:
    """The fields that are asked, given these answers. An answer to a field that is not asked counts for nothing."""
    shown: dict[str, Field] = {}
    for field in definition.fields:
        if not field.shown_when or all(_holds(condition, shown, answers) for condition in field.shown_when):
            shown[field.id] = field
    return tuple(shown.values())


def required_fields(definition: FormDefinition, answers: Mapping[str, object], *, stage: int) -> tuple[Field, ...]:
    """The fields without whose answer the form is not accepted at `stage`, given these answers."""
    return _required({field.id: field for field in shown_fields(definition, answers)}, answers, stage=stage)


def check(
    definition: FormDefinition,
    answers: Mapping[str, object],
    *,
    choices: Mapping[str, Collection[str]],
    stage: int,
    classes: Collection[FieldClass] = frozenset(FieldClass),
) -> tuple[FieldProblem, ...]:
    """Every problem in `answers`, in the form's order. Router, which never sees the record, passes OPEN_CLASSES.

    choices: the codes of each Source; a team's key is "teams:<agency id>". Empty answers count as none.
    """
    fields = {field.id: field for field in definition.fields if field.class_ in classes}
    shown = {field.id: field for field in shown_fields(definition, answers)}
    required = {field.id for field in _required(shown, answers, stage=stage)}
    found = [_problem(definition, None, Problem.UNKNOWN_FIELD)] if any(key not in fields for key in answers) else []
    for field in fields.values():
        value = answers.get(field.id)
        if is_empty(value):
            code = Problem.MISSING if field.id in required else None
        elif field.id not in shown:
            code = Problem.NOT_ASKED
        else:
            allowed = _allowed(field, answers, choices) if field.kind in _CHOSEN else ()
            code = _value_problem(field, value, definition=definition, allowed=allowed)
        if code is not None:
            found.append(_problem(definition, field, code))
    return tuple(found)


def is_empty(value: object) -> bool:
    """Nothing was answered: no value, blank text, or no choice."""
    return value is None or (isinstance(value, str) and not value.strip()) or value == [] or value == ()


def _required(shown: Mapping[str, Field], answers: Mapping[str, object], *, stage: int) -> tuple[Field, ...]:
    return tuple(
        field
        for field in shown.values()
        if 0 < field.required_from <= stage
        or (field.required_when and all(_holds(condition, shown, answers) for condition in field.required_when))
    )


def _problem(definition: FormDefinition, field: Field | None, code: Problem) -> FieldProblem:
    if field is None:
        return FieldProblem(field="", code=code, text=definition.texts[code])
    text = field.error if code is Problem.MISSING and field.error else definition.texts[code]
    words = text.replace("{label}", field.label).replace("{limit}", str(field.limit))
    return FieldProblem(field=field.id, code=code, text=words)


def _holds(condition: Condition, shown: Mapping[str, Field], answers: Mapping[str, object]) -> bool:
    field = shown.get(condition.field)
    if field is None:
        return False
    value = answers.get(field.id)
    if condition.same_as:
        return condition.same_as in shown and _is_listed(value) and value == answers.get(condition.same_as)
    value = field.default if is_empty(value) else value
    given = value if isinstance(value, list | tuple) else (value,)
    return any(item in condition.one_of for item in given)


def _is_listed(agency: object) -> bool:
    return isinstance(agency, str) and not is_empty(agency) and agency != NOT_LISTED


def _allowed(field: Field, answers: Mapping[str, object], choices: Mapping[str, Collection[str]]) -> frozenset[str]:
    own = {choice.code for choice in field.choices}
    if field.kind is Kind.YES_NO:
        return frozenset({"yes", "no"})
    if field.kind is Kind.TEAM:
        return frozenset({NOT_KNOWN, *choices.get(f"teams:{answers.get(field.of)}", ())})
    if field.kind is Kind.AGENCY:
        own.add(NOT_LISTED)
    return frozenset({*own, *(choices.get(field.choices_from, ()) if field.choices_from else ())})


def _value_problem(
    field: Field, value: object, *, definition: FormDefinition, allowed: Collection[str]
) -> Problem | None:
    match field.kind:
        case Kind.TEXT | Kind.LONG_TEXT | Kind.EMAIL | Kind.TELEPHONE:
            return _text_problem(field, value, definition)
        case Kind.YES_NO | Kind.CHOICE | Kind.AGENCY | Kind.TEAM:
            if not isinstance(value, str):
                return Problem.WRONG_KIND
            return None if value in allowed else Problem.NOT_A_CHOICE
        case Kind.CHOICES:
            return _choices_problem(field, value, allowed)
        case Kind.DATE:
            return None if _is_date(value) else Problem.BAD_DATE
        case Kind.DATETIME:
            return None if _is_datetime(value) else Problem.BAD_DATE
        case Kind.TIMEFRAME:
            return None if _is_timeframe(value) else Problem.BAD_TIMEFRAME


def _text_problem(field: Field, value: object, definition: FormDefinition) -> Problem | None:
    if not isinstance(value, str):
        return Problem.WRONG_KIND
    breaks = "\n\t\r" if field.kind is Kind.LONG_TEXT else ""
    if not value.isprintable() and any(  # what is printable has none of these
        unicodedata.category(sign) in ("Cc", "Cs") and sign not in breaks for sign in value
    ):
        return Problem.WRONG_KIND
    if len(value) > field.limit:
        return Problem.TOO_LONG
    pattern = definition.patterns.get(field.kind)
    if pattern is not None and not re.fullmatch(pattern, value.strip()):
        return Problem.BAD_EMAIL if field.kind is Kind.EMAIL else Problem.BAD_TELEPHONE
    return None


def _choices_problem(field: Field, value: object, allowed: Collection[str]) -> Problem | None:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        return Problem.WRONG_KIND
    if len(value) > field.limit:
        return Problem.TOO_LONG
    return None if len(set(value)) == len(value) and set(value) <= set(allowed) else Problem.NOT_A_CHOICE


def _is_date(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        return date.fromisoformat(value).year > 1900
    except ValueError:
        return False


def _is_datetime(value: object) -> bool:
    """A local time to the minute; the partnership's zone is not part of it."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}", value):
        return False
    try:
        return datetime.fromisoformat(value).year > 1900
    except ValueError:
        return False


def _is_timeframe(value: object) -> bool:
    """`{"unit": "hours" | "working_days", "amount": n}` or `{"unit": "until", "until": "YYYY-MM-DD"}`."""
    if not isinstance(value, Mapping) or not set(value) <= {"unit", "amount", "until"}:
        return False
    unit, amount = value.get("unit"), value.get("amount")
    if unit == "until":
        return _is_date(value.get("until"))
    if unit not in MOST_OF or isinstance(amount, bool) or not isinstance(amount, int):
        return False
    return 1 <= amount <= MOST_OF[unit]

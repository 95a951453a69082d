"""What the raiser said, in the words of the form and of the partnership: a label and an answer a line. Pure.

An answer of class `code` is counted only, never shown beside a name; the sealed ones are in the record, which router
has not.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from shared.following import Line
from shared.forms import NOT_KNOWN, NOT_LISTED, Field, FieldClass, FormDefinition, Kind, is_empty, shown_fields
from shared.public_book import PublicChoice

SHOWN = frozenset({FieldClass.FACT, FieldClass.NOTICE})
_EVERYWHERE = {NOT_LISTED: "Not listed", NOT_KNOWN: "I don’t know", "yes": "Yes", "no": "No"}
_UNITS = {"hours": ("hour", "hours"), "working_days": ("working day", "working days")}

Choices = Mapping[str, Sequence[PublicChoice]]


def said(definition: FormDefinition, answers: Mapping[str, object], *, choices: Choices) -> tuple[Line, ...]:
    """Every answer that may be shown, in the form's order. choices: the words of each Source, as a page has them."""
    asked = (field for field in shown_fields(definition, answers) if field.class_ in SHOWN)
    return tuple(
        Line(label=field.label, text=in_words(field, answers[field.id], answers=answers, choices=choices))
        for field in asked
        if not is_empty(answers.get(field.id))
    )


def in_words(field: Field, value: object, *, answers: Mapping[str, object], choices: Choices) -> str:
    """One answer as people read it back. A code that no longer has words is shown as it is."""
    if field.kind is Kind.DATE:
        return _day(str(value))
    if field.kind is Kind.DATETIME:
        day, _, time = str(value).partition("T")
        return f"{_day(day)}, {time}"
    if field.kind is Kind.TIMEFRAME and isinstance(value, Mapping):
        return _timeframe(value)
    if field.kind in (Kind.YES_NO, Kind.CHOICE, Kind.CHOICES, Kind.AGENCY, Kind.TEAM):
        words = _words(field, answers=answers, choices=choices)
        codes = value if isinstance(value, list | tuple) else (value,)
        return "; ".join(words.get(str(code), str(code)) for code in codes)
    return str(value).strip()


def _words(field: Field, *, answers: Mapping[str, object], choices: Choices) -> dict[str, str]:
    source = f"teams:{answers.get(field.of)}" if field.kind is Kind.TEAM else field.choices_from or ""
    own = {choice.code: choice.words for choice in field.choices}
    return {**_EVERYWHERE, **{choice.code: choice.words for choice in choices.get(source, ())}, **own}


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day:%A} {day.day} {day:%B %Y}"


def _timeframe(value: Mapping[str, object]) -> str:
    unit, amount = str(value.get("unit")), value.get("amount")
    if unit == "until":
        return f"by {_day(str(value.get('until')))}"
    one, many = _UNITS.get(unit, (unit, unit))
    return f"{amount} {one if amount == 1 else many}"

"""Reads a form definition from TOML and reports every problem in it at once. Pure."""

import re
import tomllib
from collections.abc import Iterator, Mapping

import msgspec

from shared.forms.definition import (
    NOTICE_LIMIT,
    OPEN_BYTES,
    OPEN_CLASSES,
    SEALED_BYTES,
    Condition,
    Field,
    FieldClass,
    FormDefinition,
    Kind,
    Problem,
    Section,
    Source,
)

TEXT_KINDS = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.EMAIL, Kind.TELEPHONE})
WRITTEN = frozenset({"agreed_outcome", "process"})
"""What policies want in writing to everybody: it is emailed and may be required. None stands in a form to raise."""
CODE_BYTES = 64
"""The most one choice, date or timeframe takes."""
BYTES_A_CHARACTER = 4


class DefinitionRefused(Exception):
    """A definition with every problem that was found in it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def load_definition(text: str) -> FormDefinition:
    """The definition in a TOML text. Raises: DefinitionRefused, with every problem at once."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionRefused((str(error),)) from None
    problems = tuple(_shape_problems(raw))
    if problems:
        raise DefinitionRefused(problems)
    definition = msgspec.convert(raw, FormDefinition)
    problems = tuple(_sense_problems(definition))
    if problems:
        raise DefinitionRefused(problems)
    return definition


def _shape_problems(raw: Mapping[str, object]) -> Iterator[str]:
    """msgspec stops at the first problem, so each part is converted by itself."""
    yield from _refusal({**raw, "sections": []}, FormDefinition, "the form")
    sections = raw.get("sections")
    if not isinstance(sections, list) or not sections:
        yield "the form: has no sections"
        return
    for number, section in enumerate(sections, 1):
        if not isinstance(section, dict):
            yield f"section {number}: is not a table"
            continue
        yield from _refusal({**section, "fields": []}, Section, f"section {number}")
        for place, field in enumerate(section.get("fields") or [], 1):
            name = field.get("id", place) if isinstance(field, dict) else place
            yield from _refusal(field, Field, f"section {number}, field {name}")


def _refusal(raw: object, shape: type, place: str) -> Iterator[str]:
    try:
        msgspec.convert(raw, shape)
    except msgspec.ValidationError as error:
        yield f"{place}: {error}"


def _sense_problems(definition: FormDefinition) -> Iterator[str]:
    for name, wanted, given in (
        ("who_reads", set(FieldClass), definition.who_reads),
        ("texts", set(Problem) - {Problem.MISSING}, definition.texts),
        ("patterns", {Kind.EMAIL, Kind.TELEPHONE}, definition.patterns),
    ):
        yield from (f"{name}: has nothing for {missing}" for missing in sorted(wanted - set(given)))
    yield from _pattern_problems(definition)
    before: dict[str, Field] = {}
    for field in definition.fields:
        if field.id in before:
            yield f"field {field.id}: is there twice"
        yield from (f"field {field.id}: {problem}" for problem in _field_problems(field, before))
        before[field.id] = field
    for name, classes, most in (("open", OPEN_CLASSES, OPEN_BYTES), ("sealed", {FieldClass.SEALED}, SEALED_BYTES)):
        size = sum(largest_bytes(field) for field in definition.fields if field.class_ in classes)
        if size > most:
            yield f"the form: its {name} answers may take {size} bytes, more than {most}"


def _pattern_problems(definition: FormDefinition) -> Iterator[str]:
    for kind, pattern in definition.patterns.items():
        try:
            re.compile(pattern)
        except re.error:
            yield f"patterns: the one for {kind} is not a regular expression"


def _field_problems(field: Field, before: Mapping[str, Field]) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,40}", field.id):
        yield "its id is not lower-case letters, digits and underscores"
    if (field.required_from or field.required_when) and not field.error:
        yield "is required, so it needs an error text"
    required = (field.required_from or field.required_when) and field.id not in WRITTEN
    if field.class_ is FieldClass.NOTICE and (field.limit > NOTICE_LIMIT or required):
        yield f"will be emailed, so it is never required and takes at most {NOTICE_LIMIT} characters"
    if field.kind in (Kind.CHOICE, Kind.CHOICES) and not (field.choices or field.choices_from):
        yield "has no choices"
    wanted = {Kind.AGENCY: Source.AGENCIES, Kind.TEAM: Source.TEAMS}.get(field.kind)
    if wanted is not None and field.choices_from is not wanted:
        yield f"takes its choices from {wanted}"
    if field.kind is Kind.TEAM and before.get(field.of, field).kind is not Kind.AGENCY:
        yield "does not say which agency field it belongs to"
    if len({choice.code for choice in field.choices}) < len(field.choices):
        yield "has a choice twice"
    for condition in (*field.shown_when, *field.required_when):
        yield from _condition_problems(field, condition, before)


def _condition_problems(field: Field, condition: Condition, before: Mapping[str, Field]) -> Iterator[str]:
    if bool(condition.one_of) is bool(condition.same_as):
        yield f"depends on {condition.field} either by one_of or by same_as"
    for name in (condition.field, condition.same_as) if condition.same_as else (condition.field,):
        asked = before.get(name)
        if asked is None:
            yield f"depends on {name}, which does not stand before it"
        elif field.class_ in OPEN_CLASSES and asked.class_ not in OPEN_CLASSES:
            yield f"depends on {name}, which router cannot read"
        elif condition.same_as and asked.kind is not Kind.AGENCY:
            yield f"compares {name}, which is no agency"


def largest_bytes(field: Field) -> int:
    """The most an answer takes as JSON, its name included."""
    if field.kind in TEXT_KINDS:
        size = field.limit * BYTES_A_CHARACTER
    else:
        size = CODE_BYTES * (field.limit if field.kind is Kind.CHOICES else 1)
    return size + len(field.id) + len('"":"",')

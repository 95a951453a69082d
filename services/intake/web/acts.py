"""What a party may add to an escalation later, as forms that stand in its page. Pure."""

from collections.abc import Iterable, Mapping

import msgspec

from shared.forms import FieldClass, FormDefinition, definition_json

Forms = Mapping[tuple[str, int], FormDefinition]

MOVES = {
    "acknowledgement": "acknowledge",
    "action": "action",
    "representation": "representation",
    "outcome": "outcome",
    "next-stage": "next-stage",
    "process": "process",
}
"""The forms in the order of the page, each with the move of the escalation that it makes."""
DOES = {
    "acknowledgement": "I have this, and will act",
    "action": "Record it",
    "representation": "Add it",
    "outcome": "Ask the parties to confirm it",
    "next-stage": "Take it to that stage",
    "process": "Record it, and tell them",
}


def act_forms(forms: Forms) -> tuple[FormDefinition, ...]:
    """The newest version of each; the ids of fields begin with the form's, so that several forms share one page."""
    return tuple(_prefixed(found) for found in (_newest(forms, name) for name in MOVES) if found is not None)


def emailed(forms: Iterable[FormDefinition]) -> frozenset[str]:
    """The forms with a line that will be emailed: it is checked against the record before it is sent."""
    return frozenset(form.id for form in forms if any(field.class_ is FieldClass.NOTICE for field in form.fields))


def definitions(forms: Forms) -> tuple[msgspec.Raw, ...]:
    """Every version of every form: a record is read by the very form that it was written with."""
    return tuple(msgspec.Raw(definition_json(forms[key])) for key in sorted(forms))


def _newest(forms: Forms, name: str) -> FormDefinition | None:
    versions = [version for form, version in forms if form == name]
    return forms[name, max(versions)] if versions else None


def _prefixed(form: FormDefinition) -> FormDefinition:
    sections = tuple(
        msgspec.structs.replace(
            section,
            fields=tuple(msgspec.structs.replace(field, id=f"{form.id}-{field.id}") for field in section.fields),
        )
        for section in form.sections
    )
    return msgspec.structs.replace(form, sections=sections)

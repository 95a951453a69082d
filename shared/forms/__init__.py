"""Forms as data: definitions read from TOML, and one check of answers that browser and router share. Pure."""

from shared.forms.checking import FieldProblem, check, is_empty, required_fields, shown_fields
from shared.forms.definition import (
    NOT_KNOWN,
    NOT_LISTED,
    OPEN_CLASSES,
    Choice,
    Condition,
    Field,
    FieldClass,
    FormDefinition,
    Kind,
    Problem,
    Section,
    Source,
    Timeframe,
    definition_from_json,
    definition_json,
)
from shared.forms.loading import DefinitionRefused, load_definition

__all__ = [
    "NOT_KNOWN",
    "NOT_LISTED",
    "OPEN_CLASSES",
    "Choice",
    "Condition",
    "DefinitionRefused",
    "Field",
    "FieldClass",
    "FieldProblem",
    "FormDefinition",
    "Kind",
    "Problem",
    "Section",
    "Source",
    "Timeframe",
    "check",
    "definition_from_json",
    "definition_json",
    "is_empty",
    "load_definition",
    "required_fields",
    "shown_fields",
]

"""What a form definition may say. Pure.

A definition is one TOML file per form and version. A field's class decides who may read its answer. Wording, patterns
and limits all stand in the definition, so that the page's validator and `check` say the same thing.
"""

from enum import StrEnum

import msgspec


class FieldClass(StrEnum):
    """Who may read an answer. Source: design.md section 5."""

    SEALED = "sealed"  # the record: opens only for the people in the disagreement
    FACT = "fact"  # needed to find the right person and to tell them
    NOTICE = "notice"  # will be emailed; never required to raise
    CODE = "code"  # safe to count


OPEN_CLASSES = frozenset({FieldClass.FACT, FieldClass.NOTICE, FieldClass.CODE})
"""What travels in the facts compartment; sealed answers travel in the record."""
NOTICE_LIMIT = 500
OPEN_BYTES, SEALED_BYTES = 64 * 1024, 200 * 1024
NOT_LISTED, NOT_KNOWN = "not_listed", "not_known"


class Kind(StrEnum):
    """The shape of an answer: see `check`."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    EMAIL = "email"
    TELEPHONE = "telephone"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    DATETIME = "datetime"
    AGENCY = "agency"
    TEAM = "team"
    TIMEFRAME = "timeframe"


class Source(StrEnum):
    """Where a field's choices come from when they are the partnership's own. See `shared.public_book.form_choices`."""

    POLICY_AREAS = "policy_areas"
    TRIGGERS = "triggers"
    DESIRED_ACTIONS = "desired_actions"
    STAGES = "stages"
    COUNCIL_AREAS = "council_areas"
    AGENCIES = "agencies"
    TEAMS = "teams"  # the key in `choices` is "teams:<agency id>"


class Problem(StrEnum):
    """What is wrong with an answer; the definition's `texts` has a sentence for each."""

    MISSING = "missing"  # the field's own `error`
    WRONG_KIND = "wrong_kind"
    TOO_LONG = "too_long"
    BAD_EMAIL = "bad_email"
    BAD_TELEPHONE = "bad_telephone"
    BAD_DATE = "bad_date"
    BAD_TIMEFRAME = "bad_timeframe"
    NOT_A_CHOICE = "not_a_choice"
    NOT_ASKED = "not_asked"
    UNKNOWN_FIELD = "unknown_field"


class Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a definition: unknown keys are refused, defaults stay unwritten."""


class Choice(Struct, frozen=True, kw_only=True):
    code: str
    words: str
    hint: str = ""


class Condition(Struct, frozen=True, kw_only=True):
    """Holds when the answer to `field` is, or has among its choices, one of `one_of`.

    same_as: instead of `one_of`, another agency field; holds when both answers are the same listed agency.
    """

    field: str
    one_of: tuple[str, ...] = ()
    same_as: str = ""


class Timeframe(Struct, frozen=True, kw_only=True):
    """The time a raiser states: an amount of hours or working days, or a local date."""

    unit: str = "working_days"
    amount: int = 5
    until: str | None = None


class Field(Struct, frozen=True, kw_only=True):
    """One question. `limit`: characters of text, or choices at most. Conditions: all must hold.

    required_from: the first stage at which an answer is required, 0 for never. folded: stands under "add more".
    choices_from: choices of the partnership, before `choices`. of: for a team, the agency field it belongs to.
    """

    id: str
    class_: FieldClass = msgspec.field(name="class")
    kind: Kind
    label: str
    error: str = ""
    hint: str = ""
    required_from: int = 0
    required_when: tuple[Condition, ...] = ()
    shown_when: tuple[Condition, ...] = ()
    folded: bool = False
    group: str = ""
    limit: int = 200
    choices: tuple[Choice, ...] = ()
    choices_from: Source | None = None
    of: str = ""
    default: str | tuple[str, ...] | Timeframe | None = None
    autocomplete: str = ""


class Section(Struct, frozen=True, kw_only=True):
    """One step of the form. short: its name in the list of steps."""

    id: str
    title: str
    short: str
    lead: str = ""
    fields: tuple[Field, ...]


class FormDefinition(Struct, frozen=True, kw_only=True):
    """A form at one version. texts: a sentence per Problem, with {label} and {limit}. patterns: whole matches."""

    id: str
    version: int
    title: str
    who_reads: dict[FieldClass, str]
    texts: dict[Problem, str]
    patterns: dict[Kind, str]
    sections: tuple[Section, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for section in self.sections for field in section.fields)


def definition_json(definition: FormDefinition) -> bytes:
    """The definition as the browser and the public book carry it."""
    return msgspec.json.encode(definition)


def definition_from_json(raw: bytes) -> FormDefinition:
    """What `definition_json` wrote. Raises: msgspec.ValidationError."""
    return msgspec.json.decode(raw, type=FormDefinition)

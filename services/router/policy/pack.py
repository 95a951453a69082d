"""A policy pack as it is written in TOML, before its rules are checked against each other. Pure."""

from datetime import date

import msgspec

from services.router.policy.step import Basis, Part, Ruling, Where, Who
from shared.terms import AgencyType


class Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every written rule carries. source: a key of [sources]; says: the rule in plain English."""

    basis: Basis | None = None
    source: str = ""
    says: str = ""


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    edition: str
    name: str
    source_url: str
    review_on: date
    stage_word: str = "Stage"


class Number(Written, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule with a number of its own, absent where the rule says that there is none."""

    number: int | None = None
    stage: int | None = None


class Switch(Written, frozen=True, kw_only=True, forbid_unknown_fields=True):
    in_scope: bool


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules that hold for the whole policy."""

    raiser: Written
    timeframe: Number
    most: Number
    warn: Number
    form: Number
    told: Number
    own_agency: Switch
    pattern: Number
    urgent: Written
    retention: Written


class WrittenRole(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """also: other ways in which people write this role."""

    code: str
    words: str
    also: tuple[str, ...] = ()


class WrittenWords(Written, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    words: str


class WrittenRung(Written, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """roles: codes in order of preference; `sponsor:` before one says that the sponsoring body holds it.

    why_you: said to a contact of this rung in place of the seat's own.
    """

    stage: int
    type: AgencyType
    roles: tuple[str, ...]
    words: str
    why_you: str = ""


class WrittenWhen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    route: tuple[str, ...] = ()
    child_status: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    dissent: tuple[str, ...] = ()
    receiving_type: tuple[AgencyType, ...] = ()
    not_receiving_type: tuple[AgencyType, ...] = ()
    subject_of_concern: tuple[str, ...] = ()
    own_manager: bool = False


class WrittenSeat(Written, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """why_you: why its holder is written to, in plain words to them; {role} stands for the seat's role in words."""

    part: Part
    where: Where
    who: Who
    roles: tuple[str, ...] = ()
    words: str = ""
    rung: int | None = None
    must_act: bool = False
    may_read: bool = False
    told: bool = True
    why_you: str = ""
    when: WrittenWhen | None = None


class WrittenStage(Written, frozen=True, kw_only=True, forbid_unknown_fields=True):
    number: int
    label: str
    title: str = ""
    who: str
    when: str
    what: str
    can_start: bool = True
    gate: str = ""
    recuse: bool = False
    seat: tuple[WrittenSeat, ...] = ()


class WrittenLink(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    words: str
    url: str = ""
    phone: str = ""


class WrittenText(Written, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A diversion, route or signpost as people read it; `when` for a diversion that the facts decide."""

    code: str
    title: str
    paragraphs: tuple[str, ...]
    link: tuple[WrittenLink, ...] = ()
    review_on: date | None = None
    when: WrittenWhen | None = None


class WrittenRoute(WrittenText, frozen=True, kw_only=True, forbid_unknown_fields=True):
    ruling: Ruling = Ruling.ROUTED
    ladder: str = "none"
    raise_within_hours: int | None = None
    if_unresolved: str = ""
    seat: tuple[WrittenSeat, ...] = ()


class WrittenPack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    policy: Head
    sources: dict[str, str]
    settings: Settings
    role: tuple[WrittenRole, ...]
    stage: tuple[WrittenStage, ...]
    rung: tuple[WrittenRung, ...]
    area: tuple[WrittenWords, ...]
    trigger: tuple[WrittenWords, ...] = ()
    action: tuple[WrittenWords, ...]
    entry: tuple[WrittenWords, ...]
    diversion: tuple[WrittenText, ...]
    route: tuple[WrittenRoute, ...] = ()
    signpost: tuple[WrittenText, ...] = ()


AREA_CODES = frozenset(
    (
        "referral_threshold",
        "level_of_need",
        "more_information_demanded",
        "assessment_outcome",
        "need_for_action",
        "joint_enquiry",
        "need_for_conference",
        "conference_outcome",
        "plan_implementation",
        "step_up_or_down",
        "roles",
        "service_provision",
        "timeliness",
        "information_sharing",
        "information_withheld",
        "placement",
        "case_decision",
        "resources",
    )
)
"""The one code set that every policy's own words are mapped on. Source: domain.md section 3, the union of areas."""

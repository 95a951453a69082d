"""A policy edition as values: its stages, rungs, routes, diversions and words, each rule with its basis. Pure."""

from datetime import date

import msgspec

from services.router.policy.step import Basis, Part, Reason, RoleAt, Ruling, Where, Who
from shared.private import Private
from shared.terms import AgencyType, StageNumber


class Words(Private, frozen=True, kw_only=True):
    """A code and the policy's own words for it."""

    code: str
    words: str
    reason: Reason


class Rung(Private, frozen=True, kw_only=True):
    """Who speaks for a type of agency at a stage: roles in order of preference."""

    stage: int
    type: AgencyType
    roles: tuple[RoleAt, ...]
    words: str
    why_you: str = ""
    reason: Reason


class When(Private, frozen=True, kw_only=True):
    """When a rule applies: every list that is not empty must hold the fact's value."""

    route: tuple[str, ...] = ()
    child_status: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    dissent: tuple[str, ...] = ()
    receiving_type: tuple[AgencyType, ...] = ()
    not_receiving_type: tuple[AgencyType, ...] = ()
    subject_of_concern: tuple[str, ...] = ()
    own_manager: bool = False


class Seat(Private, frozen=True, kw_only=True):
    """A place at the table of a stage or route. words, roles: for a fixed role; rungs are looked up by agency type.

    rung: the stage whose rung is meant, None for the stage that is asked for. why_you: why its holder is written to.
    when: the seat is laid only where this holds.
    """

    part: Part
    where: Where
    who: Who
    roles: tuple[RoleAt, ...] = ()
    words: str = ""
    must_act: bool = False
    may_read: bool = False
    told: bool = True
    rung: int | None = None
    why_you: str = ""
    when: When | None = None
    reason: Reason


class Stage(Private, frozen=True, kw_only=True):
    """A numbered step of the policy. can_start: a raiser may ask for it. recuse: partners that are parties stand back.

    gate: who alone can open it, in words, where a raiser cannot. title: `manager to manager`.
    """

    number: StageNumber
    label: str
    title: str = ""
    who: str
    when: str
    what: str
    form: bool
    can_start: bool
    gate: str
    recuse: bool
    seats: tuple[Seat, ...]
    reason: Reason

    @property
    def heading(self) -> str:
        """`Stage 2: manager to manager`."""
        return f"{self.label}: {self.title}" if self.title else self.label


class Link(Private, frozen=True, kw_only=True):
    words: str
    url: str = ""
    phone: str = ""


class Text(Private, frozen=True, kw_only=True):
    """A diversion, route or signpost as people read it. review_on: past it a page shows a banner."""

    code: str
    title: str
    paragraphs: tuple[str, ...]
    links: tuple[Link, ...]
    review_on: date | None
    reason: Reason


class Special(Private, frozen=True, kw_only=True):
    """A route beside the stages. ladder: `none`, `offered`, or `beside` (the stage's seats are asked too)."""

    id: str
    when: When
    text: Text
    ruling: Ruling
    seats: tuple[Seat, ...]
    ladder: str
    raise_within_hours: int | None
    if_unresolved: str
    reason: Reason


class Diversion(Private, frozen=True, kw_only=True):
    """Where a matter goes that is no escalation. when: None for one that only the page offers."""

    text: Text
    when: When | None
    reason: Reason


class Options(Private, frozen=True, kw_only=True, eq=False):
    """What a partnership sets for itself. told_from: the stage at which it is told, None for the policy's own.

    Each is one of its own: it is compared by identity, so that plans can be kept for it.
    """

    zone: str = "Europe/London"
    told_from: int | None = None
    told_reason: Reason | None = None
    areas: frozenset[str] = frozenset()


class General(Private, frozen=True, kw_only=True):
    """The rules that hold at every stage, each with its reason. None: the policy sets no such number."""

    default_days: int
    default_days_reason: Reason
    most_days: int | None
    most_reason: Reason
    warn_days: int
    warn_reason: Reason
    form_from: int | None
    form_reason: Reason
    told_from: int | None
    told_reason: Reason
    own_agency: bool
    own_agency_reason: Reason
    pattern_at: int | None
    pattern_stage: int | None
    pattern_reason: Reason
    raiser_reason: Reason
    urgent_reason: Reason
    retention: str
    retention_reason: Reason


class Policy(Private, frozen=True, kw_only=True, eq=False):
    """One edition of one policy, ready to decide by. rungs: by agency type, then stage number.

    It is loaded once and compared by identity, so that plans can be kept for it.

    role_names: casefolded words and codes of roles, to their codes; a typed role is matched by these alone.
    rules: every reason by its rule's id.
    """

    id: str
    edition: str
    name: str
    source_url: str
    review_on: date
    stage_word: str
    stages: dict[int, Stage]
    rungs: dict[AgencyType, dict[int, Rung]]
    role_names: dict[str, str]
    role_words: dict[str, str]
    areas: tuple[Words, ...]
    area_codes: frozenset[str]
    triggers: tuple[Words, ...]
    desired_actions: tuple[Words, ...]
    entries: dict[str, Words]
    diversions: tuple[Diversion, ...]
    routes: tuple[Special, ...]
    signposts: tuple[Text, ...]
    general: General
    rules: dict[str, Reason] = msgspec.field(default_factory=dict)

    @property
    def demonstration_rules(self) -> tuple[Reason, ...]:
        """Every rule that no source states; outside demonstrations each must be adopted."""
        return tuple(reason for reason in all_reasons(self) if reason.basis is Basis.DEMONSTRATION)


def all_reasons(policy: Policy) -> tuple[Reason, ...]:
    """Every rule of `policy` once, in the pack's order."""
    found: dict[str, Reason] = {}
    for stage in policy.stages.values():
        found.setdefault(stage.reason.rule, stage.reason)
        found.update((seat.reason.rule, seat.reason) for seat in stage.seats)
    for by_stage in policy.rungs.values():
        found.update((rung.reason.rule, rung.reason) for rung in by_stage.values())
    for route in policy.routes:
        found.setdefault(route.reason.rule, route.reason)
        found.update((seat.reason.rule, seat.reason) for seat in route.seats)
    worded = (*policy.areas, *policy.triggers, *policy.desired_actions, *policy.entries.values())
    found.update((word.reason.rule, word.reason) for word in worded)
    found.update((diversion.reason.rule, diversion.reason) for diversion in policy.diversions)
    found.update((text.reason.rule, text.reason) for text in policy.signposts)
    general = (getattr(policy.general, name) for name in General.__struct_fields__ if name.endswith("_reason"))
    found.update((reason.rule, reason) for reason in general)
    return tuple(found.values())

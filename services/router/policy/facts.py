"""What the policy engine may look at: the facts of a submission, read from the form's answers. Pure."""

from datetime import date, timedelta
from enum import StrEnum

from shared.private import Private
from shared.terms import AgencyId, AgencyType, EscalationRef, Instant, PartnershipId, StageNumber, TeamId

PATTERN_WITHIN = timedelta(days=365)
"""For how long similar escalations are counted: see `Facts.pattern_count`."""


class ChildStatus(StrEnum):
    NOT_KNOWN = "not_known"
    EARLY_HELP = "early_help"
    IN_NEED = "in_need"
    CHILD_PROTECTION = "child_protection"
    LOOKED_AFTER = "looked_after"
    LOOKED_AFTER_AND_PROTECTION = "looked_after_and_child_protection"
    UNBORN = "unborn"


class Entry(StrEnum):
    """Why this stage is entered. Source: domain.md section 1, S3."""

    UNRESOLVED = "unresolved"
    URGENT = "urgent"
    POLICY = "policy_significance"
    PATTERN = "pattern"


class Route(StrEnum):
    """The kind of dissent. Source: domain.md section 1, S0 and S3."""

    STAGES = "stages"
    NEED_FOR_CONFERENCE = "need_for_conference"
    CONFERENCE_DISSENT = "conference_dissent"
    PLAN_NOT_IMPLEMENTED = "plan_not_implemented"
    PANEL = "panel"


class TimeframeUnit(StrEnum):
    HOURS = "hours"
    WORKING_DAYS = "working_days"
    UNTIL = "until"


class Timeframe(Private, frozen=True, kw_only=True, gc=False):
    """The time the raiser states for resolution. amount: hours or working days; until: a local date, due 17:00."""

    unit: TimeframeUnit = TimeframeUnit.WORKING_DAYS
    amount: int = 5
    until: date | None = None


class Named(Private, frozen=True, kw_only=True, gc=False):
    """A professional as typed. Counts only where it matches the directory; an empty name means "I don't know"."""

    name: str = ""
    role: str = ""
    address: str = ""
    phone: str = ""


class Side(Private, frozen=True, kw_only=True, gc=False):
    """One agency in the disagreement. agency is None where it is not listed; then `other_name` and `type` stand.

    decision_maker: on a receiving side, who made the decision; on a further raising side, who raises it there.
    manager: on a raising side, the raiser's manager.
    """

    agency: AgencyId | None
    type: AgencyType | None = None
    other_name: str = ""
    other_phone: str = ""
    team: TeamId | None = None
    decision_maker: Named = Named()
    manager: Named = Named()


class Raiser(Private, frozen=True, kw_only=True, gc=False):
    """The professional who escalates. is_manager, is_lead: the raiser is their team's manager or safeguarding lead."""

    name: str
    role: str
    address: str
    phone: str
    is_manager: bool = False
    is_lead: bool = False


class Facts(Private, frozen=True, kw_only=True, gc=False):
    """What a submission says, coded. The record stays sealed; nothing here identifies a child.

    raising[0] is the raiser's own side; more sides make an escalation of three or more agencies.
    stage: the stage asked for; the engine says if the policy has none such. area: a code of the policy.
    pattern_count: similar escalations counted without child data, given by the caller.
    previous: the escalation this goes on from. held: ids of the posts that its earlier stages used.
    ladder: taken to the stages from a route that offered them: no route takes it back.
    conference_ended_at, dissent ("formal", "personal"): for conference dissent only.
    """

    partnership: PartnershipId
    opened_at: Instant
    raiser: Raiser
    raising: tuple[Side, ...]
    receiving: tuple[Side, ...]
    stage: StageNumber = StageNumber(2)
    entry: tuple[Entry, ...] = (Entry.UNRESOLVED,)
    route: Route = Route.STAGES
    child_status: ChildStatus = ChildStatus.NOT_KNOWN
    subject: str = ""
    area: str = ""
    trigger: str = ""
    timeframe: Timeframe = Timeframe()
    immediate_harm: bool = False
    own_manager: bool = False
    subject_of_concern: str = "child"
    dissent: str = ""
    conference_ended_at: Instant | None = None
    lead_backs: bool = False
    decided_on: date | None = None
    child_area: str = ""
    decision_area: str = ""
    supporter: Named = Named()
    lead_consulted: Named = Named()
    desired_actions: tuple[str, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    pattern_count: int = 0
    previous: EscalationRef | None = None
    held: tuple[str, ...] = ()
    ladder: bool = False

"""A decision as it is stored: who is told, who must act, who may read, by when, and why. Pure."""

from datetime import date
from enum import StrEnum

from shared.private import Private
from shared.terms import EscalationRef, Instant, PartnershipId, PostId, StageNumber


class Basis(StrEnum):
    """Where a rule comes from. Source: design.md section 6."""

    CLAUSE = "clause"
    SETTING = "setting"
    DEMONSTRATION = "demonstration"


class Reason(Private, frozen=True, kw_only=True):
    """One rule that was applied. rule: its id in the pack. says: in plain English."""

    rule: str
    says: str
    basis: Basis
    source: str


class Part(StrEnum):
    """A person's part in an escalation."""

    RAISER = "raiser"
    RAISERS_MANAGER = "raisers-manager"
    CONTACT = "contact"
    RAISING_CONTACT = "raising-contact"  # the raising side's peer of the stage contact
    DECISION_MAKER = "decision-maker"
    INFORMED = "informed"
    LEAD = "lead"
    PARTNERSHIP = "partnership"  # coded part only
    DUTY = "duty"


class Person(Private, frozen=True, kw_only=True):
    """One person of a decision and three separate answers. address "" where not known: a gap, told to the desk.

    address_from: directory, typed (by the raiser, in a registered domain), unreleased (waits for the duty contact).
    """

    part: Part
    name: str
    role: str
    agency: str
    address: str
    phone: str
    told: bool
    must_act: bool
    may_read: bool
    post: PostId | None = None
    address_from: str = "directory"
    standing_in_for: str = ""
    because: tuple[str, ...] = ()


class Gap(Private, frozen=True, kw_only=True):
    """Something a person must look at: a post without a reachable holder, an agency not listed, an address to release."""

    code: str
    says: str


class Ruling(StrEnum):
    """How a decision ended: routed, diverted (nothing opened), or referred to a person."""

    ROUTED = "routed"
    DIVERTED = "diverted"
    REFERRED = "referred"
    RECORDED = "recorded"  # personal dissent: recorded and confirmed in writing, no route opened


class Decision(Private, frozen=True, kw_only=True):
    """The whole answer of the policy for one escalation at one moment. The same inputs give the same bytes.

    due_at: aware UTC instant; due_on: local date, None for a limit in hours or none at all.
    raise_before: the raiser's own limit (72 elapsed hours after a conference), with `late` if it had passed.
    partnership_told: "no", "coded", "yes". excluded: (name or role, why) of people who were passed over.
    offered: routes or stages offered beside this one.
    """

    ref: EscalationRef
    partnership: PartnershipId
    policy: str
    edition: str
    directory_revision: int
    decided_at: Instant
    ruling: Ruling
    stage: StageNumber | None = None
    stage_label: str = ""
    route: str = "stages"
    diversion: str = ""
    persons: tuple[Person, ...] = ()
    due_at: Instant | None = None
    due_on: date | None = None
    raise_before: Instant | None = None
    late: bool = False
    partnership_told: str = "no"
    form_required: bool = True
    warnings: tuple[str, ...] = ()
    if_unresolved: str = ""
    offered: tuple[str, ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()
    gaps: tuple[Gap, ...] = ()
    reasons: tuple[Reason, ...] = ()

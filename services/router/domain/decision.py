"""A decision as it is stored: who is told, who must act, who may read, by when, and why. Pure."""

from datetime import date

import msgspec

from services.router.policy.facts import Named
from services.router.policy.step import Basis, Part, Reason, Ruling
from shared.messages import AskedAs
from shared.private import Private
from shared.terms import EscalationRef, Instant, PartnershipId, PostId, StageNumber

__all__ = [
    "Basis",
    "Circumstances",
    "Decision",
    "Gap",
    "HandedOver",
    "Part",
    "PassedOver",
    "Person",
    "Reason",
    "Ruling",
    "decision_bytes",
]


class Person(Private, frozen=True, kw_only=True, gc=False):
    """One person of a decision and three separate answers. address "" where not known: a gap, told to the desk.

    why_you: why they are told or asked, in plain words to them. seat: the words of the post that the policy names.
    asked_as: where it sits, None where nothing special is asked.
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
    seat: str = ""
    asked_as: AskedAs | None = None
    why_you: str = ""


class Gap(Private, frozen=True, kw_only=True, gc=False):
    """Something a person must look at: a post nobody holds, an agency not listed, an address to release."""

    code: str
    says: str


class Decision(Private, frozen=True, kw_only=True, gc=False):
    """The whole answer of the policy for one escalation at one moment. The same inputs give the same bytes.

    due_at: aware UTC instant; due_on: local date, None for a limit in hours or none at all.
    raise_before: the raiser's own limit (72 elapsed hours after a conference), with `late` if it had passed.
    if_unresolved_you: as the raiser is told it.
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
    if_unresolved_you: str = ""
    offered: tuple[str, ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()
    gaps: tuple[Gap, ...] = ()
    reasons: tuple[Reason, ...] = ()


class PassedOver(Private, frozen=True, kw_only=True):
    """Somebody who is not asked again, because their mail system refused for good. why: plain words."""

    address: str
    why: str


class HandedOver(Private, frozen=True, kw_only=True):
    """Whom somebody who was asked to act named in their own place. Addresses of the directory. why: plain words."""

    by: str
    to: str
    why: str


class Circumstances(Private, frozen=True, kw_only=True):
    """What happened since the form was sent and bears on the decision. Stored with it, so that it can be replayed.

    released: addresses typed by somebody else that the duty contact let through. by_hand: the post a person chose.
    raiser: who raises it now, where the first raiser named a successor.
    """

    passed_over: tuple[PassedOver, ...] = ()
    released: tuple[str, ...] = ()
    by_hand: PostId | None = None
    by_hand_why: str = ""
    handed: tuple[HandedOver, ...] = ()
    raiser: Named | None = None


def decision_bytes(decision: Decision) -> bytes:
    """The canonical bytes of a decision: what is stored, and what a replay compares."""
    return msgspec.json.encode(decision)

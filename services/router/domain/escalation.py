"""One escalation as router keeps it, and the one table of its legal moves. Pure."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from services.router.domain.decision import Circumstances, Ruling
from services.router.domain.life import Life
from services.router.policy.facts import Facts
from shared.private import Private
from shared.terms import Digest, EscalationRef, Instant, PartnershipId, SubmissionId

CODE_WAIT = timedelta(minutes=15)
OPENING_WAIT = timedelta(minutes=30)


class State(StrEnum):
    """Where an escalation stands."""

    RECEIVED = "received"
    WAITING_CONFIRMATION = "waiting-confirmation"
    WAITING_RELEASE = "waiting-release"
    ROUTED = "routed"
    REFERRED = "referred"
    DIVERTED = "diverted"
    RECORDED = "recorded"
    PARKED = "parked"
    CLOSED = "closed"  # every party confirmed one text of the outcome
    MOVED_ON = "moved-on"  # the next stage's form was opened: `life.next`


_DECIDED = frozenset({State.ROUTED, State.REFERRED, State.DIVERTED, State.RECORDED})
ENDED = frozenset({State.CLOSED, State.MOVED_ON})
_UNDECIDED = frozenset({State.WAITING_CONFIRMATION, State.WAITING_RELEASE}) | _DECIDED

LEGAL: dict[State, frozenset[State]] = {
    State.RECEIVED: _UNDECIDED | {State.PARKED},
    State.WAITING_CONFIRMATION: _DECIDED | {State.WAITING_RELEASE},
    State.WAITING_RELEASE: _DECIDED,
    State.ROUTED: _DECIDED | ENDED,  # another contact, or none is left; another partnership's policy may say other
    State.REFERRED: _DECIDED | ENDED,
    State.DIVERTED: _DECIDED,  # a person may route by hand, or hand it to the right partnership
    State.RECORDED: _DECIDED | ENDED,
    State.PARKED: frozenset({State.RECEIVED}),  # a person had it tried again: the key came back
    State.CLOSED: frozenset({State.CLOSED}),  # what comes after is a new, linked escalation
    State.MOVED_ON: frozenset(),
}


class Standing(StrEnum):
    """What somebody is in an escalation now. One person may be several."""

    RAISER = "raiser"
    RAISERS_MANAGER = "raisers-manager"
    RAISING_CONTACT = "raising-contact"
    HOLDER = "holder"  # asked to act now
    PARTY = "party"  # may read the record now
    CONFIRMER = "confirmer"  # whose word the written confirmation needs
    OWNER = "owner"  # pursues an outstanding issue
    MEMBER = "member"  # of a resolution panel, accepted
    SEAT_OFFERED = "seat-offered"  # asked to sit on a resolution panel, not answered yet
    DUTY = "duty"
    OTHER_DUTY = "other-duty"  # duty contact of the partnership that is asked to take it over


class Move(StrEnum):
    """Everything that somebody may do with an escalation once it is decided."""

    ACKNOWLEDGE = "acknowledge"
    NOT_MINE = "not-mine"
    DECLARE_CONFLICT = "conflict"
    HAND_OVER = "hand-over"
    RECORD_ACTION = "action"
    REPRESENT = "representation"
    PROPOSE_DATE = "date.propose"
    ANSWER_DATE = "date.answer"
    PROPOSE_OUTCOME = "outcome"
    ANSWER_OUTCOME = "outcome.answer"
    GO_ON = "next-stage"
    REOPEN = "reopen"
    SETTLE_ISSUE = "issue"
    DEBRIEF = "debrief"
    REPLACE_RAISER = "raiser.replace"
    LINK = "link"
    CONVENE_PANEL = "panel.convene"
    ANSWER_SEAT = "panel.answer"
    DETERMINE_PROCESS = "process"
    HAND_TO_PARTNERSHIP = "duty.hand-to"
    OFFER_TO_AREA = "area.offer"
    ACCEPT_AREA = "area.accept"


class Rule(NamedTuple):
    """When a move is legal: in which states, and for whom."""

    states: frozenset[State]
    by: frozenset[Standing]


_OPEN = frozenset({State.ROUTED, State.REFERRED, State.RECORDED})
_ASKED, _KEPT = frozenset({State.ROUTED}), _OPEN | {State.CLOSED}
_RAISING = frozenset({Standing.RAISER, Standing.RAISERS_MANAGER, Standing.RAISING_CONTACT})
_SPEAKING = _RAISING | {Standing.HOLDER, Standing.MEMBER}

MOVES: dict[Move, Rule] = {
    Move.ACKNOWLEDGE: Rule(_ASKED, frozenset({Standing.HOLDER})),
    Move.NOT_MINE: Rule(_ASKED, frozenset({Standing.HOLDER})),
    Move.DECLARE_CONFLICT: Rule(_ASKED, frozenset({Standing.HOLDER})),
    Move.HAND_OVER: Rule(_ASKED, frozenset({Standing.HOLDER})),
    Move.RECORD_ACTION: Rule(_KEPT, frozenset({Standing.PARTY, Standing.RAISER, Standing.MEMBER})),
    Move.REPRESENT: Rule(_OPEN, frozenset({Standing.PARTY, Standing.RAISER, Standing.MEMBER})),
    Move.PROPOSE_DATE: Rule(_ASKED, frozenset({Standing.HOLDER})),
    Move.ANSWER_DATE: Rule(_ASKED, frozenset({Standing.RAISER})),
    Move.PROPOSE_OUTCOME: Rule(_OPEN, _SPEAKING),
    Move.ANSWER_OUTCOME: Rule(_OPEN, frozenset({Standing.CONFIRMER})),
    Move.GO_ON: Rule(_OPEN, _RAISING),
    Move.REOPEN: Rule(frozenset({State.CLOSED}), _RAISING | {Standing.HOLDER}),
    Move.SETTLE_ISSUE: Rule(frozenset({State.CLOSED}), frozenset({Standing.OWNER, Standing.RAISER})),
    Move.DEBRIEF: Rule(_KEPT, _SPEAKING),
    Move.REPLACE_RAISER: Rule(_KEPT, frozenset({Standing.RAISER, Standing.RAISERS_MANAGER, Standing.DUTY})),
    Move.LINK: Rule(_OPEN, frozenset({Standing.DUTY, Standing.HOLDER})),
    Move.CONVENE_PANEL: Rule(_OPEN, frozenset({Standing.DUTY})),
    Move.ANSWER_SEAT: Rule(_OPEN, frozenset({Standing.SEAT_OFFERED, Standing.MEMBER})),
    Move.DETERMINE_PROCESS: Rule(_ASKED, frozenset({Standing.HOLDER})),
    Move.HAND_TO_PARTNERSHIP: Rule(_OPEN | {State.DIVERTED}, frozenset({Standing.DUTY})),
    Move.OFFER_TO_AREA: Rule(_OPEN, frozenset({Standing.DUTY})),
    Move.ACCEPT_AREA: Rule(_OPEN, frozenset({Standing.OTHER_DUTY})),
}
"""The one table of what people may do. A page offers from it, and every handler asks it."""

STATE_OF_RULING = {
    Ruling.ROUTED: State.ROUTED,
    Ruling.REFERRED: State.REFERRED,
    Ruling.DIVERTED: State.DIVERTED,
    Ruling.RECORDED: State.RECORDED,
}


class IllegalMove(Exception):
    """A move that the table does not hold: a bug, never a person's mistake."""


class ConfirmedBy(StrEnum):
    """How an address was shown to be the raiser's own."""

    NOBODY = ""
    CODE = "code"
    SIGN_IN = "sign-in"
    TELEPHONE = "telephone"


class Escalation(Private, frozen=True, kw_only=True):
    """One disagreement. facts: None where the submission could not be opened or is not valid.

    wrapped_key: the record key under the storage key; b"" where the form has no record.
    wait_until: when the duty contact is told of a raiser not yet confirmed; None once told or not waiting.
    circumstances: what happened since that bears on the decision. decisions: how many are stored.
    edition: of the policy, frozen at the first decision. version: of the row; 0 before it is saved.
    life: what happened since the first decision. act_at: when its clock next asks for something; None for never.
    sealed_for: the partnership whose keys its record was sealed for, None where it is still the same.
    """

    ref: EscalationRef
    partnership: PartnershipId
    submission: SubmissionId
    form: str
    form_version: int
    accepted_at: Instant
    opened_at: Instant
    state: State = State.RECEIVED
    facts: Facts | None = None
    wrapped_key: bytes = b""
    record_digest: Digest | None = None
    record_key_digest: Digest | None = None
    confirmed_by: ConfirmedBy = ConfirmedBy.NOBODY
    confirmed_at: Instant | None = None
    wait_until: Instant | None = None
    duty_told: bool = False
    circumstances: Circumstances = Circumstances()
    decisions: int = 0
    edition: str = ""
    version: int = 0
    life: Life = Life()
    act_at: Instant | None = None
    sealed_for: PartnershipId | None = None

    @property
    def matter(self) -> EscalationRef:
        """The first escalation of the chain of stages that this one belongs to."""
        return self.life.matter or self.ref

    @property
    def raiser_address(self) -> str:
        """Of whoever raises it now: the successor, where the first raiser named one."""
        raiser = self.circumstances.raiser or (self.facts.raiser if self.facts else None)
        return same_address(raiser.address) if raiser is not None else ""

    @property
    def confirmed(self) -> bool:
        return self.confirmed_by is not ConfirmedBy.NOBODY

    @property
    def urgent(self) -> bool:
        return self.facts is not None and self.facts.immediate_harm


def move(escalation: Escalation, to: State) -> Escalation:
    """The escalation in its new state. Raises: IllegalMove."""
    if to not in LEGAL[escalation.state]:
        raise IllegalMove
    return msgspec.structs.replace(escalation, state=to)


def may_move(state: State, move: Move, standings: Iterable[Standing]) -> bool:
    """Whether somebody of these standings may make this move now. Source: `MOVES`."""
    rule = MOVES[move]
    return state in rule.states and not rule.by.isdisjoint(standings)


def waits_until(opened_at: Instant, *, code_accepted_at: Instant | None) -> Instant:
    """When the duty contact is told that a raiser is not confirmed: never later than 30 minutes from opening.

    A code accepted by the relay shortens the wait to 15 minutes, counted from when it could first be used here.
    Source: design.md section 2 step 7.
    """
    latest = opened_at + OPENING_WAIT
    if code_accepted_at is None:
        return latest
    return min(latest, max(opened_at, code_accepted_at) + CODE_WAIT)


def pattern_of(facts: Facts) -> str:
    """What makes escalations similar: the area and the agency whose decision it is. Nothing about a child."""
    agency = facts.receiving[0].agency if facts.receiving else None
    return f"{facts.partnership}|{facts.area}|{agency or ''}"


def same_address(address: str) -> str:
    """The one spelling under which an address is compared and counted."""
    return address.strip().lower()


def domain_of(address: str) -> str:
    """What stands after the @, "" where there is none."""
    return same_address(address).rpartition("@")[2] if "@" in address else ""

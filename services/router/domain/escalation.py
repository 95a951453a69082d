"""One escalation as router keeps it, and the one table of its legal moves. Pure."""

from datetime import timedelta
from enum import StrEnum

import msgspec

from services.router.domain.decision import Circumstances, Ruling
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


_DECIDED = frozenset({State.ROUTED, State.REFERRED, State.DIVERTED, State.RECORDED})
_UNDECIDED = frozenset({State.WAITING_CONFIRMATION, State.WAITING_RELEASE}) | _DECIDED

LEGAL: dict[State, frozenset[State]] = {
    State.RECEIVED: _UNDECIDED | {State.PARKED},
    State.WAITING_CONFIRMATION: _DECIDED | {State.WAITING_RELEASE},
    State.WAITING_RELEASE: _DECIDED,
    State.ROUTED: frozenset({State.ROUTED, State.REFERRED}),  # another contact, or none is left
    State.REFERRED: frozenset({State.ROUTED, State.REFERRED}),
    State.DIVERTED: frozenset({State.DIVERTED, State.ROUTED, State.REFERRED}),  # a person may route by hand
    State.RECORDED: frozenset({State.RECORDED, State.ROUTED, State.REFERRED}),
    State.PARKED: frozenset({State.RECEIVED}),  # a person had it tried again: the key came back
}

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

    @property
    def raiser_address(self) -> str:
        return same_address(self.facts.raiser.address) if self.facts else ""

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

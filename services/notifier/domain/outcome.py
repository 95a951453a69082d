"""What follows from one attempt: for the letter, for the relay, and what router is told. Pure."""

from collections.abc import Sequence

import msgspec

from services.notifier.domain.life import Happening, State, after, wait_after
from services.notifier.domain.relay import UP, RelayState, failed
from shared.messages import NoticeKind, NoticeState
from shared.private import Private
from shared.terms import EscalationRef, Instant, NoticeId, PartnershipId

_REPORTS = {
    State.ACCEPTED: NoticeState.ACCEPTED,
    State.REFUSED: NoticeState.REFUSED,
    State.AMBIGUOUS: NoticeState.AMBIGUOUS,
    State.EXPIRED: NoticeState.EXPIRED,
}


class Attempt(Private, frozen=True, kw_only=True):
    """One letter on its way to the relay. number: 1 is the first. content: the bytes of every attempt.

    setbacks: how many attempts before this one were deferred or broke.
    deferred_since: since when this recipient has been refused temporarily, None where it has not.
    """

    id: NoticeId
    ref: EscalationRef
    partnership: PartnershipId
    kind: NoticeKind
    domain: str
    to: str
    content: bytes
    number: int
    began_at: Instant
    setbacks: int = 0
    deferred_since: Instant | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How an attempt ended. code: the relay's reply or a word of ours; never its text, which may hold an address.

    answered: the relay spoke about this recipient or this message, so it works.
    """

    happening: Happening
    code: str
    answered: bool


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger writes after an attempt. report: what router is told, None where it is not news."""

    id: NoticeId
    ref: EscalationRef
    partnership: PartnershipId
    number: int
    state: State
    happening: Happening
    code: str
    began_at: Instant
    at: Instant
    next_at: Instant
    setbacks: int
    deferred_since: Instant | None
    report: NoticeState | None


def change_after(attempt: Attempt, outcome: Outcome, now: Instant) -> Change:
    """The letter's next state, when it is tried again, and what is reported."""
    state = after(State.SENDING, outcome.happening)
    deferred = outcome.happening is Happening.DEFERRED
    setbacks = attempt.setbacks + (outcome.happening in (Happening.DEFERRED, Happening.BROKEN))
    return Change(
        id=attempt.id,
        ref=attempt.ref,
        partnership=attempt.partnership,
        number=attempt.number,
        state=state,
        happening=outcome.happening,
        code=outcome.code,
        began_at=attempt.began_at,
        at=now,
        next_at=now if outcome.happening is Happening.RELAY_FAILED else now + wait_after(setbacks),
        setbacks=setbacks,
        deferred_since=(attempt.deferred_since or now) if deferred else attempt.deferred_since,
        report=report_of(state),
    )


def report_of(state: State) -> NoticeState | None:
    """What router is told of a letter that has come to `state`."""
    return _REPORTS.get(state)


def relay_after(relay: RelayState, outcomes: Sequence[Outcome], now: Instant) -> RelayState:
    """The relay's state after some attempts ended together: one sound answer outweighs the failures beside it."""
    if any(outcome.answered for outcome in outcomes):
        return UP
    if any(outcome.happening is Happening.RELAY_FAILED for outcome in outcomes):
        return failed(relay, now)
    return relay


def troubled_after(troubled: frozenset[str], ended: Sequence[tuple[str, Outcome]]) -> frozenset[str]:
    """The domains in trouble after these (domain, outcome): in by a deferral or a break, out by an acceptance."""
    now_in = {domain for domain, outcome in ended if outcome.happening in (Happening.DEFERRED, Happening.BROKEN)}
    now_out = {domain for domain, outcome in ended if outcome.happening is Happening.ACCEPTED}
    return frozenset((troubled | now_in) - now_out)

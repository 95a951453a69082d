"""The life of a letter: every state, every event, one table; and how long to wait before trying again. Pure."""

from datetime import timedelta
from enum import StrEnum

from shared.terms import Instant

CODE_LIFE = timedelta(minutes=30)
"""A code unsent after this is useless: the page has offered another."""
LETTER_LIFE = timedelta(days=5)
DELAY = timedelta(minutes=15)
"""How long a recipient's domain may refuse temporarily before somebody else is told."""

_WAITS = (1, 2, 5, 10, 15, 30)
_THEN = 60


class State(StrEnum):
    DUE = "due"
    SENDING = "sending"
    TEMPORARY = "temporary"
    AMBIGUOUS = "ambiguous"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"


class Happening(StrEnum):
    """What can happen to a letter."""

    BEGUN = "begun"  # handed to the relay's connection; written before the first byte goes out
    ACCEPTED = "accepted"  # the relay's 250
    REFUSED = "refused"  # permanently, for this recipient
    DEFERRED = "deferred"  # not now, for this recipient
    RELAY_FAILED = "relay-failed"  # nobody's mail goes: nothing is held against the recipient
    BROKEN = "broken"  # the connection broke after DATA: it may have arrived
    FOUND = "found"  # found being sent by a process that is no more
    TOO_OLD = "too-old"


WAITING = (State.DUE, State.TEMPORARY, State.AMBIGUOUS)
SETTLED = (State.ACCEPTED, State.REFUSED, State.EXPIRED)

TABLE: dict[State, dict[Happening, State]] = {
    State.DUE: {Happening.BEGUN: State.SENDING, Happening.TOO_OLD: State.EXPIRED},
    State.TEMPORARY: {Happening.BEGUN: State.SENDING, Happening.TOO_OLD: State.EXPIRED},
    State.AMBIGUOUS: {Happening.BEGUN: State.SENDING, Happening.TOO_OLD: State.EXPIRED},
    State.SENDING: {
        Happening.ACCEPTED: State.ACCEPTED,
        Happening.REFUSED: State.REFUSED,
        Happening.DEFERRED: State.TEMPORARY,
        Happening.RELAY_FAILED: State.DUE,
        Happening.BROKEN: State.AMBIGUOUS,
        Happening.FOUND: State.AMBIGUOUS,
    },
    State.ACCEPTED: {},
    State.REFUSED: {},
    State.EXPIRED: {},
}


class Impossible(Exception):
    """This cannot happen to a letter in this state: a bug."""


def after(state: State, happening: Happening) -> State:
    """The state that follows. Raises: Impossible."""
    try:
        return TABLE[state][happening]
    except KeyError:
        raise Impossible(f"{happening} while {state}") from None


def wait_after(setbacks: int) -> timedelta:
    """How long to wait after so many setbacks: 1, 2, 5, 10, 15, 30 minutes, then an hour each time. 0: not at all."""
    if setbacks == 0:
        return timedelta()
    return timedelta(minutes=_WAITS[setbacks - 1] if setbacks <= len(_WAITS) else _THEN)


def expires_at(made_at: Instant, *, code: bool) -> Instant:
    """When a letter is no longer sent. code: it carries a code."""
    return made_at + (CODE_LIFE if code else LETTER_LIFE)


def is_delayed(*, deferred_since: Instant, others_accepted_at: Instant | None, now: Instant) -> bool:
    """Whether this recipient's own mail system, and not the relay, has held a letter up for 15 minutes.

    others_accepted_at: when the relay last accepted mail for another domain. The five letters of one escalation go out
    together, so the others' acceptance shortly before counts as well as after.
    """
    if others_accepted_at is None or now - deferred_since < DELAY:
        return False
    return others_accepted_at >= deferred_since - DELAY

"""Whether the mail relay itself works. While it is down nobody is replaced: letters wait. Pure."""

from datetime import timedelta

import msgspec

from shared.terms import Instant

REPORTED_AFTER = timedelta(seconds=30)
"""A hiccup is not news; half a minute is."""
_LONGEST_PROBE_SECONDS = 60


class RelayState(msgspec.Struct, frozen=True, kw_only=True):
    """down_since: None while it works. failures: in a row. probe_at: when one letter may be tried again.

    reported: router has been told that it is down.
    """

    down_since: Instant | None = None
    failures: int = 0
    probe_at: Instant | None = None
    reported: bool = False


UP = RelayState()


def failed(state: RelayState, now: Instant) -> RelayState:
    """The relay failed once more: the next probe waits 1, 2, 4 … 60 seconds."""
    wait = min(2 ** min(state.failures, 10), _LONGEST_PROBE_SECONDS)
    return RelayState(
        down_since=state.down_since or now,
        failures=state.failures + 1,
        probe_at=now + timedelta(seconds=wait),
        reported=state.reported,
    )


def may_try(state: RelayState, now: Instant) -> bool:
    """Whether a transaction may begin: freely while it works, one probe at a time while it is down."""
    return state.down_since is None or state.probe_at is None or now >= state.probe_at


def is_news(state: RelayState, now: Instant) -> bool:
    """Whether router should now be told that mail is down."""
    return state.down_since is not None and not state.reported and now - state.down_since >= REPORTED_AFTER

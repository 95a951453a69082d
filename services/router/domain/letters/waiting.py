"""Mail about submissions that wait for a person, merged: first at once, then at most one in five minutes. Pure.

A channel is one kind of mail to one address of one partnership, so that junk, however much, costs a bounded number
of mails, and an honest urgent escalation does not queue behind it.
"""

from datetime import timedelta
from enum import StrEnum

import msgspec

from shared.private import Private
from shared.terms import EscalationRef, Instant, PartnershipId

BETWEEN = timedelta(minutes=5)
MOST_AT_ONCE = 3000
"""All that intake lets through between two mails: nobody waits behind junk for more than one of them."""


class Why(StrEnum):
    """Why a submission waits. The notice's fixed text names it."""

    UNCONFIRMED = "unconfirmed"
    UNOPENABLE = "unopenable"
    INVALID = "invalid"
    ACT = "act"  # what somebody added to an escalation cannot be applied


class Channel(Private, frozen=True, kw_only=True):
    """Where merged mail goes. urgent: the fixed urgent text."""

    partnership: PartnershipId
    address: str
    urgent: bool


class Waiting(Private, frozen=True, kw_only=True):
    """One reference that has not yet been told in its channel. since: when it began to wait."""

    ref: EscalationRef
    why: Why
    urgent: bool = False
    since: Instant


class ChannelState(Private, frozen=True, kw_only=True):
    """What a channel still has to tell. mails: how many it has sent, which numbers the next one."""

    channel: Channel
    waiting: tuple[Waiting, ...] = ()
    told_at: Instant | None = None
    mails: int = 0
    version: int = 0


def add(state: ChannelState, waiting: Waiting) -> ChannelState:
    """The channel with one more reference; one that waits already is not doubled."""
    if any(one.ref == waiting.ref for one in state.waiting):
        return state
    return msgspec.structs.replace(state, waiting=(*state.waiting, waiting))


def next_mail_at(state: ChannelState) -> Instant | None:
    """When the next merged mail is due, None where nothing waits."""
    if not state.waiting:
        return None
    since = min(one.since for one in state.waiting)
    return since if state.told_at is None else max(since, state.told_at + BETWEEN)


def tell(state: ChannelState, *, at: Instant) -> tuple[ChannelState, tuple[Waiting, ...]]:
    """The channel after its mail of `at`, and what that mail names, urgent first; nothing where none is due."""
    due = next_mail_at(state)
    if due is None or due > at:
        return state, ()
    ordered = sorted(state.waiting, key=lambda one: (not one.urgent, one.since))
    told, rest = tuple(ordered[:MOST_AT_ONCE]), tuple(ordered[MOST_AT_ONCE:])
    return msgspec.structs.replace(state, waiting=rest, told_at=at, mails=state.mails + 1), told

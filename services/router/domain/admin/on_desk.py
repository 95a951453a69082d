"""The desk: what needs somebody, what was set aside and why, and what is amiss for everybody. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from services.router.domain.admin.admins import AdminId
from services.router.domain.admin.endings import LOOK_BEFORE, Ending
from services.router.domain.admin.listing import Concern, ConcernKind
from services.router.domain.admin.orders import Do, Order, Redirect, Resend, Retry, Settle, kind_of
from services.router.domain.changes import Mail, ParkedMessage, SentNotice
from shared.messages import NoticeState
from shared.private import Private
from shared.terms import EscalationRef, Instant, MessageId, NoticeId, PartnershipId

AMISS = frozenset(NoticeState) - {NoticeState.ACCEPTED}
"""What became of an email that a person must know."""
NOT_THROUGH = frozenset({NoticeState.REFUSED, NoticeState.EXPIRED, NoticeState.BOUNCED})
"""It is not tried again by itself."""
LATE = "late"
LATE_AFTER = timedelta(hours=1)
"""How long an email may be owed, with mail up, before somebody looks."""
UNDONE_AFTER = timedelta(minutes=1)
"""How long an order may wait before somebody looks: router takes it within a second."""
_ORDER = {kind: number for number, kind in enumerate(ConcernKind)}


class Can(StrEnum):
    """What may be done about it from the desk, beside setting it aside."""

    RESEND = "resend"
    REDIRECT = "redirect"
    RETRY = "retry"
    SETTLE = "settle"


class OnDesk(NamedTuple):
    """One thing on the desk. post: of the directory, "" where it is about none.

    can: what may be done about `notice`, or about the parked `message`. linked: its reference has a page.
    """

    concern: Concern
    post: str = ""
    can: tuple[Can, ...] = ()
    notice: NoticeId | None = None
    message: MessageId | None = None
    linked: bool = True


class SetAside(Private, frozen=True, kw_only=True):
    """What somebody took off the desk. It comes back by `put back`, or anew when it happens again."""

    concern: Concern
    partnership: PartnershipId
    post: str
    at: Instant
    admin: AdminId
    why: str


class Everywhere(NamedTuple):
    """What is amiss for all partnerships at once. parked: messages of no escalation, by code."""

    mail: Mail
    parked: Mapping[str, int]


def of_notice(notice: SentNotice) -> OnDesk:
    """An email that did not simply go out."""
    state = notice.state.value if notice.state is not None else ""
    concern = Concern(
        key=f"{ConcernKind.NOTICE}|{notice.id}|{state}",
        kind=ConcernKind.NOTICE,
        ref=notice.ref,
        since=notice.reported_at or notice.at,
        note=state,
    )
    return OnDesk(concern, notice.post, _about(notice), notice.id)


def of_late(notices: Sequence[SentNotice]) -> list[OnDesk]:
    """One line an escalation: whoever is asked to act stands for the others who wait for their email."""
    first: dict[EscalationRef, SentNotice] = {}
    for one in sorted(notices, key=lambda one: (not one.must_act, one.at, one.id)):
        first.setdefault(one.ref, one)
    return [OnDesk(_late(one), one.post, _about(one), one.id) for one in first.values()]


def _late(notice: SentNotice) -> Concern:
    key = f"{ConcernKind.NOTICE}|{notice.id}|{LATE}"
    return Concern(key=key, kind=ConcernKind.NOTICE, ref=notice.ref, since=notice.at, note=LATE)


def _about(notice: SentNotice) -> tuple[Can, ...]:
    """What is on its way still is not sent twice; who was replaced already is not again."""
    again = (Can.RESEND,) if notice.state in NOT_THROUGH else ()
    return (*again, Can.REDIRECT) if notice.must_act and not notice.replaced else again


def of_silence(concern: Concern, asked: Sequence[SentNotice]) -> OnDesk:
    """Nobody has acknowledged it. asked: the notices to those who are asked now: with one alone it is clear to whom."""
    if len(asked) != 1:
        return OnDesk(concern)
    return OnDesk(concern, asked[0].post, (Can.REDIRECT,), asked[0].id)


def of_parked(message: ParkedMessage, ref: EscalationRef, *, linked: bool) -> OnDesk:
    """A sealed message that could not be taken in. linked: there is an escalation of its reference."""
    key = f"{ConcernKind.PARKED}|{message.message}"
    concern = Concern(key=key, kind=ConcernKind.PARKED, ref=ref, since=message.at, note=message.code)
    return OnDesk(concern, can=(Can.RETRY, Can.SETTLE), message=message.message, linked=linked)


def of_order(order: Order, *, linked: bool) -> OnDesk:
    """Something that an admin ordered and router has not done."""
    key = f"{ConcernKind.ORDER}|{order.id}"
    concern = Concern(key=key, kind=ConcernKind.ORDER, ref=order.ref, since=order.at, note=kind_of(order.do))
    return OnDesk(concern, linked=linked)


def of_ending(ending: Ending) -> OnDesk:
    """Something of the installation that ends: it is on every partnership's desk."""
    on = ending.ends_at.date().isoformat()
    key, since = f"{ConcernKind.KEY}|{ending.what.value}|{on}", ending.ends_at - LOOK_BEFORE[ending.what]
    note = f"{ending.what.value} {on}"
    return OnDesk(Concern(key=key, kind=ConcernKind.KEY, ref=EscalationRef(""), since=since, note=note), linked=False)


def do_of(one: OnDesk, can: Can) -> Do | None:
    """The order that does it; None where it cannot be done about this."""
    if can not in one.can:
        return None
    if one.message is not None:
        return Retry(message=one.message) if can is Can.RETRY else Settle(message=one.message)
    if one.notice is None:
        return None
    return Resend(notice=one.notice) if can is Can.RESEND else Redirect(notice=one.notice)


def in_order(found: Iterable[OnDesk]) -> list[OnDesk]:
    """What stops an escalation first, and of a kind the oldest."""
    return sorted(found, key=lambda one: (_ORDER[one.concern.kind], one.concern.since, one.concern.key))

"""The desk: what needs somebody, what was set aside and why, and what is amiss for everybody. Pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from services.router.domain.admins import AdminId
from services.router.domain.changes import Mail, SentNotice
from services.router.domain.listing import Concern, ConcernKind
from shared.messages import NoticeState
from shared.private import Private
from shared.terms import Instant, PartnershipId

AMISS = frozenset(NoticeState) - {NoticeState.ACCEPTED}
"""What became of an email that a person must know."""
_ORDER = {kind: number for number, kind in enumerate(ConcernKind)}


class OnDesk(NamedTuple):
    """One thing on the desk. post: of the directory, "" where it is about none."""

    concern: Concern
    post: str = ""


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
    return OnDesk(concern, notice.post)


def in_order(found: Iterable[OnDesk]) -> list[OnDesk]:
    """What stops an escalation first, and of a kind the oldest."""
    return sorted(found, key=lambda one: (_ORDER[one.concern.kind], one.concern.since, one.concern.key))

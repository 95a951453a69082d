"""Asking each holder, once a period, whether their post is still right: who is due, reminded, overdue. Pure.

An answer is a post that was confirmed since it was asked about, by whomever, or that its holder said has changed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

import msgspec

from services.router.domain.directory import Directory, Placed, absence_on, holder_on
from shared.messages import NoticeState
from shared.private import Private
from shared.terms import Instant, NoticeId, PartnershipId, PostId

REMINDED_AFTER = timedelta(days=10)
ANSWERED_WITHIN = timedelta(days=14)
TOGETHER = timedelta(days=14)
"""What of one holder falls due within these days is asked in one mail."""
_GONE_WRONG = frozenset({"refused", "delayed", "expired", "unrenderable", "bounced"})
"""States of a notice that nobody reads."""


class Ask(Private, frozen=True, kw_only=True):
    """What is known of asking about one post. address: its holder's, since the day `since`; another begins anew.

    notice: of the newest mail, "" before the first. state: what the mail system said of it.
    """

    post: PostId
    partnership: PartnershipId
    address: str
    since: date
    asked_at: Instant | None = None
    reminded_at: Instant | None = None
    answered_at: Instant | None = None
    notice: NoticeId = NoticeId("")
    state: NoticeState | None = None
    version: int = 0


class AskReported(Private, frozen=True, kw_only=True):
    """What became of a letter to a holder."""

    notice: NoticeId
    state: NoticeState


def heard(ask: Ask, reported: AskReported) -> Ask:
    """`ask` with what was reported of its letter. What is settled stays so, and an acceptance that is told late
    hides nothing that came of it after.
    """
    return msgspec.structs.replace(ask, state=max(reported.state, ask.state, key=_weight))


def _weight(state: NoticeState | None) -> int:
    """The newer of two that weigh the same stands."""
    if state in (None, NoticeState.DELAYED, NoticeState.AMBIGUOUS):
        return 0
    return 1 if state is NoticeState.ACCEPTED else 2


class Asks(Protocol):
    """Whether each post's holder was asked about it. It changes through `Escalations.commit`."""

    async def all(self) -> tuple[Ask, ...]: ...

    async def of(self, posts: Sequence[PostId]) -> tuple[Ask, ...]: ...

    async def forget(self, posts: Sequence[PostId]) -> None:
        """Drop the rows of posts that are no more, or that nobody holds: no address is kept for nothing."""

    async def waiting(self, drafts: Sequence[str]) -> frozenset[str]:
        """Which of these proposals wait for an admin."""

    async def changes(self, post: PostId, *, since: Instant) -> int:
        """How often whoever holds the post changed it since then, or said that something has changed."""
        ...


class Standing(StrEnum):
    """How it stands with a post. The order is that in which an admin looks at them."""

    BOUNCED = "bounced"
    OVERDUE = "overdue"
    ASKED = "asked"
    QUIET = "quiet"


class Todo(NamedTuple):
    """A post whose holder is written to now. again: as a reminder."""

    placed: Placed
    ask: Ask
    again: bool


def address_of(placed: Placed, day: date) -> str:
    """Where the holder of the post is asked, "" where nobody holds it."""
    holder = holder_on(placed.post, day)
    return holder.address.strip().casefold() if holder is not None else ""


def standing(ask: Ask | None, placed: Placed, *, at: Instant, zone: str) -> Standing:
    """How it stands with a post. QUIET: nothing is waited for."""
    local = ZoneInfo(zone)
    if ask is None or ask.asked_at is None or ask.address != address_of(placed, at.astimezone(local).date()):
        return Standing.QUIET
    confirmed = placed.post.verified_on
    if ask.answered_at is not None or (confirmed is not None and confirmed >= ask.asked_at.astimezone(local).date()):
        return Standing.QUIET
    if ask.state in _GONE_WRONG:
        return Standing.BOUNCED
    return Standing.OVERDUE if at > ask.asked_at + ANSWERED_WITHIN else Standing.ASKED


def answer_by(ask: Ask, *, zone: str) -> date | None:
    """The day until which an answer is asked for."""
    return (ask.asked_at + ANSWERED_WITHIN).astimezone(ZoneInfo(zone)).date() if ask.asked_at is not None else None


def to_note(directory: Directory, asks: Mapping[PostId, Ask], *, at: Instant, most: int) -> Iterator[Ask]:
    """A new row for each post that is not known yet, or has another holder: that somebody entered it is a check."""
    for placed in directory.posts.values():
        owner = directory.partnerships.get(placed.agency.owner)
        if owner is None or most <= 0:
            continue
        day = at.astimezone(ZoneInfo(owner.zone)).date()
        known, address = asks.get(placed.post.id), address_of(placed, day)
        if address and (known is None or known.address != address or known.partnership != owner.id):
            most -= 1
            version = known.version if known is not None else 0
            yield Ask(post=placed.post.id, partnership=owner.id, address=address, since=day, version=version)


def to_forget(directory: Directory, asks: Mapping[PostId, Ask], *, at: Instant) -> tuple[PostId, ...]:
    """The rows of posts that are no more, or that nobody holds today."""
    return tuple(post for post, ask in asks.items() if not _held(directory, ask, at=at))


def _held(directory: Directory, ask: Ask, *, at: Instant) -> bool:
    placed = directory.posts.get(ask.post)
    owner = directory.partnerships.get(placed.agency.owner) if placed is not None else None
    if placed is None or owner is None:
        return False
    return bool(address_of(placed, at.astimezone(ZoneInfo(owner.zone)).date()))


def to_ask(directory: Directory, asks: Mapping[PostId, Ask], *, at: Instant) -> Iterator[Todo]:
    """Every post whose holder is written to now; with one that is due, what of theirs is due soon.

    Whoever is away is asked when they are back. A mail that was refused is not repeated: an admin mends the address.
    """
    near: dict[tuple[PartnershipId, str], list[tuple[Todo, bool]]] = {}
    for post, ask in asks.items():
        placed, owner = directory.posts.get(post), directory.partnerships.get(ask.partnership)
        if placed is None or owner is None or placed.agency.owner != owner.id:
            continue
        day = at.astimezone(ZoneInfo(owner.zone)).date()
        if ask.address != address_of(placed, day) or absence_on(placed.post, day) is not None:
            continue
        due = due_on(ask, placed, every_days=owner.asked_every_days, zone=owner.zone)
        if due <= day + TOGETHER:
            near.setdefault((owner.id, ask.address), []).append((Todo(placed, ask, again=False), due <= day))
        elif _to_remind(ask, standing(ask, placed, at=at, zone=owner.zone), at=at):
            yield Todo(placed, ask, again=True)
    for todos in near.values():
        if any(due for _, due in todos):
            yield from (todo for todo, _ in todos)


def _to_remind(ask: Ask, now: Standing, *, at: Instant) -> bool:
    waits = now in (Standing.ASKED, Standing.OVERDUE) and ask.reminded_at is None
    return waits and ask.asked_at is not None and at >= ask.asked_at + REMINDED_AFTER


def due_on(ask: Ask, placed: Placed, *, every_days: int, zone: str) -> date:
    """The day from which the holder is asked: a period after the post was last asked about, confirmed or entered."""
    asked = ask.asked_at.astimezone(ZoneInfo(zone)).date() if ask.asked_at is not None else None
    confirmed = placed.post.verified_on
    checked = (one for one in (ask.since, confirmed, asked) if one is not None)
    return max(checked) + timedelta(days=max(1, every_days))


def together(todos: Iterable[Todo]) -> Mapping[tuple[PartnershipId, str, bool], tuple[Todo, ...]]:
    """One mail for each holder and partnership, reminders apart."""
    found: dict[tuple[PartnershipId, str, bool], tuple[Todo, ...]] = {}
    for one in todos:
        key = (one.ask.partnership, one.ask.address, one.again)
        found[key] = (*found.get(key, ()), one)
    return found

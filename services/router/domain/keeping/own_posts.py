"""What the holder of a post sees of it and may change: their own absence at once, all else as a proposal. Pure."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from services.router.domain.directory import Absence, Directory, Holder, Placed, Post, holder_on
from services.router.domain.keeping.asks import Ask, Standing, standing
from services.router.domain.keeping.attention import in_days
from services.router.domain.keeping.editing import handed_on, with_absence
from services.router.domain.keeping.rows import written
from services.router.domain.partnership import Partnership
from shared.following.answered import ChoiceSeen
from shared.following.posts import AwaySeen, PostChanged, PostSeen
from shared.terms import Instant, PostId

replace = msgspec.structs.replace
MOST_POSTS = 20
MOST_DEPUTIES = 200
MOST_AHEAD = timedelta(days=366)
_SYMBOLS = 32


class Changing(NamedTuple):
    """A post before and after. refused: why nothing comes of it, a code of `shared.questions.Refused`, else ""."""

    after: Post | None
    refused: str = ""


def own_posts(directory: Directory, address: str, *, day: date) -> tuple[Placed, ...]:
    """The posts that this address speaks for on `day`: of whoever holds them then, or their shared mailbox."""
    wanted = address.strip().casefold()
    held = (one for one in directory.at_address(wanted) if wanted and wanted in _speakers(one.post, day))
    return tuple(one for one in held if one.agency.owner in directory.partnerships)[:MOST_POSTS]


def _speakers(post: Post, day: date) -> Iterator[str]:
    if post.mailbox:
        yield post.mailbox.casefold()
    for holder in post.holders:
        begun = holder.valid_from is None or holder.valid_from <= day
        if begun and (holder.valid_until is None or day <= holder.valid_until):
            yield holder.address.casefold()


def digest_of(post: Post) -> str:
    """Stands in the question, so that nobody speaks of a row that they were not shown."""
    return hashlib.sha256(b"candour/1 post" + written(post).encode()).hexdigest()[:_SYMBOLS]


def post_seen(
    placed: Placed, directory: Directory, ask: Ask | None, *, owner: Partnership, waits: bool, at: Instant, day: date
) -> PostSeen:
    """The post as its holder is shown it."""
    post, holder = placed.post, holder_on(placed.post, day)
    now = standing(ask, placed, at=at, zone=owner.zone)
    own = directory.posts.get(post.deputy) if post.deputy is not None else None
    return PostSeen(
        post=post.id,
        seen=digest_of(post),
        title=post.title,
        agency=placed.agency.name,
        name="; ".join(one.name for one in post.holders) if post.mailbox else (holder.name if holder else ""),
        address=holder.address if holder is not None else "",
        phone=(holder.phone if holder is not None else "") or post.phone,
        shared=bool(post.mailbox),
        confirmed_words=in_days(post.verified_on),
        asked=now is not Standing.QUIET,
        waits=waits,
        deputy=_who(own, day) if own is not None else "",
        deputies=tuple(one.post.id for one in deputies_for(placed, directory, day=day)),
        away=tuple(_away(one, directory, day) for one in post.absences if one.last >= day),
    )


def deputies_for(placed: Placed, directory: Directory, *, day: date) -> tuple[Placed, ...]:
    """Who may be named to stand in: other posts of the same agency that somebody else holds."""
    mine = set(_speakers(placed.post, day))
    found = []
    for post in placed.agency.posts:
        holder = holder_on(post, day)
        if post.id != placed.post.id and holder is not None and holder.address.casefold() not in mine:
            found.append(Placed(placed.agency, post))
    return tuple(found[:MOST_DEPUTIES])


def choice_of(placed: Placed, day: date) -> ChoiceSeen:
    return ChoiceSeen(code=placed.post.id, words=_who(placed, day))


def _who(placed: Placed, day: date) -> str:
    holder = holder_on(placed.post, day)
    name = holder.name if holder is not None else ""
    return f"{name}, {placed.post.title}" if name else placed.post.title


def _away(absence: Absence, directory: Directory, day: date) -> AwaySeen:
    named = directory.posts.get(absence.deputy) if absence.deputy is not None else None
    instead = f"; {_who(named, day)} stands in" if named is not None else ""
    return AwaySeen(first=absence.first, words=f"{in_days(absence.first)} to {in_days(absence.last)}{instead}")


def away(placed: Placed, directory: Directory, *, first: date, last: date, deputy: str, day: date) -> Changing:
    """The post with its holder away. Days that have passed, that run backwards or overlap are refused as `dates`.

    One of several who read a shared mailbox does not send all of them away: an admin does.
    """
    if placed.post.mailbox:
        return Changing(None, "not-allowed")
    days_right = day <= first <= last <= day + MOST_AHEAD
    overlaps = (one.first <= last and first <= one.last for one in placed.post.absences if one.first != first)
    if not days_right or any(overlaps):
        return Changing(None, "dates")
    if deputy and deputy not in {one.post.id for one in deputies_for(placed, directory, day=day)}:
        return Changing(None, "not-allowed")
    absence = Absence(first=first, last=last, deputy=PostId(deputy) if deputy else None)
    return Changing(with_absence(placed.post, absence))


def back(post: Post, first: date, *, day: date) -> Post:
    """The post without the absence that begins on `first`; one that has begun is kept until the day before."""
    kept = (_until(one, day - timedelta(days=1)) if one.first == first else one for one in post.absences)
    return replace(post, absences=tuple(one for one in kept if one.last >= one.first))


def _until(absence: Absence, last: date) -> Absence:
    return replace(absence, last=last) if absence.last > last else absence


def proposed(placed: Placed, said: PostChanged, *, day: date) -> Changing:
    """The post as its holder says it is. `same`: nothing is different."""
    post = placed.post
    if post.mailbox:
        after = replace(post, mailbox=said.address or post.mailbox, phone=said.phone or post.phone)
    elif said.stays:
        after = replace(post, holders=tuple(_corrected(one, said, of=holder_on(post, day)) for one in post.holders))
    elif said.name and said.address:
        after = handed_on(post, Holder(name=said.name, address=said.address, phone=said.phone), since=day)
    else:
        after = replace(post, holders=tuple(_ended(one, holder_on(post, day), day=day) for one in post.holders))
    return Changing(after) if after != post else Changing(None, "same")


def _corrected(holder: Holder, said: PostChanged, *, of: Holder | None) -> Holder:
    if holder is not of:
        return holder
    return replace(
        holder, name=said.name or holder.name, address=said.address or holder.address, phone=said.phone or holder.phone
    )


def _ended(holder: Holder, of: Holder | None, *, day: date) -> Holder:
    return replace(holder, valid_until=day) if holder is of else holder

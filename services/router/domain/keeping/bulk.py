"""One change of many posts at once: away, a deputy, a last day, an out-of-hours telephone, or still right. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from services.router.domain.directory import Absence, Agency, Directory, Placed, Post
from services.router.domain.keeping.editing import setting, with_absence
from services.router.domain.keeping.rows import Key, Kind, Swap, bare
from shared.private import Private
from shared.terms import AgencyId, PostId

replace = msgspec.structs.replace


class Many(StrEnum):
    """What may be changed of many posts at once."""

    CONFIRMED = "confirmed"
    ABSENCE = "absence"
    DEPUTY = "deputy"
    ENDS = "ends"
    OUT_OF_HOURS = "out-of-hours"


class Bulk(Private, frozen=True, kw_only=True):
    """One of them, with what it needs. today: local. deputy: None for none."""

    many: Many
    today: date
    absence: Absence | None = None
    deputy: PostId | None = None
    last_day: date | None = None
    out_of_hours: str = ""


def swaps_of(directory: Directory, posts: Sequence[PostId], bulk: Bulk) -> tuple[Swap, ...]:
    """What it changes of these posts, each once; the out-of-hours telephone is their agencies'."""
    placed = [directory.posts[one] for one in dict.fromkeys(posts) if one in directory.posts]
    if bulk.many is Many.OUT_OF_HOURS:
        return _of_agencies(directory, {one.agency.id: one.agency for one in placed}, bulk)
    return tuple(swap for one in placed for swap in _of_post(directory, one, bulk))


def _of_agencies(directory: Directory, agencies: Mapping[AgencyId, Agency], bulk: Bulk) -> tuple[Swap, ...]:
    rows = [replace(bare(one), out_of_hours=bulk.out_of_hours) for one in agencies.values()]
    return tuple(swap for row in rows for swap in setting(directory.entries, Key(Kind.AGENCY, row.id, row.id), row))


def _of_post(directory: Directory, placed: Placed, bulk: Bulk) -> tuple[Swap, ...]:
    key = Key(Kind.POST, placed.agency.id, placed.post.id)
    return setting(directory.entries, key, _changed(placed.post, bulk))


def _changed(post: Post, bulk: Bulk) -> Post:
    if bulk.many is Many.ABSENCE and bulk.absence is not None:
        absence = bulk.absence
        own = replace(absence, deputy=None) if absence.deputy == post.id else absence
        return with_absence(post, own)
    if bulk.many is Many.DEPUTY:
        return replace(post, deputy=bulk.deputy) if bulk.deputy != post.id else post
    if bulk.many is Many.ENDS and bulk.last_day is not None:
        last = bulk.last_day
        return replace(
            post,
            holders=tuple(
                replace(one, valid_until=last) if _goes(one.valid_from, one.valid_until, last) else one
                for one in post.holders
            ),
        )
    return replace(post, verified_on=bulk.today) if bulk.many is Many.CONFIRMED else post


def _goes(first: date | None, until: date | None, last: date) -> bool:
    """Whether somebody who holds a post from `first` until `until` would hold it after `last`, and began by then."""
    return (first is None or first <= last) and (until is None or until > last)

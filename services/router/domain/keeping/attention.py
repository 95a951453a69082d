"""What an admin looks at first: posts without a holder, absences nobody covers, what nobody confirmed lately. Pure."""

from datetime import date, timedelta
from typing import NamedTuple

from services.router.domain.directory import Agency, Directory, Holder, Post, absence_on, holder_on
from services.router.domain.keeping.asks import ANSWERED_WITHIN
from services.router.domain.keeping.gaps import Grid, agencies_of
from services.router.domain.partnership import Partnership
from services.router.domain.routing.reaching import Reach, leaning_on
from shared.terms import AgencyId, PartnershipId, PostId

A_QUARTER = timedelta(days=92)
ENDS_WITHIN = timedelta(days=30)
_KEPT = 8


class PostNow(NamedTuple):
    """A post on a day. worries: in words, the worst first; empty where nothing needs anybody."""

    post: Post
    holder: Holder | None
    away_until: date | None
    worries: tuple[str, ...]


class AgencyNow(NamedTuple):
    """An agency on a day. worries: how many of its posts, and of its lines in the grid of gaps, need somebody."""

    agency: Agency
    posts: tuple[PostNow, ...]
    worries: int


class _Worked(NamedTuple):
    """The posts of an agency on a day; its owner, and every agency that was looked at for them, itself first."""

    day: date
    owner: Partnership | None
    leans_on: tuple[Agency, ...]
    posts: tuple[PostNow, ...]


_WORKED: dict[AgencyId, _Worked] = {}
"""The last that was worked out of each agency: a change of one is a change of few."""
_LISTS: dict[tuple[int, PartnershipId, int], tuple[Directory, Grid, tuple[AgencyNow, ...]]] = {}
"""By identity, for a grid is long to compare."""


def agencies_now(directory: Directory, partnership: PartnershipId, grid: Grid) -> tuple[AgencyNow, ...]:
    """Every agency of the partnership on the grid's first day, by name, its own posts first. Raises: KeyError."""
    key = (id(directory), partnership, id(grid))
    if (kept := _LISTS.get(key)) is not None:
        return kept[2]
    amiss: dict[AgencyId, int] = {}
    for line in grid.lines:
        amiss[line.agency.id] = amiss.get(line.agency.id, 0) + (line.worst is Reach.NOBODY)
    for finding in grid.findings:
        amiss[finding.agency] = amiss.get(finding.agency, 0) + 1
    found = tuple(
        _agency(directory, agency, grid.first, amiss.get(agency.id, 0))
        for agency in agencies_of(directory, directory.partnerships[partnership])
    )
    while len(_LISTS) >= _KEPT:
        _LISTS.pop(next(iter(_LISTS)), None)
    _LISTS[key] = (directory, grid, found)
    return found


def _agency(directory: Directory, agency: Agency, day: date, amiss: int) -> AgencyNow:
    kept, owner = _WORKED.get(agency.id), directory.partnerships.get(agency.owner)
    if kept is None or (kept.day, kept.owner) != (day, owner) or not _stands(kept, directory, agency):
        posts = tuple(post_now(directory, post, day) for post in agency.posts)
        kept = _Worked(day, owner, leaning_on(directory, agency) or (), posts)
        _WORKED[agency.id] = kept
    return AgencyNow(agency, kept.posts, amiss + sum(bool(one.worries) for one in kept.posts))


def _stands(kept: _Worked, directory: Directory, agency: Agency) -> bool:
    looked_at = kept.leans_on
    return (
        bool(looked_at) and looked_at[0] is agency and all(directory.agencies.get(one.id) is one for one in looked_at)
    )


def post_now(directory: Directory, post: Post, day: date) -> PostNow:
    """The post on that day, and what of it needs somebody."""
    absence = absence_on(post, day)
    holder = holder_on(post, day)
    worries = tuple(_worries(directory, post, day))
    return PostNow(post, holder, absence.last if absence is not None else None, worries)


def _worries(directory: Directory, post: Post, day: date) -> list[str]:
    found = []
    holder, absence = holder_on(post, day), absence_on(post, day)
    deputy = (absence.deputy if absence is not None else None) or post.deputy
    if holder is None:
        found.append("Nobody holds this post.")
    elif absence is not None and deputy is None:
        found.append("Away, and no deputy is named.")
    if deputy is not None and absence is not None and _is_vacant(directory, deputy, day):
        found.append("Away, and the deputy’s post is vacant.")
    if holder is not None and _ends(post, holder, day):
        found.append(f"Ends on {in_days(holder.valid_until)}, and nobody follows.")
    if post.verified_on is None:
        found.append("Never confirmed as right.")
    elif post.verified_on + _asked_every(directory, post) < day:
        found.append(f"Last confirmed on {in_days(post.verified_on)}.")
    return found


def _asked_every(directory: Directory, post: Post) -> timedelta:
    """After how long the owner has a post confirmed again, with time to answer."""
    owner = directory.partnerships.get(directory.posts[post.id].agency.owner)
    return (timedelta(days=owner.asked_every_days) if owner is not None else A_QUARTER) + ANSWERED_WITHIN


def _is_vacant(directory: Directory, deputy: PostId, day: date) -> bool:
    placed = directory.posts.get(deputy)
    return placed is None or holder_on(placed.post, day) is None


def _ends(post: Post, holder: Holder, day: date) -> bool:
    until = holder.valid_until
    if until is None or until > day + ENDS_WITHIN:
        return False
    return holder_on(post, until + timedelta(days=1)) is None


def in_days(day: date | None) -> str:
    """`14 December 2026`; nothing for none."""
    return f"{day.day} {day:%B %Y}" if day is not None else ""


def found_by(agencies: tuple[AgencyNow, ...], words: str, *, most: int) -> tuple[tuple[Agency, PostNow], ...]:
    """The posts in which every word stands: in a name, address, title, role, or the agency's name."""
    wanted = words.casefold().split()
    found: list[tuple[Agency, PostNow]] = []
    for one in agencies if wanted else ():
        agency = f"{one.agency.name} {one.agency.id}".casefold()
        for post in one.posts:
            if all(word in agency or word in _text(post.post) for word in wanted):
                found.append((one.agency, post))
                if len(found) == most:
                    return tuple(found)
    return tuple(found)


def _text(post: Post) -> str:
    people = (f"{one.name} {one.address} {one.phone}" for one in post.holders)
    return " ".join((post.id, post.title, post.role, post.mailbox, post.phone, *people)).casefold()

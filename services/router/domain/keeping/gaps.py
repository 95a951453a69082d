"""Gaps: for each agency, stage and day of the next 60, whether its holder, a deputy or nobody is reached. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from services.router.domain.book import serving
from services.router.domain.directory import ON_CALL, Agency, Directory, Post
from services.router.domain.partnership import Partnership
from services.router.domain.routing.lookup import Search
from services.router.domain.routing.reaching import (
    Asking,
    Reach,
    Reached,
    Rung,
    leaning_on,
    reached,
    rungs_of,
    turning_days,
)
from services.router.policy.model import Policy
from shared.terms import AgencyId, PartnershipId, PostId

DAYS = 60
"""Today and the days after it that are looked at, together.  Source: issue 4."""
_KEPT = 24
_DUTY_HOLDERS = 2
_RANK = {reach: number for number, reach in enumerate(Reach)}


class Span(NamedTuple):
    """Days, both included, on which it is the same. found: (post, address). says: why it is not fine."""

    first: date
    last: date
    reach: Reach
    found: tuple[tuple[PostId, str], ...]
    says: tuple[str, ...]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class Line(NamedTuple):
    """One agency at one stage or route, all days."""

    agency: Agency
    rung: Rung
    spans: tuple[Span, ...]

    @property
    def worst(self) -> Reach:
        return max((one.reach for one in self.spans), key=_RANK.__getitem__)


class Flaw(StrEnum):
    """What is wrong beside days on which nobody is reached."""

    SAME_PERSON = "same-person"
    NO_ALLOCATOR = "no-allocator"
    DUTY_ALONE = "duty-alone"


class Finding(NamedTuple):
    """A flaw of an agency. post: where it is mended, None where no one post is to blame."""

    flaw: Flaw
    agency: AgencyId
    post: PostId | None
    says: str


class Grid(NamedTuple):
    """Everything that is amiss, or may be, for one partnership from `first` on."""

    first: date
    rungs: tuple[Rung, ...]
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]

    @property
    def to_mend(self) -> int:
        """How many things there are to mend: lines on which some day nobody is reached, and flaws."""
        return sum(line.worst is Reach.NOBODY for line in self.lines) + len(self.findings)


class _Worked(NamedTuple):
    """What was worked out for one agency, and all that it was worked out from, the agency itself first."""

    place: Partnership
    social_care: Agency | None
    leans_on: tuple[Agency, ...] | None
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]


_WORKED: dict[tuple[PartnershipId, int], tuple[Policy, date, dict[AgencyId, _Worked]]] = {}
"""The last day's, by partnership and policy: a change of one agency is a change of few lines."""


@lru_cache(maxsize=_KEPT)
def grid(directory: Directory, partnership: PartnershipId, policy: Policy, day: date) -> Grid:
    """The partnership's grid from `day`, its local date. Kept, for a revision never changes. Raises: KeyError."""
    place = directory.partnerships[partnership]
    rungs = rungs_of(policy)
    asking = Asking(policy, directory, place)
    known = _known(partnership, policy, day)
    found: dict[AgencyId, _Worked] = {}
    for agency in agencies_of(directory, place):
        there = known.get(agency.id)
        if there is None or not _stands(there, directory, place):
            leans_on = leaning_on(directory, agency)
            lines = tuple(_lines(directory, place, asking, agency=agency, rungs=rungs, day=day))
            flaws = tuple(_findings(directory, place, asking, mine=lines, agency=agency, day=day))
            there = _Worked(place, directory.social_care(partnership), leans_on, lines, flaws)
        found[agency.id] = there
    known.update({key: one for key, one in found.items() if one.leans_on is not None})
    lines_of = (line for one in found.values() for line in one.lines)
    return Grid(day, rungs, tuple(lines_of), tuple(flaw for one in found.values() for flaw in one.findings))


def _known(partnership: PartnershipId, policy: Policy, day: date) -> dict[AgencyId, _Worked]:
    key = (partnership, id(policy))
    kept = _WORKED.get(key)
    if kept is None or kept[0] is not policy or kept[1] != day:
        if len(_WORKED) >= _KEPT:
            _WORKED.clear()
        kept = _WORKED[key] = (policy, day, {})
    return kept[2]


def _stands(there: _Worked, directory: Directory, place: Partnership) -> bool:
    """Whether nothing is another that it was worked out from."""
    return (
        there.place == place
        and there.social_care is directory.social_care(place.id)
        and all(directory.agencies.get(one.id) is one for one in there.leans_on or ())
    )


def agencies_of(directory: Directory, partnership: Partnership) -> tuple[Agency, ...]:
    """The agencies that serve the partnership, and the one under which its own posts stand."""
    own = directory.agencies.get(AgencyId(partnership.id))
    return (*((own,) if own is not None else ()), *serving(partnership, directory))


def _lines(
    directory: Directory, place: Partnership, asking: Asking, *, agency: Agency, rungs: Iterable[Rung], day: date
) -> Iterator[Line]:
    last = day + timedelta(days=DAYS - 1)
    days = turning_days(directory, agency, first=day, last=last)
    for rung in rungs:
        asked = asking.at(rung, agency)
        if asked:
            met = [(one, reached(directory, place, asked, at=(agency, one))) for one in days]
            yield Line(agency, rung, tuple(_spans(met, last)))


def _spans(met: list[tuple[date, Reached]], last: date) -> Iterator[Span]:
    """Neighbouring days of which the same is to be said, together."""
    start = 0
    for index in range(1, len(met) + 1):
        if index == len(met) or met[index][1] != met[start][1]:
            until = last if index == len(met) else met[index][0] - timedelta(days=1)
            yield Span(met[start][0], until, *met[start][1])
            start = index


def _findings(
    directory: Directory, place: Partnership, asking: Asking, *, mine: tuple[Line, ...], agency: Agency, day: date
) -> Iterator[Finding]:
    yield from _same_person(mine, agency)
    roles = {role.code: None for line in mine for asked in asking.at(line.rung, agency) for role in asked.roles}
    for role in roles:
        posts = directory.with_role(agency.id, role)
        if len(posts) > 1 and not directory.allocating(agency.id, role):
            says = f"{len(posts)} posts are “{posts[0].post.title}” or the like, and none allocates between them."
            yield Finding(Flaw.NO_ALLOCATOR, agency.id, posts[0].post.id, says)
    search = Search(directory, place, day=day, barred={}, held=())
    for post in (one for one in agency.posts if one.role == ON_CALL):
        if len(_on_duty(post, directory, search)) < _DUTY_HOLDERS:
            says = f"{post.title}: fewer than two people share this duty, so that nobody can stand in."
            yield Finding(Flaw.DUTY_ALONE, agency.id, post.id, says)


def _on_duty(post: Post, directory: Directory, search: Search) -> set[str]:
    """Who shares the duty: those named for the post today, and whoever deputises."""
    held = [
        one.address.casefold()
        for one in post.holders
        if (one.valid_from is None or one.valid_from <= search.day)
        and (one.valid_until is None or search.day <= one.valid_until)
    ]
    deputy = directory.posts.get(post.deputy) if post.deputy is not None else None
    found = search.holder(deputy) if deputy is not None else None
    return {*held, *([found.holder.address.casefold()] if found is not None else [])}


def _same_person(mine: tuple[Line, ...], agency: Agency) -> Iterator[Finding]:
    """One address on two stages on one day: going on to the next would ask the same person again."""
    ladder = [line for line in mine if line.rung.number]
    for index, lower in enumerate(ladder):
        for upper in ladder[index + 1 :]:
            post = next(_on_both(lower, upper), None)
            if post is not None:
                says = f"{lower.rung.label} and {upper.rung.label} reach the same person: each stage needs another."
                yield Finding(Flaw.SAME_PERSON, agency.id, post, says)
                break


def _on_both(lower: Line, upper: Line) -> Iterator[PostId]:
    for one in lower.spans:
        held = {address: post for post, address in one.found}
        for other in upper.spans:
            if one.first <= other.last and other.first <= one.last:
                yield from (held[address] for _, address in other.found if address in held)

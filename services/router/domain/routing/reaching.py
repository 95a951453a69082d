"""Whom a stage or route would reach at an agency on a day: as a decision looks, with nobody in particular. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from services.router.domain.directory import Agency, Directory, Placed, Post
from services.router.domain.partnership import Partnership
from services.router.domain.routing.lookup import Found, Search
from services.router.policy.facts import ChildStatus, Entry, Route
from services.router.policy.matching import Kind
from services.router.policy.model import Policy, Seat
from services.router.policy.seating import Table, seat_all
from services.router.policy.step import Asked, Where
from shared.terms import AgencyId, AgencyType, PostId, TeamId

_AT_THE_AGENCY = frozenset({Where.RECEIVING, Where.EACH})
_DAY = timedelta(days=1)


class Reach(StrEnum):
    """Whom an escalation would reach, the best first."""

    FINE = "fine"
    DEPUTY = "deputy"  # not the post's own holder: a deputy, who allocates for it, the lead, or a sponsor
    NOBODY = "nobody"  # the duty contact would be asked to find somebody


ORDER = tuple(Reach)


class Rung(NamedTuple):
    """A stage, or a special route, at which somebody must act. number: of the stage, 0 for a route."""

    code: str
    label: str
    number: int


class Reached(NamedTuple):
    """What a rung meets at an agency on a day. found: (post, address) of whoever is found, a team each."""

    reach: Reach
    found: tuple[tuple[PostId, str], ...]
    says: tuple[str, ...]


def rungs_of(policy: Policy) -> tuple[Rung, ...]:
    """The stages and routes of `policy` at which somebody must act."""
    stages = sorted(policy.stages.values(), key=lambda stage: stage.number)
    ladder = [Rung(str(one.number), one.label, one.number) for one in stages if _somebody_acts(one.seats)]
    return (*ladder, *(Rung(one.id, one.text.title, 0) for one in policy.routes if _somebody_acts(one.seats)))


def _somebody_acts(seats: tuple[Seat, ...]) -> bool:
    return any(seat.must_act for seat in seats)


class Asking:
    """The seats of a policy's rungs, laid for one agency of each type. Each is laid once and kept."""

    def __init__(self, policy: Policy, directory: Directory, partnership: Partnership) -> None:
        self._policy = policy
        self._partnership = partnership
        own = directory.social_care(partnership.id)
        self._social_care = own.id if own is not None else None
        self._laid: dict[tuple[str, AgencyType], tuple[Asked, ...]] = {}

    def at(self, rung: Rung, agency: Agency) -> tuple[Asked, ...]:
        """The seats at which somebody of `agency` must act."""
        key = (rung.code, agency.type)
        if key not in self._laid:
            self._laid[key] = tuple(self._lay(rung, agency.type))
        return tuple(one for one in self._laid[key] if self._is_there(one.where, agency.id))

    def _is_there(self, where: Where, agency: AgencyId) -> bool:
        if where is Where.PARTNERSHIP:
            return str(agency) == str(self._partnership.id)
        if where is Where.PARTNERS:
            return agency in self._partnership.partners
        if where is Where.SOCIAL_CARE:
            return agency == self._social_care
        return where in _AT_THE_AGENCY and str(agency) != str(self._partnership.id)

    def _lay(self, rung: Rung, kind: AgencyType) -> Iterator[Asked]:
        policy = self._policy
        seats = policy.stages[rung.number].seats if rung.number else _route_seats(policy, rung.code)
        table = Table(
            policy=policy,
            kind=_kind(rung.number, kind),
            stage=rung.number or 2,
            raising=(),
            receiving=(kind,),
            own_rung=1,
        )
        # a seat laid for a condition is looked at too: the condition may hold
        for seat in (one for one in seats if one.must_act):
            yield from (one for one in seat_all((_always(seat),), table) if one.must_act)


def _always(seat: Seat) -> Seat:
    return seat if seat.when is None else msgspec.structs.replace(seat, when=None)


def _route_seats(policy: Policy, code: str) -> tuple[Seat, ...]:
    return next(one.seats for one in policy.routes if one.id == code)


def _kind(stage: int, kind: AgencyType) -> Kind:
    return Kind(
        route=Route.STAGES,
        stage=stage,
        child_status=ChildStatus.NOT_KNOWN,
        subject="",
        dissent="",
        subject_of_concern="",
        own_manager=False,
        own_agency=False,
        raising=(),
        receiving=(kind,),
        role="",
        is_manager=False,
        is_lead=False,
        entry=(Entry.UNRESOLVED,),
        urgent=False,
        pattern=False,
    )


def reached(
    directory: Directory, partnership: Partnership, asked: tuple[Asked, ...], *, at: tuple[Agency, date]
) -> Reached:
    """The worst that any seat meets at the agency on the day, whichever team is chosen or none."""
    agency, day = at
    search = Search(directory, partnership, day=day, barred={}, held=())
    worst, found_all = Reach.FINE, []
    for seat in asked:
        for team in _teams(directory, agency, seat):
            found = search.find(seat, agency, team=team)
            reach = _reach(directory, agency, seat, found=found, team=team)
            worst = max(worst, reach, key=ORDER.index)
            if found is not None and found.placed is not None:
                found_all.append((found.placed.post.id, found.holder.address.casefold()))
    said = (*search.away, *(gap.says for gap in search.gaps_found())) if worst is not Reach.FINE else ()
    return Reached(worst, tuple(found_all), said)


def _teams(directory: Directory, agency: Agency, seat: Asked) -> tuple[TeamId | None, ...]:
    """None for a raiser who knows no team, then each team that has a post of the seat's roles."""
    posts = [one.post for role in seat.roles for one in directory.with_role(agency.id, role.code)]
    teams = dict.fromkeys(post.team for post in posts if post.team is not None)
    return (None, *teams) if len(posts) > 1 else (None,)


def _reach(directory: Directory, agency: Agency, seat: Asked, *, found: Found | None, team: TeamId | None) -> Reach:
    if found is None or found.placed is None:
        return Reach.NOBODY
    if not found.standing_in:
        return Reach.FINE
    return Reach.FINE if _allocates(directory, agency, seat, post=found.placed.post, team=team) else Reach.DEPUTY


def _allocates(directory: Directory, agency: Agency, seat: Asked, *, post: Post, team: TeamId | None) -> bool:
    """Whether handing over by name is the ordinary way here: several posts fit, and this one allocates for them."""
    for role in seat.roles:
        fitting = directory.with_role(agency.id, role.code)
        fitting = tuple(one for one in fitting if one.post.team == team) if team is not None else fitting
        if len(fitting) > 1 and role.code in post.allocates:
            return True
    return False


def turning_days(directory: Directory, agency: Agency, *, first: date, last: date) -> tuple[date, ...]:
    """`first`, and the days until `last` on which something may change for the agency, in order."""
    found = {first}
    posts = [one for one in agency.posts if one.id not in directory.settled]
    sponsor = directory.agencies.get(agency.sponsor) if agency.sponsor is not None else None
    posts += [one for one in sponsor.posts if one.id not in directory.settled] if sponsor is not None else []
    seen: set[PostId] = set()
    while posts:
        post = posts.pop()
        if post.id in seen:
            continue
        seen.add(post.id)
        found.update(day for day in _days_of(post) if first < day <= last)
        posts += [one.post for one in _deputies(directory, post)]
    return tuple(sorted(found))


def _days_of(post: Post) -> Iterator[date]:
    for holder in post.holders:
        if holder.valid_from is not None:
            yield holder.valid_from
        if holder.valid_until is not None and holder.valid_until < date.max:
            yield holder.valid_until + _DAY
    for absence in post.absences:
        yield absence.first
        if absence.last < date.max:
            yield absence.last + _DAY


def _deputies(directory: Directory, post: Post) -> Iterator[Placed]:
    for deputy in (post.deputy, *(one.deputy for one in post.absences)):
        placed = directory.posts.get(deputy) if deputy is not None else None
        if placed is not None and placed.post.id not in directory.settled:
            yield placed


def leaning_on(directory: Directory, agency: Agency) -> tuple[Agency, ...] | None:
    """The agency, its sponsor, and every agency of a post that may deputise there: nobody else is looked at.

    None where an agency or a post is named that is not there: it may come.
    """
    found: dict[AgencyId, Agency] = {}
    waiting = [agency]
    while waiting:
        one = waiting.pop()
        if one.id in found:
            continue
        found[one.id] = one
        if one.sponsor is not None:
            if one.sponsor not in directory.agencies:
                return None
            waiting.append(directory.agencies[one.sponsor])
        deputies = {name for post in one.posts for name in (post.deputy, *(each.deputy for each in post.absences))}
        for name in deputies - {None}:
            if name not in directory.posts:
                return None
            waiting.append(directory.posts[name].agency)
    return tuple(found.values())

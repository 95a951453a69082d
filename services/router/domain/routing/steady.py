"""The usual case without a search: a seat whose post one person holds every day. Worked out once a revision. Pure."""

from functools import lru_cache
from typing import NamedTuple

from services.router.domain.decision import Person
from services.router.domain.directory import Directory, Placed
from services.router.domain.routing.lookup import LEAD_ROLES
from services.router.domain.routing.people import of_post
from services.router.policy.step import Asked, Part, Who
from shared.terms import AgencyId, PostId, TeamId


class Steady(NamedTuple):
    """Who is found for a seat unless something speaks against them. key: the address to compare."""

    person: Person
    key: str
    post: PostId


@lru_cache(maxsize=16384)
def steady(directory: Directory, seat: Asked, agency: AgencyId, team: TeamId | None) -> Steady | None:
    """The holder of the one post that the seat means at that agency; None where somebody must be searched for."""
    placed = _one_post(directory, seat, agency, team)
    settled = directory.settled.get(placed.post.id) if placed is not None else None
    if placed is None or settled is None:
        return None
    return Steady(of_post(seat, placed, settled.holder), settled.key, placed.post.id)


def _one_post(directory: Directory, seat: Asked, agency: AgencyId, team: TeamId | None) -> Placed | None:
    if seat.who is Who.SAFEGUARDING_LEAD and seat.part in (Part.INFORMED, Part.LEAD):
        leads = (one for role in LEAD_ROLES for one in directory.with_role(agency, role))
        return next(leads, None)
    if not seat.roles or seat.roles[0].at_sponsor:
        return None
    posts = directory.with_role(agency, seat.roles[0].code)
    if len(posts) > 1 and team is not None:
        posts = tuple([one for one in posts if one.post.team == team])
    return posts[0] if len(posts) == 1 else None

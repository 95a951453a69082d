"""A person names the post that is to act, where the policy or the directory gives nobody. Pure."""

import msgspec

from services.router.domain.decision import Person
from services.router.domain.directory import Directory, Placed
from services.router.domain.routing.people import Parties, person
from services.router.domain.routing.scrutiny import GAP, SCRUTINEER
from services.router.policy.step import Asked, Part, Where, Who
from shared.messages import AskedAs

BY_HAND = "by-hand"
ANSWERED = frozenset(("duty-stands-in", "stage-not-in-policy", "agency-not-listed", "no-holder", "nobody", GAP))
SEAT = Asked(
    part=Part.CONTACT,
    where=Where.RECEIVING,
    who=Who.ROLE,
    side=0,
    type=None,
    roles=(),
    words="contact",
    must_act=True,
    may_read=True,
    rules=(BY_HAND,),
    asked_as=AskedAs.RECEIVING,
    why_you="The partnership's duty contact chose you to act.",
)
AS_SCRUTINEER = msgspec.structs.replace(
    SEAT,
    where=Where.PARTNERSHIP,
    words="independent scrutineer",
    asked_as=AskedAs.SCRUTINEER,
    why_you="The partnership's duty contact asks you, as independent scrutineer, to decide what happens next.",
)


def route_by_hand(parties: Parties) -> None:
    """Seat the chosen post's holder in place of that agency's contact and of the duty contact who stood in.

    Contacts of other agencies stay. What the choice answers is no gap any more.
    """
    search, post = parties.search, parties.circumstances.by_hand
    placed = search.directory.posts.get(post) if post is not None else None
    found = search.holder(placed) if placed is not None else None
    if placed is None or found is None:
        search.gap("nobody", "Nobody who may act holds the post that was chosen by hand.")
        return
    chosen = person(AS_SCRUTINEER if placed.post.role == SCRUTINEER else SEAT, found, search.partnership)
    parties.keep([one for one in parties.persons if not _gives_way(one, chosen, placed, search.directory)])
    parties.add(chosen)
    search.gaps = {gap: None for gap in search.gaps if gap[0] not in ANSWERED}


def _gives_way(one: Person, chosen: Person, placed: Placed, directory: Directory) -> bool:
    if one.part is Part.RAISER or one.part is Part.PARTNERSHIP:
        return False
    if one.address.casefold() == chosen.address.casefold():
        return True
    if one.part is not Part.CONTACT:
        return False
    return one.post is None or directory.posts[one.post].agency.id == placed.agency.id

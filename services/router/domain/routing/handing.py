"""Who stands in for somebody who was asked to act and handed over: whom they named, and whom they may name. Pure."""

from collections.abc import Iterator
from datetime import date

import msgspec

from services.router.domain.decision import Circumstances, HandedOver, Person
from services.router.domain.directory import Directory, Holder, Placed, absence_on, holder_on
from services.router.domain.routing.lookup import LEAD_ROLES
from services.router.domain.routing.people import Parties
from services.router.policy.facts import Facts, Raiser
from shared.private import Private
from shared.terms import PostId

HANDED_OVER = "handed it over to somebody they named"
GONE = "The one who was named in somebody's place cannot be asked now: ask who acts."


class Deputy(Private, frozen=True, kw_only=True):
    """Somebody whom one who was asked to act may name instead. post: its id. words: as people read it."""

    post: PostId
    address: str
    words: str


def raised_now(facts: Facts, circumstances: Circumstances) -> Facts:
    """The facts with whoever raises it now: the successor, where the first raiser named one."""
    successor = circumstances.raiser
    if successor is None:
        return facts
    raiser = Raiser(name=successor.name, role=successor.role, address=successor.address, phone=successor.phone)
    return msgspec.structs.replace(facts, raiser=raiser)


def hand_over(parties: Parties) -> None:
    """Put each deputy in the place of the one who named them. One who cannot be asked today leaves it where it was."""
    for handed in parties.circumstances.handed:
        by = _key(handed.by)
        asked = [one for one in parties.persons if one.must_act and _key(one.address) == by]
        if asked:
            _hand_over(asked, handed, parties)


def _hand_over(asked: list[Person], handed: HandedOver, parties: Parties) -> None:
    search, found = parties.search, _placed(handed.to, parties)
    if found is None:
        search.gap("deputy-gone", GONE)
        return
    search.excluded.update(((one.role, HANDED_OVER), None) for one in asked)
    parties.keep([_in_place_of(one, *found) if one in asked else one for one in parties.persons])


def _placed(address: str, parties: Parties) -> tuple[Placed, Holder] | None:
    """The post that this address holds today, unless its owner may not act in this."""
    search, wanted = parties.search, _key(address)
    if wanted in search.barred or wanted in parties.own_managers:
        return None
    held = ((one, _holder(one, search.day)) for one in search.directory.at_address(wanted))
    return next(((one, holder) for one, holder in held if holder is not None and _key(holder.address) == wanted), None)


def _in_place_of(one: Person, placed: Placed, holder: Holder) -> Person:
    return msgspec.structs.replace(
        one,
        name=holder.name,
        role=placed.post.title,
        agency=placed.agency.name,
        address=holder.address,
        phone=holder.phone or placed.post.phone or placed.agency.phone,
        post=placed.post.id,
        address_from="directory",
        standing_in_for=one.standing_in_for or one.seat or one.role,
        why_you=f"{one.name or one.role} was asked to act, and named you instead.",
    )


def deputies_of(
    person: Person, directory: Directory, *, day: date, barred: frozenset[str], declared: bool = False
) -> tuple[Deputy, ...]:
    """Whom `person` may name in their own place: the directory's deputy first. barred: addresses that may not act.

    declared: those alone whom the directory puts in the place of the post, whoever else could be named.
    """
    own = [one for one in directory.at_address(person.address) if person.post in (None, one.post.id)]
    among = _declared if declared else _candidates
    found: dict[str, Deputy] = {}
    for placed in (candidate for one in own for candidate in among(one, directory)):
        holder = _holder(placed, day)
        key = _key(holder.address) if holder is not None else ""
        if holder is None or key in barred or key == _key(person.address):
            continue
        words = ", ".join(text for text in (holder.name, placed.post.title, placed.agency.name) if text)
        found.setdefault(key, Deputy(post=placed.post.id, address=key, words=words))
    return tuple(found.values())


def _declared(placed: Placed, directory: Directory) -> Iterator[Placed]:
    """The deputy and theirs, then who allocates for the role. Source: design.md section 7, the order of look-up."""
    yield from _chain(placed, directory)
    yield from directory.allocating(placed.agency.id, placed.post.role)


def _chain(placed: Placed, directory: Directory) -> Iterator[Placed]:
    following, seen = placed.post.deputy, {placed.post.id}
    while following is not None and following in directory.posts and following not in seen:
        seen.add(following)
        yield directory.posts[following]
        following = directory.posts[following].post.deputy


def _candidates(placed: Placed, directory: Directory) -> Iterator[Placed]:
    """The deputy and theirs, others of the role, who allocates for it, the agency's safeguarding leads."""
    agency, post = placed.agency.id, placed.post
    yield from _chain(placed, directory)
    yield from directory.with_role(agency, post.role)
    yield from directory.allocating(agency, post.role)
    for role in LEAD_ROLES:
        yield from directory.with_role(agency, role)


def _holder(placed: Placed, day: date) -> Holder | None:
    return None if absence_on(placed.post, day) is not None else holder_on(placed.post, day)


def _key(address: str) -> str:
    return address.strip().casefold()

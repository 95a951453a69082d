"""The directory: agencies, their teams and posts, who holds each post now, and a prepared index of it. Pure."""

from collections.abc import Hashable, Iterable
from datetime import date
from typing import NamedTuple, TypeVar

import msgspec

from services.router.domain.partnership import Partnership, options_of
from services.router.policy.model import Options
from shared.private import Private
from shared.terms import AgencyId, AgencyType, PartnershipId, PostId, TeamId

ON_CALL = "on_call"
"""The role of a post whose holder is asked first while offices are closed. An agency need not have one."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Holder(Private, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who holds a post, from one day until and including another; None is open."""

    name: str
    address: str
    phone: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


class Absence(Private, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days, both included, on which a post's holder is away. deputy: "" for the post's own deputy."""

    first: date
    last: date
    deputy: PostId | None = None
    why: str = ""


class Team(Private, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: TeamId
    name: str


class Post(Private, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A post. role: the code that a policy's rungs name. mailbox: a shared one that stands for its holders.

    role "on_call": asked first with immediate harm while offices are closed, and at no other time.
    allocates: roles for which this post hands work over by name. verified_on: when somebody last checked it.
    """

    id: PostId
    title: str
    role: str
    team: TeamId | None = None
    mailbox: str = ""
    phone: str = ""
    deputy: PostId | None = None
    allocates: tuple[str, ...] = ()
    holders: tuple[Holder, ...] = msgspec.field(default=(), name="holder")
    absences: tuple[Absence, ...] = msgspec.field(default=(), name="absence")
    verified_on: date | None = None


class Agency(Private, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation: one entry, one owner, however many partnerships it serves.

    partner: it belongs to this safeguarding partner, named by that partner's agency id. domains: of its work addresses.
    """

    id: AgencyId
    name: str
    type: AgencyType
    owner: PartnershipId
    serves: tuple[PartnershipId, ...]
    domains: tuple[str, ...] = ()
    phone: str = ""
    out_of_hours: str = ""
    sponsor: AgencyId | None = None
    partner: AgencyId | None = None
    teams: tuple[Team, ...] = msgspec.field(default=(), name="team")
    posts: tuple[Post, ...] = msgspec.field(default=(), name="post")


class Entries(Private, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything one revision of the directory holds, as its files write it: [[partnership]] and [[agency]] tables."""

    partnerships: tuple[Partnership, ...] = msgspec.field(default=(), name="partnership")
    agencies: tuple[Agency, ...] = msgspec.field(default=(), name="agency")


class Placed(NamedTuple):
    """A post and the agency it belongs to."""

    agency: Agency
    post: Post


class Settled(NamedTuple):
    """A post whose holder is the same every day: found without a calendar. key: the address to compare."""

    placed: Placed
    holder: Holder
    key: str


def entries_bytes(entries: Entries) -> bytes:
    """The bytes of a revision as it is stored."""
    return msgspec.json.encode(entries, order="deterministic")


def read_entries(body: bytes) -> Entries:
    """The entries of a stored revision."""
    return msgspec.json.decode(body, type=Entries)


class Directory:
    """One revision, prepared for look-ups. It never changes: a new revision is a new Directory."""

    def __init__(self, entries: Entries, *, revision: int) -> None:
        self.revision = revision
        self.entries = entries
        self.partnerships: dict[PartnershipId, Partnership] = {one.id: one for one in entries.partnerships}
        self.options: dict[PartnershipId, Options] = {one.id: options_of(one) for one in entries.partnerships}
        self.agencies: dict[AgencyId, Agency] = {one.id: one for one in entries.agencies}
        placed = [Placed(agency, post) for agency in entries.agencies for post in agency.posts]
        self.posts: dict[PostId, Placed] = {one.post.id: one for one in placed}
        self._roles = _grouped(((one.agency.id, one.post.role), one) for one in placed)
        self._allocators = _grouped(((one.agency.id, role), one) for one in placed for role in one.post.allocates)
        self._addresses = _grouped((address, one) for one in placed for address in _addresses(one.post))
        own = sorted(reversed(placed), key=lambda one: one.post.role != ON_CALL)  # being on call is nobody's own post
        self._own = {(one.agency.id, address): one for one in own for address in _addresses(one.post)}
        self._names = _grouped(((one.agency.id, name), one) for one in placed for name in _names(one.post))
        self._social_care = _grouped(
            (partnership, one)
            for one in entries.agencies
            if one.type is AgencyType.CHILDRENS_SOCIAL_CARE
            for partnership in (one.owner, *one.serves)
        )
        self._domains = {one.id: frozenset(domain.casefold() for domain in one.domains) for one in entries.agencies}
        self._all_domains = frozenset().union(*self._domains.values())

        self.settled = {one.post.id: Settled(one, *holder) for one in placed if (holder := _settled(one.post))}

    def with_role(self, agency: AgencyId, role: str) -> tuple[Placed, ...]:
        """The agency's posts of that role, in the directory's order."""
        return self._roles.get((agency, role), ())

    def allocating(self, agency: AgencyId, role: str) -> tuple[Placed, ...]:
        """The posts that allocate for that role."""
        return self._allocators.get((agency, role), ())

    def at_address(self, address: str) -> tuple[Placed, ...]:
        """The posts that this address belongs to."""
        return self._addresses.get(address.strip().casefold(), ())

    def own_post(self, agency: AgencyId | None, address: str) -> Placed | None:
        """The post of that agency which the address belongs to."""
        return self._own.get((agency, address.strip().casefold())) if agency is not None else None

    def named(self, agency: AgencyId, name: str) -> tuple[Placed, ...]:
        """The agency's posts held by somebody of that name."""
        return self._names.get((agency, name.strip().casefold()), ())

    def social_care(self, partnership: PartnershipId) -> Agency | None:
        """The partnership's own children's social care; the owner's before one that merely serves it."""
        found = self._social_care.get(partnership, ())
        return next((one for one in found if one.owner == partnership), found[0] if found else None)

    def in_domain(self, agency: AgencyId, address: str) -> bool:
        """Whether the address is of a work domain registered for that agency."""
        return address.strip().casefold().rpartition("@")[2] in self._domains.get(agency, frozenset())

    def in_any_domain(self, address: str) -> bool:
        """Whether the address is of any agency's work domain."""
        return address.strip().casefold().rpartition("@")[2] in self._all_domains


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def holder_on(post: Post, day: date) -> Holder | None:
    """Who holds the post on `day`; its shared mailbox where it has one."""
    if post.mailbox:
        return Holder(name="", address=post.mailbox, phone=post.phone)
    for holder in post.holders:
        if (holder.valid_from is None or holder.valid_from <= day) and (
            holder.valid_until is None or day <= holder.valid_until
        ):
            return holder
    return None


def absence_on(post: Post, day: date) -> Absence | None:
    """The absence that covers `day`."""
    for absence in post.absences:
        if absence.first <= day <= absence.last:
            return absence
    return None


def _addresses(post: Post) -> set[str]:
    return {one.casefold() for one in (post.mailbox, *(holder.address for holder in post.holders)) if one}


def _names(post: Post) -> set[str]:
    return {holder.name.casefold() for holder in post.holders}


def _settled(post: Post) -> tuple[Holder, str] | None:
    holder = holder_on(post, date.max)
    steady = holder is not None and holder_on(post, date.min) is holder and len(post.holders) == 1
    if holder is None or post.absences or not (steady or post.mailbox):
        return None
    return holder, holder.address.casefold()

"""The directory: agencies, their teams and posts, who holds each post now, and a prepared index of it. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import msgspec

from services.router.domain.partnership import Partnership, options_of
from services.router.domain.routing.grouping import added, grouped, together
from services.router.policy.model import Options
from shared.private import Private
from shared.terms import AgencyId, AgencyType, PartnershipId, PostId, TeamId

ON_CALL = "on_call"
"""The role of a post whose holder is asked first while offices are closed. An agency need not have one."""


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


class _Placings:
    """The look-ups of one agency. They are of it alone, so that they stand in each revision that has it unchanged."""

    def __init__(self, agency: Agency) -> None:
        placed = [Placed(agency, post) for post in agency.posts]
        addresses = [(_addresses(one.post), one) for one in placed]
        self.agency = agency
        self.posts = {one.post.id: one for one in placed}
        self.roles = grouped(((agency.id, one.post.role), one) for one in placed)
        self.allocators = grouped(((agency.id, role), one) for one in placed for role in one.post.allocates)
        self.addresses = grouped((address, one) for each, one in addresses for address in each)
        own = sorted(reversed(addresses), key=lambda one: one[1].post.role != ON_CALL)  # nobody's own post
        self.own = {(agency.id, address): one for each, one in own for address in each}
        self.names = grouped(((agency.id, name), one) for one in placed for name in _names(one.post))
        self.domains = frozenset(domain.casefold() for domain in agency.domains)
        self.settled = {one.post.id: Settled(one, *holder) for one in placed if (holder := _settled(one.post))}


class Directory:
    """One revision, prepared for look-ups. It never changes: a new revision is a new Directory.

    like: a revision before it: what of an agency was looked up there is taken over where it is the same Agency.
    """

    def __init__(self, entries: Entries, *, revision: int, like: "Directory | None" = None) -> None:
        self.revision = revision
        self.entries = entries
        self.partnerships: dict[PartnershipId, Partnership] = {one.id: one for one in entries.partnerships}
        self.options: dict[PartnershipId, Options] = {one.id: options_of(one) for one in entries.partnerships}
        self.agencies: dict[AgencyId, Agency] = {one.id: one for one in entries.agencies}
        self._placings: dict[int, _Placings] = _placings(entries, like._placings if like is not None else {})
        each = [self._placings[id(one)] for one in entries.agencies]
        self.posts: dict[PostId, Placed] = together(one.posts for one in each)
        self._roles = together(one.roles for one in each)
        self._allocators = together(one.allocators for one in each)
        self._addresses = added(one.addresses for one in each)
        self._own = together(one.own for one in each)
        self._names = together(one.names for one in each)
        self._social_care = grouped(
            (partnership, one)
            for one in entries.agencies
            if one.type is AgencyType.CHILDRENS_SOCIAL_CARE
            for partnership in (one.owner, *one.serves)
        )
        self._domains = {one.agency.id: one.domains for one in each}
        self._all_domains = frozenset().union(*self._domains.values())

        self.settled: dict[PostId, Settled] = together(one.settled for one in each)

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


def _placings(entries: Entries, known: Mapping[int, _Placings]) -> dict[int, _Placings]:
    """By the identity of the agency, which each holds on to."""
    found = {}
    for agency in entries.agencies:
        there = known.get(id(agency))
        found[id(agency)] = there if there is not None and there.agency is agency else _Placings(agency)
    return found


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

"""Checks a directory's entries against each other: what is named must exist, and demonstrations stay apart. Pure."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from services.router.domain.directory import ON_CALL, Agency, Post
from services.router.domain.partnership import Partnership
from services.router.domain.routing.adopting import undecided
from services.router.policy.model import Policy
from services.router.policy.places import Places, Problem
from shared.terms import AgencyId, PartnershipId, TeamId

_ADDRESS = re.compile(r"[^@\s<>,;:\"()]+@[^@\s<>,;:\"()]+\.[^@\s<>,;:\"().]+")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PREFIX = re.compile(r"[A-Z]{2,4}")
_DRAMA = re.compile(
    r"01632960\d{3}|07700900\d{3}|0(113|114|115|116|117|118|121|131|141|151|161)4960\d{3}|02079460\d{3}"
    r"|02896496\d{3}|02920180\d{3}|01914980\d{3}|08081570\d{3}|03069990\d{3}"
)
"""They ring nobody. Source: Ofcom, Telephone numbers for use in TV and radio drama programmes."""


class Marked(NamedTuple):
    """A value and where it stands."""

    file: str
    places: Places
    path: str
    value: Partnership | Agency

    def problem(self, inner: str, says: str) -> Problem:
        path = f"{self.path}.{inner}" if inner else self.path
        return Problem(self.file, self.places.line(path), f"{path}: {says}")


class Fault(NamedTuple):
    """What is wrong inside the value of that place. inner: `post[3].team`, "" for the whole."""

    place: int
    inner: str
    says: str


class _One(NamedTuple):
    place: int
    value: Partnership | Agency

    def problem(self, inner: str, says: str) -> Fault:
        return Fault(self.place, inner, says)


class _Known(NamedTuple):
    partnerships: dict[PartnershipId, Partnership]
    agencies: dict[AgencyId, Agency]
    posts: frozenset[str]
    policies: Mapping[str, Policy]


def check(marked: Sequence[Marked], *, policies: Mapping[str, Policy]) -> Iterator[Problem]:
    """Every problem between entries that are each well formed."""
    for fault in faults([one.value for one in marked], policies=policies):
        yield marked[fault.place].problem(fault.inner, fault.says)


def faults(
    values: Sequence[Partnership | Agency], *, policies: Mapping[str, Policy], among: Container[str] | None = None
) -> Iterator[Fault]:
    """The same of values that stand in no file. among: the ids that are looked at, None for all; ids twice always."""
    partnerships = {one.id: one for one in values if isinstance(one, Partnership)}
    agencies = {one.id: one for one in values if isinstance(one, Agency)}
    posts = frozenset([post.id for agency in agencies.values() for post in agency.posts])
    known = _Known(partnerships, agencies, posts, policies)
    yield from _twice(values)
    for place, value in enumerate(values):
        if among is not None and value.id not in among:
            continue
        if isinstance(value, Partnership):
            yield from _partnership(_One(place, value), value, known)
        else:
            yield from _agency(_One(place, value), value, known)


def _twice(values: Sequence[Partnership | Agency]) -> Iterator[Fault]:
    seen: set[object] = set()
    for one in (_One(place, value) for place, value in enumerate(values)):
        key = (type(one.value), one.value.id)
        if key in seen:
            yield one.problem("id", "This id stands twice.")
        seen.add(key)
        if isinstance(one.value, Partnership):
            if ("prefix", one.value.prefix) in seen:
                yield one.problem("prefix", "Another partnership has this prefix.")
            seen.add(("prefix", one.value.prefix))
            continue
        for index, post in enumerate(one.value.posts):
            if ("post", post.id) in seen:
                yield one.problem(f"post[{index}]", "The id of this post stands twice.")
            seen.add(("post", post.id))


def _partnership(one: _One, partnership: Partnership, known: _Known) -> Iterator[Fault]:
    if not _SLUG.fullmatch(partnership.id):
        yield one.problem("id", "An id has lower-case letters, digits and hyphens.")
    if not _PREFIX.fullmatch(partnership.prefix):
        yield one.problem("prefix", "A prefix is two to four capital letters.")
    policy = known.policies.get(partnership.policy)
    if policy is None:
        yield one.problem("policy", "There is no such policy.")
    elif not (partnership.demonstration or partnership.preparing):
        for rule in (each.rule for each in undecided(policy, partnership)):
            yield one.problem("policy", f"No source states the rule {rule}: adopt it, or use a pack without it.")
    for agency in (*partnership.partners, *partnership.sponsors.values()):
        if agency not in known.agencies:
            yield one.problem("", f"The agency {agency} is not in the directory.")
    duty = partnership.duty
    for address in (duty.mailbox, duty.told):
        if address:
            yield from _address(one, "duty", address, partnership.demonstration)
    if not partnership.demonstration:
        lines = [line.number for area in partnership.areas for line in (area.social_care, area.out_of_hours)]
        yield from _no_drama(one, [duty.phone, *lines])


def _agency(one: _One, agency: Agency, known: _Known) -> Iterator[Fault]:
    for partnership in (agency.owner, *agency.serves):
        if partnership not in known.partnerships:
            yield one.problem("", f"The partnership {partnership} is not in the directory.")
    for other in (agency.sponsor, agency.partner):
        if other is not None and other not in known.agencies:
            yield one.problem("", f"The agency {other} is not in the directory.")
    owners = [known.partnerships[each] for each in (agency.owner, *agency.serves) if each in known.partnerships]
    demonstration = all(owner.demonstration for owner in owners)
    teams = {team.id for team in agency.teams}
    for index, post in enumerate(agency.posts):
        yield from _post(one, post, f"post[{index}]", teams=teams, known=known)
        for address in (post.mailbox, *(holder.address for holder in post.holders)):
            if address:
                yield from _address(one, f"post[{index}]", address, demonstration)
        if post.role == ON_CALL and not _rings(post, agency):
            yield one.problem(f"post[{index}]", "Whoever is on call is rung: give the post or each holder a telephone.")
    if not demonstration:
        phones = [agency.phone, agency.out_of_hours, *(post.phone for post in agency.posts)]
        yield from _no_drama(one, [*phones, *(holder.phone for post in agency.posts for holder in post.holders)])


def _rings(post: Post, agency: Agency) -> bool:
    """Whether whoever is on call can be rung at night; the agency's own number is answered by day."""
    if post.phone or agency.out_of_hours:
        return True
    return not post.mailbox and bool(post.holders) and all(holder.phone for holder in post.holders)


def _post(one: _One, post: Post, path: str, *, teams: set[TeamId], known: _Known) -> Iterator[Fault]:
    if post.team is not None and post.team not in teams:
        yield one.problem(f"{path}.team", "Its team is not one of this agency's.")
    for deputy in (post.deputy, *(absence.deputy for absence in post.absences)):
        if deputy is not None and deputy not in known.posts:
            yield one.problem(path, "Its deputy is not a post of the directory.")
    for index, absence in enumerate(post.absences):
        if absence.last < absence.first:
            yield one.problem(f"{path}.absence[{index}]", "It ends before it begins.")
    for index, holder in enumerate(post.holders):
        if holder.valid_from is not None and holder.valid_until is not None and holder.valid_until < holder.valid_from:
            yield one.problem(f"{path}.holder[{index}]", "The post ends before it begins.")


def is_address(text: str) -> bool:
    """Whether `text` is one email address."""
    return text.isascii() and _ADDRESS.fullmatch(text) is not None


def _address(one: _One, path: str, address: str, demonstration: bool) -> Iterator[Fault]:
    if not is_address(address):
        yield one.problem(path, "This is not one email address.")
    elif demonstration and not address.casefold().endswith(".example"):
        yield one.problem(path, "A demonstration uses .example addresses alone: nobody may be written to.")
    elif not demonstration and address.casefold().endswith(".example"):
        yield one.problem(path, "A .example address reaches nobody.")


def _no_drama(one: _One, numbers: Iterable[str]) -> Iterator[Fault]:
    for number in numbers:
        if _DRAMA.fullmatch("".join(filter(str.isdigit, number))):
            yield one.problem("", "A telephone number is one that is kept for drama: it rings nobody.")

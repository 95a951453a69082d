"""Changes of the directory by a person: made, checked and taken back as values, each row with who, when and why. Pure.

An agency serves several partnerships and has one owner: its owner changes it, the others propose.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from services.router.domain.directory import Absence, Agency, Entries, Holder, Post
from services.router.domain.keeping.directory_check import Fault, faults
from services.router.domain.keeping.rows import (
    Key,
    Kind,
    Row,
    Swap,
    bare,
    differences,
    inverse,
    put,
    read_row,
    row_at,
    rows_of,
    written,
)
from services.router.domain.partnership import Partnership
from services.router.policy.model import Policy
from shared.private import Private
from shared.terms import Instant, PartnershipId

replace = msgspec.structs.replace
_POST = re.compile(r"post\[(\d+)\]\.?(.*)")
_DAY = timedelta(days=1)
CHANGED_MEANWHILE = "Somebody has changed this meanwhile. Look at it again, then make your change."
ONE_AT_A_TIME = "Each partnership that you do not look after must agree first: add one at a time."
NOT_YOURS = "Another partnership owns this agency's entry: propose the change to it."


class Wrong(NamedTuple):
    """What keeps a change from being made. field: of the row, "" where it has none of its own."""

    key: Key
    field: str
    says: str


class Changed(Private, frozen=True, kw_only=True):
    """One row's change as it is kept: who made it, when and why; the revision it made. by: the admin's id.

    approved_by, approved: the second admin, or the owner's who took up a proposal; "" where nobody else was asked.
    """

    revision: int
    swap: Swap
    at: Instant
    by: str
    name: str = ""
    approved_by: str = ""
    approved: str = ""
    why: str


class Edited(Private, frozen=True, kw_only=True):
    """What a change makes: the entries, and its rows before and after."""

    entries: Entries
    swaps: tuple[Swap, ...]


def setting(entries: Entries, key: Key, row: Row | None) -> tuple[Swap, ...]:
    """The swap that makes `row` stand under `key`: added, changed, or taken out with what belongs to it where None.

    A new row stands last of its kind. An agency is given without its teams and posts: they stay.
    """
    standing = row_at(entries, key)
    if key.kind is Kind.AGENCY and row is None:
        agencies = tuple(one for one in entries.agencies if one.id != key.id)
        return differences(entries, replace(entries, agencies=agencies))
    wanted = bare(row) if isinstance(row, Agency) else row
    swap = Swap(
        kind=key.kind,
        agency=key.agency,
        id=key.id,
        before=written(standing),
        after=written(wanted),
        place=_place(entries, key),
    )
    return () if swap.before == swap.after else (swap,)


def _place(entries: Entries, key: Key) -> int:
    """Where the row stands, or would be added."""
    if key.kind is Kind.PARTNERSHIP:
        return _index([one.id for one in entries.partnerships], key.id)
    if key.kind is Kind.AGENCY:
        return _index([one.id for one in entries.agencies], key.id)
    agency = next((one for one in entries.agencies if one.id == key.agency), None)
    beside = rows_of(agency) if agency is not None else ()
    return _index([known.id for known, _, _ in beside if known.kind is key.kind], key.id)


def _index(ids: Sequence[str], wanted: str) -> int:
    return ids.index(wanted) if wanted in ids else len(ids)


def edit(entries: Entries, swaps: Sequence[Swap], *, policies: Mapping[str, Policy]) -> Edited | tuple[Wrong, ...]:
    """The entries with the swaps made, or everything that speaks against it. What was wrong before does not."""
    after = put(entries, swaps)
    if not isinstance(after, Entries):
        return tuple(Wrong(key, "", CHANGED_MEANWHILE) for key in after)
    taken_out = any(not one.after for one in swaps)
    among = None if taken_out else frozenset(one.agency or one.id for one in swaps)
    wrong = _wrongs(after, policies, among)
    known = frozenset(_wrongs(entries, policies, among)) if wrong else frozenset[Wrong]()
    wrong = [one for one in wrong if one not in known]
    return tuple(wrong) if wrong else Edited(entries=after, swaps=tuple(swaps))


def undo(entries: Entries, changes: Sequence[Changed], *, policies: Mapping[str, Policy]) -> Edited | tuple[Wrong, ...]:
    """The entries without these changes. A row that was changed again since is not touched, and nothing else is."""
    return edit(entries, inverse([one.swap for one in changes]), policies=policies)


def not_theirs(entries: Entries, swaps: Sequence[Swap], partnership: PartnershipId) -> tuple[Wrong, ...]:
    """The swaps that this partnership may only propose: of another's agency, or giving its own away."""
    owners: dict[str, str] = {one.id: one.owner for one in entries.agencies}
    return tuple(Wrong(one.key, "owner", NOT_YOURS) for one in swaps if not _owns(one, owners, partnership))


def served_anew(swaps: Sequence[Swap]) -> frozenset[PartnershipId]:
    """The partnerships that an agency of another owner would serve from now on: each must agree first."""
    found: set[PartnershipId] = set()
    for swap in (one for one in swaps if one.kind is Kind.AGENCY and one.after):
        after = msgspec.json.decode(swap.after, type=Agency)
        before = msgspec.json.decode(swap.before, type=Agency).serves if swap.before else ()
        found.update(one for one in after.serves if one not in before and one != after.owner)
    return frozenset(found)


def _owns(swap: Swap, owners: Mapping[str, str], partnership: PartnershipId) -> bool:
    if swap.kind is Kind.PARTNERSHIP:
        return swap.id == partnership
    after = msgspec.json.decode(swap.after, type=Agency).owner if swap.kind is Kind.AGENCY and swap.after else None
    return owners.get(swap.agency, after or partnership) == partnership and after in (None, partnership)


def _wrongs(entries: Entries, policies: Mapping[str, Policy], among: frozenset[str] | None) -> list[Wrong]:
    values: list[Partnership | Agency] = [*entries.partnerships, *entries.agencies]
    return [_wrong(values[one.place], one) for one in faults(values, policies=policies, among=among)]


def _wrong(value: object, fault: Fault) -> Wrong:
    if not isinstance(value, Agency):
        return Wrong(Key(Kind.PARTNERSHIP, "", getattr(value, "id", "")), fault.inner, fault.says)
    found = _POST.fullmatch(fault.inner)
    if found is None:
        return Wrong(Key(Kind.AGENCY, value.id, value.id), fault.inner, fault.says)
    return Wrong(Key(Kind.POST, value.id, value.posts[int(found.group(1))].id), found.group(2), fault.says)


def handed_on(post: Post, holder: Holder, *, since: date) -> Post:
    """The post with a new holder from that day; whoever held it until then holds it until the day before."""
    before = tuple(
        _until(one, since - _DAY) for one in post.holders if one.valid_from is None or one.valid_from < since
    )
    return replace(post, holders=(*before, replace(holder, valid_from=since)))


def _until(holder: Holder, day: date) -> Holder:
    return holder if holder.valid_until is not None and holder.valid_until <= day else replace(holder, valid_until=day)


def with_absence(post: Post, absence: Absence) -> Post:
    """The post with an absence added, in the order of days; one of the same first day is replaced."""
    others = (one for one in post.absences if one.first != absence.first)
    return replace(post, absences=tuple(sorted((*others, absence), key=lambda one: one.first)))


def without_absence(post: Post, first: date) -> Post:
    return replace(post, absences=tuple(one for one in post.absences if one.first != first))


def addresses_left(swaps: Sequence[Swap]) -> tuple[tuple[Key, str], ...]:
    """(row, address) of every address that a post or a partnership had and no longer has: each is told of it."""
    found: list[tuple[Key, str]] = []
    for swap in (one for one in swaps if one.kind in (Kind.POST, Kind.PARTNERSHIP) and one.before):
        kept = _addresses(read_row(swap.kind, swap.after))
        left = (one for one in _addresses(read_row(swap.kind, swap.before)) if one not in kept)
        found.extend((swap.key, address) for address in left)
    return tuple(found)


def _addresses(row: Row | None) -> dict[str, None]:
    """Of a post its mailbox and holders; of a partnership its duty mailbox, and where it is told in codes."""
    found: tuple[str, ...] = ()
    if isinstance(row, Post):
        found = (row.mailbox, *(each.address for each in row.holders))
    elif isinstance(row, Partnership):
        found = (row.duty.mailbox, row.duty.told)
    return dict.fromkeys(one.strip().casefold() for one in found if one)

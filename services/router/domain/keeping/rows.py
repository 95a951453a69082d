"""The directory as single rows, so that a change of it can be told, kept, and taken back. Pure.

A row is a partnership, an agency without its teams and posts, a team, or a post. Places keep the directory's order.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from services.router.domain.directory import Agency, Entries, Post, Team
from services.router.domain.partnership import Partnership
from shared.private import Private

Row = Partnership | Agency | Team | Post
replace = msgspec.structs.replace
NONE = ""


class Kind(StrEnum):
    PARTNERSHIP = "partnership"
    AGENCY = "agency"
    TEAM = "team"
    POST = "post"


class Key(NamedTuple):
    """Which row. agency: whose team or post it is; its own id for an agency, "" for a partnership."""

    kind: Kind
    agency: str
    id: str


class Swap(Private, frozen=True, kw_only=True):
    """One row before and after, as JSON; "" where there is none. place: where it stands among those of its kind."""

    kind: Kind
    agency: str
    id: str
    before: str
    after: str
    place: int

    @property
    def key(self) -> Key:
        return Key(self.kind, self.agency, self.id)


_TYPES: dict[Kind, type] = {Kind.PARTNERSHIP: Partnership, Kind.AGENCY: Agency, Kind.TEAM: Team, Kind.POST: Post}


def written(row: Row | None) -> str:
    """A row as it is kept and compared."""
    return NONE if row is None else msgspec.json.encode(row, order="deterministic").decode()


def read_row(kind: Kind, text: str) -> Row | None:
    found: Row | None = msgspec.json.decode(text, type=_TYPES[kind]) if text else None
    return found


def bare(agency: Agency) -> Agency:
    """The agency's own row."""
    return replace(agency, teams=(), posts=())


def rows_of(agency: Agency) -> Iterator[tuple[Key, int, Row]]:
    """The rows of an agency but its own, each with its place."""
    for place, team in enumerate(agency.teams):
        yield Key(Kind.TEAM, agency.id, team.id), place, team
    for place, post in enumerate(agency.posts):
        yield Key(Kind.POST, agency.id, post.id), place, post


def inverse(swaps: Sequence[Swap]) -> tuple[Swap, ...]:
    """What takes the swaps back."""
    return tuple(replace(one, before=one.after, after=one.before) for one in swaps)


def differences(before: Entries, after: Entries) -> tuple[Swap, ...]:
    """What makes `after` of `before`, in an order that `put` can follow. Rows that only change places are left out."""
    old, new = _flat(before, after), _flat(after, before)
    gone = [_swap(key, place, row, None) for key, (place, row) in old.items() if key not in new]
    kept = [_swap(key, place, old[key][1], row) for key, (place, row) in new.items() if key in old]
    come = [_swap(key, place, None, row) for key, (place, row) in new.items() if key not in old]
    return (*gone, *(one for one in kept if one.before != one.after), *come)


def _swap(key: Key, place: int, before: Row | None, after: Row | None) -> Swap:
    same = before is after
    return Swap(
        kind=key.kind,
        agency=key.agency,
        id=key.id,
        before=NONE if same else written(before),
        after=NONE if same else written(after),
        place=place,
    )


def _flat(entries: Entries, other: Entries) -> dict[Key, tuple[int, Row]]:
    """Every row by key, save those of agencies that are the same in `other`."""
    known = {one.id: one for one in other.agencies}
    found: dict[Key, tuple[int, Row]] = {}
    for place, partnership in enumerate(entries.partnerships):
        found[Key(Kind.PARTNERSHIP, NONE, partnership.id)] = (place, partnership)
    for place, agency in enumerate(entries.agencies):
        if (same := known.get(agency.id)) is not None and (same is agency or same == agency):
            continue
        found[Key(Kind.AGENCY, agency.id, agency.id)] = (place, bare(agency))
        found.update((key, (at, row)) for key, at, row in rows_of(agency))
    return found


def row_at(entries: Entries, key: Key) -> Row | None:
    """The row of that key as it stands."""
    if key.kind is Kind.PARTNERSHIP:
        return next((one for one in entries.partnerships if one.id == key.id), None)
    agency = next((one for one in entries.agencies if one.id == key.agency), None)
    if agency is None or key.kind is Kind.AGENCY:
        return bare(agency) if agency is not None else None
    return next((row for known, _, row in rows_of(agency) if known == key), None)


class _Part:
    """An agency taken apart."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.teams = list(agency.teams)
        self.posts = list(agency.posts)

    def whole(self) -> Agency:
        return replace(self.agency, teams=tuple(self.teams), posts=tuple(self.posts))


_FIRST_GONE = (Kind.POST, Kind.TEAM, Kind.AGENCY, Kind.PARTNERSHIP)


def put(entries: Entries, swaps: Sequence[Swap]) -> Entries | tuple[Key, ...]:
    """The entries with every swap made, or the keys of the rows that do not stand as the swaps expect."""
    partnerships = list(entries.partnerships)
    touched = {one.agency for one in swaps}
    parts: list[Agency | _Part] = [_Part(one) if one.id in touched else one for one in entries.agencies]
    clashes: list[Key] = []
    gone = sorted((one for one in swaps if not one.after), key=lambda one: _FIRST_GONE.index(one.kind))
    kept = [one for one in swaps if one.before and one.after]
    come = sorted((one for one in swaps if not one.before), key=lambda one: (-_FIRST_GONE.index(one.kind), one.place))
    for swap in (*gone, *kept, *come):
        rows = _list_of(swap, partnerships, parts)
        if rows is None or not _swapped(rows, swap):
            clashes.append(swap.key)
    if clashes:
        return tuple(clashes)
    agencies = tuple(one.whole() if isinstance(one, _Part) else one for one in parts)
    return Entries(partnerships=tuple(partnerships), agencies=agencies)


def _list_of(swap: Swap, partnerships: list[Partnership], parts: list[Agency | _Part]) -> list[object] | None:
    """The list in which the row of `swap` stands; None where its agency is not there."""
    if swap.kind is Kind.PARTNERSHIP:
        return partnerships  # type: ignore[return-value]  # a list of one kind of row, changed by rows of that kind
    if swap.kind is Kind.AGENCY:
        return parts  # type: ignore[return-value]  # the same
    part = next((one for one in parts if isinstance(one, _Part) and one.agency.id == swap.agency), None)
    if part is None:
        return None
    return part.teams if swap.kind is Kind.TEAM else part.posts  # type: ignore[return-value]  # the same


def _swapped(rows: list[object], swap: Swap) -> bool:
    index = next((at for at, row in enumerate(rows) if _id_of(row) == swap.id), None)
    standing = rows[index] if index is not None else None
    if not _is(standing, swap) or (isinstance(standing, _Part) and not swap.after and _is_full(standing)):
        return False
    new = read_row(swap.kind, swap.after)
    if index is None:
        rows.insert(swap.place, _Part(new) if isinstance(new, Agency) else new)
    elif new is None:
        del rows[index]
    elif isinstance(standing, _Part) and isinstance(new, Agency):
        standing.agency = new
    else:
        rows[index] = new
    return True


def _is(standing: object, swap: Swap) -> bool:
    """Whether the row is the one that the swap was made from; a field that came since has its own default there."""
    stands = _written(standing)
    return stands == swap.before or stands == written(read_row(swap.kind, swap.before))


def _id_of(row: object) -> str:
    return row.agency.id if isinstance(row, _Part) else str(getattr(row, "id", NONE))


def _is_full(part: _Part) -> bool:
    return bool(part.teams or part.posts)


def _written(row: object) -> str:
    if row is None:
        return NONE
    return written(bare(row.agency)) if isinstance(row, _Part) else written(row)  # type: ignore[arg-type]  # a Row

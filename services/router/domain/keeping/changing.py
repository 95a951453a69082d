"""A change of the directory as it is committed, and one that waits for a person first: an import, a proposal. Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from services.router.domain.admin.admins import Admin, AdminId
from services.router.domain.admin.auditing import Audited
from services.router.domain.directory import Agency, Entries, entries_bytes
from services.router.domain.keeping.editing import Changed, Edited
from services.router.domain.keeping.rows import Kind, Swap, differences
from services.router.domain.letters.owed import Owed
from shared.private import Private
from shared.terms import Instant, PartnershipId

MOST_AUDITED = 50
"""Rows of one change that the audit names singly; the history holds every one of them."""
KEPT = timedelta(days=1)
"""How long an import waits to be confirmed."""
BY_COMMAND = Admin(id=AdminId("command"), address="", name="a command on the machine", roles={})
WHY_COMMAND = "Imported by command."


class Purpose(StrEnum):
    """Why swaps are kept: to be confirmed, for the entry's owner, for a second admin; or because they were declined."""

    IMPORT = "import"
    PROPOSAL = "proposal"
    APPROVAL = "approval"
    DECLINED = "declined"
    LOOK = "look"  # what it would change is looked at first


class Answered(Private, frozen=True, kw_only=True):
    """Why a change that waited was not made, and who said so."""

    at: Instant
    by: str
    name: str
    why: str


class Draft(Private, frozen=True, kw_only=True):
    """Swaps that wait. partnership: whose manager makes them stand, or sets them aside. by, name: who made them.

    origin: the partnership in which they were made. what: their code in the audit, once they stand.
    """

    id: str
    purpose: Purpose
    partnership: PartnershipId
    revision: int
    swaps: tuple[Swap, ...]
    at: Instant
    by: str
    name: str
    why: str = ""
    what: str = ""
    origin: PartnershipId | None = None
    answered: Answered | None = None


class Tell(NamedTuple):
    """What an address is told that stands there no longer, where an open escalation relies on it.

    partnership: whose own address it was, so that every escalation of it did; None for a post's.
    """

    address: str
    owed: Owed
    partnership: PartnershipId | None = None


class DirectoryChange(Private, frozen=True, kw_only=True):
    """All that is written together. expected: the revision it was made from: another one now, and nothing is written.

    rows: (owner, row's change). uses: a draft that is used up by it.
    """

    expected: int
    body: bytes
    rows: tuple[tuple[PartnershipId, Changed], ...]
    at: Instant
    audited: tuple[Audited, ...] = ()
    owed: tuple[Owed, ...] = ()
    tells: tuple[Tell, ...] = ()
    uses: str = ""


def change_of(
    edited: Edited,
    *,
    expected: int,
    partnership: PartnershipId,
    by: Admin,
    at: Instant,
    why: str,
    what: str,
    asked_by: Draft | None = None,
) -> DirectoryChange:
    """What is written for an edit. partnership: in which it is made; what: its code in the audit.

    asked_by: the draft of somebody else, which `by` makes stand: both are kept.
    """
    first = (asked_by.by, asked_by.name) if asked_by is not None else (by.id, shown_as(by))
    second = (by.id, shown_as(by)) if asked_by is not None else ("", "")
    rows = tuple(
        Changed(
            revision=expected + 1,
            swap=swap,
            at=at,
            by=first[0],
            name=first[1],
            approved_by=second[0],
            approved=second[1],
            why=why,
        )
        for swap in edited.swaps
    )
    owners = owners_of(edited.entries, edited.swaps)
    return DirectoryChange(
        expected=expected,
        body=entries_bytes(edited.entries),
        rows=tuple((_owner(row.swap, owners), row) for row in rows),
        at=at,
        audited=audited_of(edited.swaps, partnership=partnership, by=by, at=at, why=why, what=what),
    )


def audited_of(
    swaps: Sequence[Swap], *, partnership: PartnershipId, by: Admin, at: Instant, why: str, what: str
) -> tuple[Audited, ...]:
    """A row of the audit for each swap, up to MOST_AUDITED and one that says how many there were."""
    audited = tuple(
        Audited(
            at=at,
            admin=by.id,
            partnership=partnership,
            what=what,
            about=f"{swap.kind}:{swap.id}",
            before=swap.before,
            after=swap.after,
            why=why,
        )
        for swap in swaps[:MOST_AUDITED]
    )
    return audited if len(swaps) <= MOST_AUDITED else (*audited, _and_more(audited[0], len(swaps)))


def shown_as(admin: Admin) -> str:
    """Whom the history names."""
    return admin.name or admin.address


def _and_more(first: Audited, rows: int) -> Audited:
    return msgspec.structs.replace(first, about="directory", before="", after=f"{rows} rows in all; see the history")


def owners_of(entries: Entries, swaps: Sequence[Swap]) -> dict[str, PartnershipId]:
    """The owner of each agency, by its id; also of those that the swaps take out."""
    gone = [one.before for one in swaps if one.kind is Kind.AGENCY and not one.after]
    taken_out = [msgspec.json.decode(one, type=Agency) for one in gone]
    return {agency.id: agency.owner for agency in (*taken_out, *entries.agencies)}


def _owner(swap: Swap, owners: Mapping[str, PartnershipId]) -> PartnershipId:
    return PartnershipId(swap.id) if swap.kind is Kind.PARTNERSHIP else owners[swap.agency]


def imported(before: Entries | None, after: Entries, *, expected: int, at: Instant) -> DirectoryChange:
    """What the command writes: each row with its owner, as a page would. before: None for the first import.

    The first has no rows: nothing stood there that it changed. Of others only the rows are kept that differ.
    """
    swaps = differences(before, after) if before is not None else ()
    made = change_of(
        Edited(entries=after, swaps=swaps),
        expected=expected,
        partnership=PartnershipId(""),
        by=BY_COMMAND,
        at=at,
        why=WHY_COMMAND,
        what="directory.imported",
    )
    owned: dict[PartnershipId, list[Swap]] = {} if before is not None else {one.id: [] for one in after.partnerships}
    for owner, row in made.rows:
        owned.setdefault(owner, []).append(row.swap)
    audited = [one for owner, mine in owned.items() for one in _audited_for(owner, mine, at=at)]
    return msgspec.structs.replace(made, audited=tuple(audited))


def _audited_for(owner: PartnershipId, swaps: Sequence[Swap], *, at: Instant) -> tuple[Audited, ...]:
    """The audit of a command for one partnership; one row where the directory is the first."""
    what = "directory.imported"
    if swaps:
        return audited_of(swaps, partnership=owner, by=BY_COMMAND, at=at, why=WHY_COMMAND, what=what)
    first = Audited(at=at, admin=BY_COMMAND.id, partnership=owner, what=what, about="directory", why=WHY_COMMAND)
    return (first,)

"""A change of the directory as it is committed, and one that waits for a person first: an import, a proposal. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from services.router.domain.admins import Admin
from services.router.domain.auditing import Audited
from services.router.domain.changes import Owed
from services.router.domain.directory import Agency, Entries, entries_bytes
from services.router.domain.editing import Changed, Edited
from services.router.domain.rows import Kind, Swap
from shared.private import Private
from shared.terms import Instant, PartnershipId

MOST_AUDITED = 50
"""Rows of one change that the audit names singly; the history holds every one of them."""


class Purpose(StrEnum):
    IMPORT = "import"
    PROPOSAL = "proposal"


class Draft(Private, frozen=True, kw_only=True):
    """Swaps that wait. partnership: whose manager makes them stand, or sets them aside. by, name: who made them."""

    id: str
    purpose: Purpose
    partnership: PartnershipId
    revision: int
    swaps: tuple[Swap, ...]
    at: Instant
    by: str
    name: str
    why: str = ""


class DirectoryChange(Private, frozen=True, kw_only=True):
    """All that is written together. expected: the revision it was made from: another one now, and nothing is written.

    rows: (owner, row's change). uses: a draft that is used up by it. tells: (address, message), sent where an open
    escalation stands with the address.
    """

    expected: int
    body: bytes
    rows: tuple[tuple[PartnershipId, Changed], ...]
    at: Instant
    audited: tuple[Audited, ...] = ()
    owed: tuple[Owed, ...] = ()
    tells: tuple[tuple[str, Owed], ...] = ()
    uses: str = ""


def change_of(
    edited: Edited, *, expected: int, partnership: PartnershipId, by: Admin, at: Instant, why: str, what: str
) -> DirectoryChange:
    """What is written for an edit. partnership: in which it is made; what: its code in the audit."""
    rows = tuple(
        Changed(revision=expected + 1, swap=swap, at=at, by=by.id, name=by.name or by.address, why=why)
        for swap in edited.swaps
    )
    owners = owners_of(edited.entries, edited.swaps)
    audited = tuple(
        Audited(
            at=at,
            admin=by.id,
            partnership=partnership,
            what=what,
            about=f"{row.swap.kind}:{row.swap.id}",
            before=row.swap.before,
            after=row.swap.after,
            why=why,
        )
        for row in rows[:MOST_AUDITED]
    )
    return DirectoryChange(
        expected=expected,
        body=entries_bytes(edited.entries),
        rows=tuple((_owner(row.swap, owners), row) for row in rows),
        at=at,
        audited=audited if len(rows) <= MOST_AUDITED else (*audited, _and_more(audited[0], len(rows))),
    )


def _and_more(first: Audited, rows: int) -> Audited:
    return msgspec.structs.replace(first, about="directory", before="", after=f"{rows} rows in all; see the history")


def owners_of(entries: Entries, swaps: Sequence[Swap]) -> dict[str, PartnershipId]:
    """The owner of each agency, by its id; also of those that the swaps take out."""
    gone = [one.before for one in swaps if one.kind is Kind.AGENCY and not one.after]
    taken_out = [msgspec.json.decode(one, type=Agency) for one in gone]
    return {agency.id: agency.owner for agency in (*taken_out, *entries.agencies)}


def _owner(swap: Swap, owners: Mapping[str, PartnershipId]) -> PartnershipId:
    return PartnershipId(swap.id) if swap.kind is Kind.PARTNERSHIP else owners[swap.agency]

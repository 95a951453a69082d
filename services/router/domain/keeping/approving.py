"""Which changes wait for a second admin: those of where mail goes, where the partnership says so. Pure."""

from collections.abc import Iterable
from datetime import date

from services.router.domain.directory import Agency, Directory, Holder, Post
from services.router.domain.keeping.changing import Draft
from services.router.domain.keeping.editing import served_anew
from services.router.domain.keeping.rows import Kind, Row, Swap, read_row
from services.router.domain.partnership import Partnership
from shared.terms import AgencyId, PartnershipId, PostId

BY_ANOTHER = "Whoever asked for a change does not approve it. Another manager of this partnership must."
LET_IN = (
    "One of you was given the other’s new link less than a fortnight ago. Another manager must approve it, or whoever "
    "runs the machine resets the passkeys once more."
)
APART = "A second admin must approve a part of this, and another partnership the rest: make them two changes."


def waits_for_another(partnership: Partnership, swaps: Iterable[Swap], directory: Directory) -> bool:
    """Whether the swaps change where mail goes, or would end this very demand, and the partnership demands it.

    directory: as it stands; a deputy or sponsor whose entry another partnership owns was approved by nobody here.
    """
    return partnership.second_approval and any(_weighs(one, partnership.id, directory) for one in swaps)


def owner_by(draft: Draft, here: PartnershipId) -> PartnershipId:
    """Whose entry it is as the draft has it: `here`, but where an agency of another's would serve it."""
    return draft.origin if draft.origin is not None and here in served_anew(draft.swaps) else here


def _weighs(swap: Swap, here: PartnershipId, directory: Directory) -> bool:
    if swap.kind is Kind.TEAM:
        return False
    before, after = read_row(swap.kind, swap.before), read_row(swap.kind, swap.after)
    if _mail(before) != _mail(after) or _domains(after) - _domains(before):
        return True
    if isinstance(before, Post) and isinstance(after, Post) and _lasts_longer(before, after):
        return True
    return any(_owner_of(one, directory) != here for one in _others(after) - _others(before))


def _mail(row: Row | None) -> tuple[object, ...]:
    """The addresses of a row in their order; of a partnership, its guards as well: a second admin, and who is told."""
    if isinstance(row, Post):
        return tuple(one.casefold() for one in (row.mailbox, *(each.address for each in row.holders)) if one)
    if isinstance(row, Partnership):
        return row.duty.mailbox.casefold(), row.duty.told.casefold(), row.second_approval, row.digest_admin
    return ()


def _domains(row: Row | None) -> frozenset[str]:
    """Those whose every address may be written to."""
    return frozenset(one.casefold() for one in row.domains) if isinstance(row, Agency) else frozenset()


def _lasts_longer(before: Post, after: Post) -> bool:
    """Whether somebody would hold the post on a day on which they did not: one who has left, or who comes later."""
    return not all(any(_within(one, known) for known in before.holders) for one in after.holders)


def _within(one: Holder, known: Holder) -> bool:
    begins = (one.valid_from or date.min) >= (known.valid_from or date.min)
    ends = (one.valid_until or date.max) <= (known.valid_until or date.max)
    return one.address.casefold() == known.address.casefold() and begins and ends


def _others(row: Row | None) -> frozenset[PostId | AgencyId]:
    """The deputies of a post; who speaks for an agency, or for those of a partnership that are not listed."""
    if isinstance(row, Post):
        found: list[PostId | AgencyId | None] = [row.deputy, *(one.deputy for one in row.absences)]
    elif isinstance(row, Agency):
        found = [row.sponsor]
    elif isinstance(row, Partnership):
        found = [*row.sponsors.values(), *row.partners]
    else:
        found = []
    return frozenset(one for one in found if one is not None)


def _owner_of(one: PostId | AgencyId, directory: Directory) -> PartnershipId | None:
    """Whose entry it is; None for one that is not there."""
    placed = directory.posts.get(PostId(one))
    agency = placed.agency if placed is not None else directory.agencies.get(AgencyId(one))
    return agency.owner if agency is not None else None

"""Makes a change of the directory stand, or says what speaks against it: for pages, imports and undo. Shell."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

import msgspec

from services.router.console.asked import Asked
from services.router.domain.admins import Admin
from services.router.domain.attention import AgencyNow, agencies_now
from services.router.domain.auditing import Audited
from services.router.domain.changes import Owed
from services.router.domain.changing import DirectoryChange, Draft, Purpose, change_of, owners_of
from services.router.domain.directory import Directory, Entries
from services.router.domain.editing import CHANGED_MEANWHILE, Changed, Edited, Wrong, addresses_left, edit, not_theirs
from services.router.domain.gaps import Grid, grid
from services.router.domain.grounding import DirectoryGround, Rules
from services.router.domain.guarding import Lost, change_routes_to_nobody
from services.router.domain.notices import to_old_address
from services.router.domain.partnership import Partnership
from services.router.domain.rows import Key, Kind, Swap
from services.router.handlers.owing import owe
from services.router.ports import NotifierKey
from shared.clock import Clock
from shared.references import mint_submission_id
from shared.terms import Instant, PartnershipId, PostId


class DirectoryHistory(Protocol):
    """Every change of the directory, row by row, and what waits to become one."""

    async def commit(self, change: DirectoryChange) -> int | None: ...

    async def history(self, key: Key, *, most: int) -> tuple[Changed, ...]: ...

    async def recent(self, partnership: PartnershipId, *, most: int) -> tuple[Changed, ...]: ...

    async def of_revision(self, revision: int) -> tuple[Changed, ...]: ...

    async def keep(self, draft: Draft) -> None: ...

    async def draft(self, draft: str) -> Draft | None: ...

    async def drafts(self, partnership: PartnershipId, purpose: Purpose) -> tuple[Draft, ...]: ...

    async def set_aside(self, draft: str, audited: Audited) -> None: ...

    async def forget_imports(self, *, before: Instant) -> None: ...


class Made(NamedTuple):
    """It stands. revision: None where nothing was different."""

    revision: int | None


class Proposed(NamedTuple):
    """It waits for the partnership that owns the entry."""

    owner: PartnershipId


class Refused(NamedTuple):
    """Nothing was changed. lost: days on which it would route to nobody."""

    wrong: tuple[Wrong, ...] = ()
    lost: tuple[Lost, ...] = ()


Outcome = Made | Proposed | Refused
_EVERYWHERE = Key(Kind.PARTNERSHIP, "", "")


class Editor:
    """Changes the directory. base_url: where people reach intake's pages."""

    def __init__(
        self, history: DirectoryHistory, *, rules: Rules, notifier: NotifierKey, base_url: str, clock: Clock
    ) -> None:
        self.history = history
        self.policies = rules.newest
        self._rules = rules
        self._notifier = notifier
        self._base_url = base_url
        self._clock = clock

    def today(self, partnership: Partnership) -> date:
        """The partnership's local date."""
        return self._clock.now().astimezone(ZoneInfo(partnership.zone)).date()

    async def grid(self, directory: Directory, partnership: Partnership) -> Grid:
        """The partnership's gaps from today on."""
        policy, day = self.policies[partnership.policy], self.today(partnership)
        return await asyncio.to_thread(grid, directory, partnership.id, policy, day)

    async def agencies(self, asked: Asked) -> tuple[AgencyNow, ...]:
        """The partnership's agencies today, with what needs somebody."""
        return await self.agencies_of(asked.directory, asked.partnership)

    async def agencies_of(self, directory: Directory, partnership: Partnership) -> tuple[AgencyNow, ...]:
        found = await self.grid(directory, partnership)
        return await asyncio.to_thread(agencies_now, directory, partnership.id, found)

    async def make(self, asked: Asked, swaps: Sequence[Swap], *, why: str, what: str, uses: str = "") -> Outcome:
        """The swaps as a new revision; as a proposal where another partnership owns the entry.

        what: its code in the audit. uses: the draft that it uses up.
        """
        standing, partnership = asked.directory.entries, asked.partnership
        if not swaps:
            return Made(None)
        if others := not_theirs(standing, swaps, partnership.id):
            return await self._propose(standing, swaps, others, by=asked.signed.admin, why=why)
        checked = await asyncio.to_thread(self._checked, standing, tuple(swaps), self.today(partnership))
        if isinstance(checked, Refused):
            return checked
        change = change_of(
            checked,
            expected=asked.directory.revision,
            partnership=partnership.id,
            by=asked.signed.admin,
            at=self._clock.now(),
            why=why,
            what=what,
        )
        tells = tuple(self._tells(asked, swaps, revision=change.expected + 1))
        revision = await self.history.commit(msgspec.structs.replace(change, uses=uses, tells=tells))
        return Made(revision) if revision is not None else Refused((Wrong(_EVERYWHERE, "", CHANGED_MEANWHILE),))

    async def set_aside(self, asked: Asked, draft: Draft) -> None:
        """A proposal that is not taken, with its trace."""
        audited = Audited(
            at=self._clock.now(),
            admin=asked.signed.admin.id,
            partnership=asked.partnership.id,
            what="proposal.refused",
            about=f"draft:{draft.id}",
            why=draft.why,
        )
        await self.history.set_aside(draft.id, audited)

    def check(self, entries: Entries, swaps: tuple[Swap, ...], *, partnership: Partnership) -> Refused | None:
        """What speaks against the swaps, before anybody makes them stand."""
        if others := not_theirs(entries, swaps, partnership.id):
            return Refused(others)
        checked = self._checked(entries, swaps, self.today(partnership))
        return checked if isinstance(checked, Refused) else None

    def _checked(self, entries: Entries, swaps: tuple[Swap, ...], day: date) -> Edited | Refused:
        edited = edit(entries, swaps, policies=self.policies)
        if not isinstance(edited, Edited):
            return Refused(edited)
        touched = frozenset(one.agency or one.id for one in swaps)
        lost = change_routes_to_nobody(entries, edited.entries, policies=self.policies, touched=touched, day=day)
        return Refused(lost=lost) if lost else edited

    def _tells(self, asked: Asked, swaps: Sequence[Swap], *, revision: int) -> Iterator[tuple[str, Owed]]:
        """(address, message) to every address that a post had and no longer has."""
        place = DirectoryGround(asked.directory, self._rules, base_url=self._base_url).place(asked.partnership.id)
        for key, address in addresses_left(swaps):
            placed = asked.directory.posts[PostId(key.id)]
            if place is not None:
                says = f"The post was {placed.post.title}, {placed.agency.name}."
                notice = to_old_address(place, address=address, post=key.id, says=says, revision=revision)
                yield address, owe(notice, self._notifier)

    async def _propose(
        self, entries: Entries, swaps: Sequence[Swap], others: tuple[Wrong, ...], *, by: Admin, why: str
    ) -> Outcome:
        """Kept for the one owner of all that is changed; refused where there is more than one."""
        owners = {owners_of(entries, swaps).get(one.agency) for one in swaps}
        owner = next(iter(owners))
        if len(owners) != 1 or len(others) != len(swaps) or owner is None:
            return Refused(others)
        draft = Draft(
            id=mint_submission_id(),
            purpose=Purpose.PROPOSAL,
            partnership=owner,
            revision=0,
            swaps=tuple(swaps),
            at=self._clock.now(),
            by=by.id,
            name=by.name or by.address,
            why=why,
        )
        await self.history.keep(draft)
        return Proposed(owner)

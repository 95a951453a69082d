"""Makes a change of the directory stand, or says what speaks against it: for pages, imports and undo. Shell."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from services.router.console.asked import Asked
from services.router.console.ports import DirectoryHistory
from services.router.domain.admin.admins import Admin, Need, may, perhaps_one
from services.router.domain.admin.auditing import Audited
from services.router.domain.directory import Directory, Entries
from services.router.domain.grounding import DirectoryGround, Rules
from services.router.domain.keeping.approving import APART, BY_ANOTHER, LET_IN, owner_by, waits_for_another
from services.router.domain.keeping.attention import AgencyNow, agencies_now
from services.router.domain.keeping.changing import Answered, Draft, Purpose, audited_of, change_of, owners_of, shown_as
from services.router.domain.keeping.editing import (
    CHANGED_MEANWHILE,
    ONE_AT_A_TIME,
    Edited,
    Wrong,
    edit,
    not_theirs,
    served_anew,
)
from services.router.domain.keeping.gaps import Grid, grid
from services.router.domain.keeping.guarding import Lost, change_routes_to_nobody
from services.router.domain.keeping.rows import Key, Kind, Swap
from services.router.domain.partnership import Partnership
from services.router.handlers.leaving import tells_of
from services.router.ports import NotifierKey
from shared.clock import Clock
from shared.references import mint_submission_id
from shared.terms import PartnershipId


class Made(NamedTuple):
    """It stands. revision: None where nothing was different."""

    revision: int | None


class Proposed(NamedTuple):
    """It waits for the partnership that owns the entry."""

    owner: PartnershipId


class Waits(NamedTuple):
    """It waits for a second admin of the same partnership: nothing of it stands yet."""


class Refused(NamedTuple):
    """Nothing was changed. lost: days on which it would route to nobody."""

    wrong: tuple[Wrong, ...] = ()
    lost: tuple[Lost, ...] = ()


Outcome = Made | Proposed | Waits | Refused
_LOOKED_AT = timedelta(days=1)
_EVERYWHERE = Key(Kind.PARTNERSHIP, "", "")
_MEANWHILE = Refused((Wrong(_EVERYWHERE, "", CHANGED_MEANWHILE),))


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
        policy, day = self._rules.policy(partnership), self.today(partnership)
        return await asyncio.to_thread(grid, directory, partnership.id, policy, day)

    async def agencies(self, asked: Asked) -> tuple[AgencyNow, ...]:
        """The partnership's agencies today, with what needs somebody."""
        return await self.agencies_of(asked.directory, asked.partnership)

    async def agencies_of(self, directory: Directory, partnership: Partnership) -> tuple[AgencyNow, ...]:
        found = await self.grid(directory, partnership)
        return await asyncio.to_thread(agencies_now, directory, partnership.id, found)

    async def make(self, asked: Asked, swaps: Sequence[Swap], *, why: str, what: str, uses: str = "") -> Outcome:
        """The swaps as a new revision; kept for whoever owns the entry, or for a second admin, where one must agree.

        what: its code in the audit. uses: the draft that it uses up.
        """
        standing, partnership = asked.directory.entries, asked.partnership
        if not swaps:
            return Made(None)
        others = not_theirs(standing, swaps, partnership.id)
        checked = await self._look(asked, swaps)
        if isinstance(checked, Refused):
            return checked
        draft = self._draft(asked, swaps, why=why, what=what)
        if others:
            return await self._propose(standing, draft, others)
        weighs = waits_for_another(partnership, swaps, asked.directory)
        if strangers := [one for one in served_anew(swaps) if not may(asked.signed.admin, one, Need.CHANGE_DIRECTORY)]:
            return Refused((Wrong(_EVERYWHERE, "", APART),)) if weighs else await self._ask_leave(draft, strangers)
        if weighs:
            return await self._wait(draft, asked, uses=uses)
        return await self._commit(asked, checked, why=why, what=what, uses=uses)

    async def keep_to_look(self, asked: Asked, swaps: Sequence[Swap], *, why: str, what: str) -> str | Refused:
        """The id under which the swaps are kept, so that it can be seen what they would change; nothing is made."""
        checked = await self._look(asked, swaps)
        if isinstance(checked, Refused):
            return checked
        draft = msgspec.structs.replace(self._draft(asked, swaps, why=why, what=what), purpose=Purpose.LOOK)
        await self.history.forget(Purpose.LOOK, before=draft.at - _LOOKED_AT)
        await self.history.keep(draft)
        return draft.id

    async def approve(self, asked: Asked, draft: Draft, *, of: Admin | None) -> Outcome:
        """What waited stands: for a second admin, or as another's proposal. Nobody approves what they asked for.

        of: the admin who asked for it, so that two have now looked at it; None for whoever is none.
        """
        me = asked.signed.admin
        one = draft.by == me.id or (of is not None and perhaps_one(me, of, at=self._clock.now()))
        if one and draft.purpose is Purpose.APPROVAL:
            return Refused((Wrong(_EVERYWHERE, "", BY_ANOTHER if draft.by == me.id else LET_IN),))
        if others := not_theirs(asked.directory.entries, draft.swaps, owner_by(draft, asked.partnership.id)):
            return Refused(others)
        alone = draft.purpose is Purpose.PROPOSAL and (one or of is None)
        if alone and waits_for_another(asked.partnership, draft.swaps, asked.directory):
            return await self.make(asked, draft.swaps, why=draft.why, what="proposal.accepted", uses=draft.id)
        checked = await self._look(asked, draft.swaps)
        if isinstance(checked, Refused):
            return checked
        what = "change.approved" if draft.purpose is Purpose.APPROVAL else "proposal.accepted"
        return await self._commit(asked, checked, why=draft.why, what=what, uses=draft.id, asked_by=draft)

    async def decline(self, asked: Asked, draft: Draft, *, why: str) -> bool:
        """A change that waited is not made; why is kept, for whoever asked for it. False where it waits no more."""
        admin, at = asked.signed.admin, self._clock.now()
        answered = Answered(at=at, by=admin.id, name=shown_as(admin), why=why)
        declined = msgspec.structs.replace(draft, purpose=Purpose.DECLINED, at=at, answered=answered)
        audited = Audited(
            at=at,
            admin=admin.id,
            partnership=asked.partnership.id,
            what="proposal.refused" if draft.purpose is Purpose.PROPOSAL else "change.declined",
            about=f"draft:{draft.id}",
            why=why,
        )
        return await self.history.decline(declined, audited)

    async def _look(self, asked: Asked, swaps: Sequence[Swap]) -> Edited | Refused:
        """The swaps made in mind, or what speaks against them."""
        day = self.today(asked.partnership)
        return await asyncio.to_thread(self._checked, asked.directory.entries, tuple(swaps), day)

    async def _commit(
        self, asked: Asked, checked: Edited, *, why: str, what: str, uses: str, asked_by: Draft | None = None
    ) -> Outcome:
        change = change_of(
            checked,
            expected=asked.directory.revision,
            partnership=asked.partnership.id,
            by=asked.signed.admin,
            at=self._clock.now(),
            why=why,
            what=what,
            asked_by=asked_by,
        )
        place = DirectoryGround(asked.directory, self._rules, base_url=self._base_url).place
        standing, made = asked.directory.entries, change.expected + 1
        tells = tells_of(standing, checked.swaps, place=place, notifier=self._notifier, revision=made)
        revision = await self.history.commit(msgspec.structs.replace(change, uses=uses, tells=tells))
        return Made(revision) if revision is not None else _MEANWHILE

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

    def _draft(self, asked: Asked, swaps: Sequence[Swap], *, why: str, what: str) -> Draft:
        """The swaps as they wait for a second admin of this partnership."""
        admin = asked.signed.admin
        return Draft(
            id=mint_submission_id(),
            purpose=Purpose.APPROVAL,
            partnership=asked.partnership.id,
            revision=0,
            swaps=tuple(swaps),
            at=self._clock.now(),
            by=admin.id,
            name=shown_as(admin),
            why=why,
            what=what,
            origin=asked.partnership.id,
        )

    async def _propose(self, entries: Entries, draft: Draft, others: tuple[Wrong, ...]) -> Outcome:
        """Kept for the one owner of all that is changed; refused where there is more than one."""
        owners = {owners_of(entries, draft.swaps).get(one.agency) for one in draft.swaps}
        owner = next(iter(owners))
        if len(owners) != 1 or len(others) != len(draft.swaps) or owner is None:
            return Refused(others)
        await self.history.keep(msgspec.structs.replace(draft, purpose=Purpose.PROPOSAL, partnership=owner))
        return Proposed(owner)

    async def _ask_leave(self, draft: Draft, strangers: Sequence[PartnershipId]) -> Outcome:
        """Kept for a partnership that the agency would serve: nobody puts a contact into another's lists alone."""
        if len(strangers) > 1:
            return Refused((Wrong(_EVERYWHERE, "", ONE_AT_A_TIME),))
        await self.history.keep(msgspec.structs.replace(draft, purpose=Purpose.PROPOSAL, partnership=strangers[0]))
        return Proposed(strangers[0])

    async def _wait(self, draft: Draft, asked: Asked, *, uses: str) -> Outcome:
        """Kept for a second admin, with its trace."""
        by, at = asked.signed.admin, draft.at
        audited = audited_of(
            draft.swaps, partnership=draft.partnership, by=by, at=at, why=draft.why, what="change.asked"
        )
        kept = await self.history.keep(draft, audited=audited, uses=uses)
        return Waits() if kept else _MEANWHILE

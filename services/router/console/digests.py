"""Each morning a second person is told what was changed in the directory the day before: owed exactly once. Shell."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from services.router.console.comfort import going_on
from services.router.console.directory_words import told
from services.router.console.ports import Admins, DirectoryNow
from services.router.domain.directory import Directory
from services.router.domain.grounding import DirectoryGround, Rules
from services.router.domain.keeping.digest import bounds, days_to_tell, digest_of, had_a_part, second_person
from services.router.domain.keeping.editing import Changed
from services.router.domain.keeping.rows import Key, Kind
from services.router.domain.letters.notices import of_digest
from services.router.domain.letters.owed import Owed
from services.router.domain.partnership import Partnership
from services.router.domain.place import Place
from services.router.handlers.owing import owe
from services.router.ports import NotifierKey
from shared.clock import Clock
from shared.failures import Transient
from shared.log import Event, record
from shared.terms import AgencyId, Instant, PartnershipId

_LOOK_SECONDS = 60.0
_DID = ("added", "closed")
Lines = dict[Key, tuple[str, str, tuple[str, ...]]]


class Days(Protocol):
    """What a day's digest is made of, and which days were told."""

    async def told(self, partnership: PartnershipId, *, since: date) -> frozenset[date]: ...

    async def changes(self, partnership: PartnershipId, *, first: Instant, before: Instant) -> tuple[Changed, ...]: ...

    async def tell(self, partnership: PartnershipId, day: date, *, owed: Sequence[Owed], at: Instant) -> bool: ...


class Digests:
    """Owes them. url: of the console; base_url: where people reach intake's pages."""

    def __init__(
        self, days: Days, *, admins: Admins, rules: Rules, notifier: NotifierKey, url: str, base_url: str, clock: Clock
    ) -> None:
        self._days = days
        self._admins = admins
        self._rules = rules
        self._notifier = notifier
        self._url = url
        self._base_url = base_url
        self._clock = clock
        self._looked: dict[PartnershipId, date] = {}

    async def follow(self, directories: DirectoryNow) -> None:
        """For ever: look each minute whether a day is to be told."""
        while True:
            with going_on():  # looked at again in a minute
                await self.tell_all(await directories.now())
            await asyncio.sleep(_LOOK_SECONDS)

    async def tell_all(self, directory: Directory) -> int:
        """Owe what is not owed yet, for every partnership; how many digests that were. Raises: Transient."""
        return sum([await self._alone(directory, one) for one in directory.partnerships.values()])

    async def _alone(self, directory: Directory, partnership: Partnership) -> int:
        try:
            return await self._tell(directory, partnership)
        except Transient:
            raise
        except Exception as failure:  # noqa: BLE001 - a bug about one partnership's keeps no other's, nor the console
            record(Event.FAILED, failure=failure)
            return 0

    async def _tell(self, directory: Directory, partnership: Partnership) -> int:
        days = days_to_tell(partnership, now=self._clock.now())
        if self._looked.get(partnership.id) == days[-1]:
            return 0
        known = await self._days.told(partnership.id, since=days[0])
        owed = sum([await self._tell_day(directory, partnership, day) for day in days if day not in known])
        self._looked[partnership.id] = days[-1]
        return owed

    async def _tell_day(self, directory: Directory, partnership: Partnership, day: date) -> bool:
        first, before = bounds(partnership, day)
        changes = await self._days.changes(partnership.id, first=first, before=before)
        place = DirectoryGround(directory, self._rules, base_url=self._base_url).place(partnership.id)
        if not changes or place is None:
            return False
        address, name = await self._reader(partnership, place, changes)
        url = f"{self._url}/p/{partnership.id}/directory/changes"
        digest = digest_of(day, changes, told=_in_words(directory, changes), url=url)
        notice = of_digest(place, address=address, name=name, digest=digest)
        owed = (owe(notice, self._notifier),)
        return await self._days.tell(partnership.id, day, owed=owed, at=self._clock.now())

    async def _reader(self, partnership: Partnership, place: Place, changes: Sequence[Changed]) -> tuple[str, str]:
        """(address, name) of the second person; the duty contact where there is none."""
        found = second_person(partnership, await self._admins.everybody(), not_of=had_a_part(changes))
        return (found.address, found.name) if found is not None else (place.duty_address, place.duty_name)


def _in_words(directory: Directory, changes: Sequence[Changed]) -> Lines:
    """(entry, did, fields) of each row: without what stood or stands there."""
    found: Lines = {}
    for change in changes:
        key, said = change.swap.key, told(change.swap)
        agency = directory.agencies.get(AgencyId(key.agency))
        where = f", {agency.name if agency else key.agency}" if key.kind in (Kind.POST, Kind.TEAM) else ""
        _, did, fields = found.get(key, ("", said.did, ()))
        did = said.did if said.did in _DID else did
        named = tuple(dict.fromkeys((*fields, *(one.field for one in said.differences))))
        found[key] = (f"{said.title}{where}", did, named)
    return found

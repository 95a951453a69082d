"""What must hold for router to be well, beside its broker and relay: looked at every few seconds. Shell."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial

from services.router.domain.admin.endings import Ending, Ends
from services.router.domain.changes import Change
from services.router.handlers.key_ends import KEEP_FOR
from services.router.ports import World
from shared.failures import Code, Transient
from shared.log import Event, record
from shared.metrics import gauge
from shared.terms import Instant, Nation
from shared.web import Check, HealthCheck
from shared.working_days import holidays_of

LOOK_SECONDS = 10.0
KEY_WARNING = timedelta(days=3)
HOLIDAY_WARNING_DAYS = 365
HOLIDAYS_END = "holidays-end-within-a-year"
KEYS_TO_DESTROY = "facts-keys-to-destroy"
"""Router may not destroy them itself, or something sealed to them still waits: see the RUNBOOK."""
LATE_TO_DESTROY = KEEP_FOR + timedelta(days=1)

_HOLIDAY_DAYS = gauge("candour_router_holiday_days", "Days until the known bank holidays end; warn below 365.")
_KEY_DAYS = gauge("candour_router_facts_key_days", "Days until the newest facts key ends.")


class Health:
    """The state of what a check may not wait for: stored rows, key files, the holiday data."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._problems: dict[str, Code | None] = {}
        self._warnings: tuple[str, ...] = ()
        self._said: tuple[Ending, ...] | None = None

    def checks(self) -> Sequence[Check]:
        names = ("store", "signatures", "mail", "facts-keys", "directory")
        return tuple(HealthCheck(name, partial(self._problem, name)) for name in names)

    def warnings(self) -> Sequence[str]:
        """What to see to in good time, by code: dates past the known bank holidays are left to a person."""
        return self._warnings

    def _problem(self, name: str) -> Code | None:
        return self._problems.get(name)

    async def run(self) -> None:
        """Look, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Look once."""
        try:
            await self._look()
        except Transient as failure:
            self._problems["store"] = failure.code
            record(Event.FAILED, failure=failure)

    async def _look(self) -> None:
        parked = await self._world.escalations.parked_signatures()
        mail = await self._world.escalations.mail()
        newest = await self._world.directories.revision()
        expiry = max(self._world.facts_keys.expiry(), default=None)
        today = self._world.clock.now().date()
        to_destroy = self._world.facts_keys.ended(self._world.clock.now() - LATE_TO_DESTROY)
        known_until = min(holidays_of(nation).known_until for nation in Nation)
        days_known = (known_until - today).days
        _HOLIDAY_DAYS.set(days_known)
        self._warnings = (
            *((HOLIDAYS_END,) if days_known < HOLIDAY_WARNING_DAYS else ()),
            *((KEYS_TO_DESTROY,) if to_destroy else ()),
        )
        await self._say(expiry, known_until, late=bool(to_destroy))
        _KEY_DAYS.set((expiry.date() - today).days if expiry is not None else 0)
        soon = expiry is None or expiry < self._world.clock.now() + KEY_WARNING
        unread = self._world.facts_keys.unread() > 0
        self._problems = {
            "signatures": Code.BAD_SIGNATURE if parked else None,
            "mail": Code.MAIL_DOWN if mail.down_since is not None else None,
            "facts-keys": Code.UNKNOWN_KEY if soon or unread else None,
            "directory": Code.UNKNOWN_PARTNERSHIP if newest is None else None,
        }

    async def _say(self, expiry: Instant | None, known_until: date, *, late: bool) -> None:
        """To the desk, whenever it is another than before: the console reads no key file."""
        until = datetime(known_until.year, known_until.month, known_until.day, tzinfo=UTC)
        found = (
            *((Ending(what=Ends.FACTS_KEY, ends_at=expiry),) if expiry is not None else ()),
            *((Ending(what=Ends.TO_DESTROY, ends_at=self._since()),) if late else ()),
            Ending(what=Ends.HOLIDAYS, ends_at=until),
        )
        if found != self._said:
            await self._world.escalations.commit(Change(at=self._world.clock.now(), endings=found))
            self._said = found

    def _since(self) -> Instant:
        """When keys to destroy were first seen to be late."""
        known = [one.ends_at for one in self._said or () if one.what is Ends.TO_DESTROY]
        return known[0] if known else self._world.clock.now()

"""Which holders were asked whether their post is still right, and have not answered; and asking one now. Shell."""

from datetime import date, timedelta
from typing import NamedTuple, Protocol

import msgspec

from services.router.console.asked import Asked
from services.router.domain.admin.auditing import Audited
from services.router.domain.directory import Directory, Placed
from services.router.domain.grounding import DirectoryGround, Rules
from services.router.domain.keeping.ask_notices import of_ask
from services.router.domain.keeping.asks import Ask, Asks, Standing, Todo, address_of, answer_by, standing
from services.router.domain.letters.owed import Owed
from services.router.domain.partnership import Partnership
from services.router.handlers.owing import owe
from services.router.ports import NotifierKey
from shared.clock import Clock, local_day
from shared.terms import AgencyId, Instant, PartnershipId

replace = msgspec.structs.replace
AGAIN_AFTER = timedelta(days=1)
_ORDER = list(Standing)


class AskedHolder(NamedTuple):
    """A post whose holder was asked and has not answered. by: the day until which an answer is asked for."""

    placed: Placed
    ask: Ask
    standing: Standing
    by: date | None


class KeptAsks(Asks, Protocol):
    """Whether each post's holder was asked, as the console reads and writes it."""

    async def open_of(self, partnership: PartnershipId) -> tuple[Ask, ...]: ...

    async def ask(self, asks: tuple[Ask, ...], owed: Owed, audited: Audited, *, at: Instant) -> bool: ...


class HolderAsking:
    """What waits for holders of one partnership's posts. base_url: where people reach intake's pages."""

    def __init__(self, asks: KeptAsks, *, rules: Rules, notifier: NotifierKey, base_url: str, clock: Clock) -> None:
        self._asks = asks
        self._rules = rules
        self._notifier = notifier
        self._base_url = base_url
        self._clock = clock

    async def waiting(self, directory: Directory, partnership: Partnership) -> tuple[AskedHolder, ...]:
        """Those who have not answered: bounced, then overdue, then the rest, the longest asked first."""
        found = []
        for ask in await self._asks.open_of(partnership.id):
            placed = directory.posts.get(ask.post)
            if placed is not None and placed.agency.owner == partnership.id:
                now = standing(ask, placed, at=self._clock.now(), zone=partnership.zone)
                if now is not Standing.QUIET:
                    found.append(AskedHolder(placed, ask, now, answer_by(ask, zone=partnership.zone)))
        return tuple(sorted(found, key=lambda one: (_ORDER.index(one.standing), one.ask.asked_at, one.ask.post)))

    async def pressing(self, directory: Directory, partnership: Partnership) -> dict[AgencyId, int]:
        """How many of an agency's posts are bounced or overdue."""
        counted: dict[AgencyId, int] = {}
        for one in await self.waiting(directory, partnership):
            if one.standing is not Standing.ASKED:
                counted[one.placed.agency.id] = counted.get(one.placed.agency.id, 0) + 1
        return counted

    async def ask_now(self, asked: Asked, placed: Placed, *, why: str) -> str:
        """Write to the holder at once: "asked"; "soon", where that was done within a day; "vacant"."""
        at, partnership = self._clock.now(), asked.partnership
        day = local_day(at, partnership.zone)
        address = address_of(placed, day)
        place = DirectoryGround(asked.directory, self._rules, base_url=self._base_url).place(partnership.id)
        if not address or place is None:
            return "vacant"
        known = next(iter(await self._asks.of([placed.post.id])), None)
        if known is not None and known.address == address and known.asked_at and at - known.asked_at < AGAIN_AFTER:
            return "soon"
        version = known.version if known is not None else 0
        ask = Ask(post=placed.post.id, partnership=partnership.id, address=address, since=day, version=version)
        notice = of_ask(place, (Todo(placed, ask, again=False),), at=at)
        audited = Audited(
            at=at,
            admin=asked.signed.admin.id,
            partnership=partnership.id,
            what="post.asked",
            about=f"post:{placed.post.id}",
            why=why,
        )
        now = replace(ask, asked_at=at, notice=notice.id)
        return "asked" if await self._asks.ask((now,), owe(notice, self._notifier), audited, at=at) else "soon"

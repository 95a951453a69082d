"""The report and the possible patterns as they are now, worked out once for each change of what they rest on. Shell."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from services.router.console.comfort import going_on
from services.router.console.directory_words import TYPES
from services.router.console.ports import DirectoryNow
from services.router.domain.admin.auditing import Audited
from services.router.domain.directory import Directory
from services.router.domain.learning.learned import NOT_KNOWN, SEVERAL, Coded
from services.router.domain.learning.learning import Labels, Report, report, spans, years
from services.router.domain.learning.learning_log import LogEntry
from services.router.domain.learning.patterns import LOOKED_BACK, Pattern, PatternDecision, Possible, possible
from services.router.domain.partnership import Partnership
from services.router.domain.routing.adopting import own
from services.router.policy.model import Policy
from shared.clock import Clock
from shared.terms import PartnershipId

_MOST_KEPT = 64
_FOLLOW_SECONDS = 60.0
_MOST_PREPARED = 8
"""Partnerships whose patterns are worked out before anybody asks."""
_ANY = "*"


class Learned(Protocol):
    """Matters in codes."""

    async def refresh(self, directory: Directory) -> int: ...

    async def stamp(self) -> tuple[int, int]: ...

    async def totals(self, partnership: PartnershipId) -> tuple[Mapping[int, int], Mapping[int, int]]: ...

    async def received(self, partnership: PartnershipId, quarters: Iterable[int]) -> Mapping[int, list[Coded]]: ...

    async def closed(self, partnership: PartnershipId, quarters: Iterable[int]) -> Mapping[int, list[Coded]]: ...

    async def since(self, partnership: PartnershipId, day: date) -> list[Coded]: ...


class Kept(Protocol):
    """What people decided about patterns, and the learning log."""

    async def decide(self, decision: PatternDecision, audited: Audited) -> None: ...

    async def decisions(self, partnership: PartnershipId) -> tuple[PatternDecision, ...]: ...

    async def keep(self, entry: LogEntry, audited: Audited) -> None: ...

    async def entries(self, partnership: PartnershipId) -> tuple[LogEntry, ...]: ...


class LearningNow:
    """What the pages of a partnership's learning are drawn from."""

    def __init__(self, learned: Learned, kept: Kept, *, policies: Mapping[str, Policy], clock: Clock) -> None:
        self.kept = kept
        self._learned = learned
        self._policies = policies
        self._clock = clock
        self._worked_out: dict[tuple[Any, ...], Any] = {}

    def today(self, partnership: Partnership) -> date:
        return self._clock.now().astimezone(ZoneInfo(partnership.zone)).date()

    def labels(self, partnership: Partnership) -> Labels:
        """What the newest edition of its policy calls things."""
        policy = own(self._policies[partnership.policy], partnership)
        return Labels(
            areas=tuple((one.code, one.words) for one in policy.areas),
            stages=tuple((str(number), stage.label) for number, stage in sorted(policy.stages.items())),
            kinds=tuple((kind.value, words) for kind, words in TYPES.items()),
        )

    async def follow(self, directories: DirectoryNow) -> None:
        """Code what changed, without end: a page then waits for little."""
        while True:
            with going_on():  # the page that asks will try again
                await self.prepare(await directories.now())
            await asyncio.sleep(_FOLLOW_SECONDS)

    async def prepare(self, directory: Directory) -> None:
        """What changed since, and the patterns in it."""
        for partnership in list(directory.partnerships.values())[:_MOST_PREPARED]:
            await self.possible(partnership, directory)

    async def years(self, partnership: Partnership, directory: Directory) -> tuple[int, ...]:
        await self._learned.refresh(directory)
        received, closed = await self._learned.totals(partnership.id)
        return years([*received, *closed], today=self.today(partnership))

    async def report(self, partnership: Partnership, *, year: int) -> Report:
        """Of the year that began in April of `year`, one of `years`, which were asked for first."""
        today, labels = self.today(partnership), self.labels(partnership)
        key = ("report", partnership.id, year, today, labels, await self._learned.stamp())
        if key not in self._worked_out:
            received, closed = await self._learned.totals(partnership.id)
            begun, ended = (spans(each, year=year, today=today) for each in (received, closed))
            rows = await self._learned.received(partnership.id, _flat(begun))
            done = await self._learned.closed(partnership.id, _flat(ended))
            made = report(_by_period(begun, rows), _by_period(ended, done), labels=labels, year=year, today=today)
            self._keep(key, made)
        found: Report = self._worked_out[key]
        return found

    async def possible(self, partnership: Partnership, directory: Directory) -> tuple[Possible, ...]:
        await self._learned.refresh(directory)
        today = self.today(partnership)
        key = ("possible", partnership.id, today, await self._learned.stamp())
        if key not in self._worked_out:
            self._keep(key, possible(await self._learned.since(partnership.id, today - 2 * LOOKED_BACK), today=today))
        found: tuple[Possible, ...] = self._worked_out[key]
        return found

    def words(self, partnership: Partnership, pattern: Pattern) -> tuple[str, str]:
        """The area, and the pair of kinds of agency, as people say them; "" for any."""
        labels = self.labels(partnership)
        kinds = {**dict(labels.kinds), SEVERAL: "Several kinds", NOT_KNOWN: "Not known"}
        area = dict(labels.areas).get(pattern.area, "Another area") if pattern.area != _ANY else ""
        if _ANY in (pattern.raised_by, pattern.about):
            return area, ""
        one, other = (kinds.get(each, "Another kind") for each in (pattern.raised_by, pattern.about))
        return area, f"{one}, about a decision of {other[0].lower()}{other[1:]}"

    def _keep(self, key: tuple[Any, ...], made: object) -> None:
        while len(self._worked_out) >= _MOST_KEPT:
            del self._worked_out[next(iter(self._worked_out))]
        self._worked_out[key] = made


def _flat(periods: Iterable[Sequence[int]]) -> list[int]:
    return [quarter for period in periods for quarter in period]


def _by_period(
    periods: Iterable[tuple[int, ...]], rows: Mapping[int, list[Coded]]
) -> dict[tuple[int, ...], list[Coded]]:
    return {period: [one for quarter in period for one in rows.get(quarter, [])] for period in periods}

"""Where the time comes from: pass `now` and `today` in, so that every deadline can be tested. Shell."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from shared.terms import Instant


class Clock(Protocol):
    """Tells the time. `now()` is an aware UTC instant."""

    def now(self) -> Instant: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> Instant:
        return datetime.now(UTC)


class DemoClock:
    """The machine's clock plus the seconds kept in `offset_file`: a demonstration moves on by a working day.

    The file is read at each call, so that every service of one machine moves together. No file means no offset.
    """

    def __init__(self, offset_file: Path) -> None:
        self._offset_file = offset_file

    def now(self) -> Instant:
        return datetime.now(UTC) + timedelta(seconds=self._offset_seconds())

    def _offset_seconds(self) -> int:
        try:
            return int(self._offset_file.read_text().strip() or "0")
        except FileNotFoundError:
            return 0


class FixedClock:
    """A clock that stands still until it is told to advance."""

    def __init__(self, at: Instant) -> None:
        self._at = at

    def now(self) -> Instant:
        return self._at

    def advance(self, by: timedelta) -> None:
        self._at += by


def local_day(at: Instant, zone: str) -> date:
    """The calendar day of `at` in `zone`, an IANA name."""
    return at.astimezone(ZoneInfo(zone)).date()

"""Working days: Monday to Friday less the nation's bank holidays. Pure.

The day of receipt, at whatever hour, is day 0; due means 17:00 local time. The holiday data ships with
govuk-bank-holidays and has an end; past it nothing is silently counted.
"""

from collections.abc import Set
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import msgspec

from shared.terms import Instant, Nation

DUE_TIME = time(17, 0)
WEEK = 7
_SATURDAY = 5

_DIVISIONS = {
    Nation.ENGLAND: "england-and-wales",
    Nation.WALES: "england-and-wales",
    Nation.SCOTLAND: "scotland",
    Nation.NORTHERN_IRELAND: "northern-ireland",
}


class _Event(msgspec.Struct):
    date: date


class _Division(msgspec.Struct):
    events: list[_Event]


class BeyondHolidayData(Exception):
    """A working day past the end of the holiday data was asked for: a person must set the date."""


class Holidays(msgspec.Struct, frozen=True, kw_only=True):
    """A nation's bank holidays. known_until: the last day for which they are all known."""

    days: frozenset[date]
    known_until: date


@cache
def holidays_of(nation: Nation) -> Holidays:
    """The bank holidays of `nation`, from the data that ships with the library: no network.

    The file is read as it is: the library's own reader imports a web client, a tenth of a service's start.
    """
    data = resources.files("govuk_bank_holidays").joinpath("bank-holidays.json").read_bytes()
    division = msgspec.json.decode(data, type=dict[str, _Division])[_DIVISIONS[nation]]
    days = frozenset(event.date for event in division.events)
    return Holidays(days=days, known_until=date(max(days).year, 12, 31))


def is_working_day(day: date, holidays: Set[date]) -> bool:
    """Whether people are expected at work on `day`."""
    return day.weekday() < _SATURDAY and day not in holidays


def add_working_days(start: date, days: int, *, holidays: Holidays) -> date:
    """The `days`-th working day after `start`; `start` is day 0. days: 0 or more.

    Raises: BeyondHolidayData when the count runs past the known holidays.
    """
    day, left = start, days
    while left:
        day += timedelta(days=1)
        if day > holidays.known_until:
            raise BeyondHolidayData
        if is_working_day(day, holidays.days):
            left -= 1
    return day


def working_days_between(start: date, end: date, *, holidays: Holidays) -> int:
    """How many working days come after `start` up to and including `end`; 0 where `end` is not later.

    Raises: BeyondHolidayData when `end` is past the known holidays.
    """
    if end > holidays.known_until:
        raise BeyondHolidayData
    days = (start + timedelta(days=ahead) for ahead in range(1, max((end - start).days, 0) + 1))
    return sum(is_working_day(day, holidays.days) for day in days)


def due_at(due_on: date, zone: str) -> Instant:
    """17:00 in `zone` (an IANA name) on `due_on`, as UTC."""
    return datetime.combine(due_on, DUE_TIME, ZoneInfo(zone)).astimezone(UTC)


def next_working_day(day: date, *, holidays: Holidays) -> date:
    """The first working day after `day`. Raises: BeyondHolidayData."""
    return add_working_days(day, 1, holidays=holidays)

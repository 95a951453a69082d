"""When an answer is due: the time the raiser states, counted as the policy counts. Pure."""

from datetime import UTC, date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.router.policy.facts import Timeframe, TimeframeUnit
from services.router.policy.step import Due
from shared.terms import Instant
from shared.working_days import BeyondHolidayData, Holidays, add_working_days, due_at

BEYOND_HOLIDAYS = "The bank holidays are not known that far ahead: a person must set the date."
NO_DATE = "No date was given with the timeframe: a person must set it."
MOST_HOURS = 24 * 366

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def deadline(timeframe: Timeframe, opened_at: Instant, *, zone: str, holidays: Holidays, warn_days: int) -> Due:
    """The deadline that `timeframe` states for something received at `opened_at`.

    The day of receipt, at whatever hour, is day 0; a day's limit is due at 17:00 in `zone`; hours are elapsed hours.
    Never later than the stated time: nothing is rounded up. warn_days: calendar days a working-day limit may span.
    """
    if timeframe.unit is TimeframeUnit.HOURS:
        return Due(at=opened_at + timedelta(hours=min(max(timeframe.amount, 0), MOST_HOURS)))
    opened_on = opened_at.astimezone(_zone(zone)).date()
    if timeframe.unit is TimeframeUnit.UNTIL:
        return _until(timeframe.until, opened_on, zone=zone)
    return _counted(opened_on, max(timeframe.amount, 0), zone=zone, holidays=holidays, warn_days=warn_days)


def _until(until: date | None, opened_on: date, *, zone: str) -> Due:
    if until is None:
        return Due(referred=NO_DATE)
    warnings = ("The date given has already passed: act now.",) if until < opened_on else ()
    return Due(at=_due_at(until, zone), on=until, warnings=warnings)


@lru_cache(maxsize=1024)
def _counted(opened_on: date, days: int, *, zone: str, holidays: Holidays, warn_days: int) -> Due:
    try:
        due_on = add_working_days(opened_on, days, holidays=holidays)
    except BeyondHolidayData:
        return Due(referred=BEYOND_HOLIDAYS)
    span = (due_on - opened_on).days
    warnings = (_too_long(span),) if span > warn_days else ()
    return Due(at=_due_at(due_on, zone), on=due_on, warnings=warnings)


def _too_long(span: int) -> str:
    words = _NUMBERS[span] if span < len(_NUMBERS) else str(span)
    return f"This limit spans {words} calendar days: ask whether the child can wait that long."


@lru_cache(maxsize=32)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=1024)
def _due_at(day: date, zone: str) -> Instant:
    return due_at(day, zone).astimezone(UTC)

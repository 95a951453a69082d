"""When offices are open: a partnership's calendar, its quiet hours, and the working mornings around a day. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shared.terms import Instant
from shared.working_days import BeyondHolidayData, Holidays, add_working_days, is_working_day

MORNING, OPEN_FROM, OPEN_UNTIL = time(9), time(8), time(18)
"""When a reminder goes out that has no hour of its own, and between which hours any may."""
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


class Calendar(NamedTuple):
    """A partnership's zone, its nation's holidays, and the hours of a working day in which it reminds people."""

    zone: str
    holidays: Holidays
    open_from: time = OPEN_FROM
    open_until: time = OPEN_UNTIL


def waking(at: Instant, calendar: Calendar, *, urgent: bool) -> Instant:
    """`at`, or the next working morning where it falls into quiet hours. Never moved where it is urgent."""
    local = at.astimezone(ZoneInfo(calendar.zone))
    works = is_working_day(local.date(), calendar.holidays.days)
    if urgent or (works and calendar.open_from <= local.time() < calendar.open_until):
        return at
    early = works and local.time() < calendar.open_from
    return morning_of(local.date() if early else working_day_after(local.date(), 1, calendar), calendar)


def morning_of(day: date, calendar: Calendar) -> Instant:
    """9 am on `day`, or the hour nearest to it in which the partnership reminds people."""
    last = datetime.combine(day, calendar.open_until) - _MINUTE
    morning = min(max(MORNING, calendar.open_from), last.time())
    return datetime.combine(day, morning, ZoneInfo(calendar.zone)).astimezone(UTC)


def working_day_after(day: date, days: int, calendar: Calendar) -> date:
    """The `days`-th working day after `day`.

    Past the known holidays it is counted by the week alone: a prompt is no deadline, and an early one does no harm.
    """
    try:
        return add_working_days(day, days, holidays=calendar.holidays)
    except BeyondHolidayData:
        endless = Holidays(days=calendar.holidays.days, known_until=date.max)
        return add_working_days(day, days, holidays=endless)


def working_day_before(day: date, calendar: Calendar) -> date:
    """The last working day before `day`."""
    before = day - _DAY
    while not is_working_day(before, calendar.holidays.days):
        before -= _DAY
    return before

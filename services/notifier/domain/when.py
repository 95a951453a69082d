"""Days and times as people say them: "Wednesday 30 December 2026, 5 pm". Pure."""

from datetime import date
from zoneinfo import ZoneInfo

from shared.terms import Instant

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NOON = 12


def day_in_words(day: date) -> str:
    """`Wednesday 30 December 2026`, whatever the machine's own language is."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def time_in_words(at: Instant, zone: str) -> str:
    """`Wednesday 30 December 2026, 5 pm` in `zone`, an IANA name."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day_in_words(local.date())}, {_hour_in_words(local.hour, local.minute)}"


def _hour_in_words(hour: int, minute: int) -> str:
    if minute == 0 and hour % _NOON == 0:
        return "12 noon" if hour else "12 midnight"
    minutes = f":{minute:02}" if minute else ""
    return f"{(hour - 1) % _NOON + 1}{minutes} {'pm' if hour >= _NOON else 'am'}"

"""Times as people read them, in the one form that emails use too. Pure."""

from zoneinfo import ZoneInfo

from shared.terms import Instant

_NOON = 12


def in_words(at: Instant, zone: str) -> str:
    """`Wednesday 30 December 2026, 5 pm`, local to `zone`; minutes where there are some: `2:30 pm`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y}, {_time_of_day(local.hour, local.minute)}"


def _time_of_day(hour: int, minute: int) -> str:
    if minute == 0 and hour % _NOON == 0:
        return "12 noon" if hour else "12 midnight"
    minutes = f":{minute:02d}" if minute else ""
    return f"{hour % _NOON or _NOON}{minutes} {'pm' if hour >= _NOON else 'am'}"

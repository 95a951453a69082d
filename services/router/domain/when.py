"""Times as people read them. Pure."""

from zoneinfo import ZoneInfo

from shared.terms import Instant


def in_words(at: Instant, zone: str) -> str:
    """`Wednesday 30 December 2026, 5 pm`, local to `zone`; minutes where there are some."""
    local = at.astimezone(ZoneInfo(zone))
    hour, half = local.hour % 12 or 12, "am" if local.hour < 12 else "pm"
    minutes = f".{local.minute:02d}" if local.minute else ""
    return f"{local:%A} {local.day} {local:%B %Y}, {hour}{minutes} {half}"

"""When the duty contact is told again of a raiser who has not confirmed their address. Pure."""

from zoneinfo import ZoneInfo

from services.router.domain.escalation import Escalation
from services.router.domain.ground import Ground
from services.router.domain.office_hours import morning_of, working_day_after
from shared.terms import Instant

MORNINGS = 10
"""So many working mornings after it came; then it stands on the console's desk, where it is until it is confirmed."""


def told_again_at(escalation: Escalation, *, ground: Ground, at: Instant) -> Instant | None:
    """The next working morning; None where nobody is told again.

    Anybody may type any address: only one that the directory has for the raiser's agency is likely a colleague's, and
    also of these there is an end, so that junk costs a bounded number of lines.
    """
    if escalation.facts is None or not ground.is_registered(escalation.facts):
        return None
    calendar = ground.calendar(escalation.partnership)
    zone = ZoneInfo(calendar.zone)
    next_on = working_day_after(at.astimezone(zone).date(), 1, calendar)
    last_on = working_day_after(escalation.opened_at.astimezone(zone).date(), MORNINGS, calendar)
    return morning_of(next_on, calendar) if next_on <= last_on else None

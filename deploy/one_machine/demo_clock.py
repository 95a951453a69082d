"""The demonstration's clock: moves every service of one machine on by a working day. Shell."""

from datetime import timedelta
from pathlib import Path

from shared.clock import DemoClock, local_day
from shared.terms import Nation
from shared.working_days import holidays_of, next_working_day

ZONE = "Europe/London"


def move_on(offset_file: Path) -> None:
    """Move on to the same hour of England's next working day. Raises BeyondHolidayData at the data's end."""
    now = DemoClock(offset_file).now()
    today = local_day(now, ZONE)
    ahead = next_working_day(today, holidays=holidays_of(Nation.ENGLAND)) - today
    kept = int(offset_file.read_text().strip() or "0") if offset_file.exists() else 0
    beside = offset_file.with_name(offset_file.name + ".new")
    beside.write_text(str(kept + int(ahead / timedelta(seconds=1))))
    beside.replace(offset_file)

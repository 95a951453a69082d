"""The hours in which a partnership reminds people are its own. Pure."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import msgspec

from services.router.domain.grounding import DirectoryGround
from services.router.domain.living.clocks import PromptKind, due_prompts
from services.router.domain.office_hours import Calendar, morning_of, waking
from shared.terms import Instant, Nation, PartnershipId
from shared.working_days import holidays_of
from tests.policy_world import directory
from tests.router_world import rules
from tests.unit.test_router_clocks import escalation

SHORT = Calendar("Europe/London", holidays_of(Nation.ENGLAND), time(10), time(16))
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def at(day: date, hour: int) -> Instant:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)


def test_a_reminder_waits_for_the_partnerships_own_hours() -> None:
    assert waking(at(MONDAY, 9), SHORT, urgent=False) == at(MONDAY, 10)
    assert waking(at(MONDAY, 15), SHORT, urgent=False) == at(MONDAY, 15)
    assert waking(at(MONDAY, 17), SHORT, urgent=False) == at(TUESDAY, 10)


def test_nothing_about_immediate_harm_waits() -> None:
    assert waking(at(MONDAY, 3), SHORT, urgent=True) == at(MONDAY, 3)


def test_a_morning_is_within_the_hours_however_short() -> None:
    early = SHORT._replace(open_from=time(6), open_until=time(8))
    assert morning_of(MONDAY, SHORT) == at(MONDAY, 10)
    assert morning_of(MONDAY, early).astimezone(ZoneInfo("Europe/London")).time() == time(7, 59)
    assert waking(morning_of(MONDAY, early), early, urgent=False) == morning_of(MONDAY, early)


def test_who_is_silent_is_not_asked_again_after_hours() -> None:
    raised = escalation(at(MONDAY, 11))

    def asked(now: Instant) -> list[PromptKind]:
        found = due_prompts(raised, None, SHORT, now=now)
        return [one.kind for one in found if one.kind is PromptKind.UNACKNOWLEDGED]

    assert asked(at(TUESDAY, 17)) == []
    assert asked(at(date(2026, 11, 25), 10)) == [PromptKind.UNACKNOWLEDGED]


def test_the_hours_are_those_of_the_directory() -> None:
    west = PartnershipId("west-sussex")
    known = directory()
    entries = msgspec.structs.replace(
        known.entries,
        partnerships=tuple(
            msgspec.structs.replace(one, open_from=time(7)) if one.id == west else one
            for one in known.entries.partnerships
        ),
    )
    ground = DirectoryGround(type(known)(entries, revision=2), rules(), base_url="")
    assert ground.calendar(west).open_from == time(7)
    assert ground.calendar(PartnershipId("east-sussex")).open_from == time(8)

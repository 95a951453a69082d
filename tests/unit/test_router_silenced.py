"""Nobody who may be the only one awake is left silent, and no setting keeps people from being asked. Shell."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from services.router.domain.admin.admins import Role
from services.router.domain.directory import Directory
from services.router.domain.keeping.approving import waits_for_another
from services.router.domain.keeping.editing import setting
from services.router.domain.keeping.rows import Key, Kind
from services.router.domain.life import Holding
from services.router.domain.living.clocks import PromptKind, due_prompts
from services.router.domain.office_hours import waking
from tests.console_world import HERE as WEST
from tests.console_world import Browsing, ConsoleWorld, demo_entries
from tests.unit.test_console_settings import TIME
from tests.unit.test_router_clocks import LONDON, at, escalation

replace = msgspec.structs.replace
SETTINGS = "/p/west-sussex/settings/time"


@pytest_asyncio.fixture
async def manager(tmp_path: Path) -> AsyncIterator[Browsing]:
    async with ConsoleWorld(tmp_path, real=False) as world:
        yield await world.signed_in(await world.admin("Ash Manager", west_sussex=Role.MANAGER))


def test_that_one_agency_has_it_at_night_leaves_nobody_on_call_at_another_silent() -> None:
    night = at(date(2026, 12, 18), 22)  # a Friday: offices open on Monday
    has_it = Holding(
        address="one@example.example", asked_at=night, on_call=True, acknowledged_at=night + timedelta(minutes=10)
    )
    silent = Holding(address="two@example.example", asked_at=night, on_call=True)
    held = escalation(night, urgent=True, holdings=(has_it, silent))
    found = due_prompts(held, None, LONDON, now=night + timedelta(hours=1))
    assert [(one.kind, one.about) for one in found] == [(PromptKind.UNACKNOWLEDGED, silent.address)]
    by_day = replace(silent, on_call=False)
    waits = escalation(night, urgent=True, holdings=(has_it, by_day))
    assert due_prompts(waits, None, LONDON, now=night + timedelta(hours=1)) == ()
    assert waking(night, LONDON, urgent=False) == at(date(2026, 12, 21), 9)


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ({"open_from": "22:00", "open_until": "23:59"}, "open_from"),
        ({"open_from": "09:00", "open_until": "09:01"}, "open_until"),
    ],
)
async def test_hours_in_which_hardly_anybody_would_be_asked_are_refused(
    manager: Browsing, hours: dict[str, str], field: str
) -> None:
    page = await manager.get(SETTINGS)
    seen = page.text.partition('name="seen" value="')[2].partition('"')[0]
    answer = await manager.post(SETTINGS, **TIME | hours | {"seen": seen, "why": "So."})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def test_who_is_told_each_morning_what_was_changed_is_not_chosen_by_one_admin_alone() -> None:
    entries = demo_entries(real=False)
    place = replace(next(one for one in entries.partnerships if one.id == WEST), second_approval=True)
    standing = replace(entries, partnerships=(place,))
    swaps = setting(standing, Key(Kind.PARTNERSHIP, "", WEST), replace(place, digest_admin="somebody"))
    assert waits_for_another(place, swaps, Directory(standing, revision=1))

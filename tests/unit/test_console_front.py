"""The console's front page: what needs somebody today first, and every number with what it means. Shell."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.router.adapters.desk_store import SqlDesk
from services.router.console.frame import Frame
from services.router.console.pages.front import NUMBERS
from services.router.domain.admin.admins import Role
from services.router.domain.admin.on_desk import OnDesk
from shared.clock import FixedClock
from shared.terms import PartnershipId
from tests.console_escalations import raised, router_of
from tests.console_world import Browsing, ConsoleWorld

HOME = "/p/west-sussex"
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


class CountedDesk(SqlDesk):
    """The desk, and how often its whole list was read."""

    reads = 0

    async def waiting(self, partnership: PartnershipId) -> list[OnDesk]:
        self.reads += 1
        return await super().waiting(partnership)


async def manager(world: ConsoleWorld) -> Browsing:
    return await world.signed_in(await world.admin("Ash Manager", west_sussex=Role.MANAGER))


async def test_a_day_on_which_nothing_waits_still_says_what_each_number_means(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path, real=False) as world:
        page = (await (await manager(world)).get(HOME)).text
        assert "Nothing needs you today" in page
        assert len(re.findall(r'class="number__digits"', page)) == len(NUMBERS)
        assert all(one.nothing and one.means for one in NUMBERS)
        assert "Nothing is past the date for an answer." in page


async def test_what_is_overdue_or_on_the_desk_is_counted_as_todays(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path, real=False) as world:
        router = router_of(world)
        await raised(router)
        ref = await router.take(router.submission())
        page = (await (await manager(world)).get(HOME)).text
        assert "1 thing needs you today" in page
        assert page.index("The raiser’s address is not confirmed.") < page.index("This week")
        assert ref in page


async def test_the_desk_is_read_once_for_its_number_and_its_first_lines(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path, real=False) as world:
        router = router_of(world)
        await router.take(router.submission())
        world.built.console.desk.store = desk = CountedDesk(world.database, clock=world.clock)
        page = (await (await manager(world)).get(HOME)).text
        assert "The raiser’s address is not confirmed." in page
        assert desk.reads == 1


@pytest.mark.parametrize(
    ("ago", "says"),
    [
        (timedelta(), "today at 09:00"),
        (timedelta(days=1), "yesterday at 09:00"),
        (timedelta(days=-1), "tomorrow at 09:00"),
        (timedelta(days=4), "Friday 27 November at 09:00"),
        (timedelta(days=400), "Monday 27 October 2025 at 09:00"),
    ],
)
def test_a_list_says_when_in_few_words(ago: timedelta, says: str) -> None:
    assert Frame({}, clock=FixedClock(NOW))._brief(NOW - ago) == says

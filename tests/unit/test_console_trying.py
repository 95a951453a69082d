"""A route that is tried in the console: the decision of now, by posts, and nothing of it is kept. Shell."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from services.router.adapters.tables import DECISIONS, ESCALATIONS, NOTICES, OUTBOX
from services.router.domain.admin.admins import Role
from tests.console_world import Browsing, ConsoleWorld

TRY = "/p/west-sussex/try"
CHOSEN = f"{TRY}?raising=oakfield-primary&receiving=ws-social-care&stage=2&status=in_need&urgent=no&days=5"


@pytest_asyncio.fixture
async def console(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False) as found:
        yield found


@pytest_asyncio.fixture
async def manager(console: ConsoleWorld) -> Browsing:
    return await console.signed_in(await console.admin("Ash Manager", west_sussex=Role.MANAGER))


async def test_the_route_is_shown_by_posts_with_its_reasons_and_its_date(manager: Browsing) -> None:
    page = (await manager.get(CHOSEN)).text
    assert "Where it would go" in page
    assert "Stage 2: manager to manager" in page
    assert "West Sussex children" in page
    assert "The date for an answer" in page
    assert "Pan Sussex Child Protection and Safeguarding Procedures" in page
    assert "The person who decided" in page
    assert "Willowby" not in page
    assert "The duty contact" not in page


async def test_another_stage_goes_to_somebody_else(manager: Browsing) -> None:
    assert "Stage 3" in (await manager.get(CHOSEN.replace("stage=2", "stage=3"))).text


@pytest.mark.parametrize(
    "query", ["raising=nowhere&receiving=ws-social-care&stage=2", "raising=oakfield-primary&stage=x"]
)
async def test_what_is_not_on_offer_gives_no_route(manager: Browsing, query: str) -> None:
    page = (await manager.get(f"{TRY}?{query}")).text
    assert "Choose both agencies" in page
    assert "Where it would go" not in page


async def test_nothing_of_it_is_kept_or_sent(console: ConsoleWorld, manager: Browsing) -> None:
    assert (await manager.get(CHOSEN)).status_code == 200
    counts = [select(func.count()).select_from(table) for table in (ESCALATIONS, DECISIONS, NOTICES, OUTBOX)]
    found = await console.database.read(lambda connection: [connection.execute(each).scalar() for each in counts])
    assert found == [0, 0, 0, 0]


async def test_another_partnerships_routes_are_not_tried_here(console: ConsoleWorld) -> None:
    other = await console.signed_in(await console.admin("Wren Manager", east_sussex=Role.MANAGER))
    assert (await other.get(CHOSEN)).status_code == 404


async def test_a_conference_dissent_goes_to_the_chair_and_says_when_it_comes_late(manager: Browsing) -> None:
    dissent = f"{CHOSEN}&route=conference_dissent&dissent=formal&subject=conference"
    intime = (await manager.get(f"{dissent}&ended=5")).text
    assert "conference chair" in intime.lower()
    assert "Raised after the policy" not in intime
    late = (await manager.get(f"{dissent}&ended=900")).text
    assert "Raised after the policy" in late


async def test_several_agencies_on_a_side_are_each_asked(manager: Browsing) -> None:
    page = (await manager.get(f"{CHOSEN}&and_1=sussex-police&with_1=ws-education")).text
    route = page.partition("Where it would go")[2]
    assert "Sussex Police" in route
    assert "Sussex Police" not in (await manager.get(CHOSEN)).text.partition("Where it would go")[2]


async def test_a_team_an_unlisted_agency_and_a_date_are_facts_too(manager: Browsing) -> None:
    assert 'name="receiving_team"' in (await manager.get(CHOSEN)).text
    unlisted = CHOSEN.replace("receiving=ws-social-care", "receiving=not_listed")
    assert 'name="receiving_type"' in (await manager.get(unlisted)).text
    assert "Where it would go" in (await manager.get(f"{unlisted}&receiving_type=police")).text
    dated = (await manager.get(f"{CHOSEN}&unit=until&until=14+12+2099")).text
    assert "2099" in dated.partition("Where it would go")[2]


@pytest.mark.parametrize("query", ["concern=nothing", "and_1=nowhere", "ended=soon", "ended=-1", "until=32+1+2027"])
async def test_a_fact_that_is_not_on_offer_is_named(manager: Browsing, query: str) -> None:
    page = (await manager.get(f"{CHOSEN}&{query}")).text
    assert "Look at this again" in page
    assert "Where it would go" not in page

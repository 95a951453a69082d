"""The console's escalations: in codes, overdue first, each partnership its own. Shell."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from services.router.adapters.listing_store import SqlListing
from services.router.domain.admin.admins import Role
from services.router.domain.admin.listing import Wanted
from shared.messages import NoticeKind, NoticeState
from tests.console_escalations import raised, router_of
from tests.console_world import HERE, NEIGHBOUR, Browsing, ConsoleWorld
from tests.router_world import RouterWorld

LIST = "/p/west-sussex/escalations"
NEVER_SHOWN = ("Nettlebed", "frankie.nettlebed", "Quaverley", "Willowby", "@", "Keeper of the lamps")


@pytest_asyncio.fixture
async def console(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False) as found:
        yield found


@pytest.fixture
def router(console: ConsoleWorld) -> RouterWorld:
    return router_of(console)


@pytest_asyncio.fixture
async def manager(console: ConsoleWorld) -> Browsing:
    return await console.signed_in(await console.admin("Ash Manager", west_sussex=Role.MANAGER))


async def test_an_admin_sees_posts_dates_and_reasons_and_meets_no_name(router: RouterWorld, manager: Browsing) -> None:
    ref = await raised(router, raiser_role="Keeper of the lamps")
    listed, one = (await manager.get(LIST)).text, (await manager.get(f"{LIST}/{ref}")).text
    for page in (listed, one):
        assert ref in page
        assert "Team manager" in page
        assert "left" in page
        assert not [name for name in NEVER_SHOWN if name in page]
    assert "Stage 2" in one
    assert "the policy’s text" in one.lower()
    assert "Made ready; nothing is reported yet" in one


async def test_what_became_of_an_email_stands_on_the_page(router: RouterWorld, manager: Browsing) -> None:
    ref = await raised(router)
    await router.report(router.notices(NoticeKind.ACT)[0], NoticeState.REFUSED)
    assert "Refused by their mail system" in (await manager.get(f"{LIST}/{ref}")).text


async def test_the_overdue_stand_first_and_are_counted_on_the_front_page(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    late = await raised(router)
    console.clock.advance(timedelta(days=20))
    manager = await console.signed_in(await console.admin("Briar Manager", west_sussex=Role.MANAGER))
    later = await raised(router)
    page = (await manager.get(LIST)).text
    assert page.index(late) < page.index(later)
    assert "1 past the date" in page
    only = (await manager.get(f"{LIST}?overdue=1")).text
    assert late in only
    assert later not in only
    assert "Overdue" in (await manager.get("/p/west-sussex")).text


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("state=routed", True),
        ("state=referred", False),
        ("stage=2", True),
        ("stage=3", False),
        ("state=closed", True),
        ("stage=x&page=y&overdue=z", True),
    ],
)
async def test_a_filter_keeps_those_that_fit_and_an_unknown_code_filters_nothing(
    router: RouterWorld, manager: Browsing, query: str, there: bool
) -> None:
    ref = await raised(router)
    assert (ref in (await manager.get(f"{LIST}?{query}")).text) is there


async def test_an_unconfirmed_one_is_listed_before_anything_is_decided(router: RouterWorld, manager: Browsing) -> None:
    ref = await router.take(router.submission())
    assert "Address not confirmed" in (await manager.get(LIST)).text
    assert "Nothing is decided yet" in (await manager.get(f"{LIST}/{ref}")).text


async def test_a_reference_that_is_typed_leads_to_its_page(router: RouterWorld, manager: Browsing) -> None:
    ref = await raised(router)
    assert (await manager.get(f"{LIST}?ref={ref.lower()}")).headers["location"] == f"{LIST}/{ref}"
    assert (await manager.get(f"{LIST}?ref=nothing")).headers["location"] == f"{LIST}?none=1"


async def test_another_partnerships_escalation_is_not_here(console: ConsoleWorld, router: RouterWorld) -> None:
    ref = await raised(router)
    other = await console.signed_in(await console.admin("Wren Manager", east_sussex=Role.MANAGER))
    assert (await other.get(f"{LIST}/{ref}")).status_code == 404
    assert (await other.get(LIST)).status_code == 404
    neighbours = "/p/east-sussex/escalations"
    assert ref not in (await other.get(neighbours)).text
    assert (await other.get(f"{neighbours}/{ref}")).status_code == 404


async def test_the_list_follows_what_router_changed(console: ConsoleWorld, router: RouterWorld) -> None:
    listing = SqlListing(console.database)
    ref = await router.take(router.submission())
    await listing.refresh()
    assert await listing.states(HERE) == {"waiting-confirmation": 1}
    await console.database.write(lambda connection: connection.exec_driver_sql("UPDATE listed SET version = 0"))
    await raised(router)
    await listing.refresh()
    assert await listing.states(HERE) == {"waiting-confirmation": 1, "routed": 1}
    assert await listing.count(NEIGHBOUR, Wanted()) == 0
    found = await listing.lines(HERE, Wanted(state="waiting-confirmation"), first=0, most=10)
    assert [one.escalation.ref for one in found] == [ref]

"""The console's desk: what needs somebody, and nothing leaves it without a trace. Shell."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import select

from services.router.adapters.console_tables import AUDITS
from services.router.domain.admins import Role
from services.router.domain.auditing import Audited
from shared.messages import NoticeKind, NoticeState
from tests.console_escalations import raised, router_of
from tests.console_world import Browsing, ConsoleWorld
from tests.router_world import RouterWorld

DESK = "/p/west-sussex/desk"
KEY = re.compile(r'name="key" value="([^"]+)"')


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


async def audits(console: ConsoleWorld) -> list[Audited]:
    bodies = await console.database.read(lambda connection: connection.execute(select(AUDITS.c.body)).scalars().all())
    return [msgspec.json.decode(body, type=Audited) for body in bodies]


async def test_an_empty_desk_says_what_will_appear(manager: Browsing) -> None:
    page = (await manager.get(DESK)).text
    assert "Nothing needs you" in page
    assert "What is refused, unconfirmed, not listed" in page


async def test_an_unconfirmed_address_is_on_it_until_it_is_confirmed(router: RouterWorld, manager: Browsing) -> None:
    ref = await router.take(router.submission())
    page = (await manager.get(DESK)).text
    assert "1 thing needs you" in page
    assert "The raiser’s address is not confirmed." in page
    assert ref in page


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (NoticeState.REFUSED, "A mail system refused an email."),
        (NoticeState.AMBIGUOUS, "An email may have arrived"),
        (NoticeState.DELAYED, "A mail system has not taken an email yet."),
    ],
)
async def test_an_email_that_did_not_go_out_is_on_it(
    router: RouterWorld, manager: Browsing, state: NoticeState, says: str
) -> None:
    await raised(router)
    await router.report(router.notices(NoticeKind.RAISED)[0], state)
    assert says in (await manager.get(DESK)).text


async def test_a_refused_contact_stays_on_it_although_another_was_asked(router: RouterWorld, manager: Browsing) -> None:
    await raised(router)
    await router.report(router.notices(NoticeKind.ACT)[0], NoticeState.REFUSED)
    page = (await manager.get(DESK)).text
    assert "A mail system refused an email." in page
    assert "/p/west-sussex/directory/post/ws-social-care." in page


async def test_what_stops_everything_is_said_above_the_list(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    await router.mail_is(down_since=console.clock.now())
    assert "The mail relay has not taken email since" in (await manager.get(DESK)).text


async def test_what_is_set_aside_keeps_its_reason_and_can_be_put_back(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    ref = await router.take(router.submission())
    found = KEY.search((await manager.get(DESK)).text)
    assert found
    answer = await manager.post(f"{DESK}/set-aside", key=found[1], why="Rung, and it is confirmed by letter.")
    assert answer.headers["location"] == f"{DESK}?done=1"
    assert "Nothing needs you" in (await manager.get(DESK)).text
    aside = (await manager.get(f"{DESK}/aside")).text
    assert ref in aside
    assert "Rung, and it is confirmed by letter." in aside
    assert "Ash Manager" in aside
    [row] = [one for one in await audits(console) if one.what == "desk.set-aside"]
    assert (row.about, row.why) == (found[1], "Rung, and it is confirmed by letter.")
    await manager.post(f"{DESK}/put-back", key=found[1])
    assert "1 thing needs you" in (await manager.get(DESK)).text
    assert [one.what for one in await audits(console)][-1] == "desk.put-back"


async def test_nothing_is_set_aside_without_a_reason(router: RouterWorld, manager: Browsing) -> None:
    await router.take(router.submission())
    found = KEY.search((await manager.get(DESK)).text)
    assert found
    assert "Say why, in a few words" in (await manager.post(f"{DESK}/set-aside", key=found[1], why="")).text
    assert "1 thing needs you" in (await manager.get(DESK)).text


async def test_the_same_email_that_is_later_refused_comes_up_anew(router: RouterWorld, manager: Browsing) -> None:
    await raised(router)
    notice = router.notices(NoticeKind.RAISED)[0]
    await router.report(notice, NoticeState.DELAYED)
    for key in KEY.findall((await manager.get(DESK)).text):
        await manager.post(f"{DESK}/set-aside", key=key, why="They were rung.")
    assert "Nothing needs you" in (await manager.get(DESK)).text
    await router.report(notice, NoticeState.REFUSED, attempt=2)
    assert "A mail system refused an email." in (await manager.get(DESK)).text


async def test_a_viewer_sees_the_desk_and_changes_nothing(console: ConsoleWorld, router: RouterWorld) -> None:
    ref = await router.take(router.submission())
    viewer = await console.signed_in(await console.admin("Wren Viewer", west_sussex=Role.VIEWER))
    page = (await viewer.get(DESK)).text
    assert ref in page
    assert not KEY.search(page)
    answer = await viewer.post(f"{DESK}/set-aside", key=f"unconfirmed|{ref}", why="Because.")
    assert answer.status_code == 404


async def test_another_partnerships_desk_is_not_here(console: ConsoleWorld, router: RouterWorld) -> None:
    ref = await router.take(router.submission())
    other = await console.signed_in(await console.admin("Wren Manager", east_sussex=Role.MANAGER))
    assert (await other.get(DESK)).status_code == 404
    assert ref not in (await other.get("/p/east-sussex/desk")).text
    for path in (f"{DESK}/set-aside", "/p/east-sussex/desk/set-aside", "/p/east-sussex/desk/put-back"):
        answer = await other.post(path, key=f"unconfirmed|{ref}", why="Because.")
        assert answer.status_code == 404
    mine = await console.signed_in(await console.admin("Ash Manager", west_sussex=Role.MANAGER))
    assert "1 thing needs you" in (await mine.get(DESK)).text

"""What would change: the last decisions made again before a change is live, by posts, and nothing is kept. Shell."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from services.router.adapters.replays import SqlReplays
from services.router.console.would_change import MOST_KEPT, Look
from services.router.domain.admin.admins import Role
from services.router.domain.decision import Decision
from shared.terms import PartnershipId
from tests.console_escalations import raised, router_of
from tests.console_world import Browsing, ConsoleWorld
from tests.policy_world import policies
from tests.router_world import RouterWorld

HERE = "/p/west-sussex"
WEST = PartnershipId("west-sussex")
SEEN = re.compile(r'name="seen" value="([^"]+)"')
NOBODYS = ("Nettlebed", "Quaverley", "Willowby", "@")


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


async def send(browser: Browsing, path: str, to: str = "", **fields: str) -> str:
    """The form at `path` sent to `to`: where it leads, or the page that says what to mend."""
    found = SEEN.search((await browser.get(path)).text)
    assert found
    answer = await browser.post(to or path, seen=found[1], why="Agreed.", **fields)
    return answer.headers.get("location") or answer.text


async def acting_post(router: RouterWorld, ref: str) -> str:
    """The post that was asked to act."""
    stored = (await router.world.escalations.decisions(ref))[-1]  # type: ignore[arg-type]  # a reference
    ground = await router.world.grounds.now()
    decision: Decision = ground.decide(
        stored.ref, stored.inputs.facts, circumstances=stored.inputs.circumstances, at=stored.decided_at
    )
    return next(one.post for one in decision.persons if one.must_act and one.post is not None)


async def look(console: ConsoleWorld, *, most: int = 100) -> Look:
    """As a page looks that is asked for now."""
    now = await console.built.console.directories.now()
    return Look(now, now.partnerships[WEST], console.clock.now(), most)


async def revision(console: ConsoleWorld) -> int:
    return (await console.built.console.directories.now()).revision


async def test_a_setting_is_looked_at_first_and_made_live_afterwards(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    ref = await raised(router)
    fields = {"told_from": "2", "told_says": "", "told_source": ""}
    to = await send(manager, f"{HERE}/settings/telling", **fields, look="1")
    assert to.startswith(f"{HERE}/would-change/")
    assert await revision(console) == 1
    shown = (await manager.get(to)).text
    assert "1 of the last 1 would go another way" in shown
    assert ref in shown
    assert "is not told" in shown
    assert "Not live yet" in shown
    answer = await manager.post(to)
    assert answer.headers["location"] == f"{HERE}/directory/changes?done=made"
    assert (await console.built.console.directories.now()).partnerships[WEST].told_from == 2
    assert (await manager.get(to)).status_code == 404


async def test_what_was_looked_at_is_made_live_by_a_sign_in_that_is_fresh(
    console: ConsoleWorld, manager: Browsing
) -> None:
    to = await send(manager, f"{HERE}/settings/telling", told_from="2", told_says="", told_source="", look="1")
    console.clock.advance(timedelta(minutes=11))
    assert (await manager.post(to)).headers["location"].startswith("/again?then=")
    assert await revision(console) == 1


async def test_an_absence_shows_who_is_asked_instead_and_names_nobody(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    ref = await raised(router)
    post = f"{HERE}/directory/post/{await acting_post(router, ref)}"
    day = f"{console.clock.now():%d %m %Y}"
    to = await send(manager, post, f"{post}/absence", look="1", first=day, last=day, absence_why="")
    shown = (await manager.get(to)).text
    assert "Asked to act" in shown
    assert not [name for name in NOBODYS if name in shown.partition('id="found"')[2]]
    assert await revision(console) == 1


async def test_another_holder_of_the_same_post_is_said(router: RouterWorld, manager: Browsing) -> None:
    ref = await raised(router)
    post = f"{HERE}/directory/post/{await acting_post(router, ref)}"
    address = "briar.holloway@west-sussex-council.example"
    to = await send(
        manager,
        post,
        f"{post}/holder",
        look="1",
        name="Briar Holloway",
        address=address,
        holder_phone="01632 960999",
        since="1 1 2026",
    )
    shown = (await manager.get(to)).text.partition('id="found"')[2]
    assert "Same posts, another holder" in shown
    assert "Briar" not in shown


async def test_who_looks_again_waits_for_nothing_to_be_decided_again(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    await raised(router)
    to = await send(manager, f"{HERE}/settings/telling", told_from="2", told_says="", told_source="", look="1")
    draft = await console.built.console.editor.history.draft(to.rpartition("/")[2])
    assert draft is not None
    would_change, first = console.built.console.would_change, await look(console)
    found = await would_change.of_draft(first, draft)
    assert await would_change.of_draft(await look(console), draft) is found
    later = first._replace(at=first.at + timedelta(minutes=11))
    assert await would_change.of_draft(later, draft) is not found
    await raised(router)
    anew = await would_change.of_draft(later, draft)
    assert anew is not None
    assert anew.looked_at == 2


async def test_what_was_found_for_another_change_number_or_revision_is_not_shown(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    await raised(router)
    await raised(router)
    fields = {"told_from": "2", "told_says": "", "told_source": ""}
    await send(manager, f"{HERE}/settings/telling", **fields)
    would_change = console.built.console.would_change
    found = [await would_change.of_revision(await look(console), number) for number in (1, 2)]
    assert [one.differing for one in found if one is not None] == [2, 0]
    fewer = await would_change.of_revision(await look(console, most=1), 1)
    assert fewer is not None
    assert fewer.looked_at == 1
    await send(manager, f"{HERE}/settings/telling", told_from="", told_says="", told_source="")
    since = await would_change.of_revision(await look(console), 1)
    assert since is not None
    assert since.differing == 0


async def test_no_more_answers_are_kept_than_there_is_room_for(console: ConsoleWorld, router: RouterWorld) -> None:
    await raised(router)
    would_change, now = console.built.console.would_change, await look(console)
    first = await would_change.of_revision(now, 1)
    for most in range(MOST_KEPT):
        await would_change.of_revision(now._replace(most=most + 1), 1)
    assert await would_change.of_revision(now, 1) is not first


async def test_what_changes_nothing_says_so(router: RouterWorld, manager: Browsing) -> None:
    await raised(router)
    fields = {"timeframe_days": "", "timeframe_source": "", "open_from": "09:00", "open_until": "17:00"}
    to = await send(manager, f"{HERE}/settings/time", **fields, look="1")
    assert "None of the last 1 would go another way" in (await manager.get(to)).text


async def test_another_revision_and_another_policy_are_compared(router: RouterWorld, manager: Browsing) -> None:
    ref = await raised(router)
    await send(manager, f"{HERE}/settings/telling", told_from="", told_says="", told_source="")
    await send(manager, f"{HERE}/settings/telling", told_from="2", told_says="", told_source="")
    page = (await manager.get(f"{HERE}/would-change?revision=1")).text
    assert ref in page
    assert "1 of the last 1" in page
    await send(manager, f"{HERE}/settings/telling", told_from="", told_says="", told_source="")
    edition = policies()["monitoring-form"].edition
    assert ref in (await manager.get(f"{HERE}/would-change?policy=monitoring-form|{edition}")).text
    own = policies()["pan-sussex"].edition
    assert "None of the last 1" in (await manager.get(f"{HERE}/would-change?policy=pan-sussex|{own}")).text


@pytest.mark.parametrize("query", ["revision=77", "policy=nothing", "policy=pan-sussex|1999"])
async def test_what_there_is_not_is_said(manager: Browsing, query: str) -> None:
    assert "There is no such revision or policy" in (await manager.get(f"{HERE}/would-change?{query}")).text


async def test_before_anything_was_decided_the_page_says_what_will_appear(manager: Browsing) -> None:
    page = (await manager.get(f"{HERE}/would-change?revision=1")).text
    assert "Nothing was decided here yet" in page


async def test_what_speaks_against_a_change_is_said_before_it_is_looked_at(manager: Browsing) -> None:
    shown = await send(manager, f"{HERE}/settings/duty", look="1", duty_name="", duty_mailbox="x")
    assert 'href="#duty_mailbox"' in shown


async def test_a_change_that_was_overtaken_is_not_compared(manager: Browsing) -> None:
    fields = {"told_from": "2", "told_says": "", "told_source": ""}
    to = await send(manager, f"{HERE}/settings/telling", **fields, look="1")
    await send(manager, f"{HERE}/settings/telling", told_from="4", told_says="", told_source="")
    assert "Somebody has changed this meanwhile" in (await manager.get(to)).text


async def test_another_partnerships_change_is_not_there(console: ConsoleWorld, manager: Browsing) -> None:
    fields = {"told_from": "2", "told_says": "", "told_source": ""}
    to = await send(manager, f"{HERE}/settings/telling", **fields, look="1")
    other = await console.signed_in(await console.admin("Wren Manager", east_sussex=Role.MANAGER))
    draft = to.rpartition("/")[2]
    assert (await other.get(to)).status_code == 404
    assert (await other.get(f"/p/east-sussex/would-change/{draft}")).status_code == 404
    viewer = await console.signed_in(await console.admin("Vee", west_sussex=Role.VIEWER))
    assert (await viewer.get(to)).status_code == 404


async def test_each_escalation_is_compared_once_by_its_newest_decision(
    console: ConsoleWorld, router: RouterWorld
) -> None:
    refs = [await raised(router) for _ in range(3)]
    replays = SqlReplays(console.database)
    assert {one.ref for one in await replays.last(WEST, most=10)} == set(refs)
    assert len(await replays.last(WEST, most=2)) == 2
    assert await replays.last(PartnershipId("east-sussex"), most=10) == ()

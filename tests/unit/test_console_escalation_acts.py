"""A manager has an escalation acted on from its page: asked for, carried out by router, told on the page. Shell."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.router.adapters.audit_store import SqlAudit
from services.router.domain.admin.admins import Role
from services.router.domain.admin.audit_sought import Kind, Sought
from services.router.handlers.ordering import carry_out_all
from shared.following import AnswerSeat
from shared.messages import NoticeKind
from shared.questions import Done
from shared.terms import EscalationRef
from tests.console_escalations import raised, router_of
from tests.console_world import HERE, Browsing, ConsoleWorld
from tests.router_world import RouterWorld
from tests.unit.test_router_questions import signed_in

LIST = "/p/west-sussex/escalations"
FAMILY = "ws-social-care.manager-family"
NEVER_SHOWN = ("Nettlebed", "frankie.nettlebed", "Quaverley", "Willowby", "Kestrelby", "Pennywhistle", "@")
WHY = "On leave since Monday."


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


def posts_of(page: str) -> list[str]:
    return re.findall(r'name="post" value="([^"]+)"', page)


async def has_it_done(router: RouterWorld, browser: Browsing, path: str, **fields: str) -> str:
    """The escalation's page after router carried the order out."""
    answer = await browser.post(path, **fields)
    assert answer.status_code == 303
    assert "not done yet" in (await browser.get(answer.headers["location"])).text
    assert await carry_out_all(router.world) == ()
    return (await browser.get(answer.headers["location"])).text


async def test_another_contact_is_asked_from_the_page_and_the_page_says_so(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    ref = await raised(router)
    form = (await manager.get(f"{LIST}/{ref}/reassign")).text
    assert "Team manager, Family support" in form
    assert not [name for name in NEVER_SHOWN if name in form]
    page = await has_it_done(router, manager, f"{LIST}/{ref}/reassign", post=FAMILY, why=WHY)
    assert "The contact whom you chose is asked now" in page
    assert "The partnership has named another contact" in page
    assert "Family support" in page
    assert WHY not in page  # what anybody wrote is for those in it
    here = (await console.built.console.directories.now()).partnerships[HERE]
    [row] = [one for _, one in await SqlAudit(console.database).rows(here, Sought()) if one.what == "order.reassign"]
    assert (row.about, row.why) == (ref, WHY)


async def test_what_the_rules_forbid_is_said_at_the_field_and_nothing_typed_is_lost(
    router: RouterWorld, manager: Browsing
) -> None:
    ref = await raised(router)
    path = f"{LIST}/{ref}/reassign"
    await manager.get(path)
    answer = await manager.post(path, post="ws-social-care.manager-assessment", why=WHY)
    assert answer.status_code == 422
    assert "is asked already" in answer.text
    assert f'value="{WHY}"' in answer.text
    for fields in ({"post": FAMILY, "why": ""}, {"post": "sussex-police.duty", "why": WHY}, {"why": WHY}):
        assert (await manager.post(path, **fields)).status_code == 422


async def test_the_panel_is_shown_with_reasons_before_anybody_is_asked(router: RouterWorld, manager: Browsing) -> None:
    ref = await raised(router)
    form = (await manager.get(f"{LIST}/{ref}/panel")).text
    assert "An agency concerned, as far as possible" in form
    assert not [name for name in NEVER_SHOWN if name in form]
    posts = posts_of(form)
    assert len(posts) == 3
    answer = await manager.client.post(
        f"{LIST}/{ref}/panel",
        data={"csrf": manager.token, "post": posts, "why": "Stage 4 left it open."},
        headers={"origin": "http://localhost:8707"},
    )
    assert await carry_out_all(router.world) == ()
    page = (await manager.get(answer.headers["location"])).text
    assert "The panel is convened" in page
    assert page.count("Asked, no answer yet") == 3
    assert len(router.notices(NoticeKind.PANEL)) == 3
    assert "No seat is empty" in (await manager.get(f"{LIST}/{ref}/panel")).text
    declines = router.notices(NoticeKind.PANEL)[0].address
    member = await signed_in(router, ref, declines)
    assert await member.ask(AnswerSeat(ref=ref, accepts=False, interest="I manage one of them.")) == Done()
    again = (await manager.get(f"{LIST}/{ref}/panel")).text
    assert "Passed over: 1 (was asked before)" in again
    assert "I manage one of them" not in again + (await manager.get(f"{LIST}/{ref}")).text


async def test_the_scrutineers_process_is_recorded_and_its_words_stay_with_those_in_it(
    router: RouterWorld, manager: Browsing
) -> None:
    ref = await raised(router, stage="5")
    path = f"{LIST}/{ref}/process"
    assert "In the scrutineer’s words" in (await manager.get(path)).text
    page = await has_it_done(router, manager, path, words="I hear both on Tuesday.", why="By telephone.")
    assert "The process is recorded" in page
    assert "I hear both" not in page
    assert "A process is recorded already" in (await manager.get(path)).text
    assert (await manager.post(path, words="", why="x")).status_code == 422
    long = await manager.post(path, words="x" * 501, why="x")
    assert "Enter at most 500 characters" in long.text


async def test_a_process_is_asked_for_only_where_a_scrutineer_is(router: RouterWorld, manager: Browsing) -> None:
    ref = await raised(router)
    assert (await manager.get(f"{LIST}/{ref}/process")).status_code == 404
    assert "Record the scrutineer’s process" not in (await manager.get(f"{LIST}/{ref}")).text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
async def test_viewers_and_auditors_see_what_was_done_and_can_have_nothing_done(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing, role: Role
) -> None:
    ref = await raised(router)
    await manager.get(f"{LIST}/{ref}/reassign")
    await manager.post(f"{LIST}/{ref}/reassign", post=FAMILY, why=WHY)
    other = await console.signed_in(await console.admin("Vic", west_sussex=role))
    page = (await other.get(f"{LIST}/{ref}")).text
    assert "Another contact is to be asked to act" in page
    assert "What you can have done" not in page
    for path in ("reassign", "panel", "process"):
        assert (await other.get(f"{LIST}/{ref}/{path}")).status_code == 404
        assert (await other.post(f"{LIST}/{ref}/{path}", post=FAMILY, words="x", why=WHY)).status_code == 404


async def test_an_escalation_of_another_partnership_is_not_there(console: ConsoleWorld, router: RouterWorld) -> None:
    ref: EscalationRef = await raised(router)
    east = await console.signed_in(await console.admin("Olu", east_sussex=Role.MANAGER))
    for path in ("reassign", "panel", "process"):
        assert (await east.get(f"/p/east-sussex/escalations/{ref}/{path}")).status_code == 404
        await east.get("/p/east-sussex/escalations")
        assert (await east.post(f"/p/east-sussex/escalations/{ref}/{path}", post=FAMILY, why=WHY)).status_code == 404
    assert await router.world.escalations.ordered(most=9) == ()


async def test_looking_at_a_form_is_a_look_at_the_escalation(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    ref = await raised(router)
    await manager.get(f"{LIST}/{ref}/panel")
    here = (await console.built.console.directories.now()).partnerships[HERE]
    rows = await SqlAudit(console.database).rows(here, Sought(kind=Kind.LOOKED))
    assert [(one.what, one.about) for _, one in rows] == [("looked.escalation", ref)]

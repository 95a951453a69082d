"""A partnership's settings: shown, changed with a reason, kept, taken back; each partnership its own. Shell."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import time, timedelta
from html import unescape
from pathlib import Path

import pytest
import pytest_asyncio

from services.notifier.domain.rendering import as_text
from services.notifier.domain.wording import compose
from services.router.domain.admin.admins import Role
from services.router.domain.escalation import State
from services.router.domain.partnership import Partnership
from shared.terms import PartnershipId
from tests.console_world import Browsing, ConsoleWorld
from tests.unit.test_console_directory import relied_on, told

HERE = "/p/west-sussex/settings"
WEST = PartnershipId("west-sussex")
INPUT = re.compile(r"<input ([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
SELECT = re.compile(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected')
SEEN = re.compile(r'name="seen" value="([^"]+)"')
TIME = {"timeframe_days": "3", "timeframe_source": "", "open_from": "7:30", "open_until": "19:00"}
DUTY = {
    "duty_name": "Briar Holloway",
    "duty_role": "Duty contact",
    "duty_mailbox": "desk@west-sussex.example",
    "duty_phone": "01632 960999",
    "duty_told": "",
}

OWN = ("duty_mailbox", "duty_told")


def rest(fields: dict[str, str], kept: str) -> dict[str, str]:
    """The fields without the partnership's own addresses, save one."""
    return {name: value for name, value in fields.items() if name not in OWN or name == kept}


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False) as found:
        yield found


@pytest_asyncio.fixture
async def manager(world: ConsoleWorld) -> Browsing:
    return await world.signed_in(await world.admin("Ash Manager", west_sussex=Role.MANAGER))


async def change(browser: Browsing, group: str, **fields: str) -> str:
    """The form of a group filled in and sent; where it leads, or the page that says what to mend."""
    found = SEEN.search((await browser.get(f"{HERE}/{group}")).text)
    assert found
    answer = await browser.post(f"{HERE}/{group}", seen=found[1], why="Agreed by the board.", **fields)
    return answer.headers.get("location") or answer.text


def drawn(page: str) -> dict[str, str]:
    """The fields of the page's form with what stands in them, save the reason."""
    inputs = {
        attributes["name"]: attributes.get("value", "")
        for tag in INPUT.findall(page)
        if (attributes := dict(ATTRIBUTE.findall(tag))).get("name")
    }
    areas = dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', page))
    chosen = {name: (CHOSEN.findall(options) or [""])[0] for name, options in SELECT.findall(page)}
    found = {**inputs, **areas, **chosen}
    return {name: unescape(value) for name, value in found.items() if name not in ("why", "csrf", "seen", "from")}


async def here(world: ConsoleWorld) -> Partnership:
    return (await world.built.console.directories.now()).partnerships[WEST]


async def test_the_page_says_what_is_set_and_where_it_comes_from(manager: Browsing) -> None:
    shown = (await manager.get(HERE)).text
    assert "Stage 3 onwards" in shown
    assert "source: West Sussex SCP, Professional Curiosity and Escalations" in shown
    assert "5 working days" in shown
    assert "Avery Thistledown" in shown
    assert "Nothing was changed here yet." in shown


async def test_a_time_limit_and_hours_are_changed_and_kept_with_their_reason(
    world: ConsoleWorld, manager: Browsing
) -> None:
    assert await change(manager, "time", **TIME) == f"{HERE}?done=made"
    now = await here(world)
    assert (now.timeframe_days, now.open_from, now.open_until) == (3, time(7, 30), time(19))
    shown = (await manager.get(HERE)).text
    assert "3 working days" in shown
    assert "your own setting" in shown
    assert "Agreed by the board." in shown
    assert "usual time limit, working days" in shown


async def test_a_change_is_taken_back(world: ConsoleWorld, manager: Browsing) -> None:
    before = await here(world)
    await change(manager, "time", **TIME)
    await manager.get("/p/west-sussex/directory/changes/2")
    await manager.post("/p/west-sussex/directory/changes/2/undo", why="Not agreed after all.")
    assert await here(world) == before


async def test_a_change_of_settings_is_taken_back_by_a_fresh_sign_in_alone(
    world: ConsoleWorld, manager: Browsing
) -> None:
    await change(manager, "time", **TIME)
    changed, page = await here(world), "/p/west-sussex/directory/changes/2"
    world.clock.advance(timedelta(minutes=world.settings.again_minutes))
    await manager.get(page)
    answer = await manager.post(f"{page}/undo", why="Not agreed after all.")
    assert answer.headers["location"] == f"/again?then={page}"
    assert await here(world) == changed


async def test_every_group_can_be_saved_as_it_stands_and_changes_nothing(
    world: ConsoleWorld, manager: Browsing
) -> None:
    before = await here(world)
    for group in ("telling", "time", "duty", "phones", "words", "care", "policy"):
        kept = drawn((await manager.get(f"{HERE}/{group}")).text)
        assert await change(manager, group, **kept) == f"{HERE}?done=same", group
    assert await here(world) == before


async def test_the_duty_contact_is_changed(world: ConsoleWorld, manager: Browsing) -> None:
    assert await change(manager, "duty", **DUTY) == f"{HERE}?done=made"
    assert (await here(world)).duty.mailbox == "desk@west-sussex.example"
    assert "mailbox desk@west-sussex.example" in (await manager.get(HERE)).text


@pytest.mark.parametrize(
    ("kept", "was"),
    [("duty_told", "It was the mailbox of the duty contact"), ("duty_mailbox", "is told of its escalations, in codes")],
)
async def test_an_address_that_was_the_partnerships_own_is_told(
    world: ConsoleWorld, manager: Browsing, kept: str, was: str
) -> None:
    first = DUTY | {"duty_told": "chair@west-sussex.example"}
    await change(manager, "duty", **first)
    await relied_on(world, "somebody.else@sussex-police.example")
    assert await change(manager, "duty", **{**dict.fromkeys(OWN, "new@west-sussex.example"), **rest(first, kept)})
    (notice,) = await told(world)
    assert notice.address == next(first[one] for one in OWN if one != kept)
    text = " ".join(as_text(compose(notice)).split())
    assert was in text
    assert "At least one escalation of the partnership is still open" in text
    assert "01632 960999" in text
    assert "new@west-sussex.example" not in text


async def test_an_address_of_the_partnership_is_not_told_where_no_escalation_of_it_is_open(
    world: ConsoleWorld, manager: Browsing
) -> None:
    await relied_on(world, "somebody.else@sussex-police.example", state=State.CLOSED)
    assert await change(manager, "duty", **DUTY) == f"{HERE}?done=made"
    assert await told(world) == []


async def test_a_partnership_that_changes_something_else_tells_nobody(world: ConsoleWorld, manager: Browsing) -> None:
    await relied_on(world, "somebody.else@sussex-police.example")
    assert await change(manager, "time", **TIME) == f"{HERE}?done=made"
    assert await told(world) == []


@pytest.mark.parametrize(
    ("group", "change_to", "field"),
    [
        ("time", TIME | {"timeframe_days": "0"}, "timeframe_days"),
        ("time", TIME | {"open_until": "07:00"}, "open_until"),
        ("time", TIME | {"open_from": "noon"}, "open_from"),
        ("time", TIME | {"open_from": "08:00Z"}, "open_from"),
        ("duty", DUTY | {"duty_mailbox": "nobody"}, "duty_mailbox"),
        ("duty", DUTY | {"duty_phone": ""}, "duty_phone"),
        ("telling", {"told_from": "9"}, "told_from"),
        ("care", {"asked_every_days": "5", "digest_admin": ""}, "asked_every_days"),
        ("care", {"asked_every_days": "92", "digest_admin": "somebody"}, "digest_admin"),
        ("care", {"asked_every_days": "92", "review_on": "32 1 2027"}, "review_on"),
        ("words", {"page_words": "Ring {the child}."}, "page_words"),
        ("words", {"letter_words": "Ring {duty phone"}, "letter_words"),
        ("policy", {"policy": "another"}, "policy"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field_and_nothing_is_changed(
    world: ConsoleWorld, group: str, change_to: Mapping[str, str], field: str
) -> None:
    manager = await world.signed_in(await world.admin("Ash Manager", west_sussex=Role.MANAGER))
    before = await here(world)
    shown = await change(manager, group, **change_to)
    assert f'href="#{field}"' in shown
    assert await here(world) == before


async def test_a_setting_that_somebody_changed_meanwhile_is_not_overwritten(
    world: ConsoleWorld, manager: Browsing
) -> None:
    found = SEEN.search((await manager.get(f"{HERE}/time")).text)
    assert found
    await change(manager, "duty", **DUTY)
    answer = await manager.post(f"{HERE}/time", seen=found[1], why="Mine.", **TIME)
    assert "Somebody has changed this meanwhile" in answer.text
    assert (await here(world)).timeframe_days is None


async def test_a_viewer_sees_the_settings_and_changes_none(world: ConsoleWorld) -> None:
    viewer = await world.signed_in(await world.admin("Vee", west_sussex=Role.VIEWER))
    shown = await viewer.get(HERE)
    assert shown.status_code == 200
    assert f"{HERE}/time" not in shown.text
    assert (await viewer.get(f"{HERE}/time")).status_code == 404
    assert (await viewer.post(f"{HERE}/time", why="Mine.", **TIME)).status_code == 404


async def test_another_partnerships_settings_are_not_there(manager: Browsing) -> None:
    assert (await manager.get("/p/east-sussex/settings")).status_code == 404
    assert (await manager.get(f"{HERE}/nothing")).status_code == 404


async def test_settings_ask_for_a_sign_in_that_is_fresh(world: ConsoleWorld, manager: Browsing) -> None:
    world.clock.advance(timedelta(minutes=11))
    assert (await manager.get(f"{HERE}/time")).headers["location"].startswith("/again?then=")
    assert (await manager.get(HERE)).status_code == 200

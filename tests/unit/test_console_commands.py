"""The commands that let somebody in, and the demonstration's link. Shell."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from console_world import HERE, NEIGHBOUR, Browsing, ConsoleWorld, demo_entries

from services.router.adapters.console_tables import AUDITS
from services.router.console.commands import Refused, run_command
from services.router.console.demonstration import ADDRESS, demo_link, refuse_made_up, write_link
from services.router.console.settings import PREFIX, ConsoleSettings
from services.router.domain.admin.admins import Role
from services.router.domain.admin.auditing import NOTHING_BEFORE, Audited, chained
from services.router.domain.admin.entering import Way
from shared.settings import SettingsProblem, load

SOMEBODY = "robin.example@partnership.example"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def trial(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False, demo_link_file=tmp_path / "link") as made:
        yield made


async def said(world: ConsoleWorld, *arguments: str) -> str:
    return "\n".join(await run_command(world.built.console, arguments))


async def invited(world: ConsoleWorld, *, partnership: str = HERE, role: str = "manager") -> str:
    return await said(world, "invite", SOMEBODY, "--partnership", partnership, "--role", role)


async def test_an_invitation_prints_a_link_that_opens(world: ConsoleWorld) -> None:
    printed = await invited(world)
    link = printed.splitlines()[0]
    assert link.startswith("http://localhost:8707/join/")
    page = await world.browser().get(link)
    assert page.status_code == 200
    assert "West Sussex" in page.text
    assert SOMEBODY not in printed


async def test_the_secret_of_a_link_is_stored_nowhere(world: ConsoleWorld, tmp_path: Path) -> None:
    secret = (await invited(world)).splitlines()[0].rsplit("/", 1)[1]
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("router.db*"))
    assert secret.encode() not in stored
    assert SOMEBODY.encode() in stored


async def test_a_second_partnership_is_added_to_the_same_person(world: ConsoleWorld) -> None:
    await invited(world)
    await said(world, "invite", SOMEBODY.upper(), "--partnership", NEIGHBOUR, "--role", "viewer")
    [admin] = await world.admins.everybody()
    assert admin.roles == {HERE: Role.MANAGER, NEIGHBOUR: Role.VIEWER}


async def test_the_list_says_who_may_what(world: ConsoleWorld) -> None:
    assert await said(world, "list") == "Nobody may sign in yet."
    await invited(world)
    assert await said(world, "list") == f"{SOMEBODY}  manager of {HERE}  0 passkeys"


async def test_a_reset_ends_every_session_and_gives_a_link(world: ConsoleWorld) -> None:
    await invited(world)
    [admin] = await world.admins.everybody()
    browser = await world.signed_in(admin)
    printed = await said(world, "reset", SOMEBODY)
    assert (await browser.get("/you")).status_code == 303
    assert (await world.browser().get(printed.splitlines()[1])).status_code == 200


async def test_who_is_removed_is_out_at_once(world: ConsoleWorld) -> None:
    await invited(world)
    await invited(world, partnership=NEIGHBOUR)
    [admin] = await world.admins.everybody()
    browser = await world.signed_in(admin)
    await said(world, "remove", SOMEBODY, "--partnership", NEIGHBOUR)
    assert (await browser.get(f"/p/{NEIGHBOUR}")).status_code == 404
    assert (await browser.get(f"/p/{HERE}")).status_code == 200
    await said(world, "remove", SOMEBODY)
    assert (await browser.get(f"/p/{HERE}")).status_code == 303
    assert await world.admins.everybody() == ()


@pytest.mark.parametrize(
    "arguments",
    [
        ("invite", "not-an-address", "--partnership", HERE, "--role", "manager"),
        ("invite", SOMEBODY, "--partnership", "no-such-place", "--role", "manager"),
        ("reset", SOMEBODY),
        ("remove", SOMEBODY),
    ],
)
async def test_what_cannot_be_done_is_said_without_naming_anybody(world: ConsoleWorld, arguments: Any) -> None:
    with pytest.raises(Refused) as refused:
        await run_command(world.built.console, arguments)
    assert "@" not in str(refused.value)


async def test_what_was_done_stands_in_the_audit_chained(world: ConsoleWorld) -> None:
    await invited(world)
    await said(world, "reset", SOMEBODY)
    rows = await world.database.read(lambda connection: list(connection.execute(AUDITS.select())))
    assert [(row.number, row.admin, row.partnership) for row in rows] == [(1, "command", HERE), (2, "command", HERE)]
    previous = NOTHING_BEFORE
    for row, what in zip(rows, ("admin-invited", "admin-reset"), strict=True):
        made = chained(_audited(row.body), number=row.number, previous=previous)
        assert (made.body, made.digest, _audited(row.body).what) == (row.body, row.digest, what)
        previous = made.digest


def _audited(body: bytes) -> Audited:
    return msgspec.json.decode(body, type=Audited)


async def entered(world: ConsoleWorld) -> Browsing:
    link, browser = await demo_link(world.built.console), world.browser()
    assert (await browser.get(link)).status_code == 200
    assert (await browser.post(link)).status_code == 303
    return browser


async def test_the_demonstrations_link_signs_in_once(trial: ConsoleWorld) -> None:
    link = await demo_link(trial.built.console)
    first, second = trial.browser(), trial.browser()
    assert (await first.post(link)).headers["location"] == "/"
    assert (await second.post(link)).status_code == 404
    page = await first.get(f"/p/{HERE}")
    assert page.status_code == 200
    assert "Demonstration: everybody here is made up." in page.text
    assert (await first.get("/you/add")).status_code == 404


async def test_the_demonstrations_admin_is_out_once_real_contacts_are_in(trial: ConsoleWorld) -> None:
    browser, link = await entered(trial), await demo_link(trial.built.console)
    await trial.import_directory(demo_entries(real=True))
    assert (await browser.get(f"/p/{HERE}")).status_code == 404
    assert (await trial.browser().post(link)).status_code == 404
    with pytest.raises(SettingsProblem):
        await demo_link(trial.built.console)


async def test_there_is_no_such_link_over_real_contacts_or_without_the_setting(
    world: ConsoleWorld, trial: ConsoleWorld
) -> None:
    with pytest.raises(SettingsProblem):
        await demo_link(world.built.console)
    secret = (await demo_link(trial.built.console)).rsplit("/", 1)[1]
    assert (await world.browser().get(f"/demo/{secret}")).status_code == 404


async def test_a_demonstrations_admin_has_no_passkey_and_no_council(trial: ConsoleWorld) -> None:
    await demo_link(trial.built.console)
    admin = await trial.admins.at_address(ADDRESS)
    assert admin is not None
    assert (await trial.browser().get(await trial.invited(admin))).status_code == 404
    browser = await trial.signed_in(admin, way=Way.DEMONSTRATION)
    assert "Passkeys" not in (await browser.get("/you")).text


async def test_made_up_contacts_stop_a_console_that_is_not_on_one_machine(tmp_path: Path) -> None:
    real = {"one_machine": False, "public_url": "https://console.example"}
    async with ConsoleWorld(tmp_path, real=False, **real) as world:
        with pytest.raises(SettingsProblem):
            await refuse_made_up(world.built.console)


async def test_the_link_file_is_its_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "link").write_text("old")
    write_link(tmp_path / "link", "new")
    assert (tmp_path / "link").read_text() == "new\n"
    assert (tmp_path / "link").stat().st_mode & 0o077 == 0


GIVEN = {
    "DATABASE": "sqlite:////x.db",
    "NATS_URL": "nats://x",
    "NOTIFIER_KEY_FILE": "/x",
    "HTTP_PORT": "8707",
    "PUBLIC_URL": "https://console.example",
    "ESCALATIONS_URL": "https://x.example",
}
ON_TRIAL = {"ONE_MACHINE": "yes", "PUBLIC_URL": "http://localhost:8707", "DEMO_LINK_FILE": "/x/link"}


def loaded(**changes: str) -> ConsoleSettings:
    return load(ConsoleSettings, prefix=PREFIX, environ={f"{PREFIX}{k}": v for k, v in {**GIVEN, **changes}.items()})


def test_the_demonstrations_link_is_for_one_machine_on_loopback() -> None:
    assert loaded(**ON_TRIAL).demo_link_file is not None


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({**ON_TRIAL, "ONE_MACHINE": "no"}, "DEMO_LINK_FILE"),
        ({**ON_TRIAL, "HTTP_HOST": "0.0.0.0"}, "DEMO_LINK_FILE"),
        ({**ON_TRIAL, "PUBLIC_URL": "https://console.example"}, "DEMO_LINK_FILE"),
        ({"DEMO_LINK_FILE": "/x"}, "DEMO_LINK_FILE"),
        ({"PUBLIC_URL": "http://console.example"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://x.example/console"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "http://localhost:1"}, "PUBLIC_URL"),
        ({"CLOCK_FILE": "/x"}, "CLOCK_FILE"),
        ({"HTTP_PORT": "70000"}, "HTTP_PORT"),
        ({"IDLE_MINUTES": "0"}, "IDLE_MINUTES"),
        ({"SESSION_HOURS": "-1"}, "SESSION_HOURS"),
        ({"AGAIN_MINUTES": "0"}, "AGAIN_MINUTES"),
        ({"COUNCIL_CLIENT_ID": "x"}, "COUNCIL_ISSUER"),
        ({"COUNCIL_ISSUER": "https://id.example"}, "COUNCIL_CLIENT_ID"),
        ({"COUNCIL_ISSUER": "http://id.example", "COUNCIL_CLIENT_ID": "x"}, "COUNCIL_ISSUER"),
    ],
)
def test_settings_that_would_not_be_safe_are_named_at_start(changes: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsProblem) as problem:
        loaded(**changes)
    assert f"{PREFIX}{named}" in str(problem.value)

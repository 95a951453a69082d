"""Who may open which page of the console, and what a change must come with. Shell."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from console_world import HERE, NEIGHBOUR, ConsoleWorld

from services.router.console.access import local_path
from services.router.console.site import PAGES
from services.router.domain.admin.admins import Admin, AdminId, Need, Role, may, may_reset
from services.router.domain.admin.entering import Entry, Way
from shared.terms import PartnershipId

MANAGER, VIEWER, AUDITOR = Role.MANAGER, Role.VIEWER, Role.AUDITOR
WHO_MAY: dict[Need, tuple[Role, ...]] = {
    Need.SEE: (MANAGER, VIEWER, AUDITOR),
    Need.REPORTS: (MANAGER, VIEWER, AUDITOR),
    Need.AUDIT: (MANAGER, AUDITOR),
    Need.CHANGE_DIRECTORY: (MANAGER,),
    Need.WORK_DESK: (MANAGER,),
    Need.SETTINGS: (MANAGER,),
}


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path) as made:
        yield made


def admin(number: int = 1, **roles: Role) -> Admin:
    held = {PartnershipId(name): role for name, role in roles.items()}
    return Admin(id=AdminId(f"{number:032x}"), address="a@b.example", name="", roles=held)


@pytest.mark.parametrize("need", list(Need))
@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_what_the_table_says(role: Role, need: Need) -> None:
    assert may(admin(here=role), PartnershipId("here"), need) is (role in WHO_MAY[need])


@pytest.mark.parametrize("need", list(Need))
def test_a_manager_may_nothing_in_another_partnership(need: Need) -> None:
    assert not may(admin(here=MANAGER), PartnershipId("there"), need)


def test_only_who_manages_all_of_somebodys_partnerships_makes_them_a_new_link() -> None:
    one = admin(1, here=MANAGER)
    assert may_reset(one, admin(2, here=MANAGER))
    assert not may_reset(one, one)
    assert not may_reset(one, admin(2, here=VIEWER, there=VIEWER))
    assert not may_reset(admin(1, here=AUDITOR), admin(2, here=VIEWER))
    assert not may_reset(one, admin(2))


@pytest.mark.parametrize("text", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere", "", "x", "/a\nb"])
def test_nobody_is_sent_on_to_another_site(text: str) -> None:
    assert local_path(text) == "/"
    assert local_path("/p/west-sussex") == "/p/west-sussex"


async def test_who_is_not_signed_in_is_asked_to_and_comes_back(world: ConsoleWorld) -> None:
    answer = await world.browser().get(f"/p/{HERE}/admins")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?then=/p/{HERE}/admins")


async def test_another_partnerships_page_is_not_there(world: ConsoleWorld) -> None:
    browser = await world.signed_in(await world.admin("Robin", west_sussex=MANAGER))
    pages = {}
    for where in (HERE, NEIGHBOUR, "no-such-place"):
        pages[where] = [await browser.get(f"/p/{where}{rest}") for rest in ("", "/admins")]
    assert [answer.status_code for answer in pages[HERE]] == [200, 200]
    assert [answer.status_code for answer in (*pages[NEIGHBOUR], *pages["no-such-place"])] == [404] * 4
    assert pages[NEIGHBOUR][0].text == pages["no-such-place"][0].text


async def test_every_page_that_names_a_partnership_is_refused_to_the_neighbours_manager(world: ConsoleWorld) -> None:
    browser = await world.signed_in(await world.admin("Robin", west_sussex=MANAGER))
    await browser.get("/you")
    tried = [route for pages in PAGES for route in pages(world.built.console) if "{partnership:str}" in route.path]
    assert len(tried) >= 4
    for route in tried:
        path = route.path.replace("{partnership:str}", NEIGHBOUR)
        while "{" in path:
            path = path[: path.index("{")] + "x" + path[path.index("}") + 1 :]
        answer = await (browser.get(path) if route.method == "GET" else browser.post(path))
        assert answer.status_code == 404, route.path


async def test_only_getting_in_is_open_to_anybody(world: ConsoleWorld) -> None:
    opened = {route.path for pages in PAGES for route in pages(world.built.console) if route.open}
    assert opened == {"/sign-in", "/sign-in/passkey", "/join/{secret:str}", "/join/{secret:str}/passkey"}


async def test_a_form_counts_only_from_our_own_page_with_this_sessions_token(world: ConsoleWorld) -> None:
    robin = await world.admin("Robin", west_sussex=MANAGER)
    here, elsewhere = await world.signed_in(robin), await world.signed_in(robin)
    await here.get("/you")
    await elsewhere.get("/you")
    other_token = elsewhere.token
    refused = [
        await here.post("/you/end", csrf=""),
        await here.post("/you/end", csrf=other_token),
        await here.post("/you/end", headers={"origin": "https://evil.example"}),
        await here.post("/you/end", headers={"origin": "null"}),
        await here.post("/you/end", headers={"x-no": "origin"}),
    ]
    assert [answer.status_code for answer in refused] == [403] * 5
    assert len(await world.admins.sessions(robin.id)) == 2
    assert (await here.post("/you/end")).status_code == 303
    assert len(await world.admins.sessions(robin.id)) == 1
    assert (await elsewhere.get("/you")).headers["location"] == "/sign-in?then=/you"


async def test_nothing_that_changes_anything_answers_a_get(world: ConsoleWorld) -> None:
    browser = await world.signed_in(await world.admin("Robin", west_sussex=MANAGER))
    for path in ("/you/end", "/you/remove", "/sign-out"):
        assert (await browser.get(path)).status_code in (404, 405)


async def test_a_form_that_is_too_large_is_not_read(world: ConsoleWorld) -> None:
    browser = await world.signed_in(await world.admin("Robin", west_sussex=MANAGER))
    await browser.get("/you")
    assert (await browser.post("/you/end", session="x" * 70_000)).status_code == 413


async def test_a_session_left_alone_ends_and_one_that_is_used_does_not(world: ConsoleWorld) -> None:
    browser = await world.signed_in(await world.admin("Robin", west_sussex=MANAGER))
    for _ in range(4):
        world.clock.advance(timedelta(minutes=29))
        assert (await browser.get("/you")).status_code == 200
    world.clock.advance(timedelta(minutes=31))
    assert (await browser.get("/you")).status_code == 303


async def test_a_session_ends_after_ten_hours_however_busy(world: ConsoleWorld) -> None:
    browser = await world.signed_in(await world.admin("Robin", west_sussex=MANAGER))
    seen = []
    for _ in range(31):
        world.clock.advance(timedelta(minutes=20))
        seen.append((await browser.get("/you")).status_code)
    assert seen == [200] * 29 + [303] * 2


async def test_what_has_ended_is_dropped_from_the_store(world: ConsoleWorld) -> None:
    robin = await world.admin("Robin", west_sussex=MANAGER)
    await world.signed_in(robin)
    await world.admins.forget(before=world.clock.now() + timedelta(seconds=1))
    assert await world.admins.sessions(robin.id) == ()


async def test_a_sensitive_page_asks_for_a_fresh_sign_in(world: ConsoleWorld) -> None:
    browser = await world.signed_in(await world.admin("Robin", west_sussex=MANAGER))
    assert (await browser.get("/you/add")).status_code == 200
    world.clock.advance(timedelta(minutes=11))
    assert (await browser.get("/you/add")).headers["location"] == "/again?then=/you/add"
    await browser.get("/you")
    answer = await browser.post("/you/remove", passkey="x", **{"from": "/you"})
    assert answer.headers["location"] == "/again?then=/you"


async def test_every_answer_carries_the_strict_headers(world: ConsoleWorld) -> None:
    browser = await world.signed_in(await world.admin("Robin", west_sussex=MANAGER))
    for path in ("/", "/you", "/sign-in", "/nothing-here", "/static/nothing", f"/p/{NEIGHBOUR}", "/health/live"):
        headers = (await browser.get(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"], path
        assert headers["cache-control"] == "no-store", path
        assert headers["x-frame-options"] == "DENY", path
        assert headers["referrer-policy"] == "same-origin", path


async def test_behind_tls_the_cookie_is_bound_to_the_host_and_to_tls(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path, public_url="https://console.example", one_machine=False) as world:
        browser = world.browser()
        cookie = await world.cookie(await world.admin("Robin", west_sussex=MANAGER))
        browser.client.cookies.set("__Host-candour-console", cookie)
        await browser.get("/you")
        answer = await browser.post("/sign-out")
        said = answer.headers["set-cookie"].lower()
        assert said.startswith("__host-candour-console=")
        assert all(part in said for part in ("httponly", "secure", "samesite=strict", "path=/"))
        assert "domain" not in said
        assert "max-age=63072000" in answer.headers["strict-transport-security"]


async def test_no_title_or_address_names_a_person(world: ConsoleWorld) -> None:
    robin = await world.admin("Robin Canary", west_sussex=MANAGER)
    browser = await world.signed_in(robin)
    for path in ("/you", f"/p/{HERE}", f"/p/{HERE}/admins"):
        title = (await browser.get(path)).text.split("<title>")[1].split("</title>")[0]
        assert "Canary" not in title
        assert "canary" not in path


async def test_a_manager_ends_anothers_passkeys_and_hands_over_a_link(world: ConsoleWorld) -> None:
    robin, alex = await world.admin("Robin", west_sussex=MANAGER), await world.admin("Alex", west_sussex=VIEWER)
    lost = await world.signed_in(alex)
    browser = await world.signed_in(robin)
    await browser.get(f"/p/{HERE}/admins/{alex.id}/reset")
    answer = await browser.post(f"/p/{HERE}/admins/{alex.id}/reset")
    assert (await lost.get("/you")).status_code == 303
    link = answer.text.split("/join/")[1].split("<")[0]
    assert (await world.browser().get(f"/join/{link}")).status_code == 200


async def test_a_reset_forgets_whom_the_council_knows_them_as(world: ConsoleWorld) -> None:
    alex = await world.admin("Alex", west_sussex=VIEWER)
    known = msgspec.structs.replace(alex, council="https://council.example|somebody")
    assert await world.admins.commit(Entry(admin=known))
    browser = await world.signed_in(await world.admin("Robin", west_sussex=MANAGER))
    asked = (await browser.get(f"/p/{HERE}/admins/{alex.id}/reset")).text
    assert "forgets who they are at the council" in asked
    assert "is forgotten too" in (await browser.post(f"/p/{HERE}/admins/{alex.id}/reset")).text
    found = await world.admins.admin(alex.id)
    assert found is not None
    assert found.council == ""


@pytest.mark.parametrize("role", [VIEWER, AUDITOR])
async def test_who_manages_nothing_resets_nobody(world: ConsoleWorld, role: Role) -> None:
    alex = await world.admin("Alex", west_sussex=VIEWER)
    browser = await world.signed_in(await world.admin("Robin", west_sussex=role))
    await browser.get("/you")
    assert (await browser.post(f"/p/{HERE}/admins/{alex.id}/reset")).status_code == 404


async def test_who_looks_after_another_partnership_too_is_not_reset_from_here(world: ConsoleWorld) -> None:
    alex = await world.admin("Alex", west_sussex=VIEWER, east_sussex=VIEWER)
    browser = await world.signed_in(await world.admin("Robin", west_sussex=MANAGER))
    await browser.get("/you")
    assert (await browser.post(f"/p/{HERE}/admins/{alex.id}/reset")).status_code == 404


async def test_a_demonstration_session_is_nobody_where_there_is_no_demonstration(world: ConsoleWorld) -> None:
    robin = await world.admin("Robin", west_sussex=MANAGER)
    await world.admins.commit(Entry(admin=msgspec.structs.replace(robin, demonstration=True)))
    browser = await world.signed_in(robin, way=Way.DEMONSTRATION)
    assert (await browser.get(f"/p/{HERE}")).status_code == 404

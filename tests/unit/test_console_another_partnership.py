"""A thousand calls for another partnership's things: by every address, method, id and field, and none succeeds. Shell.

The addresses are those of `site.PAGES` and the fields those that the console's code asks for: a new one is tried here
without a line more.
"""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import Connection, Table, select

from services.router.adapters.console_tables import ADMIN_SESSIONS, ADMINS, PASSKEYS
from services.router.adapters.directory_tables import DIRECTORY_CHANGES, DIRECTORY_DRAFTS
from services.router.adapters.learning_tables import LEARNED, LEARNED_FROM, LEARNING_LOG
from services.router.adapters.listing_tables import CONCERNS, LISTED
from services.router.adapters.tables import DIRECTORIES, ESCALATIONS, METADATA, NOTICES, OUTBOX
from services.router.console import site
from services.router.console.access import Route
from services.router.domain.admin.admins import Role
from services.router.domain.keeping.changing import Draft, Purpose
from shared.messages import NoticeKind, NoticeState
from tests.console_escalations import raised, router_of
from tests.console_world import HERE, NEIGHBOUR, ORIGIN, Browsing, ConsoleWorld

OTHER_METHODS = ("PUT", "PATCH", "DELETE", "HEAD")
CALLS = 1_000
THEIR_POST = "ws-social-care.manager-assessment"
NO_IDS = frozenset({"partnership", "year", "rung"})
"""Parts of an address that name nothing of anybody's."""
CODE = Path(site.__file__).parent
FIELD = re.compile(r'\.(?:one|many|file)\("([a-z_-]+)"\)')
PART = re.compile(r"\{(\w+):\w+\}")
FOLLOWS_BY_ITSELF = frozenset({LISTED, CONCERNS, LEARNED, LEARNED_FROM, OUTBOX, DIRECTORIES})
"""Brought up to date by whoever looks, or looked at in another way here."""

pytestmark = pytest.mark.timeout(300)


class Theirs(NamedTuple):
    """What belongs to the other partnership alone. secrets: what no answer may hold."""

    ids: dict[str, str]
    secrets: frozenset[str]


class Neighbours(NamedTuple):
    """A console in which one partnership has everything, and a manager of the other one is signed in."""

    world: ConsoleWorld
    stranger: Browsing
    theirs: Theirs


@pytest_asyncio.fixture
async def neighbours(tmp_path: Path) -> AsyncIterator[Neighbours]:
    async with ConsoleWorld(tmp_path) as world:
        await _fill(world)
        stranger = await world.signed_in(await world.admin("Stranger", east_sussex=Role.MANAGER))
        await stranger.get("/you")
        yield Neighbours(world, stranger, await _theirs(world))


async def _fill(world: ConsoleWorld) -> None:
    """Everything of which somebody might want another partnership's, made by its own manager."""
    router = router_of(world)
    await raised(router)
    await router.take(router.submission())
    await router.report(router.notices(NoticeKind.ACT)[0], NoticeState.REFUSED)
    admin = await world.admin("Only Theirs", west_sussex=Role.MANAGER)
    own = await world.signed_in(admin)
    path = f"/p/{HERE}/directory/post/{THEIR_POST}"
    seen = (await own.get(path)).text.split('name="seen" value="')[1].split('"')[0]
    holder: dict[str, Any] = {
        "name": "Briar Holloway",
        "address": "b.holloway@west-sussex-council.example",
        "since": "1 1 2026",
    }
    assert (await own.post(f"{path}/holder", seen=seen, why="They moved.", **holder)).status_code == 303
    log: dict[str, Any] = {
        "protocol": "Threshold guidance",
        "owner": "Training",
        "due-day": "1",
        "due-month": "2",
        "due-year": "2099",
    }
    await own.get(f"/p/{HERE}/learning/log")
    assert (await own.post(f"/p/{HERE}/learning/log", **log)).status_code == 303
    for purpose in Purpose:
        draft = Draft(
            id=f"draft-{purpose.value}",
            purpose=purpose,
            partnership=HERE,
            revision=2,
            swaps=(),
            at=world.clock.now(),
            by=admin.id,
            name="Ash",
        )
        await world.built.console.editor.history.keep(draft)
    await own.get(f"/p/{HERE}/desk")


async def _theirs(world: ConsoleWorld) -> Theirs:
    directory = await world.built.console.directories.now()
    ours = {agency.id for agency in directory.entries.agencies if NEIGHBOUR in (agency.owner, *agency.serves)}
    alone = [one for one in directory.entries.agencies if one.id not in ours and HERE in (one.owner, *one.serves)]
    ids = await world.database.read(_ids)
    ids |= {"agency": THEIR_POST.partition(".")[0], "post": THEIR_POST}
    assert THEIR_POST in {post.id for one in alone for post in one.posts}
    people = {
        text for one in alone for post in one.posts for each in post.holders for text in (each.address, each.name)
    }
    return Theirs(ids, frozenset({*people, *await world.database.read(_refs)}))


def _ids(connection: Connection) -> dict[str, str]:
    """One of everything that has an id of its own."""
    newest = {
        "escalation": select(ESCALATIONS.c.ref).where(ESCALATIONS.c.partnership == HERE),
        "notice": select(NOTICES.c.id),
        "draft": select(DIRECTORY_DRAFTS.c.id).where(DIRECTORY_DRAFTS.c.partnership == HERE),
        "entry": select(LEARNING_LOG.c.id).where(LEARNING_LOG.c.partnership == HERE),
        "concern": select(CONCERNS.c.key).where(CONCERNS.c.partnership == HERE),
        "revision": select(DIRECTORY_CHANGES.c.revision).where(DIRECTORY_CHANGES.c.id == THEIR_POST),
        "admin": select(ADMINS.c.id).where(ADMINS.c.address.like("only.theirs%")),
        "session": select(ADMIN_SESSIONS.c.secret),
        "passkey": select(PASSKEYS.c.id),
    }
    found = {name: connection.execute(query.limit(1)).scalar() for name, query in newest.items()}
    return {name: str(value) for name, value in found.items() if value is not None}


def _refs(connection: Connection) -> set[str]:
    return set(connection.execute(select(ESCALATIONS.c.ref).where(ESCALATIONS.c.partnership == HERE)).scalars())


async def standing(world: ConsoleWorld) -> dict[str, object]:
    """All that stands in the store, but what is the stranger's own partnership's."""
    entries = (await world.built.console.directories.now()).entries
    tables = [table for table in METADATA.tables.values() if table not in FOLLOWS_BY_ITSELF]
    rows: dict[str, object] = {one.name: await world.database.read(lambda c, one=one: _rows(c, one)) for one in tables}  # type: ignore[misc]  # bound at once
    mine = [one for one in entries.agencies if NEIGHBOUR not in (one.owner, *one.serves)]
    return rows | {"agencies": mine, "partnerships": [one for one in entries.partnerships if one.id != NEIGHBOUR]}


def _rows(connection: Connection, table: Table) -> list[Any]:
    query = select(table)
    if "partnership" in table.c:
        query = query.where(table.c.partnership != NEIGHBOUR)
    return sorted(map(str, connection.execute(query).all()))


def addresses(world: ConsoleWorld) -> list[Route]:
    return [route for pages in site.PAGES for route in pages(world.built.console)]


def fields() -> list[str]:
    """Every field that the console's code reads from a form."""
    found = {name for path in sorted(CODE.rglob("*.py")) for name in FIELD.findall(path.read_text())}
    return sorted(found - {"csrf"})


def paths(route: Route, theirs: Theirs, *, partnership: str) -> Iterator[tuple[str, str]]:
    """(address, the id that stands in it): each id in each part that may take one."""
    parts = [part for part in PART.findall(route.path) if part not in NO_IDS]
    given = (
        route.path.replace("{partnership:str}", partnership).replace("{year:str}", "2026").replace("{rung:str}", "2")
    )
    for name, value in theirs.ids.items() if parts else ():
        if name == "revision" or "int}" not in given:
            yield PART.sub(value.replace("/", "%2F").replace("|", "%7C"), given), value
    if not parts:
        yield given, ""


async def sent(stranger: Browsing, method: str, path: str, **given: str) -> httpx.Response:
    if method == "GET":
        return await stranger.client.get(path)
    data = {"csrf": stranger.token, "why": "Tried.", **given}
    return await stranger.client.request(method, path, data=data, headers={"origin": ORIGIN})


async def test_of_a_thousand_calls_for_another_partnerships_things_none_succeeds(neighbours: Neighbours) -> None:
    world, stranger, theirs = neighbours
    before, calls = await standing(world), 0
    for route in addresses(world):
        if "{partnership:str}" not in route.path:
            continue
        for path, _ in list(paths(route, theirs, partnership=HERE))[:4]:
            for method in (route.method, *OTHER_METHODS):
                answer = await sent(stranger, method, path)
                assert answer.status_code in ((404,) if method == route.method else (404, 405)), (method, path)
                assert not [one for one in theirs.secrets if one in answer.text and one not in path], (method, path)
                calls += 1
        for path, tried in paths(route, theirs, partnership=NEIGHBOUR):
            if tried:
                answer = await sent(stranger, route.method, path)
                assert answer.status_code in (400, 404), (route.method, path, answer.status_code)
                assert not [one for one in theirs.secrets if one in answer.text and one not in tried], path
                calls += 1
    assert await standing(world) == before
    assert calls >= CALLS


async def test_no_field_of_any_form_reaches_another_partnerships_things(neighbours: Neighbours) -> None:
    world, stranger, theirs = neighbours
    before = await standing(world)
    names = [name for name in fields() if name not in ("why", "from", "then")]
    assert {"key", "session", "passkey", "pattern"} <= set(names)
    for route in (one for one in addresses(world) if one.method == "POST" and not one.open):
        if PART.findall(route.path) not in ([], ["partnership"]) or route.path in ("/sign-out", "/again"):
            continue
        path = route.path.replace("{partnership:str}", NEIGHBOUR)
        for tried in theirs.ids.values():
            answer = await sent(stranger, "POST", path, **dict.fromkeys(names, tried))
            assert answer.status_code != 500, (path, tried)
            assert not [one for one in theirs.secrets if one in answer.text and one not in tried], (path, tried)
    after = await standing(world)
    assert {name for name, rows in after.items() if rows != before[name]} == set()

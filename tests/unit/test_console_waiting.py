"""Changes that wait for a person: a second admin's approval of an address, and what the owner is proposed. Shell."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import select

from services.router.adapters.console_tables import AUDITS
from services.router.domain.admin.admins import Role
from services.router.domain.admin.auditing import Audited
from services.router.domain.directory import Directory
from services.router.domain.keeping.approving import waits_for_another
from services.router.domain.keeping.editing import setting
from services.router.domain.keeping.rows import Key, Kind
from shared.messages import NoticeKind
from shared.terms import AgencyId, AgencyType, PostId
from tests.console_world import HERE as WEST
from tests.console_world import Browsing, ConsoleWorld, demo_entries
from tests.unit.test_console_directory import CORRECTED, NEW, OLD, POST, SEEN, change, relied_on, told

replace = msgspec.structs.replace
HERE = "/p/west-sussex/directory"
WAITS = f"{HERE}/approvals?done=waits"
DRAFT = re.compile(r"(?:approvals|proposals)/(\w+)/(?:approve|decline|accept|refuse)")
EAST_POST = POST.replace("west", "east")
POLICE = AgencyId("sussex-police")
OFFICER = "briar.holloway@sussex-police.example"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False) as found:
        await demand(found)
        yield found


async def demand(world: ConsoleWorld, *, wanted: bool = True) -> None:
    """West Sussex asks for a second admin."""
    entries = demo_entries(real=False)
    named = tuple(replace(one, second_approval=wanted and one.id == WEST) for one in entries.partnerships)
    await world.import_directory(replace(entries, partnerships=named))


@pytest_asyncio.fixture
async def ash(world: ConsoleWorld) -> Browsing:
    return await world.signed_in(await world.admin("Ash Manager", west_sussex=Role.MANAGER))


@pytest_asyncio.fixture
async def briar(world: ConsoleWorld) -> Browsing:
    return await world.signed_in(await world.admin("Briar Manager", west_sussex=Role.MANAGER))


async def draft_of(browser: Browsing, page: str = "approvals") -> str:
    found = DRAFT.search((await browser.get(f"{HERE}/{page}")).text)
    assert found
    return found[1]


async def is_live(world: ConsoleWorld, address: str = OFFICER) -> bool:
    return bool((await world.built.console.directories.now()).at_address(address))


async def audits(world: ConsoleWorld) -> list[str]:
    query = select(AUDITS.c.body).order_by(AUDITS.c.number)
    bodies = await world.database.read(lambda connection: connection.execute(query).scalars().all())
    return [msgspec.json.decode(body, type=Audited).what for body in bodies]


async def test_a_changed_address_waits_is_shown_to_both_and_stands_when_the_other_approves(
    world: ConsoleWorld, ash: Browsing, briar: Browsing
) -> None:
    await relied_on(world, OLD)
    assert await change(ash, POST, "holder", **CORRECTED) == WAITS
    assert not await is_live(world)
    assert await told(world) == []
    assert "waits for a second admin" in (await ash.get(POST)).text
    mine, theirs = (await ash.get(f"{HERE}/approvals")).text, (await briar.get(f"{HERE}/approvals")).text
    assert "another manager must approve it" in mine
    assert "/approve" not in mine
    assert OFFICER in mine
    assert OFFICER in theirs
    draft = await draft_of(briar)
    assert (await briar.post(f"{HERE}/approvals/{draft}/approve")).headers["location"].endswith("done=approved")
    assert await is_live(world)
    assert "changed by Ash Manager, approved by Briar Manager" in (await ash.get(POST)).text
    assert [one.kind for one in await told(world)] == [NoticeKind.ADDRESS_CHANGED]
    assert (await audits(world))[-2:] == ["change.asked", "change.approved"]


async def test_whoever_asked_for_a_change_does_not_approve_it(world: ConsoleWorld, ash: Browsing) -> None:
    await change(ash, POST, "holder", **NEW)
    draft = await draft_of(ash)
    answer = await ash.post(f"{HERE}/approvals/{draft}/approve")
    assert answer.status_code == 422
    assert "Whoever asked for a change does not approve it" in answer.text
    assert "Nobody else can approve" in answer.text
    assert not await is_live(world)


async def test_a_declined_change_needs_a_reason_which_both_can_read_and_is_never_live(
    world: ConsoleWorld, ash: Browsing, briar: Browsing
) -> None:
    await change(ash, POST, "holder", **NEW)
    draft = await draft_of(briar)
    assert (await briar.post(f"{HERE}/approvals/{draft}/decline", why="")).status_code == 422
    assert (await briar.post(f"{HERE}/approvals/{draft}/decline", why="Not their address.")).status_code == 303
    for one in (ash, briar):
        assert "Not their address." in (await one.get(f"{HERE}/approvals")).text
    assert (await briar.post(f"{HERE}/approvals/{draft}/approve")).status_code == 404
    assert (await briar.post(f"{HERE}/approvals/{draft}/decline", why="Again.")).status_code == 404
    assert not await is_live(world)
    assert "change.declined" in await audits(world)


async def test_what_changed_meanwhile_is_not_approved_over(world: ConsoleWorld, ash: Browsing, briar: Browsing) -> None:
    await change(ash, POST, "holder", **NEW)
    assert "done=made" in await change(briar, POST, "confirmed", why="Looked at it.")
    draft = await draft_of(briar)
    answer = await briar.post(f"{HERE}/approvals/{draft}/approve")
    assert answer.status_code == 422
    assert "Somebody has changed this meanwhile" in answer.text
    assert not await is_live(world)


async def test_what_changes_no_address_is_live_at_once(world: ConsoleWorld, ash: Browsing) -> None:
    same = {**CORRECTED, "address": OLD, "holder_phone": "01632 960777"}
    assert "done=made" in await change(ash, POST, "holder", **same)


@pytest.mark.parametrize("form", ["close", "undo", "new-post"])
async def test_no_way_of_changing_an_address_goes_round_the_second_admin(
    world: ConsoleWorld, ash: Browsing, form: str
) -> None:
    if form == "close":
        assert await change(ash, POST, "close", why="Gone.") == WAITS
    elif form == "new-post":
        post = {"code": "desk", "title": "Desk", "role": "inspector", "mailbox": "desk@sussex-police.example"}
        await ash.get(f"{HERE}/a/sussex-police/new-post")
        answer = await ash.post(f"{HERE}/a/sussex-police/new-post", why="A desk.", **post)
        assert answer.headers["location"] == WAITS
    else:
        await demand(world, wanted=False)
        await change(ash, POST, "holder", **NEW)
        revision = (await world.built.console.directories.now()).revision
        standing = (await world.built.console.directories.now()).entries
        named = tuple(replace(one, second_approval=one.id == WEST) for one in standing.partnerships)
        await world.import_directory(replace(standing, partnerships=named))
        await ash.get(f"{HERE}/changes/{revision}")
        answer = await ash.post(f"{HERE}/changes/{revision}/undo", why="A mistake.")
        assert answer.headers["location"] == WAITS
        assert await is_live(world)


def test_ending_the_demand_or_changing_the_duty_mailbox_waits_for_another_too() -> None:
    entries = demo_entries(real=False)
    place = replace(next(one for one in entries.partnerships if one.id == WEST), second_approval=True)
    standing = replace(entries, partnerships=(place,))
    key, known = Key(Kind.PARTNERSHIP, "", WEST), Directory(standing, revision=1)
    ended = replace(place, second_approval=False)
    moved = replace(place, duty=replace(place.duty, mailbox="other@west-sussex.example"))
    assert waits_for_another(place, setting(standing, key, ended), known)
    assert waits_for_another(place, setting(standing, key, moved), known)
    assert not waits_for_another(place, setting(standing, key, replace(place, told_from=4)), known)
    assert not waits_for_another(ended, setting(replace(entries, partnerships=(ended,)), key, place), known)


async def test_nobody_of_another_partnership_sees_or_answers_what_waits(world: ConsoleWorld, ash: Browsing) -> None:
    await change(ash, POST, "holder", **NEW)
    draft = await draft_of(ash)
    neighbour = await world.signed_in(await world.admin("Eden Neighbour", east_sussex=Role.MANAGER))
    assert OFFICER not in (await neighbour.get("/p/east-sussex/directory/approvals")).text
    for where in ("/p/east-sussex/directory", HERE):
        assert (await neighbour.post(f"{where}/approvals/{draft}/approve")).status_code == 404
        assert (await neighbour.post(f"{where}/approvals/{draft}/decline", why="No.")).status_code == 404


async def proposed(world: ConsoleWorld) -> Browsing:
    """A neighbour who proposed that the officer be another."""
    neighbour = await world.signed_in(await world.admin("Eden Neighbour", east_sussex=Role.MANAGER))
    there = "/p/east-sussex/directory/post/sussex-police.officer"
    assert "done=proposed" in await change(neighbour, there, "holder", **NEW)
    return neighbour


async def test_another_partnership_proposes_and_the_owner_makes_it_stand(world: ConsoleWorld, ash: Browsing) -> None:
    neighbour = await proposed(world)
    assert not await is_live(world)
    page = (await ash.get(f"{HERE}/proposals")).text
    assert "Eden Neighbour" in page
    assert OFFICER in page
    draft = await draft_of(ash, "proposals")
    assert (await neighbour.post(f"/p/east-sussex/directory/proposals/{draft}/accept")).status_code == 404
    assert "It waits there for a manager" in (await neighbour.get("/p/east-sussex/directory/proposals")).text
    assert (await ash.post(f"{HERE}/proposals/{draft}/accept")).status_code == 303
    assert await is_live(world)
    assert "Nothing is proposed" in (await ash.get(f"{HERE}/proposals")).text
    assert "changed by Eden Neighbour, approved by Ash Manager" in (await neighbour.get(EAST_POST)).text


async def test_a_proposal_is_set_aside_with_a_reason_that_whoever_proposed_it_reads(
    world: ConsoleWorld, ash: Browsing
) -> None:
    neighbour, draft = await proposed(world), await draft_of(ash, "proposals")
    assert (await ash.post(f"{HERE}/proposals/{draft}/refuse", why="")).status_code == 422
    assert (await ash.post(f"{HERE}/proposals/{draft}/refuse", why="The post is ending.")).status_code == 303
    assert "The post is ending." in (await neighbour.get("/p/east-sussex/directory/proposals")).text
    assert not await is_live(world)


async def test_who_manages_both_partnerships_needs_a_second_admin_for_their_own_proposal(world: ConsoleWorld) -> None:
    both = await world.signed_in(await world.admin("Both", west_sussex=Role.MANAGER, east_sussex=Role.MANAGER))
    await change(both, "/p/east-sussex/directory/post/sussex-police.officer", "holder", **NEW)
    draft = await draft_of(both, "proposals")
    answer = await both.post(f"{HERE}/proposals/{draft}/accept")
    assert answer.headers["location"] == WAITS
    assert not await is_live(world)


AGENCY = f"{HERE}/a/sussex-police"


async def edited(browser: Browsing, *, where: str = AGENCY, **fields: object) -> str:
    """The agency's form sent with these fields; where it leads, or the page that says what to mend."""
    found = SEEN.search((await browser.get(f"{where}/edit")).text)
    assert found
    given = {"agency_name": "Sussex Police", "type": "police", "domains": "sussex-police.example", "why": "It is so."}
    given |= {"phone": "01632 960310", "serves-shown": "yes", "seen": found[1]}
    answer = await browser.post(f"{where}/edit", **{**given, **fields})  # type: ignore[arg-type]  # several of one name
    return answer.headers.get("location") or answer.text


async def test_a_partnership_that_an_agency_would_serve_agrees_first(world: ConsoleWorld, ash: Browsing) -> None:
    assert (await edited(ash, serves=["west-sussex", "brighton-hove"])).endswith("done=made")
    police = (await world.built.console.directories.now()).agencies[POLICE]
    assert "east-sussex" not in police.serves
    there = await world.signed_in(await world.admin("Eden Neighbour", east_sussex=Role.MANAGER))
    assert (await there.get("/p/east-sussex/directory/a/sussex-police")).status_code == 404
    given = ["west-sussex", "brighton-hove", "east-sussex"]
    assert (await edited(ash, serves=given)).endswith("done=proposed")
    assert (await world.built.console.directories.now()).agencies[POLICE] == police
    found = DRAFT.search((await there.get("/p/east-sussex/directory/proposals")).text)
    assert found
    assert (await there.post(f"/p/east-sussex/directory/proposals/{found[1]}/accept")).status_code == 303
    assert (await there.get("/p/east-sussex/directory/a/sussex-police")).status_code == 200


async def test_several_partnerships_are_asked_one_at_a_time(world: ConsoleWorld, ash: Browsing) -> None:
    assert (await edited(ash, serves=["west-sussex"])).endswith("done=made")
    assert "add one at a time" in await edited(ash, serves=["brighton-hove", "east-sussex"])


async def test_partners_sponsors_and_roles_to_allocate_are_changed_on_their_pages(
    world: ConsoleWorld, ash: Browsing
) -> None:
    found = SEEN.search((await ash.get(f"{HERE}/partners")).text)
    assert found
    form = {"seen": found[1], "partner-0": "ws-social-care", "partner-1": "sussex-police", "why": "As agreed."}
    wrong = await ash.post(f"{HERE}/partners", **{**form, "sponsor-gp": "bh-social-care"})
    assert wrong.status_code == 422
    assert "Choose an agency of this partnership" in wrong.text
    right = await ash.post(f"{HERE}/partners", **{**form, "sponsor-gp": "sussex-police"})
    assert right.headers["location"].endswith("partners?done=made")
    here = (await world.built.console.directories.now()).partnerships[WEST]
    assert here.partners == ("ws-social-care", "sussex-police")
    assert here.sponsors == {AgencyType.GP: POLICE}
    token = SEEN.search((await ash.get(f"{POST}/edit")).text)
    assert token
    given = {
        "title": "Investigating officer",
        "role": "investigating_officer",
        "why": "It allocates.",
        "seen": token[1],
    }
    both = ["detective_sergeant", "detective_inspector"]
    answer = await ash.post(f"{POST}/edit", **{**given, "allocates-shown": "yes", "allocates": both})  # type: ignore[arg-type]  # the same
    assert answer.headers["location"].endswith("done=made")
    post = (await world.built.console.directories.now()).posts[PostId("sussex-police.officer")].post
    assert set(post.allocates) == set(both)

"""The console's directory: looked at, changed, taken back, proposed; each partnership its own. Shell."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import insert, select

from services.notifier.domain.rendering import as_text
from services.notifier.domain.wording import compose
from services.router.adapters.store import SqlEscalations
from services.router.adapters.tables import OUTBOX, PARTIES
from services.router.domain.admin.admins import Role
from services.router.domain.changes import Change
from services.router.domain.escalation import Escalation, State
from services.router.policy.facts import Facts, Raiser
from shared.messages import Notice, NoticeKind
from shared.terms import AgencyId, EscalationRef, PartnershipId, StageNumber, SubmissionId
from tests.console_world import ORIGIN, Browsing, ConsoleWorld
from tests.router_world import open_notice

HERE = "/p/west-sussex/directory"
POST = f"{HERE}/post/sussex-police.officer"
INSPECTOR = f"{HERE}/post/sussex-police.inspector"
SEEN = re.compile(r'name="seen" value="([^"]+)"')
NEW = {
    "which": "",
    "name": "Briar Holloway",
    "address": "briar.holloway@sussex-police.example",
    "holder_phone": "01632 960999",
    "since": "1 1 2027",
    "why": "A new officer.",
}


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False) as found:
        yield found


@pytest_asyncio.fixture
async def manager(world: ConsoleWorld) -> Browsing:
    return await world.signed_in(await world.admin("Ash Manager", west_sussex=Role.MANAGER))


async def seen(browser: Browsing, path: str) -> str:
    found = SEEN.search((await browser.get(path)).text)
    assert found
    return found[1]


async def change(browser: Browsing, path: str, form: str, **fields: str) -> str:
    """The form of a page filled in and sent; where it leads, or the page that says what to mend."""
    answer = await browser.post(f"{path}/{form}", seen=await seen(browser, path), **fields)
    return answer.headers.get("location") or answer.text


async def test_the_list_has_what_needs_somebody_first_and_can_be_filtered(manager: Browsing) -> None:
    page = (await manager.get(HERE)).text
    assert page.index("Sussex Police") < page.index("Nothing to do")
    few = (await manager.get(f"{HERE}?show=attention&type=police")).text
    assert "Sussex Police" in few
    assert "1 agency" in few


async def test_a_search_finds_a_post_by_a_name_and_puts_no_name_into_an_address(manager: Browsing) -> None:
    await manager.get(HERE)
    answer = await manager.post(f"{HERE}/search", q="lavenderhill")
    assert answer.status_code == 200
    assert "Investigating officer" in answer.text
    assert "lavenderhill" not in str(answer.url)
    assert "<title>Found in the directory" in answer.text


async def test_a_post_is_handed_on_and_the_next_page_shows_who_changed_it_and_why(
    world: ConsoleWorld, manager: Browsing
) -> None:
    assert await change(manager, POST, "holder", **NEW) == f"{POST}?done=made"
    page = (await manager.get(f"{POST}?done=made")).text
    assert "The change stands." in page
    assert "Briar Holloway" in page
    assert "A new officer." in page
    assert "changed by Ash Manager" in page
    directory = await world.built.console.directories.now()
    assert directory.revision == 2
    assert directory.at_address("briar.holloway@sussex-police.example")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"address": "not an address"}, "Enter one email address"),
        ({"since": "soon"}, "Enter a day, for example 14 12 2026"),
        ({"since": ""}, "Enter a day, for example 14 12 2026"),
        ({"name": ""}, "Enter the name of whoever holds the post"),
        ({"why": ""}, "Say why, in a few words"),
        ({"address": "briar@really.gov.uk"}, "A demonstration uses .example addresses alone"),
    ],
)
async def test_what_must_be_mended_is_said_beside_what_was_typed(
    world: ConsoleWorld, manager: Browsing, typed: dict[str, str], says: str
) -> None:
    page = await change(manager, POST, "holder", **NEW | typed)
    assert says in page
    assert "Nothing was changed" in page
    if "name" not in typed:
        assert "Briar Holloway" in page
    assert (await world.built.console.directories.now()).revision == 1


async def test_two_people_who_looked_at_one_post_do_not_overwrite_each_other(
    world: ConsoleWorld, manager: Browsing
) -> None:
    other = await world.signed_in(await world.admin("Briar Manager", west_sussex=Role.MANAGER))
    first, second = await seen(manager, POST), await seen(other, POST)
    assert (await manager.post(f"{POST}/holder", seen=first, **NEW)).status_code == 303
    answer = await other.post(f"{POST}/holder", seen=second, **{**NEW, "name": "Corin Meadowes"})
    assert answer.status_code == 422
    assert "Somebody has changed this meanwhile" in answer.text
    assert "Corin Meadowes" in answer.text


async def test_an_absence_is_set_and_taken_out_again(manager: Browsing) -> None:
    away = {"first": "1 12 2029", "last": "2029-12-09", "absence_deputy": "", "absence_why": "", "why": "Leave."}
    assert await change(manager, INSPECTOR, "absence", **away) == f"{INSPECTOR}?done=made"
    assert "1 December 2029 to 9 December 2029" in (await manager.get(INSPECTOR)).text
    assert "done=made" in await change(manager, INSPECTOR, "back", first_day="2029-12-01", why="Not away.")
    assert "1 December 2029 to 9" not in (await manager.get(INSPECTOR)).text.split("What was done to it")[0]


async def test_a_change_is_taken_back_and_stays_in_the_history(world: ConsoleWorld, manager: Browsing) -> None:
    before = (await world.built.console.directories.now()).entries
    await change(manager, POST, "holder", **NEW)
    assert "Briar Holloway" in (await manager.get(f"{HERE}/changes/2")).text
    answer = await manager.post(f"{HERE}/changes/2/undo", why="It was a mistake.")
    assert answer.headers["location"] == f"{HERE}?done=undone"
    assert (await world.built.console.directories.now()).entries == before
    assert "It was a mistake." in (await manager.get(POST)).text


async def test_what_was_changed_again_since_is_not_taken_back(manager: Browsing) -> None:
    await change(manager, POST, "holder", **NEW)
    await change(manager, POST, "holder", **{**NEW, "which": "1", "name": "Briar H. Holloway"})
    await manager.get(f"{HERE}/changes/2")
    answer = await manager.post(f"{HERE}/changes/2/undo", why="It was a mistake.")
    assert answer.status_code == 422
    assert "Somebody has changed this meanwhile" in answer.text


async def test_a_change_that_would_route_to_nobody_is_refused_with_the_days(
    world: ConsoleWorld, manager: Browsing
) -> None:
    lead = (await world.built.console.directories.now()).with_role(AgencyId("sussex-police"), "safeguarding_lead")[0]
    assert "done=made" in await change(manager, f"{HERE}/post/{lead.post.id}", "close", why="No such post.")
    page = await change(manager, INSPECTOR, "close", why="No such post.")
    assert "an escalation would reach nobody" in page
    assert "Sussex Police, Stage 3" in page
    assert "sussex-police.inspector" in (await world.built.console.directories.now()).posts


async def test_a_new_agency_gets_a_team_and_a_post_and_is_closed_with_them(
    world: ConsoleWorld, manager: Browsing
) -> None:
    agency = f"{HERE}/a/oak-hall"
    given = {"code": "oak-hall", "agency_name": "Oak Hall School", "type": "education", "why": "A new school."}
    await manager.get(f"{HERE}/new-agency")
    assert (await manager.post(f"{HERE}/new-agency", **given)).headers["location"] == f"{agency}?done=made"
    assert (await manager.post(f"{HERE}/new-agency", **given)).status_code == 422
    team = {"team_code": "sixth", "team_name": "Sixth form", "why": "It has one."}
    assert (await manager.post(f"{agency}/new-team", **team)).status_code == 303
    post = {"code": "lead", "title": "Lead", "role": "designated_safeguarding_lead", "team": "oak-hall.sixth"}
    assert (await manager.post(f"{agency}/new-post", why="The lead.", **post)).status_code == 303
    assert "Sixth form" in (await manager.get(f"{HERE}/post/oak-hall.lead")).text
    found = SEEN.search((await manager.get(f"{agency}/close")).text)
    assert found
    assert (await manager.post(f"{agency}/close", seen=found[1], why="It closed.")).status_code == 303
    directory = await world.built.console.directories.now()
    assert "oak-hall" not in directory.agencies
    assert "oak-hall.lead" not in directory.posts


@pytest.mark.parametrize(
    "path",
    [
        f"{HERE}/post/bh-social-care.on-call",
        f"{HERE}/a/bh-social-care",
        "/p/east-sussex/directory",
        "/p/east-sussex/gaps",
        "/p/east-sussex/directory/post/sussex-police.officer",
        "/p/no-such-place/directory",
        f"{HERE}/post/no-such-post",
        f"{HERE}/changes/99",
        f"{HERE}/changes/99999999999999999999",
        "/p/west-sussex/gaps/bh-social-care/2",
    ],
)
async def test_what_is_not_this_partnerships_is_not_there(manager: Browsing, path: str) -> None:
    assert (await manager.get(path)).status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
async def test_whoever_may_only_look_sees_the_pages_and_changes_nothing(world: ConsoleWorld, role: Role) -> None:
    viewer = await world.signed_in(await world.admin("Vale Viewer", west_sussex=role))
    page = (await viewer.get(POST)).text
    assert "Devon Lavenderhill" in page
    assert "Somebody else takes it on" not in page
    for form in ("holder", "absence", "back", "confirmed", "close", "edit"):
        assert (await viewer.post(f"{POST}/{form}", **NEW)).status_code == 404
    assert (await viewer.get(f"{HERE}/new-agency")).status_code == 404
    assert (await world.built.console.directories.now()).revision == 1


async def test_a_form_without_the_sessions_token_changes_nothing(world: ConsoleWorld, manager: Browsing) -> None:
    token = await seen(manager, POST)
    assert (await manager.post(f"{POST}/holder", **{**NEW, "seen": token, "csrf": "x"})).status_code == 403
    assert (await world.built.console.directories.now()).revision == 1


async def test_the_grid_says_in_words_what_it_draws_and_leads_to_who_and_how_to_mend(manager: Browsing) -> None:
    page = (await manager.get("/p/west-sussex/gaps")).text
    assert "░ fine" in page
    assert "Stage 3: fine, all 60 days" in page
    assert "fewer than two people share this duty" in page
    few = (await manager.get("/p/west-sussex/gaps?show=gaps")).text
    assert few.count("<tr>") < page.count("<tr>")
    line = (await manager.get("/p/west-sussex/gaps/ws-youth-justice/2")).text
    assert "Deputy only" in line
    assert "nobody holds the post Youth justice team manager" in line


async def test_the_front_page_counts_the_gaps_and_the_posts_to_look_at(manager: Browsing) -> None:
    page = (await manager.get("/p/west-sussex")).text
    assert "Gaps in the next 60 days" in page
    assert '<span class="number__digits">3</span>' in page


CSV = "agency,post,title,role,name,address\n{}"
ROW = "sussex-police,sussex-police.{0},Post {0},duty_{0},Ash {0},ash.{0}@sussex-police.example\n"


async def sent(browser: Browsing, text: str) -> httpx.Response:
    """A spreadsheet chosen and sent."""
    await browser.get(f"{HERE}/import")
    fields = {"csrf": browser.token, "why": "The yearly list."}
    files = {"sheet": ("list.csv", text.encode(), "text/csv")}
    headers = {"origin": ORIGIN}
    return await browser.client.post(f"{HERE}/import", data=fields, files=files, headers=headers)


async def test_an_import_shows_what_would_change_and_changes_it_when_it_is_confirmed(
    world: ConsoleWorld, manager: Browsing
) -> None:
    answer = await sent(manager, CSV.format("".join(ROW.format(number) for number in range(120))))
    preview = answer.headers["location"]
    page = (await manager.get(preview)).text
    assert "120 added, 0 changed, 0 closed" in page
    assert "ash.77@sussex-police.example" in page
    assert (await world.built.console.directories.now()).revision == 1
    assert (await manager.post(preview)).headers["location"] == f"{HERE}?done=imported"
    assert "sussex-police.77" in (await world.built.console.directories.now()).posts
    assert (await manager.post(preview)).status_code == 404
    assert "The yearly list." in (await manager.get(f"{HERE}/post/sussex-police.77")).text


async def test_an_import_with_a_problem_changes_nothing_and_names_each_line(
    world: ConsoleWorld, manager: Browsing
) -> None:
    bad = "sussex-police,sussex-police.x,X,duty,Ash,not an address\nno-such,x,X,duty,Ash,ash@a.example\n"
    answer = await sent(manager, CSV.format(bad))
    assert answer.status_code == 422
    assert "There is no agency of this short name here" in answer.text
    answer = await sent(manager, CSV.format(bad.split("\n")[0] + "\n"))
    assert "This is not one email address" in answer.text
    assert (await world.built.console.directories.now()).revision == 1


async def test_an_import_that_somebody_overtook_is_refused_whole(world: ConsoleWorld, manager: Browsing) -> None:
    rows = "sussex-police,sussex-police.officer,Officer,duty,Ash,ash@sussex-police.example\n" + ROW.format(1)
    preview = (await sent(manager, CSV.format(rows))).headers["location"]
    await change(manager, POST, "holder", **NEW)
    await manager.get(preview)
    answer = await manager.post(preview)
    assert answer.status_code == 422
    assert "Somebody has changed this meanwhile" in answer.text
    assert "sussex-police.1" not in (await world.built.console.directories.now()).posts


async def test_an_import_is_its_partnerships_own(world: ConsoleWorld, manager: Browsing) -> None:
    preview = (await sent(manager, CSV.format(ROW.format(1)))).headers["location"]
    neighbour = await world.signed_in(await world.admin("Eden Neighbour", east_sussex=Role.MANAGER))
    assert (await neighbour.get(preview)).status_code == 404
    assert (await neighbour.get(preview.replace("west-sussex", "east-sussex"))).status_code == 404


@pytest.mark.parametrize(("ending", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
async def test_the_directory_is_exported_as_a_file(manager: Browsing, ending: str, begins: bytes) -> None:
    answer = await manager.get(f"{HERE}/export.{ending}")
    assert answer.content.startswith(begins)
    assert answer.headers["content-disposition"] == f'attachment; filename="directory-west-sussex-revision-1.{ending}"'
    assert (await manager.get(f"/p/east-sussex/directory/export.{ending}")).status_code == 404


async def relied_on(world: ConsoleWorld, address: str, *, state: State = State.ROUTED) -> None:
    """An escalation that was decided for this address."""
    facts = Facts(
        partnership=PartnershipId("west-sussex"),
        opened_at=world.clock.now(),
        raiser=Raiser(name="Kit", role="", address="kit@oakfield-primary.example", phone=""),
        raising=(),
        receiving=(),
        stage=StageNumber(2),
    )
    made = Escalation(
        ref=EscalationRef("WS-7K3-QM9-PX8"),
        partnership=facts.partnership,
        submission=SubmissionId("0" * 32),
        form="monitoring-form",
        form_version=1,
        accepted_at=world.clock.now(),
        opened_at=world.clock.now(),
        facts=facts,
        state=state,
    )
    await SqlEscalations(world.database).commit(Change(at=world.clock.now(), escalation=made))
    row = insert(PARTIES).values(ref=made.ref, address=address)
    await world.database.write(lambda connection: connection.execute(row))


async def told(world: ConsoleWorld) -> list[Notice]:
    bodies = await world.database.read(lambda connection: connection.execute(select(OUTBOX.c.body)).scalars().all())
    return [open_notice(body, world.notifier_key) for body in bodies]


CORRECTED = {**NEW, "which": "0", "name": "Devon Lavenderhill", "since": "", "until": ""}
OLD = "devon.lavenderhill@sussex-police.example"


async def test_the_old_address_is_told_where_an_open_escalation_relies_on_it(
    world: ConsoleWorld, manager: Browsing
) -> None:
    await relied_on(world, OLD)
    assert "done=made" in await change(manager, POST, "holder", **CORRECTED)
    (notice,) = await told(world)
    assert (notice.kind, notice.address) == (NoticeKind.ADDRESS_CHANGED, OLD)
    letter = compose(notice)
    assert letter.subject == "Candour: your address was taken out of the directory"
    text = as_text(letter)
    assert "Investigating officer, Sussex Police" in text
    assert "01632 960001" in text
    assert NEW["address"] not in text
    assert "Briar" not in text


@pytest.mark.parametrize("state", [State.CLOSED, State.MOVED_ON])
async def test_nobody_is_told_where_no_open_escalation_relies_on_the_address(
    world: ConsoleWorld, manager: Browsing, state: State
) -> None:
    await relied_on(world, OLD, state=state)
    assert "done=made" in await change(manager, POST, "holder", **CORRECTED)
    assert await told(world) == []


async def test_somebody_who_only_gets_another_telephone_is_not_told(world: ConsoleWorld, manager: Browsing) -> None:
    await relied_on(world, OLD)
    assert "done=made" in await change(manager, POST, "holder", **{**CORRECTED, "address": OLD})
    assert await told(world) == []


@pytest.mark.parametrize("number", ["0", "99999", "²", "-1", "x" * 5000])
async def test_a_page_number_that_is_none_is_the_first_or_the_last(manager: Browsing, number: str) -> None:
    for path in (HERE, "/p/west-sussex/gaps"):
        assert (await manager.get(f"{path}?show=all&page={number}")).status_code == 200


async def test_an_agencys_page_says_what_was_done_to_it_and_a_neighbour_proposes_to_take_it_back(
    world: ConsoleWorld, manager: Browsing
) -> None:
    await change(manager, POST, "holder", **NEW)
    page = (await manager.get(f"{HERE}/a/sussex-police")).text
    assert "Investigating officer changed" in page
    assert "by Ash Manager: A new officer." in page
    assert "A new officer." in (await manager.get(f"{HERE}/changes?before=3")).text
    assert "Nothing was changed here before that" in (await manager.get(f"{HERE}/changes?before=2")).text
    neighbour = await world.signed_in(await world.admin("Eden Neighbour", east_sussex=Role.MANAGER))
    theirs = "/p/east-sussex/directory/changes/2"
    assert "Another partnership owns this entry" in (await neighbour.get(theirs)).text
    answer = await neighbour.post(f"{theirs}/undo", why="It was right before.")
    assert answer.headers["location"].endswith("done=proposed")
    assert (await world.built.console.directories.now()).revision == 2

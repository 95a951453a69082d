"""Router's commands: a directory with every problem by line, decisions explained and made again. Shell."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import select

from services.router.adapters.console_tables import AUDITS
from services.router.adapters.directory_changes import SqlDirectoryChanges
from services.router.adapters.grounds import StoredGrounds
from services.router.adapters.store import SqlDirectories
from services.router.adapters.tables import MIGRATIONS
from services.router.commands import Said, explain, import_directory, refuse_demonstration, replay
from services.router.domain.admin.auditing import Audited
from shared.clock import FixedClock
from shared.questions import SendConfirmationCode
from shared.settings import SettingsProblem
from shared.store import Database, migrate
from shared.terms import PartnershipId
from tests.router_world import RAISER, ROOT, RouterWorld, rules

DEMO = ROOT / "deploy/demo"
WEST, EAST = PartnershipId("west-sussex"), PartnershipId("east-sussex")


class Store:
    """A store of its own, with the ports that an import needs on it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.kept = SqlDirectoryChanges(database)
        directories = SqlDirectories(database)
        grounds = StoredGrounds(directories, rules=rules(), base_url="https://escalate.example")
        self.world = RouterWorld().world._replace(directories=directories, grounds=grounds)

    async def take(self, *files: Path, check_only: bool = False, made_up: bool = True) -> Said:
        return await import_directory(files, world=self.world, kept=self.kept, check_only=check_only, made_up=made_up)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = f"sqlite:///{tmp_path / 'router.db'}"
    migrate(url, scripts=MIGRATIONS)
    database = Database(url)
    yield Store(database)
    await database.close()


async def test_the_demonstration_imports_as_one_directory_and_again_keeps_its_revision(store: Store) -> None:
    files = sorted(DEMO.glob("*.toml"))
    for _ in range(2):
        said = await store.take(*files)
        assert said.code == 0, said.problems
        assert said.lines[0].startswith("The directory is at revision 1: 8 partnerships")
    assert await store.kept.revisions(WEST, before=None, most=9) == ()


async def test_what_an_import_changes_is_in_the_history_of_whoever_owns_it_and_in_the_audit(
    store: Store, tmp_path: Path
) -> None:
    await store.take(DEMO / "sussex.toml")
    text, changed = (DEMO / "sussex.toml").read_text(encoding="utf-8"), tmp_path / "sussex.toml"
    changed.write_text(text.replace("devon.lavenderhill@", "briar.holloway@"))
    said = await store.take(changed)
    assert said.lines == (said.lines[0], "1 entry was changed.")
    ((_, row),) = await store.kept.revisions(WEST, before=None, most=9)
    assert (row.swap.id, row.by, row.why) == ("sussex-police.officer", "command", "Imported by command.")
    assert "devon.lavenderhill@" in row.swap.before
    assert await store.kept.revisions(EAST, before=None, most=9) == ()
    query = select(AUDITS.c.body).where(AUDITS.c.partnership == WEST).order_by(AUDITS.c.number)
    bodies = await store.database.read(lambda connection: connection.execute(query).scalars().all())
    assert [msgspec.json.decode(one, type=Audited).about for one in bodies] == [
        "directory",
        "post:sussex-police.officer",
    ]


async def test_an_import_that_would_route_to_nobody_is_refused_with_the_days(store: Store, tmp_path: Path) -> None:
    await store.take(DEMO / "sussex.toml")
    text, changed = (DEMO / "sussex.toml").read_text(encoding="utf-8"), tmp_path / "sussex.toml"
    before, police, after = text.partition('id = "sussex-police"')
    posts, following, rest = after.partition("[[agency]]\n")
    nobody = posts.replace('role = "detective_inspector"', 'role = "desk"').replace(
        'role = "safeguarding_lead"', 'role = "x"'
    )
    changed.write_text(before + police + nobody + following + rest)
    said = await store.take(changed)
    assert said.code == 1
    assert any("Sussex Police, Stage" in one and "reach nobody" in one for one in said.problems), said.problems
    assert await store.world.directories.revision() == 1


@pytest.mark.parametrize(("first", "code"), [("2027-07-02", 0), ("2027-07-03", 1)])
async def test_an_import_is_looked_at_from_the_partnerships_own_today_on(
    store: Store, tmp_path: Path, first: str, code: int
) -> None:
    store.world = store.world._replace(clock=FixedClock(datetime(2027, 7, 1, 23, 30, tzinfo=UTC)))
    await store.take(DEMO / "sussex.toml")
    text, changed = (DEMO / "sussex.toml").read_text(encoding="utf-8"), tmp_path / "sussex.toml"
    before, police, after = text.partition('id = "sussex-police"')
    posts, following, rest = after.partition("[[agency]]\n")
    begin = posts.replace("[[agency.post.holder]]\n", f"[[agency.post.holder]]\nvalid_from = {first}\n")
    changed.write_text(before + police + begin + following + rest)
    said = await store.take(changed)
    assert said.code == code, said.problems


async def test_a_deployment_does_not_start_with_made_up_contacts() -> None:
    router = RouterWorld()
    await refuse_demonstration(router.world)
    with pytest.raises(SettingsProblem):
        await refuse_demonstration((await router.ready()).world)


async def test_a_deployment_takes_in_no_made_up_contacts_while_it_runs(store: Store) -> None:
    said = await store.take(DEMO / "sussex.toml", made_up=False)
    assert said.code == 1
    assert await store.world.directories.revision() is None


async def test_a_check_changes_nothing(store: Store) -> None:
    said = await store.take(DEMO / "sussex.toml", check_only=True)
    assert said.code == 0
    assert await store.world.directories.revision() is None


async def test_every_problem_is_said_with_its_file_and_line(store: Store, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    text = (DEMO / "sussex.toml").read_text(encoding="utf-8")
    broken.write_text(
        text.replace('policy = "pan-sussex"', 'policy = "no-such"').replace('type = "police"', 'type = "x"')
    )
    said = await store.take(broken)
    assert said.code == 1
    assert len(said.problems) > 1
    assert all(problem.startswith("broken.toml, line ") for problem in said.problems)
    assert await store.world.directories.revision() is None


async def test_a_decision_is_explained_and_made_again_byte_for_byte() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    ref = await page.raise_escalation(code=page.code())
    said = await explain(ref, world=router.world)
    assert said.code == 0
    assert any("Taylor Willowby" in line for line in said.lines)
    await router.later(days=40)
    assert await replay(world=router.world) == (0, ("1 decisions replayed, 0 differ.",), ())


async def test_a_decision_that_comes_out_otherwise_is_said() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    ref = await page.raise_escalation(code=page.code())
    body = router.memory.directories[0]
    router.memory.directories[0] = body.replace(b"taylor.willowby@", b"somebody.else@")
    router.world.grounds._prepared.clear()  # type: ignore[attr-defined]  # as a new process would begin
    said = await replay(world=router.world)
    assert (said.code, said.lines[0]) == (1, f"{ref} decision 1 differs.")

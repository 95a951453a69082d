"""Router's commands: a directory with every problem by line, decisions explained and made again. Shell."""

from pathlib import Path

import pytest

from services.router.commands import explain, import_directory, refuse_demonstration, replay
from shared.questions import SendConfirmationCode
from shared.settings import SettingsProblem
from tests.router_world import RAISER, ROOT, RouterWorld

DEMO = ROOT / "deploy/demo"


async def test_the_demonstration_imports_as_one_directory_and_again_keeps_its_revision() -> None:
    router = RouterWorld()
    files = sorted(DEMO.glob("*.toml"))
    for _ in range(2):
        said = await import_directory(files, world=router.world, check_only=False, made_up=True)
        assert said.code == 0, said.problems
        assert said.lines[0].startswith("The directory is at revision 1: 8 partnerships")


async def test_a_deployment_does_not_start_with_made_up_contacts() -> None:
    router = RouterWorld()
    await refuse_demonstration(router.world)
    with pytest.raises(SettingsProblem):
        await refuse_demonstration((await router.ready()).world)


async def test_a_deployment_takes_in_no_made_up_contacts_while_it_runs() -> None:
    router = RouterWorld()
    said = await import_directory([DEMO / "sussex.toml"], world=router.world, check_only=False, made_up=False)
    assert said.code == 1
    assert router.memory.directories == []


async def test_a_check_changes_nothing() -> None:
    router = RouterWorld()
    said = await import_directory([DEMO / "sussex.toml"], world=router.world, check_only=True, made_up=True)
    assert said.code == 0
    assert router.memory.directories == []


async def test_every_problem_is_said_with_its_file_and_line(tmp_path: Path) -> None:
    router, broken = RouterWorld(), tmp_path / "broken.toml"
    text = (DEMO / "sussex.toml").read_text(encoding="utf-8")
    broken.write_text(
        text.replace('policy = "pan-sussex"', 'policy = "no-such"').replace('type = "police"', 'type = "x"')
    )
    said = await import_directory([broken], world=router.world, check_only=False, made_up=True)
    assert said.code == 1
    assert len(said.problems) > 1
    assert all(problem.startswith("broken.toml, line ") for problem in said.problems)
    assert router.memory.directories == []


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

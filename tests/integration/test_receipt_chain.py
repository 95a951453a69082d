"""The chain of receipts is verified by a command, which names the damage."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from services.intake.commands import verify_receipts
from tests.intake_world import World, as_bytes, envelope_json

Verify = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Six submissions in the store, and the receipt of the last one as the raiser keeps it."""
    world = World(tmp_path_factory.mktemp("intake"))
    with world.running() as running:
        answers = [httpx.post(f"{running.url}/api/v1/submissions", content=as_bytes(envelope_json())) for _ in range(6)]
        assert running.stop() == 0
    (world.folder / "kept.json").write_bytes(answers[-1].content)
    return world


@pytest.fixture
def verify(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Verify:
    """Runs the command on a copy of the store that a statement has changed."""

    def run(statement: str, *files: Path) -> tuple[int, str]:
        copy = tmp_path / "copy.db"
        shutil.copy(world.database.removeprefix("sqlite:///"), copy)
        store = sqlite3.connect(copy)
        store.execute(statement)
        store.commit()
        store.close()
        keys = {world.receipts.key_id: world.receipts.public}
        code = asyncio.run(verify_receipts(f"sqlite:///{copy}", keys, [str(file) for file in files]))
        return code, capsys.readouterr().out

    return run


def test_an_unharmed_chain_holds(world: World) -> None:
    done = world.command("verify-receipts", str(world.folder / "kept.json"))
    assert done.returncode == 0, done.stdout
    assert "6 receipts" in done.stdout


@pytest.mark.parametrize(
    ("statement", "damage"),
    [
        ("UPDATE submissions SET accepted_at = '2020-01-01 00:00:00.000000' WHERE number = 3", "number 3: signature"),
        ("UPDATE submissions SET reference = 'WS-000-000-000' WHERE number = 4", "number 4: signature"),
        ("UPDATE submissions SET signature = x'00' WHERE number = 2", "number 2: signature"),
        ("UPDATE submissions SET receipt_key = 'another' WHERE number = 2", "number 2: signature"),
        ("UPDATE submissions SET previous = 'f' WHERE number = 5", "number 5: broken"),
        ("DELETE FROM submissions WHERE number = 3", "number 3: order"),
        ("UPDATE submissions SET envelope = x'00' WHERE number = 6", "number 6: envelope"),
    ],
)
def test_damage_is_named(verify: Verify, statement: str, damage: str) -> None:
    code, said = verify(statement)
    assert code == 1
    assert damage in said


def test_an_end_that_was_cut_off_shows_against_a_receipt_somebody_kept(world: World, verify: Verify) -> None:
    cut = "DELETE FROM submissions WHERE number = 6"
    assert verify(cut)[0] == 0
    code, said = verify(cut, world.folder / "kept.json")
    assert code == 1
    assert "number 6" in said


def test_an_envelope_that_was_deleted_leaves_its_receipt_in_the_chain(verify: Verify) -> None:
    assert verify("UPDATE submissions SET envelope = NULL WHERE number = 3")[0] == 0

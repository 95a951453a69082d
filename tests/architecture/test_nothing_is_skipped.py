"""A test that misses a program is skipped on somebody's own machine, and fails in CI. Shell."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEEDS_NODE = "tests/unit/test_browser_parts.py"
SKIPS = re.compile(r"pytest\.(skip|importorskip)\(|mark\.skip")


def without_node(**environment: str) -> subprocess.CompletedProcess[str]:
    """That file's tests, run where no program can be found."""
    command = [sys.executable, "-m", "pytest", NEEDS_NODE, "-n", "0", "-p", "no:cacheprovider"]
    return subprocess.run(
        command, cwd=ROOT, env={"PATH": "/nowhere", **environment}, capture_output=True, text=True, timeout=60
    )


def test_without_node_a_test_that_needs_it_fails_in_ci() -> None:
    ended = without_node(CI="true")
    assert ended.returncode == 1
    assert "type: make setup" in ended.stdout


def test_without_node_a_test_that_needs_it_is_skipped_elsewhere() -> None:
    ended = without_node()
    assert ended.returncode == 0, ended.stdout
    assert " skipped" in ended.stdout
    assert " passed" not in ended.stdout


def test_no_test_skips_itself() -> None:
    """Only a conftest may: there the reason says what to type, and CI fails instead."""
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    assert [path.name for path in files if SKIPS.search(path.read_text())] == []

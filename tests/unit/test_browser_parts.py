"""Runs the unit tests of the page's pure parts under Node. Shell."""

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.mark.node
@pytest.mark.parametrize("tests", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_the_pure_parts_of_the_page_keep_their_promises(tests: Path) -> None:
    command = ["node", "--test", "--test-reporter=tap", str(tests)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stdout

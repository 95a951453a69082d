"""Runs the unit tests of the pure parts of an escalation's page under Node. Shell."""

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.mark.node
def test_the_pure_parts_of_an_escalations_page_keep_their_promises() -> None:
    command = ["node", "--test", "--test-reporter=tap", str(HERE / "follow_parts.test.mjs")]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stdout

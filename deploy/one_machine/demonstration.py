"""The demonstration's partnerships, as files under deploy/demo. Shell."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

DEMO = Path(__file__).parents[1] / "demo"
_OTHER_TABLES = re.compile(r"^\[(?!\[?partnership\b).*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
"""What is not a partnership's table: reading the agencies' too would take longer than all the keys."""


def directories() -> list[Path]:
    """The directory files of the demonstration."""
    return sorted(DEMO.glob("*.toml"))


def partnerships_in(files: Iterable[Path]) -> list[str]:
    """The ids of the partnerships that these directory files hold."""
    read = [tomllib.loads(_OTHER_TABLES.sub("", path.read_text())) for path in files]
    return sorted({one["id"] for whole in read for one in whole.get("partnership", [])})

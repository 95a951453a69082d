"""The demonstration's partnerships, as files under deploy/demo. Shell."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

DEMO = Path(__file__).parents[1] / "demo"


def directories() -> list[Path]:
    """The directory files of the demonstration."""
    return sorted(DEMO.glob("*.toml"))


def partnerships_in(files: Iterable[Path]) -> list[str]:
    """The ids of the partnerships that these directory files hold."""
    read = [tomllib.loads(path.read_text()) for path in files]
    return sorted({one["id"] for whole in read for one in whole.get("partnerships", whole.get("partnership", []))})

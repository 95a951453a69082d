"""Laws are judged by what they find, never by how long a busy machine took over them. Shell.

Hypothesis takes whatever interrupts a draw for the test's own failure, draws again without it, and then reports
"Inconsistent data generation": a wall clock that strikes in mid-draw looks like a strategy that is not deterministic.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

PATIENCE_SECONDS = 900

settings.register_profile("candour", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("candour")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The limit that ends a hanging test stands far beyond what load alone can cause."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(PATIENCE_SECONDS))

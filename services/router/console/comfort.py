"""What is done beside the pages only: where it goes wrong it is tried again later, and the console runs on. Shell."""

import contextlib
from collections.abc import Iterator

from shared.failures import Transient
from shared.log import Event, record


@contextlib.contextmanager
def going_on() -> Iterator[None]:
    """Let nothing that goes wrong inside end whoever tries it again: a bug is recorded. Being told to stop stops it."""
    try:
        yield
    except Transient:
        pass
    except Exception as failure:  # noqa: BLE001 - a bug in what pages can do without keeps nobody from the pages
        record(Event.FAILED, failure=failure)

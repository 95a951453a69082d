"""A console that listens, its loop in a thread of its own. Shell."""

import asyncio
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from console_world import ConsoleWorld

from deploy.one_machine.ports import free_ports
from shared.web import serve

T = TypeVar("T")
_TAKES_SECONDS = 30


class Standing:
    """A console's world, served to a browser."""

    def __init__(self, folder: Path, built: Path, **changes: Any) -> None:
        self.port = free_ports().console
        self.url = f"http://localhost:{self.port}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.world = ConsoleWorld(folder, built=built, public_url=self.url, http_port=self.port, **changes)
        self.ask(self.world.__aenter__())
        listening = folder / "port"
        app = self.world.built.app
        self._serving = asyncio.run_coroutine_threadsafe(
            serve(app, host="127.0.0.1", port=self.port, port_file=listening), self._loop
        )
        wait = threading.Event()
        while not listening.exists() and not self._serving.done():
            wait.wait(0.01)

    def ask(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_TAKES_SECONDS)

    def close(self) -> None:
        self._serving.cancel()
        self.ask(self.world.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

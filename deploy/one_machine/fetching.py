"""Asks the parts of one machine over loopback HTTP. Shell."""

import asyncio
import socket
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable

POLL_SECONDS = 0.05


class NotInTime(Exception):
    """What was waited for did not come."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: not in time")
        self.what = what


async def status_of(url: str) -> tuple[int, str]:
    """Status and body of a GET; 0 where nobody answers."""
    return await asyncio.to_thread(_get, url)


async def until(what: str, holds: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
    """Wait until `holds`. Raises NotInTime, naming `what`."""
    try:
        async with asyncio.timeout(seconds):
            while not await holds():
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise NotInTime(what) from None


async def answers_on(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True


def is_free(host: str, port: int) -> bool:
    """Whether a listener could have this port."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True


def _get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status, response.read().decode(errors="replace")
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode(errors="replace")
    except OSError:
        return 0, ""

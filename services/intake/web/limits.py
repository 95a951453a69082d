"""How much one source, and all together, may send in a minute; and who the source is. Shell."""

import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from litestar.types import Scope

_MINUTE = 60.0
_MOST_SOURCES = 50_000
LARGE = 64 * 1024
"""Bytes. A whole form is mostly smaller."""
_UNKNOWN = "unknown"


class Limiter:
    """Lets through so many a minute, evenly refilled, a minute's worth at once at most.

    Sources are remembered until there are too many; then the ones least lately seen are forgotten.
    """

    def __init__(self, *, a_minute: int, a_minute_per_source: int, now: Callable[[], float] = time.monotonic) -> None:
        self._overall = _MINUTE / a_minute
        self._per_source = _MINUTE / a_minute_per_source
        self._now = now
        self._all_due = 0.0
        self._due: OrderedDict[str, float] = OrderedDict()

    def wait_seconds(self, source: str) -> float:
        """0 where this request may go on (it then counts), else how long to wait."""
        now = self._now()
        due = max(self._due.get(source, 0.0), now)
        all_due = max(self._all_due, now)
        wait = max(due + self._per_source, all_due + self._overall) - now - _MINUTE
        if wait > _ROUNDING:
            return wait
        self._due[source] = due + self._per_source
        self._due.move_to_end(source)
        self._all_due = all_due + self._overall
        if len(self._due) > _MOST_SOURCES:
            self._due.popitem(last=False)
        return 0.0

    def weigh(self, source: str, size: int) -> None:
        """Count a body that was let through once more for every LARGE of it: else few could fill the disk."""
        if size >= LARGE:
            self._due[source] = self._due.get(source, self._now()) + size // LARGE * self._per_source


_ROUNDING = 1e-6


def source_of(scope: Scope, *, proxies: int) -> str:
    """Who sent this: the socket's address, or with `proxies` in front what the outermost of them saw.

    Each proxy adds at the right of X-Forwarded-For; what stands further left came from the visitor and proves nothing.
    """
    client = scope.get("client")
    address = client[0] if client else _UNKNOWN
    if proxies:
        seen = [
            part.strip()
            for name, value in scope["headers"]
            if name == b"x-forwarded-for"
            for part in value.decode("latin-1").split(",")
        ]
        if len(seen) >= proxies:
            address = seen[-proxies]
    return _network(address)


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    """IPv6 by /64: one household or office has that many addresses."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return _UNKNOWN
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return f"{int(parsed) >> 64:x}/64"

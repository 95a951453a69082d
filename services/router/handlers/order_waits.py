"""Which orders failed for now: each waits longer each time, in memory alone, and lets the others pass. Shell."""

from datetime import timedelta

from services.router.domain.admin.orders import OrderId
from shared.terms import Instant

FIRST = timedelta(seconds=1)
LONGEST = timedelta(minutes=5)


class OrderWaits:
    """Kept by one process. Another, or this one begun again, tries them at once."""

    def __init__(self) -> None:
        self._waits: dict[OrderId, tuple[timedelta, Instant]] = {}

    def failed(self, order: OrderId, *, at: Instant) -> None:
        """It waits twice as long as the last time."""
        before = self._waits.get(order)
        wait = min(before[0] * 2, LONGEST) if before is not None else FIRST
        self._waits[order] = (wait, at)

    def ended(self, order: OrderId) -> None:
        self._waits.pop(order, None)

    def held(self, *, at: Instant) -> frozenset[OrderId]:
        """Those whose time has not come. What nobody tried for long is forgotten: it ended elsewhere."""
        self._waits = {order: (wait, since) for order, (wait, since) in self._waits.items() if at < since + 3 * LONGEST}
        return frozenset(order for order, (wait, since) in self._waits.items() if at < since + wait)

"""How a delivered message is settled: done, again later, or parked for a person. Shell."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from shared.failures import Code, Permanent, Transient, code_of
from shared.log import Event, record
from shared.terms import EscalationRef

MOST_ATTEMPTS = 5
"""A bug is tried this often before a person gets it: a restart with the bug mended may come first."""
LONGEST_WAIT_SECONDS = 60


class Delivery(Protocol):
    """One delivery of one message. `attempt` is 1 the first time."""

    @property
    def ref(self) -> EscalationRef | None: ...

    @property
    def attempt(self) -> int: ...

    async def done(self) -> None: ...

    async def again(self, *, after_seconds: float) -> None: ...

    async def park(self, code: Code) -> None: ...


def wait_seconds(attempt: int) -> float:
    """How long to wait before the next attempt: 1, 2, 4 … seconds, a minute at most."""
    return float(min(2 ** min(max(attempt, 1) - 1, 30), LONGEST_WAIT_SECONDS))


async def settle(delivery: Delivery, handle: Callable[[], Awaitable[None]]) -> None:
    """Run `handle`, then settle `delivery` exactly once: done, again later, or parked for a person."""
    try:
        await handle()
    except Exception as failure:  # noqa: BLE001 - a bug must not lose a message either
        record(Event.DELIVERY_FAILED, ref=delivery.ref, attempt=delivery.attempt, failure=failure)
        if isinstance(failure, Permanent) or (not isinstance(failure, Transient) and delivery.attempt >= MOST_ATTEMPTS):
            await _park(delivery, code_of(failure))
        else:
            await delivery.again(after_seconds=wait_seconds(delivery.attempt))
    else:
        await delivery.done()


async def _park(delivery: Delivery, code: Code) -> None:
    """Park, or try again later: what could not even be set aside stays with the broker."""
    try:
        await delivery.park(code)
    except Exception as failure:  # noqa: BLE001 - as above
        record(Event.DELIVERY_FAILED, ref=delivery.ref, attempt=delivery.attempt, failure=failure)
        await delivery.again(after_seconds=wait_seconds(delivery.attempt))
    else:
        record(Event.DELIVERY_PARKED, ref=delivery.ref, attempt=delivery.attempt, code=code)

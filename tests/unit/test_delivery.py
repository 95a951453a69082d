"""How a delivery is settled."""

import pytest

from shared.delivery import LONGEST_WAIT_SECONDS, MOST_ATTEMPTS, settle, wait_seconds
from shared.failures import Code, Permanent, Transient
from shared.terms import EscalationRef


class FakeDelivery:
    """Keeps how it was settled."""

    ref = EscalationRef("WS-7K3-QM9-PXC")

    def __init__(self, *, attempt: int = 1, park_fails: bool = False) -> None:
        self.attempt = attempt
        self.settled: list[object] = []
        self._park_fails = park_fails

    async def done(self) -> None:
        self.settled.append("done")

    async def again(self, *, after_seconds: float) -> None:
        self.settled.append(after_seconds)

    async def park(self, code: Code) -> None:
        if self._park_fails:
            raise Transient(Code.STORE_UNAVAILABLE)
        self.settled.append(code)


async def settled(failure: Exception | None, delivery: FakeDelivery) -> list[object]:
    async def handle() -> None:
        if failure is not None:
            raise failure

    await settle(delivery, handle)
    return delivery.settled


async def test_what_was_handled_is_done() -> None:
    assert await settled(None, FakeDelivery()) == ["done"]


@pytest.mark.parametrize("attempt", [1, MOST_ATTEMPTS, 1000])
async def test_a_transient_failure_is_tried_again_without_end(attempt: int) -> None:
    transient = Transient(Code.STORE_UNAVAILABLE)
    assert await settled(transient, FakeDelivery(attempt=attempt)) == [wait_seconds(attempt)]


async def test_a_permanent_failure_is_parked_at_once() -> None:
    assert await settled(Permanent(Code.CANNOT_OPEN), FakeDelivery()) == [Code.CANNOT_OPEN]


async def test_a_bug_is_tried_again_and_then_parked() -> None:
    assert await settled(KeyError("bug"), FakeDelivery(attempt=MOST_ATTEMPTS - 1)) == [wait_seconds(MOST_ATTEMPTS - 1)]
    assert await settled(KeyError("bug"), FakeDelivery(attempt=MOST_ATTEMPTS)) == [Code.BUG]


async def test_what_cannot_be_parked_now_is_tried_again() -> None:
    delivery = FakeDelivery(attempt=3, park_fails=True)
    assert await settled(Permanent(Code.CANNOT_OPEN), delivery) == [wait_seconds(3)]


def test_waits_grow_to_a_minute() -> None:
    waits = [wait_seconds(attempt) for attempt in (1, 2, 3, 4, 7, 10**9)]
    assert waits == [1, 2, 4, 8, LONGEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS]

"""Does what falls due, every few seconds and as soon as something new waits. Shell."""

import asyncio
from datetime import timedelta

from services.router.handlers.asking_holders import ask_holders
from services.router.handlers.key_ends import destroy_ended
from services.router.handlers.order_waits import OrderWaits
from services.router.handlers.ordering import carry_out_all
from services.router.handlers.sweeping import forget_old, sweep
from services.router.ports import World
from shared.failures import Code, Transient
from shared.log import Event, record
from shared.terms import Instant

FORGET_EVERY = timedelta(hours=1)
ASK_EVERY = timedelta(minutes=10)
LATE = timedelta(minutes=5)
ORDER_SECONDS = 0.5
"""An admin waits for what they ordered. Where there is none, a look is one row of an index that is not there."""


class Timers:
    """The sweep. What is due stands in the store, so that any number of routers do each thing once."""

    name = "sweep"

    def __init__(self, world: World, *, every_seconds: float) -> None:
        self._world = world
        self._every_seconds = every_seconds
        self._woken = asyncio.Event()
        self._forgotten_at: Instant | None = None
        self._asked_at: Instant | None = None
        self._failed: Code | None = None
        self._swept_at: Instant = world.clock.now()

    def wake(self) -> None:
        """Something may be due now."""
        self._woken.set()

    def problem(self) -> Code | None:
        """For health: something due cannot be done, or nothing was swept for five minutes."""
        if self._failed is not None:
            return self._failed
        return Code.STORE_UNAVAILABLE if self._world.clock.now() - self._swept_at > LATE + self._slack() else None

    async def run(self) -> None:
        """For ever."""
        while True:
            self._woken.clear()
            try:
                failed = [code for code in await sweep(self._world) if code is not Code.STORE_CONFLICT]
                self._failed = failed[0] if failed else None
                await self._forget()
                await self._ask()
                self._swept_at = self._world.clock.now()
            except Transient as failure:
                record(Event.SWEEP_FAILED, failure=failure)
            await self._woken_or_later()

    def _slack(self) -> timedelta:
        return timedelta(seconds=self._every_seconds)

    async def _forget(self) -> None:
        now = self._world.clock.now()
        if self._forgotten_at is None or now - self._forgotten_at > FORGET_EVERY:
            await forget_old(self._world)
            await destroy_ended(self._world)
            self._forgotten_at = now

    async def _ask(self) -> None:
        now = self._world.clock.now()
        if self._asked_at is None or now - self._asked_at > ASK_EVERY:
            try:
                await ask_holders(self._world)
            except Transient:
                raise
            except Exception as failure:  # noqa: BLE001 - a bug about the directory must not keep a child waiting
                record(Event.SWEEP_FAILED, failure=failure)
            self._asked_at = now

    async def _woken_or_later(self) -> None:
        try:
            async with asyncio.timeout(self._every_seconds):
                await self._woken.wait()
        except TimeoutError:
            return


class OrderTimers:
    """Carries out what admins ordered, soon. Two routers at once: each order ends once."""

    name = "orders"

    def __init__(self, world: World, *, every_seconds: float = ORDER_SECONDS) -> None:
        self._world = world
        self._every_seconds = every_seconds
        self._well_at: Instant = world.clock.now()
        self._waits = OrderWaits()

    def problem(self) -> Code | None:
        """For health: no order could be looked for for five minutes."""
        return Code.STORE_UNAVAILABLE if self._world.clock.now() - self._well_at > LATE else None

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await carry_out_all(self._world, waits=self._waits)
                self._well_at = self._world.clock.now()
            except Transient as failure:
                record(Event.SWEEP_FAILED, failure=failure)
            await asyncio.sleep(self._every_seconds)

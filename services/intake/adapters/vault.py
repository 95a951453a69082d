"""The vault in SQL: submissions are committed in groups, one writer, each failing alone. Shell."""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial

from services.intake.adapters.pressing import Head, Press, Pressed
from services.intake.adapters.writing import DoesNotFit, head_of, write_alone, write_together
from services.intake.domain.envelope import Conflict, Incoming
from shared.failures import Code, Transient, code_of
from shared.receipts import SignedReceipt, Signer
from shared.references import mint_reference
from shared.store import Database
from shared.terms import EscalationRef, Instant

_MOST_TOGETHER = 128


class _Unit:
    """One envelope that waits for the writer, and where its receipt goes."""

    __slots__ = ("at", "incoming", "told")

    def __init__(self, incoming: Incoming, at: Instant) -> None:
        self.incoming = incoming
        self.at = at
        self.told: asyncio.Future[SignedReceipt | Conflict] = asyncio.get_running_loop().create_future()

    def tell(self, outcome: SignedReceipt | Conflict) -> None:
        if not self.told.done():
            self.told.set_result(outcome)

    def fail(self, failure: Exception) -> None:
        if not self.told.done():
            self.told.set_exception(failure)


class SqlVault:
    """A Vault over a Database. `run()` is the one writer of `chain`: it must run beside whoever accepts.

    seconds: how long one who accepts waits at most; it may still be committed then, and asking again will show it.
    committed: called after each commit, so that the relay wakes.
    """

    def __init__(
        self,
        database: Database,
        *,
        signer: Signer,
        chain: str,
        seconds: float = 20.0,
        committed: Callable[[], None] = lambda: None,
        mint: Callable[[str], EscalationRef] = mint_reference,
    ) -> None:
        self._database = database
        self._press = Press(chain=chain, signer=signer, mint=mint)
        self._seconds = seconds
        self._committed = committed
        self._head: Head | None = None
        self._units: deque[_Unit] = deque()
        self._awake = asyncio.Event()
        self._problem: Code | None = None

    def problem(self) -> Code | None:
        """For health: why the last commit failed, None when it did not."""
        return self._problem

    async def accept(self, incoming: Incoming, *, at: Instant) -> SignedReceipt | Conflict:
        """Wait for the commit that this envelope is part of. Raises: Transient."""
        unit = _Unit(incoming, at)
        self._units.append(unit)
        self._awake.set()
        loop = asyncio.get_running_loop()
        late = loop.call_later(self._seconds, unit.fail, Transient(Code.STORE_UNAVAILABLE))
        try:
            return await unit.told
        finally:
            late.cancel()

    async def run(self) -> None:
        """Commit what waits, without end."""
        try:
            while True:
                await self._awake.wait()
                self._awake.clear()
                while units := self._next_units():
                    await self._commit(units)
                    self._committed()
        finally:
            for unit in self._units:
                unit.fail(Transient(Code.STORE_UNAVAILABLE))

    def _next_units(self) -> list[_Unit]:
        """Those who wait, in order, less those who went away."""
        units: list[_Unit] = []
        while self._units and len(units) < _MOST_TOGETHER:
            unit = self._units.popleft()
            if not unit.told.done():
                units.append(unit)
        return units

    async def _commit(self, units: list[_Unit]) -> None:
        """All in one transaction; where that does not fit or fails, each in its own, so that each fails alone."""
        try:
            pressed = await self._pressed(units)
            await self._database.write(partial(write_together, pressed=pressed))
        except Exception as failure:  # noqa: BLE001 - whatever it was, it may be one unit's alone
            self._head = None  # nobody can say whether it was committed
            if not isinstance(failure, DoesNotFit):
                self._problem = _code(failure)
            for unit in units:
                await self._commit_alone(unit)
        else:
            self._head, self._problem = pressed[-1].head, None
            for unit, one in zip(units, pressed, strict=True):
                unit.tell(one.signed)

    async def _pressed(self, units: list[_Unit]) -> list[Pressed]:
        """The receipts in the order of waiting. Made here and not in the store's thread, which would fight the loop."""
        if self._head is None:
            self._head = await self._database.read(partial(head_of, chain=self._press.chain))
        head, pressed = self._head, list[Pressed]()
        for unit in units:
            pressed.append(self._press.press(unit.incoming, at=unit.at, after=head))
            head = pressed[-1].head
        return pressed

    async def _commit_alone(self, unit: _Unit) -> None:
        if unit.told.done():
            return
        work = partial(write_alone, incoming=unit.incoming, at=unit.at, press=self._press)
        try:
            outcome, self._head = await self._database.write(work)
        except Exception as failure:  # noqa: BLE001 - a failure is this unit's alone, and a foreign text quotes values
            self._head, self._problem = None, _code(failure)
            unit.fail(Transient(self._problem))
        else:
            self._problem = None
            unit.tell(outcome)


def _code(failure: Exception) -> Code:
    """DoesNotFit, for one alone: its number in the chain was taken, so the chain has a second writer."""
    return Code.STORE_CONFLICT if isinstance(failure, DoesNotFit) else code_of(failure)

"""The vault in SQL: submissions are committed in groups, one writer, each failing alone. Shell."""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial

from services.intake.adapters.pressing import Head, Press
from services.intake.adapters.writing import DoesNotFit, Waiting, write_alone, write_together
from services.intake.domain.envelope import Conflict, Incoming
from shared.failures import Code, Failure, Transient
from shared.receipts import SignedReceipt, Signer
from shared.references import mint_reference
from shared.store import Database
from shared.terms import EscalationRef, Instant

_MOST_TOGETHER = 128


class _Unit:
    """One envelope that waits for the writer, and where its receipt goes."""

    __slots__ = ("told", "waiting")

    def __init__(self, waiting: Waiting) -> None:
        self.waiting = waiting
        self.told: asyncio.Future[SignedReceipt | Conflict] = asyncio.get_running_loop().create_future()

    def tell(self, outcome: SignedReceipt | Conflict) -> None:
        if not self.told.done():
            self.told.set_result(outcome)

    def fail(self, failure: Exception) -> None:
        if not self.told.done():
            self.told.set_exception(failure)


class SqlVault:
    """A Vault over a Database. `run()` is the one writer of `chain`: it must run beside whoever accepts.

    committed: called after each commit, so that the relay wakes.
    """

    def __init__(
        self,
        database: Database,
        *,
        signer: Signer,
        chain: str,
        committed: Callable[[], None] = lambda: None,
        mint: Callable[[str], EscalationRef] = mint_reference,
    ) -> None:
        self._database = database
        self._press = Press(chain=chain, signer=signer, mint=mint)
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
        unit = _Unit((incoming, at))
        self._units.append(unit)
        self._awake.set()
        return await unit.told

    async def run(self) -> None:
        """Commit what waits, without end."""
        try:
            while True:
                await self._awake.wait()
                self._awake.clear()
                while self._units:
                    await self._commit(self._next_units())
        finally:
            for unit in self._units:
                unit.fail(Transient(Code.STORE_UNAVAILABLE))

    def _next_units(self) -> list[_Unit]:
        """Those who wait, in order, less those who went away."""
        count = min(len(self._units), _MOST_TOGETHER)
        return [unit for unit in (self._units.popleft() for _ in range(count)) if not unit.told.done()]

    async def _commit(self, units: list[_Unit]) -> None:
        """All in one transaction; where that does not fit, each in its own, so that each fails alone."""
        if not units:
            return
        waiting = [unit.waiting for unit in units]
        work = partial(write_together, waiting=waiting, press=self._press, head=self._head)
        try:
            receipts, self._head = await self._database.write(work)
        except DoesNotFit:
            await self._commit_alone(units)
        except Exception as failure:  # noqa: BLE001 - whatever it was, it may be one unit's alone
            self._head = None
            self._problem = _code(failure)
            await self._commit_alone(units)
        else:
            self._problem = None
            for unit, receipt in zip(units, receipts, strict=True):
                unit.tell(receipt)
            self._committed()

    async def _commit_alone(self, units: list[_Unit]) -> None:
        for unit in units:
            if unit.told.done():
                continue
            try:
                outcome = await self._write_alone(unit.waiting)
            except Failure as failure:
                self._problem = failure.code
                unit.fail(failure)
            except Exception:  # noqa: BLE001 - a bug is this unit's alone; its text may quote values
                self._problem = Code.BUG
                unit.fail(Transient(Code.BUG))
            else:
                self._problem = None
                unit.tell(outcome)
        self._committed()

    async def _write_alone(self, waiting: Waiting) -> SignedReceipt | Conflict:
        try:
            outcome, self._head = await self._database.write(
                partial(write_alone, waiting=waiting, press=self._press, head=self._head)
            )
        except DoesNotFit:  # the number was taken: what we took for the head was not
            self._head = None
            outcome, self._head = await self._try_again(waiting)
        except Exception:
            self._head = None
            raise
        return outcome

    async def _try_again(self, waiting: Waiting) -> tuple[SignedReceipt | Conflict, Head]:
        try:
            return await self._database.write(partial(write_alone, waiting=waiting, press=self._press, head=None))
        except DoesNotFit:
            raise Transient(Code.STORE_CONFLICT) from None


def _code(failure: Exception) -> Code:
    return failure.code if isinstance(failure, Failure) else Code.BUG

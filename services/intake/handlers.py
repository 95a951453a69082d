"""What intake does, one function a use case. Shell."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress

from services.intake.domain.envelope import Conflict, Incoming
from services.intake.domain.public_book import BookStand, Taken
from services.intake.domain.releasing import WITHIN, Withheld, is_alive
from services.intake.ports import Records, Router, Seal, Shelf, TicketSeal, Vault
from shared.clock import Clock
from shared.failures import Code, Failure, Permanent
from shared.log import Event, record
from shared.questions import RouteAnswer, RouteQuestion, SealedAnswer, SealedQuestion
from shared.receipts import SignedReceipt
from shared.releases import SignedTicket
from shared.terms import Digest, Instant

_NO_BOOK_SECONDS = 0.1
"""Between two questions while there is no book at all, and so no form."""


async def accept_submission(incoming: Incoming, *, vault: Vault, clock: Clock) -> SignedReceipt | Conflict:
    """Commit the envelope with the message it owes, then return its receipt.

    Raises: Transient when it was not stored in time: then it may be posted again, with the same bytes.
    """
    return await vault.accept(incoming, at=clock.now())


async def ask_route(question: RouteQuestion, *, router: Router) -> RouteAnswer:
    """Who would be told, and by when. Raises: Transient when router is silent."""
    return await router.route(question)


async def ask_sealed(question: SealedQuestion, *, router: Router, step_seconds: float) -> SealedAnswer:
    """Carry a sealed question to router and its answer back, each answer after a whole number of steps.

    How long router needed would else tell a party from a stranger. Raises: Transient when router is silent.
    """
    loop = asyncio.get_running_loop()
    asked_at = loop.time()
    try:
        return await router.sealed(question)
    finally:
        await asyncio.sleep(step_seconds - (loop.time() - asked_at) % step_seconds)


class ReleaseDesk:
    """Releases the ciphertext of a record to whoever brings router's ticket, and watches how many."""

    def __init__(self, *, records: Records, seal: TicketSeal, clock: Clock) -> None:
        self._records = records
        self._seal = seal
        self._clock = clock
        self._too_many_at: Instant | None = None

    def problem(self) -> Code | None:
        """For health: too many records were asked for within the hour."""
        recent = self._too_many_at is not None and self._clock.now() < self._too_many_at + WITHIN
        return Code.TOO_MANY_READ if recent else None

    async def open(self) -> None:
        """Learn from the store whether there were too many before this start."""
        now = self._clock.now()
        if await self._records.refused_since(now - WITHIN):
            self._too_many_at = now

    async def release(self, signed: SignedTicket) -> bytes | Withheld:
        """The ciphertext, or why not. Raises: Permanent(BAD_SIGNATURE), Transient."""
        self._seal.check(signed)
        now = self._clock.now()
        if not is_alive(signed.ticket, at=now):
            return Withheld.EXPIRED
        released = await self._records.release(signed.ticket, at=now)
        if released is Withheld.TOO_MANY:
            self._too_many_at = now
            record(Event.RECORD_WITHHELD, code=Code.TOO_MANY_READ)
        return released


class BookKeeper:
    """Keeps the public book fresh: from the shelf at start, from router after."""

    def __init__(self, *, stand: BookStand, router: Router, shelf: Shelf, seal: Seal, clock: Clock) -> None:
        self._stand = stand
        self._router = router
        self._shelf = shelf
        self._seal = seal
        self._clock = clock
        self._refused: Code | None = None

    def problem(self) -> Code | None:
        """For health: a book that was refused, or none at all."""
        return self._refused or (Code.PEER_SILENT if self._stand.book is None else None)

    def key_problem(self) -> Code | None:
        """For health: a partnership whose every facts key has expired. Forms are still sealed to it and accepted."""
        now, book = self._clock.now(), self._stand.book
        books = () if book is None else book.book.partnerships
        ends = [max(key.expires_at for key in each.facts_keys) for each in books if each.facts_keys]
        return Code.UNKNOWN_KEY if any(end <= now for end in ends) else None

    async def open_kept(self) -> None:
        """Stand the kept book up, if there is one and router signed it. A changed one is refused and asked for anew."""
        kept = await self._shelf.kept()
        if kept is None:
            return
        try:
            self._stand.offer(self._seal.book_of(kept))
        except Permanent as failure:
            self._refuse(failure)

    async def refresh(self) -> Taken:
        """Ask router once. Raises: Transient when it is silent, Permanent when its book is refused."""
        signed = await self._router.public_book(self._stand.revision)
        if signed is None:
            self._refused = None
            return Taken.UNCHANGED
        try:
            book = self._seal.book_of(signed)
            taken = self._stand.offer(book)
            if taken is Taken.OLDER:
                raise Permanent(Code.BOOK_REFUSED)
        except Permanent as failure:
            self._refuse(failure)
            raise
        if taken is Taken.TAKEN:
            await self._shelf.keep(signed, revision=book.revision, at=self._clock.now())
            record(Event.BOOK_TAKEN, count=book.revision)
        self._refused = None
        return taken

    async def run(self, *, every_seconds: float, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Refresh without end; sooner while there is no book at all."""
        while True:
            with suppress(Failure):  # a refusal is logged already; silence is the broker's to log: the kept book stands
                await self.refresh()
            await pause(every_seconds if self._stand.book is not None else min(_NO_BOOK_SECONDS, every_seconds))

    def _refuse(self, failure: Permanent) -> None:
        self._refused = Code.BOOK_REFUSED
        record(Event.BOOK_REFUSED, code=failure.code)


def digest_of(body: bytes) -> Digest:
    """SHA-256 of the bytes as they came."""
    return Digest(hashlib.sha256(body).hexdigest())

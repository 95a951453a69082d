"""What intake's handlers need from outside. Shell."""

from typing import Protocol

from services.intake.domain.envelope import Conflict, Incoming
from services.intake.domain.releasing import Withheld
from shared.public_book import PublicBook
from shared.questions import RouteAnswer, RouteQuestion, SealedAnswer, SealedQuestion
from shared.receipts import SignedReceipt
from shared.releases import ReleaseTicket, SignedTicket
from shared.terms import Instant


class Vault(Protocol):
    """Keeps submissions for good, and says so with a receipt."""

    async def accept(self, incoming: Incoming, *, at: Instant) -> SignedReceipt | Conflict:
        """Commit the envelope with the message it owes. The same id and bytes again: the same receipt.

        Raises: Transient when it was not stored, or when nobody can say whether it was.
        """
        ...


class Records(Protocol):
    """Releases the ciphertext of records, and counts."""

    async def release(self, ticket: ReleaseTicket, *, at: Instant) -> bytes | Withheld:
        """The ciphertext that the ticket names, once; or why not. Raises: Transient."""
        ...

    async def refused_since(self, since: Instant) -> int:
        """How many releases were refused since then because there were too many."""
        ...


class TicketSeal(Protocol):
    """Tells a ticket that router signed from any other."""

    def check(self, signed: SignedTicket) -> None:
        """Raises: Permanent(BAD_SIGNATURE)."""
        ...


class Router(Protocol):
    """Answers what a page asks. Every question raises Transient when router does not answer in time."""

    async def public_book(self, revision: int) -> bytes | None:
        """The signed book, whole, or None where `revision` is still the newest. Not yet verified."""
        ...

    async def route(self, question: RouteQuestion) -> RouteAnswer: ...

    async def sealed(self, question: SealedQuestion) -> SealedAnswer: ...


class Shelf(Protocol):
    """Keeps the newest signed book, so that intake starts without a broker."""

    async def keep(self, signed: bytes, *, revision: int, at: Instant) -> None:
        """Keep this book in the place of the one before."""
        ...

    async def kept(self) -> bytes | None:
        """The book that was kept, None before the first. Not yet verified: the store may have been changed."""
        ...


class Seal(Protocol):
    """Tells a book that router signed from any other."""

    def book_of(self, signed: bytes) -> PublicBook:
        """The book inside. Raises: Permanent(BAD_SIGNATURE, UNREADABLE)."""
        ...

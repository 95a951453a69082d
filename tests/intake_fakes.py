"""Fakes of intake's ports; each passes the contract suite of its port. Shell."""

from services.intake.adapters.pressing import Head, Press
from services.intake.domain.envelope import Conflict, Incoming
from shared.failures import Code, Permanent, Transient
from shared.public_book import PublicBook
from shared.questions import RouteAnswer, RouteQuestion, SealedAnswer, SealedQuestion
from shared.receipts import SignedReceipt, Signer
from shared.references import mint_reference
from shared.terms import Digest, Instant


class MemoryVault:
    """A Vault in memory."""

    def __init__(self, signer: Signer | None = None) -> None:
        self.signer = signer or Signer.generate()
        self._press = Press(chain="memory", signer=self.signer, mint=mint_reference)
        self._head = Head()
        self.kept: dict[str, tuple[Digest, SignedReceipt]] = {}
        self.away = False

    async def accept(self, incoming: Incoming, *, at: Instant) -> SignedReceipt | Conflict:
        if self.away:
            raise Transient(Code.STORE_UNAVAILABLE)
        held = self.kept.get(incoming.envelope.submission)
        if held is not None:
            return held[1] if held[0] == incoming.digest else Conflict()
        pressed = self._press.press(incoming, at=at, after=self._head)
        self._head = pressed.head
        self.kept[incoming.envelope.submission] = (incoming.digest, pressed.signed)
        return pressed.signed


class FakeRouter:
    """A Router that answers at once, or not at all."""

    def __init__(self) -> None:
        self.offered: bytes | None = None
        self.silent = False

    async def public_book(self, revision: int) -> bytes | None:
        self._speak()
        return self.offered

    async def route(self, question: RouteQuestion) -> RouteAnswer:
        self._speak()
        return RouteAnswer(stage_label="Stage 2")

    async def sealed(self, question: SealedQuestion) -> SealedAnswer:
        self._speak()
        return SealedAnswer(sealed=question.question.sealed[::-1])

    def _speak(self) -> None:
        if self.silent:
            raise Transient(Code.PEER_SILENT)


class MemoryShelf:
    """A Shelf in memory."""

    def __init__(self) -> None:
        self.signed: bytes | None = None

    async def keep(self, signed: bytes, *, revision: int, at: Instant) -> None:
        self.signed = signed

    async def kept(self) -> bytes | None:
        return self.signed


class TableSeal:
    """A Seal that knows the books it was given."""

    def __init__(self) -> None:
        self.books: dict[bytes, PublicBook] = {}

    def book_of(self, signed: bytes) -> PublicBook:
        if signed not in self.books:
            raise Permanent(Code.BAD_SIGNATURE)
        return self.books[signed]

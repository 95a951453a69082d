"""What intake asks router over the broker, and how it knows router's signature on a kept book. Shell."""

from typing import Protocol

import msgspec

from shared.failures import NOT_READABLE, Code, Permanent, decoded
from shared.jetstream.frames import verified_answer
from shared.messages import Frame
from shared.public_book import PublicBook, PublicQuestion, PublicUnchanged
from shared.questions import RouteAnswer, RouteQuestion, SealedAnswer, SealedQuestion
from shared.receipts import Verifier
from shared.releases import SignedTicket, ticket_bytes
from shared.subjects import ASK_PUBLIC, ASK_ROUTE, ASK_SEALED
from shared.terms import MessageId, Service

_FRAMES = msgspec.msgpack.Decoder(Frame)
_BOOKS: msgspec.json.Decoder[PublicBook | PublicUnchanged] = msgspec.json.Decoder(PublicBook | PublicUnchanged)
_ROUTES = msgspec.json.Decoder(RouteAnswer)
_SEALED = msgspec.json.Decoder(SealedAnswer)


class Asking(Protocol):
    """The part of the broker that asks. Both raise Transient(PEER_SILENT), Permanent(BAD_SIGNATURE, UNREADABLE)."""

    async def ask(self, subject: str, body: bytes, *, timeout_seconds: float) -> bytes:
        """The body of the verified answer."""
        ...

    async def ask_signed(self, subject: str, body: bytes, *, timeout_seconds: float) -> bytes:
        """The whole verified answer, signature and all, to be kept."""
        ...


class BrokerRouter:
    """A Router over the broker."""

    def __init__(self, broker: Asking, *, timeout_seconds: float) -> None:
        self._broker = broker
        self._seconds = timeout_seconds

    async def public_book(self, revision: int) -> bytes | None:
        """The signed answer with a book inside, None where it says "unchanged"."""
        question = msgspec.json.encode(PublicQuestion(revision=revision))
        raw = await self._broker.ask_signed(ASK_PUBLIC, question, timeout_seconds=self._seconds)
        answer = decoded(_read_frame(raw).body, _BOOKS)
        return raw if isinstance(answer, PublicBook) else None

    async def route(self, question: RouteQuestion) -> RouteAnswer:
        """Carry a route question over and back."""
        return decoded(await self._ask(ASK_ROUTE, question), _ROUTES)

    async def sealed(self, question: SealedQuestion) -> SealedAnswer:
        """Carry a sealed question over and back."""
        return decoded(await self._ask(ASK_SEALED, question), _SEALED)

    async def _ask(self, subject: str, question: RouteQuestion | SealedQuestion) -> bytes:
        return await self._broker.ask(subject, msgspec.json.encode(question), timeout_seconds=self._seconds)


class RouterSeal:
    """A Seal by router's verification key, a file that provision laid down."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    def book_of(self, signed: bytes) -> PublicBook:
        """The book inside an answer that router signed, whenever that was. Raises: Permanent."""
        claimed = _read_frame(signed).message
        question = MessageId(claimed.removesuffix(".answer"))
        frame = verified_answer(ASK_PUBLIC, signed, self._verifier, question=question)
        book = decoded(frame.body, _BOOKS)
        if not isinstance(book, PublicBook):
            raise Permanent(Code.UNREADABLE)
        return book


class RouterTickets:
    """A TicketSeal by router's verification key."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    def check(self, signed: SignedTicket) -> None:
        """Raises: Permanent(BAD_SIGNATURE)."""
        self._verifier.verify(Service.ROUTER, signed.key, ticket_bytes(signed.ticket), signed.signature)


def _read_frame(raw: bytes) -> Frame:
    try:
        return _FRAMES.decode(raw)
    except NOT_READABLE:
        raise Permanent(Code.UNREADABLE) from None

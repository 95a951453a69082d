"""The interface for programs, and for the page itself: /api/v1. Shell."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import Receive, Scope

from services.intake.domain.envelope import Conflict, Envelope, Incoming, problems_of
from services.intake.domain.public_book import Book, BookStand
from services.intake.handlers import accept_submission, ask_route, ask_sealed, digest_of
from services.intake.ports import Router, Vault
from services.intake.web.bodies import body_of, decoded, read_body
from services.intake.web.limits import Limiter, source_of
from services.intake.web.openapi import document
from services.intake.web.problems import Problem, silent, too_many, unreadable
from shared.clock import Clock
from shared.failures import Failure
from shared.forms import FormDefinition
from shared.metrics import counter
from shared.public_book import PublicPartnership
from shared.questions import RouteQuestion, SealedQuestion
from shared.receipts import SignedReceipt
from shared.terms import KeyId, PartnershipId

JSON = "application/json"
SUBMISSIONS = "/api/v1/submissions"
_MOST_QUESTION_BYTES = 64 * 1024
_FORM = "monitoring-form"
_ENVELOPES = msgspec.json.Decoder(Envelope)
_ROUTE_QUESTIONS = msgspec.json.Decoder(RouteQuestion)
_SEALED_QUESTIONS = msgspec.json.Decoder(SealedQuestion)
_ENVELOPE_FIELDS = frozenset((*Envelope.__struct_encode_fields__, "key", "sealed"))
_SEALED_FIELDS = frozenset((*SealedQuestion.__struct_encode_fields__, "key", "sealed"))
_ROUTE_FIELDS = frozenset(RouteQuestion.__struct_encode_fields__)
_SUBMISSIONS = counter("candour_intake_submissions", "Submissions posted, by what became of them", labels=("outcome",))
_ACCEPTED = _SUBMISSIONS.labels("accepted")

AnyRequest = Request[Any, Any, Any]


class ReceiptKey(msgspec.Struct, frozen=True, kw_only=True):
    """With what receipts are signed here."""

    key: KeyId
    public: bytes
    algorithm: str = "Ed25519"


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """All that a program needs to fill in and seal a form: wording, keys, and the definition."""

    partnership: PublicPartnership
    form: FormDefinition


class Api:
    """What the addresses need, and how each answers. Every answer is JSON, made once and not by the framework."""

    def __init__(
        self,
        *,
        stand: BookStand,
        vault: Vault,
        router: Router,
        clock: Clock,
        receipt_key: ReceiptKey,
        submissions: Limiter,
        questions: Limiter,
        proxies: int,
        answer_step_seconds: float,
    ) -> None:
        self._stand = stand
        self._vault = vault
        self._router = router
        self._clock = clock
        self._receipt_key = receipt_key
        self._submissions = submissions
        self._questions = questions
        self._proxies = proxies
        self._answer_step_seconds = answer_step_seconds

    async def submit(self, scope: Scope, receive: Receive) -> Response[bytes]:
        """Store a sealed submission and answer with its receipt."""
        try:
            stored = await self._stored(scope, receive)
        except Problem as problem:
            _SUBMISSIONS.labels(problem.kind).inc()
            raise
        _ACCEPTED.inc()
        return _json(msgspec.json.encode(stored), HTTPStatus.CREATED)

    async def _stored(self, scope: Scope, receive: Receive) -> SignedReceipt:
        source = self._count(scope, self._submissions)
        body = await read_body(scope, receive)
        self._submissions.weigh(source, len(body))
        envelope = decoded(body, _ENVELOPES, fields=_ENVELOPE_FIELDS)
        incoming = self._checked(envelope, body)
        stored = await accept_submission(incoming, vault=self._vault, clock=self._clock)
        if isinstance(stored, Conflict):
            raise Problem(
                "other-bytes",
                HTTPStatus.CONFLICT,
                "Other bytes are stored under this submission id",
                detail="To send again, send the very same bytes; for anything else mint a new id.",
            )
        return stored

    async def ask(self, request: AnyRequest) -> Response[bytes]:
        """Carry a sealed question to router, and its sealed answer back."""
        self._count(request.scope, self._questions)
        body = await body_of(request, most_bytes=_MOST_QUESTION_BYTES)
        question = decoded(body, _SEALED_QUESTIONS, fields=_SEALED_FIELDS)
        self._partnership(question.partnership)
        try:
            answer = await ask_sealed(question, router=self._router, step_seconds=self._answer_step_seconds)
        except Failure:
            raise silent() from None
        return _json(msgspec.json.encode({"sealed": answer.sealed}))

    async def route(self, request: AnyRequest) -> Response[bytes]:
        """Who would be told, and by when, for the form as it stands."""
        self._count(request.scope, self._questions)
        body = await body_of(request, most_bytes=_MOST_QUESTION_BYTES)
        question = decoded(body, _ROUTE_QUESTIONS, fields=_ROUTE_FIELDS)
        self._partnership(question.partnership)
        try:
            answer = await ask_route(question, router=self._router)
        except Failure:
            raise silent() from None
        return _json(msgspec.json.encode(answer))

    def published(self, partnership: str) -> Response[bytes]:
        """A partnership's wording, keys, and form."""
        found = self._partnership(PartnershipId(partnership))
        form = self._book().newest(_FORM)
        if form is None:
            raise _nothing_here()
        return _json(msgspec.json.encode(Published(partnership=found, form=form)))

    def receipt_key(self) -> Response[bytes]:
        """The public key of receipts."""
        return _json(msgspec.json.encode(self._receipt_key))

    def _count(self, scope: Scope, limiter: Limiter) -> str:
        source = source_of(scope, proxies=self._proxies)
        wait = limiter.wait_seconds(source)
        if wait > 0:
            raise too_many(wait)
        return source

    def _book(self) -> Book:
        if self._stand.book is None:
            raise silent()
        return self._stand.book

    def _partnership(self, partnership: PartnershipId) -> PublicPartnership:
        found = self._book().partnership(partnership)
        if found is None:
            raise _nothing_here()
        return found

    def _checked(self, envelope: Envelope, body: bytes) -> Incoming:
        partnership = self._partnership(envelope.partnership)
        known = (envelope.form, envelope.form_version) in self._book().forms
        problems = problems_of(envelope, form_known=known)
        if problems:
            raise unreadable(problems)
        return Incoming(
            envelope=envelope,
            body=body,
            digest=digest_of(body),
            prefix=partnership.prefix,
        )


def api_routes(api: Api) -> list[HTTPRouteHandler]:
    """The addresses under /api/v1, and their description."""

    @post(SUBMISSIONS)
    async def submissions(request: AnyRequest) -> Response[bytes]:
        return await api.submit(request.scope, request.receive)

    @post("/api/v1/questions")
    async def questions(request: AnyRequest) -> Response[bytes]:
        return await api.ask(request)

    @post("/api/v1/route")
    async def route(request: AnyRequest) -> Response[bytes]:
        return await api.route(request)

    @get("/api/v1/partnerships/{partnership:str}", sync_to_thread=False)
    def partnership_of(partnership: FromPath[str]) -> Response[bytes]:
        return api.published(partnership)

    @get("/api/v1/receipt-key", sync_to_thread=False)
    def receipt_key() -> Response[bytes]:
        return api.receipt_key()

    description = msgspec.json.encode(document())

    @get("/schema/openapi.json", sync_to_thread=False)
    def openapi() -> Response[bytes]:
        return _json(description)

    return [submissions, questions, route, partnership_of, receipt_key, openapi]


def _json(body: bytes, status: HTTPStatus = HTTPStatus.OK) -> Response[bytes]:
    return Response(body, status_code=status.value, media_type=JSON)


def _nothing_here() -> Problem:
    return Problem("not-found", HTTPStatus.NOT_FOUND, "There is no such partnership here")

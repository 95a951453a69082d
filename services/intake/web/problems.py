"""Problem documents, and the one place that turns failures into answers. Nothing that was sent is quoted. Shell."""

import math
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from services.intake.domain.envelope import FieldProblem
from shared.failures import Transient
from shared.log import Event, record

MEDIA_TYPE = "application/problem+json"


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong, for a program and for a person. Source: RFC 9457."""

    type: str
    title: str
    status: int
    detail: str = ""
    fields: tuple[FieldProblem, ...] = ()


class Problem(Exception):
    """An answer other than the one hoped for. `kind` is its last part of the type; every text is ours."""

    def __init__(
        self,
        kind: str,
        status: HTTPStatus,
        title: str,
        *,
        detail: str = "",
        fields: Sequence[FieldProblem] = (),
        after_seconds: float = 0.0,
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.document = ProblemDocument(
            type=f"urn:candour:problem:{kind}", title=title, status=status.value, detail=detail, fields=tuple(fields)
        )
        self.after_seconds = after_seconds


def not_stored() -> Problem:
    """What is said when nothing can be confirmed: never that it failed for good."""
    return Problem(
        "not-confirmed-yet",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Not confirmed yet",
        detail="Send the same bytes again: they cannot be stored twice.",
        after_seconds=5,
    )


def silent() -> Problem:
    """What is said when router does not answer."""
    return Problem(
        "no-answer-yet",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "No answer yet",
        detail="The part of the service that answers this is away. Ask again later.",
        after_seconds=10,
    )


def unreadable(fields: Sequence[FieldProblem] = ()) -> Problem:
    """What is said of a body that is not what this address takes."""
    return Problem(
        "not-readable",
        HTTPStatus.BAD_REQUEST,
        "The body is not what this address takes",
        detail="See /schema/openapi.json.",
        fields=fields,
    )


def too_many(wait_seconds: float) -> Problem:
    """What is said above the limit."""
    return Problem(
        "too-many",
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many in a short time",
        detail="Wait, then send the same bytes again.",
        after_seconds=max(1.0, wait_seconds),
    )


def response_of(problem: Problem) -> Response[bytes]:
    """The problem as an answer."""
    headers = {"retry-after": str(math.ceil(problem.after_seconds))} if problem.after_seconds else {}
    document = problem.document
    return Response(msgspec.json.encode(document), status_code=document.status, media_type=MEDIA_TYPE, headers=headers)


def as_problem(failure: Exception) -> Problem:
    """The problem that a failure shows as. Foreign texts are dropped: they quote values."""
    if isinstance(failure, Problem):
        return failure
    if isinstance(failure, Transient):
        return not_stored()
    if isinstance(failure, HTTPException) and failure.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        status = HTTPStatus(failure.status_code)
        return Problem(status.phrase.lower().replace(" ", "-"), status, status.phrase)
    record(Event.REQUEST_FAILED, failure=failure)
    return Problem("failed", HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here")


async def answered(answer: Awaitable[Response[bytes]]) -> Response[bytes]:
    """The answer, or the problem document of its failure."""
    try:
        return await answer
    except Exception as failure:  # noqa: BLE001 - a bug is answered too, and logged
        return response_of(as_problem(failure))


Page = Callable[[int], Response[Any]]


def handler_of(error_page: Page) -> Callable[[Request[Any, Any, Any], Exception], Response[Any]]:
    """One handler for every failure: a problem document for programs, a page for people."""

    def handle(request: Request[Any, Any, Any], failure: Exception) -> Response[Any]:
        problem = as_problem(failure)
        if request.scope["path"].startswith("/api/"):
            return response_of(problem)
        return error_page(problem.document.status)

    return handle

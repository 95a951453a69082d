"""Request bodies: counted before they are kept, read strictly, never quoted. Shell."""

import asyncio
import re
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.types import Receive, Scope

from services.intake.domain.envelope import FieldProblem
from services.intake.web.problems import Problem, unreadable

T = TypeVar("T")

MOST_BYTES = 512 * 1024
_READ_SECONDS = 30.0
_MISSING = re.compile(r"^Object missing required field `([a-z_]+)`")
_PLACE = re.compile(r" - at `\$((?:\.[a-z_]+)*)`$")


async def body_of(request: Request[Any, Any, Any], *, most_bytes: int = MOST_BYTES) -> bytes:
    """As `read_body`, of a request of the framework's."""
    return await read_body(request.scope, request.receive, most_bytes=most_bytes)


async def read_body(scope: Scope, receive: Receive, *, most_bytes: int = MOST_BYTES) -> bytes:
    """The whole body. Raises: Problem where it is larger, said so or not, breaks off, or does not arrive in time."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not said.isdigit() or int(said) > most_bytes:
        raise _too_large(most_bytes)
    parts: list[bytes] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(_READ_SECONDS):
            while more:
                message: Any = await receive()
                if message["type"] != "http.request":
                    raise unreadable()  # the sender is gone
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > most_bytes:
                    raise _too_large(most_bytes)
                more = message.get("more_body", False)
    except TimeoutError:
        raise Problem("too-slow", HTTPStatus.REQUEST_TIMEOUT, "The body did not arrive in time") from None
    return parts[0] if len(parts) == 1 else b"".join(parts)


def decoded(body: bytes, decoder: msgspec.json.Decoder[T], *, fields: frozenset[str]) -> T:
    """The body as a struct. Raises: Problem that names the place by our own `fields`, never by what was sent."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as failure:
        raise unreadable(_places(str(failure), fields)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise unreadable() from None


def _places(text: str, fields: frozenset[str]) -> tuple[FieldProblem, ...]:
    """Where the reader stopped, if that is one of our own names."""
    place = _PLACE.search(text)
    path = place.group(1).lstrip(".") if place else ""
    missing = _MISSING.match(text)
    if missing:
        path = f"{path}.{missing.group(1)}".lstrip(".")
    if not path or not fields.issuperset(path.split(".")):
        return ()
    return (FieldProblem(field=path, problem="is missing" if missing else "cannot be read"),)


def _too_large(most_bytes: int) -> Problem:
    return Problem(
        "too-large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The body is too large",
        detail=f"At most {most_bytes} bytes are taken.",
    )

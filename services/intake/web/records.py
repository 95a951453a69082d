"""The address at which a browser fetches a record's ciphertext with router's ticket. It names nobody. Shell."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler

from services.intake.domain.releasing import Withheld
from services.intake.handlers import ReleaseDesk
from services.intake.web.bodies import body_of, decoded
from services.intake.web.limits import Limiter, source_of
from services.intake.web.problems import Problem, too_many
from shared.failures import Permanent
from shared.releases import ReleaseTicket, SignedTicket

_TICKETS = msgspec.json.Decoder(SignedTicket)
_FIELDS = frozenset((*SignedTicket.__struct_encode_fields__, *ReleaseTicket.__struct_encode_fields__))
_MOST_BYTES = 4 * 1024
_HOUR_SECONDS = 3600.0
_PROBLEMS = {
    Withheld.EXPIRED: (HTTPStatus.GONE, "The ticket has expired", "Ask for the record again."),
    Withheld.USED: (HTTPStatus.CONFLICT, "The ticket was used already", "Ask for the record again."),
    Withheld.GONE: (HTTPStatus.NOT_FOUND, "There is no such record here", ""),
}


def record_routes(desk: ReleaseDesk, *, limiter: Limiter, proxies: int) -> list[HTTPRouteHandler]:
    """`POST /api/v1/records`: a signed ticket in, ciphertext out."""

    @post("/api/v1/records")
    async def records(request: Request[Any, Any, Any]) -> Response[bytes]:
        wait = limiter.wait_seconds(source_of(request.scope, proxies=proxies))
        if wait > 0:
            raise too_many(wait)
        signed = decoded(await body_of(request, most_bytes=_MOST_BYTES), _TICKETS, fields=_FIELDS)
        return _answer(await _released(desk, signed))

    return [records]


async def _released(desk: ReleaseDesk, signed: SignedTicket) -> bytes | Withheld:
    try:
        return await desk.release(signed)
    except Permanent:
        raise Problem("not-router", HTTPStatus.FORBIDDEN, "The ticket is not router’s") from None


def _answer(released: bytes | Withheld) -> Response[bytes]:
    if released is Withheld.TOO_MANY:
        raise Problem(
            "too-many-records",
            HTTPStatus.TOO_MANY_REQUESTS,
            "Too many records were read in this partnership within an hour",
            detail="It is looked into. Ring the partnership’s duty contact.",
            after_seconds=_HOUR_SECONDS,
        )
    if isinstance(released, Withheld):
        status, title, detail = _PROBLEMS[released]
        raise Problem(released.value, status, title, detail=detail)
    return Response(released, status_code=HTTPStatus.OK, media_type="application/octet-stream")

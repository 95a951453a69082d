"""Intake with two more routes, which read a body and do nothing: what the server itself costs. Shell.

`/noop` goes by the web framework, as every page does; `/bare` is answered before it, as a submission is.
"""

from typing import Any

import uvloop
from litestar import Request, Response, post
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from services.intake.__main__ import run
from services.intake.settings import PREFIX, IntakeSettings
from services.intake.web.bodies import body_of
from shared.log import set_up
from shared.settings import load
from shared.terms import Service


@post("/noop")
async def noop(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Takes what an acceptance takes, answers as much, and stores nothing."""
    await body_of(request)
    return Response(b"x" * 400, media_type="application/json")


class Bare:
    """Answers `/bare` before anything else sees it."""

    def __init__(self, otherwise: ASGIApp) -> None:
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"] != "/bare":
            await self._otherwise(scope, receive, send)
            return
        more = True
        while more:
            more = bool((await receive()).get("more_body"))
        headers = [(b"content-type", b"application/json"), (b"content-length", b"400")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b"x" * 400, "more_body": False})


if __name__ == "__main__":
    set_up(Service.INTAKE)
    uvloop.run(run(load(IntakeSettings, prefix=PREFIX), more_routes=[noop], before=Bare))

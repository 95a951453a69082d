"""Intake with one more route, which reads a body and does nothing: what the server itself costs. Shell."""

from typing import Any

import uvloop
from litestar import Request, Response, post

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


if __name__ == "__main__":
    set_up(Service.INTAKE)
    uvloop.run(run(load(IntakeSettings, prefix=PREFIX), more_routes=[noop]))

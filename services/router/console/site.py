"""Every address of the console, and the application that serves them. Shell."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response
from litestar.handlers import HTTPRouteHandler

from services.router.console.access import Gate, Route
from services.router.console.console import Console
from services.router.console.headers import ConsoleHeaders
from services.router.console.pages import (
    admins,
    asking,
    audit,
    council,
    demonstrating,
    desk,
    directory,
    directory_agencies,
    directory_bulk,
    directory_history,
    directory_import,
    directory_partners,
    directory_posts,
    directory_waiting,
    escalation_acts,
    escalations,
    front,
    gaps,
    joining,
    learning,
    learning_log,
    patterns,
    rules,
    settings,
    signing_in,
    trying,
    would_change,
    you,
)
from services.router.console.static_files import BUILT, static_route
from shared.web import Asgi, Check, HealthSite

PAGES: tuple[Callable[[Console], Sequence[Route]], ...] = (
    front.routes,
    desk.routes,
    escalations.routes,
    escalation_acts.routes,
    trying.routes,
    signing_in.routes,
    joining.routes,
    council.routes,
    demonstrating.routes,
    you.routes,
    admins.routes,
    directory.routes,
    asking.routes,
    directory_posts.routes,
    directory_agencies.routes,
    directory_history.routes,
    directory_waiting.routes,
    directory_partners.routes,
    directory_bulk.routes,
    directory_import.routes,
    gaps.routes,
    learning.routes,
    patterns.routes,
    learning_log.routes,
    audit.routes,
    settings.routes,
    rules.routes,
    would_change.routes,
)
"""The subjects of the console. A new one adds its `routes` here, and its line to `frame.SECTIONS`."""


def site(console: Console, *, checks: Sequence[Check], built: Path = BUILT) -> Asgi:
    """The whole web side: pages, static files, health, all with strict headers."""
    routes = [route for pages in PAGES for route in pages(console)]

    def failed(_: Request[Any, Any, Any], failure: Exception) -> Response[Any]:
        return console.gate.failed(failure)

    app = Litestar(
        route_handlers=[*(_handler(route, console.gate) for route in routes), static_route(built)],
        exception_handlers={Exception: failed},
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    return ConsoleHeaders(HealthSite(checks, otherwise=app), behind_tls=console.settings.behind_tls)


def _handler(route: Route, gate: Gate) -> HTTPRouteHandler:
    async def handle(request: Request[Any, Any, Any]) -> Response[Any]:
        return await gate.answer(route, request)

    declared = HTTPRouteHandler(
        route.path,
        http_method=route.method,  # type: ignore[arg-type]  # one of two literals
        include_in_schema=False,
        request_max_body_size=route.most_bytes,
    )
    return declared(handle)

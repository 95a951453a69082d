"""Answers a posted submission before the framework, whose way there and back costs more than its check. Shell.

Nothing else differs: the same `Api`, the same problem documents. Any other method or spelling of the address goes on.
HEAD is answered as GET without the body: mail scanners try a link with it, and some then warn of one that refuses.
"""

from typing import Any

from litestar import Response
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from services.intake.web.api import SUBMISSIONS, Api
from services.intake.web.problems import answered


class Front:
    """An ASGI app before another, `otherwise`."""

    def __init__(self, api: Api, *, otherwise: ASGIApp) -> None:
        self._api = api
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["path"] == SUBMISSIONS and scope["method"] == "POST":
            await _send(await answered(self._api.submit(scope, receive)), send)
        else:
            await self._otherwise(*_without_body(scope, receive, send))


def _without_body(scope: Scope, receive: Receive, send: Any) -> tuple[Scope, Receive, Send]:
    """The same, except that HEAD is asked as GET, and what it says is left out."""
    if scope["type"] != ScopeType.HTTP or scope["method"] != "HEAD":
        return scope, receive, send

    async def headed(message: Any) -> None:
        await send({**message, "body": b""} if "body" in message else message)

    asked: Any = {**scope, "method": "GET"}
    return asked, receive, headed


async def _send(response: Response[bytes], send: Any) -> None:
    body = response.content
    headers = [
        (b"content-type", str(response.media_type).encode()),
        (b"content-length", b"%d" % len(body)),
        *((name.encode(), value.encode()) for name, value in response.headers.items()),
    ]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": body})

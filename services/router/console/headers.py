"""The headers that every answer of the console carries, errors included. Shell."""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_OF_THE_DEVICE = (
    "publickey-credentials-get=(self), publickey-credentials-create=(self), accelerometer=(), camera=(), "
    "display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=(), browsing-topics=()"
)
_HEADERS = {
    "content-security-policy": _CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with none at all a browser does not say where a form comes from
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": _OF_THE_DEVICE,
    "x-frame-options": "DENY",
}
_TWO_YEARS_SECONDS = 2 * 365 * 24 * 3600
_CACHE = b"cache-control"


class ConsoleHeaders:
    """An ASGI app around another. Nothing is kept by a browser but what says so itself."""

    def __init__(self, app: ASGIApp, *, behind_tls: bool) -> None:
        self._app = app
        headers = dict(_HEADERS)
        if behind_tls:
            headers["strict-transport-security"] = f"max-age={_TWO_YEARS_SECONDS}; includeSubDomains"
        self._always = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                kept = [] if any(name == _CACHE for name, _ in given) else [(_CACHE, b"no-store")]
                message["headers"] = [*given, *self._always, *kept]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == ScopeType.HTTP else send)

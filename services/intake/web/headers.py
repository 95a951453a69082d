"""The headers that every answer carries, errors included. Shell."""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
_NOTHING_OF_THE_DEVICE = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), "
    "payment=(), publickey-credentials-get=(), usb=(), browsing-topics=()"
)
_YEAR_SECONDS = 365 * 24 * 3600


class StrictHeaders:
    """An ASGI app around another, that adds the headers. An answer that says how long it may be kept keeps that."""

    def __init__(self, app: ASGIApp, *, behind_tls: bool) -> None:
        self._app = app
        policy = "; ".join(f"{name} {value}" for name, value in _POLICY.items())
        if behind_tls:
            policy += "; upgrade-insecure-requests"
        headers = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-embedder-policy": "require-corp",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": _NOTHING_OF_THE_DEVICE,
            "x-frame-options": "DENY",
        }
        if behind_tls:
            headers["strict-transport-security"] = f"max-age={2 * _YEAR_SECONDS}; includeSubDomains"
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        self._kept = [*self._headers, (b"cache-control", b"no-store")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                has_own = any(name == b"cache-control" for name, _ in given)
                message["headers"] = [*given, *(self._headers if has_own else self._kept)]
            await send(message)

        await self._app(scope, receive, send_with_headers)

"""What every service's HTTP side has in common: health, metrics, and the server itself. Shell.

Background work never lives in the web framework's lifespan: there its death is silent. `__main__` runs `serve`
beside every other loop in one TaskGroup.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec
from granian.constants import Interfaces
from granian.server.embed import Server

from shared.failures import Code
from shared.log import Event, record
from shared.metrics import exposition

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_POLL_SECONDS = 0.01

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


class Check(Protocol):
    """One thing that must hold for this service to be ready."""

    @property
    def name(self) -> str: ...

    def problem(self) -> Code | None: ...


class HealthCheck:
    """A Check made of a name and a function."""

    def __init__(self, name: str, problem: Callable[[], Code | None]) -> None:
        self.name = name
        self.problem = problem


Warnings = Callable[[], Sequence[str]]


def no_warnings() -> Sequence[str]:
    """Nothing to see to."""
    return ()


class Plain(msgspec.Struct, frozen=True):
    """An answer without a framework."""

    status: int
    media_type: str
    body: bytes


def health_answer(path: str, checks: Sequence[Check], warnings: Warnings = no_warnings) -> Plain | None:
    """`/health/live` (the process turns), `/health/ready` (every check holds, else 503 with codes), `/metrics`.

    warnings: what a person should see to in good time; they leave the service ready.
    """
    match path:
        case "/health/live":
            return Plain(200, _TEXT, b"live")
        case "/health/ready":
            problems = {check.name: problem.value for check in checks if (problem := check.problem()) is not None}
            said = {"ready": not problems, "problems": problems}
            warned = warnings()
            body = msgspec.json.encode({**said, "warnings": warned} if warned else said)
            return Plain(503 if problems else 200, "application/json", body)
        case "/metrics":
            return Plain(200, _METRICS_TYPE, exposition())
        case _:
            return None


class HealthSite:
    """Health and metrics, before what else a service serves. For most that is nothing, and no framework is needed:
    importing one would take a third of their start.
    """

    def __init__(
        self, checks: Sequence[Check], *, otherwise: Asgi | None = None, warnings: Warnings = no_warnings
    ) -> None:
        self._checks = checks
        self._warnings = warnings
        self._otherwise = _nothing_here if otherwise is None else otherwise

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One ASGI request."""
        asks = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        answer = health_answer(scope["path"], self._checks, self._warnings) if asks else None
        if answer is None:
            await self._otherwise(scope, receive, send)
        else:
            await _send(answer, scope, send)


async def _nothing_here(scope: Any, receive: Any, send: Any) -> None:
    await _send(Plain(404, _TEXT, b"There is nothing here."), scope, send)


async def _send(answer: Plain, scope: Any, send: Any) -> None:
    headers = [(b"content-type", answer.media_type.encode()), (b"content-length", b"%d" % len(answer.body))]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})


class PortInUse(Exception):
    """Another program listens on this port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use")
        self.port = port


async def serve(app: Any, *, host: str, port: int, port_file: Path | None = None) -> None:
    """Serve the ASGI `app` on `host`:`port` until cancelled. port 0 takes a free one.

    port_file: where `host:port` is written, whole or not at all, once the server listens.
    Raises: PortInUse.
    """
    with _reserved(host, port) as reserved:
        bound: int = reserved.getsockname()[1]
        server = Server(app, address=host, port=bound, interface=Interfaces.ASGINL, websockets=False, log_enabled=False)
        serving = asyncio.ensure_future(server.serve())
        try:
            await _until_it_listens(host, bound, serving)
            if port_file is not None:
                _write_whole(port_file, f"{host}:{bound}")
            record(Event.LISTENING, count=bound)
            await asyncio.shield(serving)
        finally:
            server.stop()  # type: ignore[no-untyped-call]  # the library leaves it untyped
            await serving


def _reserved(host: str, port: int) -> socket.socket:
    """A socket that holds the port without listening on it; the server may share it, nobody else listens there.

    The server shares a port without a word, and each of two would get half of the requests: so it is tried alone first.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            raise PortInUse(port) from None
    reserved = socket.socket(family, socket.SOCK_STREAM)
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    reserved.bind((host, port))
    return reserved


async def _until_it_listens(host: str, port: int, serving: "asyncio.Future[None]") -> None:
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(_POLL_SECONDS)
        else:
            writer.close()
            return


def _write_whole(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    beside.write_text(text)
    beside.replace(path)

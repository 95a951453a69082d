"""What every service's HTTP side has in common: health, metrics, and the server itself. Shell.

Background work never lives in the web framework's lifespan: there its death is silent. `__main__` runs `serve`
beside every other loop in one TaskGroup.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import MediaType, Response, get
from litestar.handlers import HTTPRouteHandler

from shared.failures import Code
from shared.log import Event, record
from shared.metrics import exposition

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_POLL_SECONDS = 0.01


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


def health_routes(checks: Sequence[Check]) -> list[HTTPRouteHandler]:
    """`/health/live` (the process turns), `/health/ready` (every check holds, else 503 with codes), `/metrics`."""

    @get("/health/live", media_type=MediaType.TEXT, include_in_schema=False, sync_to_thread=False)
    def live() -> str:
        return "live"

    @get("/health/ready", include_in_schema=False, sync_to_thread=False)
    def ready() -> Response[dict[str, Any]]:
        problems = {check.name: problem.value for check in checks if (problem := check.problem()) is not None}
        return Response({"ready": not problems, "problems": problems}, status_code=503 if problems else 200)

    @get("/metrics", media_type=MediaType.TEXT, include_in_schema=False, sync_to_thread=False)
    def metrics() -> Response[bytes]:
        return Response(exposition(), media_type=_METRICS_TYPE)

    return [live, ready, metrics]


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

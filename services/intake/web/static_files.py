"""The built scripts, styles and fonts: read once at start, named by content, kept by browsers for a year. Shell."""

import gzip
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from services.intake.web.problems import Problem

BUILT = Path(__file__).parent / "static" / "built"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
}
_SQUEEZED = (".js", ".css", ".svg", ".json")
_A_YEAR = "public, max-age=31536000, immutable"
_NOT_KEPT = "no-cache"


class _File(msgspec.Struct, frozen=True):
    media_type: str
    whole: bytes
    squeezed: bytes | None
    kept: str


def static_route(folder: Path = BUILT) -> HTTPRouteHandler:
    """`/static/<file>`. Only files that were there at the start; no path of a visitor's reaches the disk."""
    files = {path.name: _read(path) for path in sorted(folder.glob("*")) if path.suffix in _TYPES and path.is_file()}

    @get("/static/{name:str}", sync_to_thread=False, include_in_schema=False)
    def static_file(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
        file = files.get(name)
        if file is None:
            raise Problem("not-found", HTTPStatus.NOT_FOUND, "Not found")
        headers = {"cache-control": file.kept}
        if file.squeezed is None:
            return Response(file.whole, media_type=file.media_type, headers=headers)
        headers["vary"] = "accept-encoding"
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(file.whole, media_type=file.media_type, headers=headers)
        headers["content-encoding"] = "gzip"
        return Response(file.squeezed, media_type=file.media_type, headers=headers)

    return static_file


def _read(path: Path) -> _File:
    whole = path.read_bytes()
    return _File(
        media_type=_TYPES[path.suffix],
        whole=whole,
        squeezed=gzip.compress(whole, mtime=0) if path.suffix in _SQUEEZED else None,
        kept=_NOT_KEPT if path.name == "manifest.json" else _A_YEAR,
    )

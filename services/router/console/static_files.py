"""The console's built style, script and fonts, read once at start and named by content. Shell."""

from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from services.router.console.failing import NotHere

BUILT = Path(__file__).parent / "static" / "built"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}
_TYPES[".svg"] = "image/svg+xml"
_A_YEAR = "public, max-age=31536000, immutable"


class Asset(msgspec.Struct, frozen=True):
    """A built file: its name by content, and what its bytes must hash to (SRI)."""

    file: str
    integrity: str


def read_assets(built: Path = BUILT) -> dict[str, Asset]:
    """What was built, by the name that templates use; nothing where nothing was built."""
    manifest = built / "manifest.json"
    return msgspec.json.decode(manifest.read_bytes(), type=dict[str, Asset]) if manifest.exists() else {}


def static_route(built: Path = BUILT) -> HTTPRouteHandler:
    """`/static/<file>`: only what was there at the start, so that no path of a visitor's reaches the disk."""
    files = {path.name: path.read_bytes() for path in built.glob("*") if path.suffix in _TYPES}

    @get("/static/{name:str}", sync_to_thread=False, include_in_schema=False)
    def static_file(request: Request[Any, Any, Any]) -> Response[bytes]:
        name = str(request.path_params["name"])
        if name not in files:
            raise NotHere
        return Response(files[name], media_type=_TYPES[Path(name).suffix], headers={"cache-control": _A_YEAR})

    return static_file

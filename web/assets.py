"""Style sheets, scripts and icons, from the package itself: nothing is loaded from elsewhere."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from service.api.routing import policy
from service.errors import NotFound

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
router = APIRouter(include_in_schema=False)


@cache
def _known() -> dict[str, tuple[Path, str]]:
    """Name below the folder → (file, the first digits of its SHA-256)."""
    files = [path for path in _FOLDER.rglob("*") if path.suffix in _TYPES]
    return {path.relative_to(_FOLDER).as_posix(): (path, sha256(path.read_bytes()).hexdigest()[:10]) for path in files}


def address(name: str) -> str:
    """Changes with the file, so that browsers may keep it for ever. Raises KeyError."""
    return f"/static/{name}?v={_known()[name][1]}"


@router.get("/favicon.ico")
@policy("public")
def show_mark() -> FileResponse:
    """Browsers ask for it where a page names no icon."""
    return show_asset("mark.svg")


@router.get("/static/{name:path}")
@policy("public")
def show_asset(name: str, v: str = "") -> FileResponse:
    if name not in _known():
        raise NotFound()
    path, version = _known()[name]
    kept = "public, max-age=31536000, immutable" if v == version else "public, max-age=3600"
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": kept}
    return FileResponse(path, media_type=_TYPES[path.suffix], headers=headers)

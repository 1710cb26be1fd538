"""Style sheets and images, from the package itself: nothing is loaded from elsewhere."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from service.api.routing import policy
from service.errors import NotFound

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css"}
router = APIRouter(include_in_schema=False)


@router.get("/static/{name}")
@policy("public")
def show_static(name: str) -> FileResponse:
    """Only what lies in the folder itself; names with a slash do not match the route."""
    known = {path.name: path for path in _FOLDER.iterdir() if path.suffix in _TYPES}
    if name not in known:
        raise NotFound()
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=3600"}
    return FileResponse(known[name], media_type=_TYPES[known[name].suffix], headers=headers)

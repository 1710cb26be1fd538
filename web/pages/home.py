"""The first page: for strangers what this is, for everybody else what waits for them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.dependencies import CurrentActor, Reading
from service.api.routing import policy
from web.render import page

router = APIRouter(include_in_schema=False)


@router.get("/")
@policy("public")
def show_home(request: Request, session: Reading, actor: CurrentActor) -> Response:
    return page(request, actor, "home/home.html")

"""Who was told what of a need, for its staff; and the words to send on where nothing arrives by itself."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.actors import Actor
from service.api.dependencies import CurrentActor, PageNumber, ServicesDep
from service.api.routing import policy
from service.services import Services
from service.usecases import needs, notices
from service.usecases.need_views import show
from service.usecases.notice_views import case_notice
from service.usecases.paging import paged
from web.render import page

router = APIRouter(include_in_schema=False)
_HERE = "/needs/{need_id}/told"


@router.get(_HERE)
@policy("notice.follow")
def show_told(
    request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, page_number: PageNumber = 1
) -> Response:
    return _page(request, services, actor, need_id, page_number)


@router.post(_HERE + "/{notice_id}/text")
@policy("notice.hand_out")
def show_told_text(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    need_id: str,
    notice_id: str,
    page_number: PageNumber = 1,
) -> Response:
    """Whoever takes it out is on record, as it may hold the reader's own link."""
    with services.database.writing() as session:
        text = notices.hand_out(session, services, actor, notice_id)
    return _page(request, services, actor, need_id, page_number, notice_id, text)


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    page_number: int,
    notice_id: str = "",
    text: str = "",
) -> Response:
    """notice_id: the one whose text is shown."""
    with services.database.reading() as session:
        need = show(session, services.clockwork, actor, needs.find(session, actor, need_id, "notice.follow"))
        found, total = notices.of_need(session, actor, need_id, page=page_number)
        items = [case_notice(way) for way in found]
    listed = paged(items, total, page_number)
    return page(request, actor, "needs/told.html", need=need, listed=listed, open_id=notice_id, text=text)

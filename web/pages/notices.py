"""One's own notices."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.dependencies import CurrentActor, PageNumber, Reading, ServicesDep
from service.api.routing import policy
from service.schemas.notices import NoticeOut, OwnNoticesOut
from service.usecases import notices
from service.usecases.paging import PER_PAGE
from web.listing import listing
from web.render import leave_for, page

router = APIRouter(include_in_schema=False)


@router.get("/notices")
@policy("notice.list")
def show_notices(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    is_unread: bool = False,
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    found, total = notices.page_of(session, actor, is_unread=is_unread, sort=sort, page=page_number)
    items = [NoticeOut.model_validate(notice, from_attributes=True) for notice in found]
    unread = notices.unread(session, actor)
    listed = OwnNoticesOut(items=items, total=total, page=page_number, per_page=PER_PAGE, unread=unread)
    shown = listing(request, notices.ORDERS, sort, is_unread="true" if is_unread else "")
    return page(request, actor, "notices/list.html", listed=listed, listing=shown, is_unread=is_unread)


@router.post("/notices/read-all")
@policy("notice.list")
def send_all_read(services: ServicesDep, actor: CurrentActor) -> Response:
    with services.database.writing() as session:
        notices.mark_all_read(session, actor)
    return leave_for("/notices", "已全部标为已读。")


@router.post("/notices/{notice_id}/open")
@policy("notice.read")
def send_open(services: ServicesDep, actor: CurrentActor, notice_id: str) -> Response:
    """Read, and on to what it is about; nothing changes by looking at the list."""
    with services.database.writing() as session:
        notices.mark_read(session, actor, notice_id)
        address = notices.find(session, actor, notice_id).path
    return leave_for(address or "/notices")

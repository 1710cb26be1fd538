"""开始使用: what a new installation needs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.dependencies import CurrentActor, Reading, ServicesDep
from service.api.routing import policy
from service.errors import Stale
from service.permissions import is_allowed
from service.schemas.stored_settings import SkipInput
from service.usecases import first_steps
from web.forms import read
from web.render import leave_for, page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)


@router.get("/admin/start")
@policy("upkeep.view")
def show_first_steps(request: Request, session: Reading, services: ServicesDep, actor: CurrentActor) -> Response:
    return page(
        request,
        actor,
        "admin/start.html",
        start=first_steps.show(session, services, actor),
        may_change=is_allowed(actor, "setting.change"),
    )


@router.post("/admin/start")
@policy("setting.change")
def send_skip(services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    skips = "skip" in sent
    given = read(SkipInput, sent, is_skipped=skips)
    try:
        with services.database.writing() as session:
            first_steps.skip(session, services, actor, given)
    except Stale:
        return leave_for("/admin/start", "刚才有别人改动了清单，请核对后再点。")
    return leave_for("/admin/start", "已跳过，随时可以重新列出。" if skips else "已重新列出。")

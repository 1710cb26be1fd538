"""For administrators: jobs and index, the audit log."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from service.api.dependencies import CurrentActor, PageNumber, Reading, ServicesDep
from service.api.routing import policy
from service.errors import Conflict
from service.permissions import is_allowed
from service.usecases import audit_search, notices, upkeep
from service.usecases.notice_views import undelivered_notice
from service.usecases.paging import paged
from web.render import leave_for, page

router = APIRouter(include_in_schema=False)


@router.get("/admin")
@policy("upkeep.view")
def show_upkeep(request: Request, session: Reading, actor: CurrentActor) -> Response:
    jobs = upkeep.job_health(session, actor)
    index = upkeep.index_health(session, actor, request.app.state.matcher)
    lost, lost_total = notices.undelivered(session, actor, page=1)
    return page(
        request,
        actor,
        "admin/upkeep.html",
        jobs=jobs,
        index=index,
        may_retry=is_allowed(actor, "job.retry"),
        lost=[undelivered_notice(way) for way in lost],
        lost_total=lost_total,
    )


@router.post("/admin/jobs/retry")
@policy("job.retry")
def send_retry_all(services: ServicesDep, actor: CurrentActor) -> Response:
    with services.database.writing() as session:
        count = upkeep.retry_all(session, actor)
    return leave_for("/admin", f"{count} 件任务已重新排队，马上再试。" if count else "没有失败的任务。")


@router.post("/admin/jobs/{seq}/retry")
@policy("job.retry")
def send_retry(services: ServicesDep, actor: CurrentActor, seq: int) -> Response:
    try:
        with services.database.writing() as session:
            job = upkeep.retry_job(session, actor, seq)
    except Conflict as error:
        return leave_for("/admin", error.message)
    return leave_for("/admin", f"“{job.label}”已重新排队，马上再试。")


@router.post("/admin/index/rebuild")
@policy("job.retry")
def send_rebuild(services: ServicesDep, actor: CurrentActor) -> Response:
    try:
        with services.database.writing() as session:
            upkeep.rebuild_index(session, actor)
    except Conflict as error:
        return leave_for("/admin", error.message)
    return leave_for("/admin", "已开始重建索引。几百位专家要几分钟，办完后这里的数字会更新。")


@router.get("/admin/audit")
@policy("audit.search")
def show_audit(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    who: Annotated[str, Query(max_length=50)] = "",
    about: Annotated[str, Query(max_length=32)] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
    check: bool = False,
    page_number: PageNumber = 1,
) -> Response:
    """check: also whether the chain holds, which reads the whole log."""
    items, total = audit_search.search(
        session, actor, who=who, about=about, since=_day(since), until=_day(until), page=page_number
    )
    broken = audit_search.broken_at(session, actor) if check else None
    return page(
        request,
        actor,
        "admin/audit.html",
        listed=paged(items, total, page_number),
        who=who,
        about=about,
        since=since,
        until=until,
        kinds=audit_search.ABOUT,
        checked=check,
        broken=broken,
    )


def _day(text: str) -> date | None:
    """None for what is no day: a filter that cannot be read filters nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

"""For administrators: background jobs, the index, parameters, the audit log; under /api."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query, Request

from service.api.dependencies import CurrentActor, PageNumber, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.schemas.common import Page
from service.schemas.upkeep import AuditLine, IndexOut, JobsOut, Parameter, RetriedOut, StuckJob
from service.usecases import audit_search, upkeep
from service.usecases.paging import paged

router = Router(prefix="/upkeep", tags=["管理"])


@router.get("/jobs", summary="后台任务：等着的、失败的")
@policy("upkeep.view")
def show_jobs(session: Reading, actor: CurrentActor) -> JobsOut:
    return upkeep.job_health(session, actor)


@router.post("/jobs/retry", summary="失败的后台任务全部再试")
@policy("job.retry")
def retry_all_jobs(session: Writing, actor: CurrentActor) -> RetriedOut:
    return RetriedOut(retried=upkeep.retry_all(session, actor))


@router.post("/jobs/{seq}/retry", summary="一件失败的后台任务再试一次")
@policy("job.retry")
def retry_job(session: Writing, actor: CurrentActor, seq: int) -> StuckJob:
    return upkeep.retry_job(session, actor, seq)


@router.post("/index/rebuild", status_code=202, summary="重建匹配索引")
@policy("job.retry")
def rebuild_index(session: Writing, actor: CurrentActor) -> None:
    upkeep.rebuild_index(session, actor)


@router.get("/index", summary="匹配索引：版本、条数、方式")
@policy("upkeep.view")
def show_index(request: Request, session: Reading, actor: CurrentActor) -> IndexOut:
    return upkeep.index_health(session, actor, request.app.state.matcher)


@router.get("/parameters", summary="只能在服务器上改的参数")
@policy("upkeep.view")
def list_parameters(services: ServicesDep, actor: CurrentActor) -> list[Parameter]:
    return upkeep.of_environment(services, actor)


@router.get("/audit", summary="查审计日志，最近的在前")
@policy("audit.search")
def search_audit(
    session: Reading,
    actor: CurrentActor,
    who: Annotated[str, Query(max_length=50, description="姓名，须完整")] = "",
    about: Annotated[str, Query(max_length=32, description="哪一类事项")] = "",
    since: Annotated[date | None, Query(description="从哪天起")] = None,
    until: Annotated[date | None, Query(description="到哪天止，含当天")] = None,
    page: PageNumber = 1,
) -> Page[AuditLine]:
    items, total = audit_search.search(session, actor, who=who, about=about, since=since, until=until, page=page)
    return paged(items, total, page)


@router.get("/audit/chain", summary="审计日志有没有被改过")
@policy("audit.search")
def check_audit(session: Reading, actor: CurrentActor) -> dict[str, int | None]:
    return {"first_broken": audit_search.broken_at(session, actor)}

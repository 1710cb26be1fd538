"""For administrators: jobs and index, parameters and dictionaries, the audit log."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from service.api.dependencies import CurrentActor, PageNumber, Reading, ServicesDep
from service.api.routing import policy
from service.rules.vocabulary import INDUSTRY_FIELDS, SERVICE_TYPES
from service.usecases import audit_search, notices, upkeep
from service.usecases.notice_views import undelivered_notice
from service.usecases.paging import paged
from web.render import page

router = APIRouter(include_in_schema=False)
# What a background job does, for who reads that it failed.
JOBS = {
    "notify": "发通知",
    "notice.deliver": "送出邮件、短信",
    "mail.confirm": "发确认邮件",
    "match.suggest": "匹配专家",
    "achievement.match": "匹配成果",
    "index.refresh": "更新索引",
    "index.forget": "从索引里删去",
    "secrecy.alert": "通知保密员",
    "referral.next": "派单的下一步",
    "invitation.next": "邀请下一位",
    "attachment.prune": "清理附件",
    "clock.pass": "到期处理",
    "clock.remind": "到期提醒",
    "clock.remind_plain": "回访、核验提醒",
    "clock.calendar": "检查工作日历",
    "broker.relieve": "接替离岗的技术经理人",
    "prune": "清理过期数据",
}


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
        names=JOBS,
        lost=[undelivered_notice(way) for way in lost],
        lost_total=lost_total,
    )


@router.get("/admin/parameters")
@policy("upkeep.view")
def show_parameters(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    return page(
        request,
        actor,
        "admin/parameters.html",
        parameters=upkeep.parameters(services, actor),
        industries=INDUSTRY_FIELDS,
        service_types=SERVICE_TYPES,
    )


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

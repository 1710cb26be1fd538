"""How ranking works, and asking about it, under /api."""

from __future__ import annotations

from typing import Annotated

from service.api.dependencies import (
    CurrentActor,
    PageNumber,
    Reading,
    ServicesDep,
    Writing,
    sorted_by,
)
from service.api.routing import Router, policy
from service.models import RankingObjectionState
from service.schemas.common import ActionInput, Page
from service.schemas.privacy import RankingNoticeOut
from service.schemas.ranking_objections import RankingObjectionInput, RankingObjectionOut
from service.usecases import ranking_notice, ranking_objections
from service.usecases.paging import paged

router = Router(tags=["排序说明"])


@router.get("/about/ranking", summary="关于自动匹配和排序的说明")
@policy("public")
def show_ranking_notice(services: ServicesDep, actor: CurrentActor) -> RankingNoticeOut:
    return ranking_notice.notice(actor, services.settings.deadlines)


@router.post("/me/ranking-objection", status_code=201, summary="要求说明排序，或要求人工复核")
@policy("ranking_objection.ask")
def ask_about_ranking(
    session: Writing, services: ServicesDep, actor: CurrentActor, content: RankingObjectionInput
) -> RankingObjectionOut:
    return ranking_objections.show(session, actor, ranking_objections.ask(session, services, actor, content))


@router.get("/ranking-objections", summary="排序说明申请：自己的、辖区内的，最急的在前")
@policy("ranking_objection.list")
def list_ranking_objections(
    session: Reading,
    actor: CurrentActor,
    mine: bool = False,
    state: RankingObjectionState | None = None,
    sort: Annotated[str, sorted_by(ranking_objections.ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[RankingObjectionOut]:
    found, total = ranking_objections.page_of(session, actor, mine=mine, state=state, sort=sort, page=page)
    items = ranking_objections.lines(session, actor, found)
    return paged(items, total, page)


@router.post("/ranking-objections/{objection_id}/actions/{action}", summary="办理一步")
@policy("ranking_objection.act")
def act_on_ranking_objection(
    session: Writing, services: ServicesDep, actor: CurrentActor, objection_id: str, action: str, given: ActionInput
) -> RankingObjectionOut:
    done = ranking_objections.act(session, services, actor, objection_id, action, given)
    return ranking_objections.show(session, actor, done)

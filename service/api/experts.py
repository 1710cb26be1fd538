"""Experts under /api."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from service.api.dependencies import City, CurrentActor, PageNumber, Reading, ServicesDep, Writing, sorted_by
from service.api.routing import Router, policy
from service.models import ExpertState
from service.schemas.common import ActionInput, Page
from service.schemas.experts import (
    ConnectInput,
    ContactOut,
    ExpertLine,
    ExpertOut,
    ExpertSettings,
    NewExpert,
    SavedExpert,
)
from service.usecases import experts
from service.usecases.expert_views import line, show
from service.usecases.paging import paged

router = Router(tags=["专家"])


@router.post("/experts", status_code=201, summary="录入专家，或给自己建画像")
@policy("expert.create")
def create_expert(session: Writing, services: ServicesDep, actor: CurrentActor, content: NewExpert) -> ExpertOut:
    return show(session, actor, experts.create(session, services, actor, content))


@router.get("/experts", summary="专家名录")
@policy("expert.list")
def list_experts(
    session: Reading,
    actor: CurrentActor,
    search: Annotated[str, Query(max_length=50, description="姓名里的几个字")] = "",
    state: ExpertState | None = None,
    city: City = "",
    sort: Annotated[str, sorted_by(experts.ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[ExpertLine]:
    found, total = experts.page_of(session, actor, search=search, state=state, city=city, sort=sort, page=page)
    return paged([line(expert) for expert in found], total, page)


@router.get("/experts/{expert_id}", summary="一位专家")
@policy("expert.view")
def show_expert(session: Reading, actor: CurrentActor, expert_id: str) -> ExpertOut:
    return show(session, actor, experts.find(session, actor, expert_id))


@router.put("/experts/{expert_id}", summary="保存画像")
@policy("expert.edit")
def save_expert(
    session: Writing, services: ServicesDep, actor: CurrentActor, expert_id: str, content: SavedExpert
) -> ExpertOut:
    return show(session, actor, experts.save(session, services, actor, expert_id, content))


@router.put("/experts/{expert_id}/settings", summary="参与推荐、接单量、暂停")
@policy("expert.settings")
def change_expert_settings(
    session: Writing, services: ServicesDep, actor: CurrentActor, expert_id: str, content: ExpertSettings
) -> ExpertOut:
    return show(session, actor, experts.change_settings(session, services, actor, expert_id, content))


@router.post("/experts/{expert_id}/account", summary="说明哪个账号是本人的")
@policy("expert.connect")
def connect_expert(session: Writing, actor: CurrentActor, expert_id: str, given: ConnectInput) -> ExpertOut:
    expert = experts.connect(session, actor, expert_id, user_id=given.user_id, version=given.version)
    session.flush()
    return show(session, actor, expert)


@router.post("/experts/{expert_id}/actions/{action}", summary="办理一步")
@policy("expert.act")
def act_on_expert(
    session: Writing, services: ServicesDep, actor: CurrentActor, expert_id: str, action: str, given: ActionInput
) -> ExpertOut:
    return show(session, actor, experts.act(session, services, actor, expert_id, action, given))


@router.get("/experts/{expert_id}/contact", summary="联系方式（留痕）")
@policy("expert.contact")
def show_expert_contact(session: Writing, actor: CurrentActor, expert_id: str) -> ContactOut:
    mobile, mail = experts.contact(session, actor, expert_id)
    return ContactOut(mobile=mobile, mail=mail)

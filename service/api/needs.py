"""Needs under /api."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field, StringConstraints

from service.api.dependencies import (
    CurrentActor,
    NeedIndexDep,
    PageNumber,
    Reading,
    Search,
    ServicesDep,
    Writing,
    sorted_by,
)
from service.api.routing import Router, policy
from service.models import NeedState
from service.schemas.common import ActionInput, Page, StepOut
from service.schemas.needs import AssignInput, NeedLine, NeedOut, NewNeed, PassInput, SavedNeed, SealInput
from service.usecases import need_acts, needs, reads, similar_needs
from service.usecases.need_views import lines, show, steps_of_need
from service.usecases.paging import paged
from service.usecases.similar_needs import DuplicateCheck

router = Router(tags=["需求"])


class NeedActionInput(ActionInput):
    confirm_no_secrets: bool = Field(False, description="提交时：确认不含国家秘密、工作秘密")
    duplicate_answer: Annotated[str, StringConstraints(pattern=r"^(still_submit|follow:[0-9a-f]{32})?$")] = Field(
        "", description="提交时有很像的需求：still_submit 仍然提交，follow:需求编号 跟随那一条"
    )


def similar_found(services: ServicesDep, index: NeedIndexDep, actor: CurrentActor, need_id: str, action: str) -> int:
    """Very similar needs, when one is handed in. A dependency that comes first: ranking has no place in a transaction
    that writes."""
    return similar_needs.very_similar(services, index, actor, need_id) if action == "submit" else 0


SimilarFound = Annotated[int, Depends(similar_found)]


@router.post("/needs", status_code=201, summary="写一条需求（草稿）")
@policy("need.create")
def create_need(session: Writing, services: ServicesDep, actor: CurrentActor, content: NewNeed) -> NeedOut:
    return show(session, services.clockwork, actor, needs.create(session, services, actor, content))


@router.get("/needs", summary="需求清单")
@policy("need.list")
def list_needs(
    session: Reading,
    actor: CurrentActor,
    mine: bool = False,
    state: NeedState | None = None,
    industry_field: Annotated[str, Query(max_length=3)] = "",
    search: Search = "",
    sort: Annotated[str, sorted_by(needs.ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[NeedLine]:
    found, total = needs.page_of(
        session, actor, mine=mine, state=state, industry_field=industry_field, search=search, sort=sort, page=page
    )
    return paged(lines(session, actor, found), total, page)


@router.get("/needs/{need_id}", summary="一条需求（别人打开全文时留痕）")
@policy("need.view")
def show_need(services: ServicesDep, actor: CurrentActor, need_id: str) -> NeedOut:
    return reads.open_need(services, actor, need_id)


@router.put("/needs/{need_id}", summary="保存需求的内容")
@policy("need.edit")
def save_need(
    session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, content: SavedNeed
) -> NeedOut:
    need = needs.save(session, services, actor, need_id, content)
    session.flush()
    return show(session, services.clockwork, actor, need)


@router.post("/needs/{need_id}/actions/{action}", summary="办理一步")
@policy("need.act")
def act_on_need(
    similar: SimilarFound,
    session: Writing,
    services: ServicesDep,
    actor: CurrentActor,
    need_id: str,
    action: str,
    given: NeedActionInput,
) -> NeedOut:
    need = need_acts.act(
        session,
        services,
        actor,
        need_id,
        action,
        given,
        confirm_no_secrets=given.confirm_no_secrets,
        duplicates=DuplicateCheck(similar, given.duplicate_answer),
    )
    return show(session, services.clockwork, actor, need)


@router.get("/needs/{need_id}/history", summary="需求的经过")
@policy("need.history")
def show_history(session: Reading, actor: CurrentActor, need_id: str) -> list[StepOut]:
    need = needs.find(session, actor, need_id, "need.history")
    return steps_of_need(session, actor, need, need_acts.history(session, actor, need_id))


@router.post("/needs/{need_id}/pass", summary="转给别的科协")
@policy("need.pass")
def pass_need(session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: PassInput) -> NeedOut:
    need = need_acts.pass_on(
        session, services, actor, need_id, association_id=given.association_id, note=given.note, version=given.version
    )
    session.flush()
    return show(session, services.clockwork, actor, need)


@router.post("/needs/{need_id}/assign", summary="换经办人")
@policy("need.assign")
def assign_need(
    session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: AssignInput
) -> NeedOut:
    need = need_acts.assign(
        session, services, actor, need_id, handler_id=given.handler_id, note=given.note, version=given.version
    )
    session.flush()
    return show(session, services.clockwork, actor, need)


@router.post("/needs/{need_id}/seal", status_code=204, summary="发现疑似涉密，立即封存")
@policy("need.seal")
def seal_need(session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: SealInput) -> None:
    need_acts.seal(session, services, actor, need_id, note=given.note)


@router.post("/needs/{need_id}/unseal", status_code=204, summary="解除封存")
@policy("need.unseal")
def unseal_need(session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: SealInput) -> None:
    need_acts.unseal(session, services, actor, need_id, note=given.note)

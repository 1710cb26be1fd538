"""审签 under /api."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from service.api.dependencies import (
    CurrentActor,
    PageNumber,
    Reading,
    ServicesDep,
    Writing,
    sorted_by,
)
from service.api.routing import Router, policy
from service.models import ApprovalState
from service.schemas.approvals import ApprovalActionInput, ApprovalOut, NewApproval, SavedApproval
from service.schemas.common import Page, StepOut
from service.usecases import approval_views, approvals
from service.usecases.histories import steps
from service.usecases.paging import paged
from service.workflow.approvals import APPROVAL

router = Router(tags=["审签"])


@router.post("/approvals", status_code=201, summary="拟稿，送审")
@policy("approval.draft")
def draft_approval(session: Writing, services: ServicesDep, actor: CurrentActor, content: NewApproval) -> ApprovalOut:
    return approval_views.show(session, actor, approvals.draft(session, services, actor, content))


@router.get("/approvals", summary="审签清单")
@policy("approval.list")
def list_approvals(
    session: Reading,
    actor: CurrentActor,
    state: ApprovalState | None = None,
    search: Annotated[str, Query(max_length=50, description="标题或文号里的几个字")] = "",
    sort: Annotated[str, sorted_by(approvals.ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[ApprovalOut]:
    found, total = approvals.page_of(session, actor, state=state, search=search, sort=sort, page=page)
    items = approval_views.lines(session, actor, found)
    return paged(items, total, page)


@router.get("/approvals/{approval_id}", summary="一件审签")
@policy("approval.view")
def show_approval(session: Reading, actor: CurrentActor, approval_id: str) -> ApprovalOut:
    return approval_views.show(session, actor, approvals.find(session, actor, approval_id))


@router.put("/approvals/{approval_id}", summary="修改退回的拟稿")
@policy("approval.edit")
def save_approval(
    session: Writing, services: ServicesDep, actor: CurrentActor, approval_id: str, content: SavedApproval
) -> ApprovalOut:
    return approval_views.show(session, actor, approvals.save(session, services, actor, approval_id, content))


@router.post("/approvals/{approval_id}/actions/{action}", summary="办理一步：审核、退回、签发、撤回")
@policy("approval.act")
def act_on_approval(
    session: Writing,
    services: ServicesDep,
    actor: CurrentActor,
    approval_id: str,
    action: str,
    given: ApprovalActionInput,
) -> ApprovalOut:
    return approval_views.show(session, actor, approvals.act(session, services, actor, approval_id, action, given))


@router.get("/approvals/{approval_id}/history", summary="审签的经过")
@policy("approval.view")
def show_approval_history(session: Reading, actor: CurrentActor, approval_id: str) -> list[StepOut]:
    return steps(session, approvals.history(session, actor, approval_id), APPROVAL)

"""Invitations under /api; who came by a signed link uses the same routes (Authorization: Link …)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from service.api.dependencies import (
    CurrentActor,
    PageNumber,
    Reading,
    Search,
    ServicesDep,
    Writing,
    sorted_by,
)
from service.api.routing import Router, policy
from service.models import InvitationState
from service.schemas.common import ActionInput, Page, StepOut
from service.schemas.invitations import (
    AcceptInput,
    DeclineInput,
    HandOutOut,
    InvitationLine,
    InvitationOut,
    InviteInput,
)
from service.usecases import answers, invitations, reads
from service.usecases.invitation_views import ORDERS, hand_out, history, lines, page_of, show
from service.usecases.paging import paged

router = Router(tags=["邀约"])


@router.post("/needs/{need_id}/invitations", status_code=201, summary="邀请企业选定的专家、团队")
@policy("invitation.send")
def invite_parties(
    session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: InviteInput
) -> list[InvitationLine]:
    return lines(session, actor, invitations.invite(session, services, actor, need_id, given))


@router.get("/invitations", summary="自己的、经办的邀约")
@policy("invitation.list")
def list_invitations(
    session: Reading,
    actor: CurrentActor,
    state: InvitationState | None = None,
    need_id: Annotated[str, Query(max_length=32, description="只看这条需求的")] = "",
    search: Search = "",
    sort: Annotated[str, sorted_by(ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[InvitationLine]:
    items, total = page_of(session, actor, state=state, need_id=need_id, search=search, sort=sort, page=page)
    return paged(items, total, page)


@router.get("/invitations/{invitation_id}", summary="一份邀约（别人打开需求全文时留痕）")
@policy("invitation.view")
def show_invitation(services: ServicesDep, actor: CurrentActor, invitation_id: str) -> InvitationOut:
    return reads.open_invitation(services, actor, invitation_id)


@router.get("/invitations/{invitation_id}/history", summary="邀约的经过")
@policy("invitation.view")
def show_invitation_history(session: Reading, actor: CurrentActor, invitation_id: str) -> list[StepOut]:
    return history(session, invitations.find(session, actor, invitation_id))


@router.get("/invitations/{invitation_id}/hand-out", summary="短信、微信文字和二维码")
@policy("invitation.hand_out")
def show_hand_out(session: Reading, services: ServicesDep, actor: CurrentActor, invitation_id: str) -> HandOutOut:
    return hand_out(session, services, invitations.find(session, actor, invitation_id, "invitation.hand_out"))


@router.post("/invitations/{invitation_id}/accept", summary="接受，或只接受一部分")
@policy("invitation.act")
def accept_invitation(
    session: Writing, services: ServicesDep, actor: CurrentActor, invitation_id: str, given: AcceptInput
) -> InvitationOut:
    case, _ = answers.accept(session, services, actor, invitation_id, given)
    session.flush()
    return show(session, services, actor, case)


@router.post("/invitations/{invitation_id}/decline", summary="谢绝")
@policy("invitation.act")
def decline_invitation(
    session: Writing, services: ServicesDep, actor: CurrentActor, invitation_id: str, given: DeclineInput
) -> InvitationOut:
    return show(session, services, actor, answers.decline(session, services, actor, invitation_id, given))


@router.post("/invitations/{invitation_id}/actions/{action}", summary="取消、释放、因利益冲突中止")
@policy("invitation.act")
def take_back_invitation(
    session: Writing, services: ServicesDep, actor: CurrentActor, invitation_id: str, action: str, given: ActionInput
) -> InvitationOut:
    case = invitations.take_back(session, services, actor, invitation_id, action, given)
    return show(session, services, actor, case)

"""The reply page of an invitation: what its link opens. Opening changes nothing; only sending the form does."""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from service.api.dependencies import ServicesDep
from service.api.routing import policy
from service.errors import AppError, Invalid
from service.models import AnswerScope, InvitationState, Mode
from service.schemas.invitations import AcceptInput, DeclineInput, InvitationOut
from service.services import Services
from service.usecases import answers, invitations
from service.usecases.invitation_views import FEES, MODES, show
from service.usecases.signed_links import actor_by_address
from service.workflow.invitations import DECLINE_REASONS
from web.render import bare

Content = TypeVar("Content", bound=BaseModel)
router = APIRouter(include_in_schema=False)
_SCOPES = {
    AnswerScope.FULL: "全部接受",
    AnswerScope.ONLINE_ONLY: "接受，但只能线上",
    AnswerScope.SUB_PROBLEMS: "只接受下面勾选的子问题",
}
_ACCEPTED = (InvitationState.ACCEPTED, InvitationState.PARTLY)


@router.get("/r/invitation/{token}")
@policy("public")
def show_reply(services: ServicesDep, token: str) -> HTMLResponse:
    try:
        return _form(_invitation(services, token), token)
    except AppError as error:
        return _stopped(error)


@router.post("/r/invitation/{token}")
@policy("public")
async def send_reply(request: Request, services: ServicesDep, token: str) -> HTMLResponse:
    form = await request.form(max_files=0, max_fields=60)
    return await run_in_threadpool(_answer, services, token, form)


def _answer(services: Services, token: str, form: FormData) -> HTMLResponse:
    """Every refusal shows the form again with what was typed in it."""
    try:
        before = _invitation(services, token)
    except AppError as error:
        return _stopped(error)
    try:
        _perform(services, token, before.id, form)
    except AppError as error:
        return _form(before, token, typed=form, message=error.message, status=error.status)
    return bare("replies/replied.html", accepted=form.get("answer") == "accept", contact=before)


def _invitation(services: Services, token: str) -> InvitationOut:
    actor = actor_by_address(services, f"invitation/{token}")
    assert actor.link is not None  # by a link only
    with services.database.reading() as session:
        case = invitations.find(session, actor, actor.link.partition(":")[2])
        return show(session, services, actor, case)


def _perform(services: Services, token: str, invitation_id: str, form: FormData) -> None:
    actor = actor_by_address(services, f"invitation/{token}")
    if form.get("answer") == "accept":
        accepted = _read(AcceptInput, _accepting(form))
        with services.database.writing() as session:
            answers.accept(session, services, actor, invitation_id, accepted)
    elif form.get("answer") == "decline":
        declined = _read(DeclineInput, _declining(form))
        with services.database.writing() as session:
            answers.decline(session, services, actor, invitation_id, declined)
    else:
        raise Invalid("请选“接受”或“谢绝”，再提交。", field="answer")


def _accepting(form: FormData) -> dict[str, Any]:
    return {
        "version": form.get("version"),
        "scope": form.get("scope", AnswerScope.FULL),
        "sub_problems": form.getlist("sub_problems"),
        "no_conflict": form.get("no_conflict") == "yes",
        "keeps_secret": form.get("keeps_secret") == "yes",
        "note": form.get("note", ""),
    }


def _declining(form: FormData) -> dict[str, Any]:
    return {
        "version": form.get("version"),
        "reason": form.get("reason", ""),
        "note": form.get("note", ""),
        "later_on": form.get("later_on") or None,
        "suggested": form.get("suggested", ""),
    }


def _read(kind: type[Content], given: dict[str, Any]) -> Content:
    try:
        return kind.model_validate(given)
    except ValidationError:
        raise Invalid("有一项填得不完整或太长。请检查日期、文字长度后再提交；您填的还在页面上。") from None


def _form(
    invitation: InvitationOut, token: str, *, typed: FormData | None = None, message: str = "", status: int = 200
) -> HTMLResponse:
    return bare(
        "replies/reply.html",
        status,
        invitation=invitation,
        need=invitation.need,
        is_open=invitation.state is InvitationState.SENT,
        is_accepted=invitation.state in _ACCEPTED,
        mode=MODES[invitation.mode],
        fee=FEES[invitation.fee_kind],
        scopes={code: label for code, label in _SCOPES.items() if _can_choose(invitation, code)},
        reasons=DECLINE_REASONS,
        typed=typed or FormData(),
        message=message,
        token=token,
    )


def _can_choose(invitation: InvitationOut, scope: AnswerScope) -> bool:
    if scope is AnswerScope.ONLINE_ONLY:
        return invitation.mode is not Mode.ONLINE
    return scope is AnswerScope.FULL or bool(invitation.need.sub_problems)


def _stopped(error: AppError) -> HTMLResponse:
    return bare("replies/stopped.html", error.status, message=error.message)

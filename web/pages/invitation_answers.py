"""The forms with which an invitation is answered: on its own page, and on the page that its signed link opens."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import FormData

from service.actors import Actor
from service.errors import AppError, Invalid
from service.models import AnswerScope, Mode
from service.schemas.invitations import AcceptInput, DeclineInput, InvitationOut
from service.services import Services
from service.usecases import answers
from service.usecases.invitation_views import FEES, MODES
from service.workflow.invitations import DECLINE_REASONS
from web.forms import FormInvalid, read

ACCEPT, DECLINE = "accept", "decline"
_SCOPES = {
    AnswerScope.FULL: "全部接受",
    AnswerScope.ONLINE_ONLY: "接受，但只能线上",
    AnswerScope.SUB_PROBLEMS: "只接受下面勾选的子问题",
}


def send_answer(services: Services, actor: Actor, invitation_id: str, sent: FormData) -> str:
    """What the form says, accepted or declined. The id of the consultation that begins, if it does."""
    if sent.get("answer") == ACCEPT:
        accepted = read(AcceptInput, sent, sub_problems=sent.getlist("sub_problems"))
        with services.database.writing() as session:
            return answers.accept(session, services, actor, invitation_id, accepted)[1].id
    if sent.get("answer") == DECLINE:
        declined = read(DeclineInput, sent)
        with services.database.writing() as session:
            answers.decline(session, services, actor, invitation_id, declined)
        return ""
    raise Invalid("请选“接受”或“谢绝”，再提交。", field="answer")


def parts(invitation: InvitationOut, sent: FormData | None = None, error: AppError | None = None) -> dict[str, Any]:
    """What the macros of invitations/_answer.html need. sent, error: of an answer that was refused."""
    return {
        "invitation": invitation,
        "need": invitation.need,
        "mode": MODES[invitation.mode],
        "fee": FEES[invitation.fee_kind],
        "scopes": {code.value: label for code, label in _SCOPES.items() if _can_choose(invitation, code)},
        "decline_reasons": DECLINE_REASONS,
        "typed": sent or FormData(),
        "message": error.message if error else "",
        "errors": _errors(error),
    }


def _errors(error: AppError | None) -> dict[str, str]:
    """By field; what is said on top is not said again below."""
    return error.errors if isinstance(error, FormInvalid) else {}


def _can_choose(invitation: InvitationOut, scope: AnswerScope) -> bool:
    if scope is AnswerScope.ONLINE_ONLY:
        return invitation.mode is not Mode.ONLINE
    return scope is AnswerScope.FULL or bool(invitation.need.sub_problems)

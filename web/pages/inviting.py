"""Inviting those whom the company picked: the form of what every invitation says."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.schemas.invitations import InviteInput
from service.services import Services
from service.usecases import accounts, invitations, need_progress, needs
from web.forms import read
from web.once import once
from web.pages.need_staff import act_form
from web.render import leave_for
from web.sent import SentForm
from web.words import FEES, MODES

router = APIRouter(include_in_schema=False)
_HOURS = 4


@router.get("/needs/{need_id}/invite")
@policy("invitation.send")
def show_invite(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str) -> Response:
    return _invite(request, services, actor, need_id)


@router.post("/needs/{need_id}/invite")
@policy("invitation.send")
def send_invite(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm) -> Response:
    try:
        given = read(InviteInput, sent, recommended=[str(each) for each in sent.getlist("recommended")])

        def do(session: Session) -> str:
            invitations.invite(session, services, actor, need_id, given)
            return f"/needs/{need_id}"

        with services.database.writing() as session:
            where = once(session, actor, "invitation.send", sent, lambda: do(session))
    except AppError as error:
        return _invite(request, services, actor, need_id, sent, error)
    return leave_for(where, f"已发出 {len(given.recommended)} 份邀约。没有账号的，请在邀约页复制短信或打印二维码。")


def _invite(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    """Filled in as far as the system knows it: who asks is who may be asked back."""
    with services.database.reading() as session:
        need = needs.find(session, actor, need_id, "invitation.send")
        parties = need_progress.to_invite(session, actor, need)
        mobile = accounts.own_account(session, actor).mobile
    given = {
        "question": f"请看看“{need.title[:100]}”能不能解决、从哪里着手。\n需求全文在邀约里可以看到。",
        "expected_hours": _HOURS,
        "mode": "online",
        "fee_kind": "free",
        "contact_name": actor.name,
        "contact_phone": mobile or services.settings.site.phone,
    }
    return act_form(
        request,
        services,
        actor,
        need_id,
        "invite",
        "invitation.send",
        InviteInput,
        sent,
        error,
        given,
        parties=parties,
        most=services.settings.most_open_invitations,
        days=services.settings.deadlines.answer_invitation,
        modes=MODES,
        fees=FEES,
    )

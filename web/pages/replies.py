"""The reply page of an invitation: what its link opens. Opening changes nothing; only sending the form does."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData

from service.api.dependencies import ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.models import InvitationState, LinkPurpose
from service.schemas.invitations import InvitationOut
from service.services import Services
from service.usecases import invitations
from service.usecases.call_requests import offered
from service.usecases.invitation_views import show
from service.usecases.signed_links import actor_by_address, address, link_to
from web.pages.invitation_answers import ACCEPT, parts, send_answer
from web.render import bare
from web.sent import SentForm

router = APIRouter(include_in_schema=False)
_ACCEPTED = (InvitationState.ACCEPTED, InvitationState.PARTLY)


@router.get("/r/invitation/{token}")
@policy("public")
def show_reply(services: ServicesDep, token: str) -> HTMLResponse:
    try:
        return _form(services, _invitation(services, token), token)
    except AppError as error:
        return _stopped(services, error)


@router.post("/r/invitation/{token}")
@policy("public")
def send_reply(services: ServicesDep, token: str, sent: SentForm) -> HTMLResponse:
    """Every refusal shows the form again with what was typed in it."""
    try:
        before = _invitation(services, token)
    except AppError as error:
        return _stopped(services, error)
    try:
        case_id = send_answer(services, actor_by_address(services, f"invitation/{token}"), before.id, sent)
    except AppError as error:
        return _form(services, before, token, sent=sent, error=error)
    return bare(
        services.settings,
        "replies/replied.html",
        accepted=sent.get("answer") == ACCEPT,
        contact=before,
        days=services.settings.deadlines.first_contact,
        onward=_onward(services, case_id),
    )


def _onward(services: Services, case_id: str) -> str:
    """Where who accepted goes on; they may have neither mail nor account. Said once, to whoever accepted: the link of
    the invitation does not open the consultation."""
    if not case_id:
        return ""
    with services.database.reading() as session:
        link = link_to(session, LinkPurpose.CONSULTATION, case_id)
        return address(services, link) if link else ""


def _invitation(services: Services, token: str) -> InvitationOut:
    actor = actor_by_address(services, f"invitation/{token}")
    assert actor.link is not None  # by a link only
    with services.database.reading() as session:
        case = invitations.find(session, actor, actor.link.partition(":")[2])
        return show(session, services, actor, case)


def _form(
    services: Services,
    invitation: InvitationOut,
    token: str,
    *,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> HTMLResponse:
    actor = actor_by_address(services, f"invitation/{token}")
    with services.database.reading() as session:
        call_offer = offered(session, actor, invitations.find(session, actor, invitation.id))
    return bare(
        services.settings,
        "replies/reply.html",
        error.status if error else 200,
        is_open=invitation.state is InvitationState.SENT,
        is_accepted=invitation.state in _ACCEPTED,
        address=f"/r/invitation/{token}",
        call_offer=call_offer,
        **parts(invitation, sent, error),
    )


def _stopped(services: Services, error: AppError) -> HTMLResponse:
    return bare(services.settings, "replies/stopped.html", error.status, message=error.message)

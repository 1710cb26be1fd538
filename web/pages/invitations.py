"""Invitations: the list, one of them, answering it, and what staff hand out of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, PageNumber, Reading, Search, ServicesDep
from service.api.routing import policy
from service.case_facts import is_invited_party
from service.errors import AppError
from service.models import InvitationState
from service.permissions import is_allowed
from service.schemas.common import ActionInput
from service.schemas.invitations import AcceptInput
from service.services import Services
from service.usecases import call_requests, invitations, reads
from service.usecases.invitation_reasons import reasons
from service.usecases.invitation_views import ORDERS, hand_out, history, page_of
from service.usecases.paging import paged
from service.workflow.invitations import INVITATION
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.listing import Chosen, listing
from web.pages.invitation_answers import ACCEPT, parts, send_answer
from web.render import bare, leave_for, page
from web.sent import SentForm
from web.words import CHANNELS

router = APIRouter(include_in_schema=False)


@router.get("/invitations")
@policy("invitation.list")
def show_invitations(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    state: Chosen[InvitationState] = None,
    need_id: Annotated[str, Query(max_length=32)] = "",
    search: Search = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    items, total = page_of(session, actor, state=state, need_id=need_id, search=search, sort=sort, page=page_number)
    return page(
        request,
        actor,
        "invitations/list.html",
        listed=paged(items, total, page_number),
        listing=listing(request, ORDERS, sort),
        state=state,
        need_id=need_id,
        search=search,
        states={each.value: note.label for each, note in INVITATION.states.items()},
    )


@router.get("/invitations/{invitation_id}")
@policy("invitation.view")
def show_invitation(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    invitation_id: str,
    act: Annotated[str, Query(max_length=16)] = "",
) -> Response:
    """act: the one form that is shown, in 大字版."""
    return _page(request, services, actor, invitation_id, act=act)


@router.get("/invitations/{invitation_id}/print")
@policy("invitation.hand_out")
def print_invitation(services: ServicesDep, session: Reading, actor: CurrentActor, invitation_id: str) -> Response:
    found = hand_out(session, services, invitations.find(session, actor, invitation_id, "invitation.hand_out"))
    shown = reads.open_invitation(services, actor, invitation_id)
    return bare(services.settings, "invitations/print.html", handed=found, **parts(shown))


@router.post("/invitations/{invitation_id}/answer")
@policy("invitation.act")
def send_invitation_answer(
    request: Request, services: ServicesDep, actor: CurrentActor, invitation_id: str, sent: SentForm
) -> Response:
    try:
        send_answer(services, actor, invitation_id, sent)
    except AppError as error:
        pass_on_hiding(error)
        act = str(sent.get("answer", ""))
        return _page(request, services, actor, invitation_id, act=act, sent=sent, error=error)
    if sent.get("answer") == ACCEPT:
        return leave_for(f"/invitations/{invitation_id}", "已接受邀约，谢谢。下一步：与企业联系一次，并登记首次联系。")
    return leave_for(f"/invitations/{invitation_id}", "已谢绝。这条需求不会再邀请。")


@router.post("/invitations/{invitation_id}/actions/{action}")
@policy("invitation.act")
def send_invitation_act(
    request: Request, services: ServicesDep, actor: CurrentActor, invitation_id: str, action: str, sent: SentForm
) -> Response:
    try:
        given = read(ActionInput, sent)
        with services.database.writing() as session:
            invitations.take_back(session, services, actor, invitation_id, action, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, invitation_id, act=action, sent=sent, error=error)
    return leave_for("/invitations", f"已办理：{INVITATION.find(action).label}。")


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    invitation_id: str,
    *,
    act: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    """error: of the act, whose form stands open again with what was typed."""
    shown = reads.open_invitation(services, actor, invitation_id)
    with services.database.reading() as session:
        case = invitations.find(session, actor, invitation_id)
        steps = history(session, case)
        is_waiting = shown.state is InvitationState.SENT
        may_hand_out = is_waiting and is_allowed(actor, "invitation.hand_out", case)
        handed = hand_out(session, services, case) if may_hand_out else None
        offer = call_requests.offered(session, actor, case)
        is_own = is_invited_party(actor, case)
        why = reasons(session, case)
    offered = {each.action for each in shown.actions}
    return page(
        request,
        actor,
        "invitations/show.html",
        error.status if error else 200,
        history=steps,
        handed=handed,
        offer=offer,
        why=why,
        is_own=is_own,
        is_waiting=is_waiting,
        may_answer=bool({"accept", "decline"} & offered),
        others=[each for each in shown.actions if each.action not in ("accept", "accept_partly", "decline")],
        act_shown=act,
        failed=act if error else "",
        form=Form(AcceptInput if act == ACCEPT else ActionInput, typed=sent, error=error),
        proxy_form=Form(ActionInput, typed=sent, error=error),
        channels=CHANNELS,
        **parts(shown, sent, error),
    )

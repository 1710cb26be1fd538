"""给我打电话、请学会代办: from an invitation, a consultation, a need or an offer, with an account or by a signed link;
and from the pages of an expert's own affairs."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, ServicesDep
from service.api.routing import policy
from service.errors import AppError, Conflict, NotFound
from service.models import CallSubject, CallWish, Need
from service.schemas.calls import CallRequestInput
from service.services import Services
from service.usecases import call_requests
from service.usecases.signed_links import actor_by_address
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.render import leave_for, page
from web.sent import SentForm, own_path

router = APIRouter(include_in_schema=False)
_KINDS = {
    "invitations": CallSubject.INVITATION,
    "consultations": CallSubject.CONSULTATION,
    "needs": CallSubject.NEED,
    "self-offers": CallSubject.SELF_OFFER,
    "experts": CallSubject.EXPERT,
}
_ONESELF = "/experts/me"


@dataclass(frozen=True)
class _Place:
    """Who asks about what, where it is, and the page they come from."""

    services: Services
    actor: Actor
    kind: CallSubject
    id: str
    address: str
    back: str


def _own(services: Services, actor: Actor, noun: str, subject_id: str, back: str = "") -> _Place:
    address = f"/{noun}/{subject_id}"
    return _Place(services, actor, _KINDS[noun], subject_id, address, own_path(back) if back else address)


def _linked(services: Services, purpose: str, token: str) -> _Place:
    actor = actor_by_address(services, f"{purpose}/{token}")
    assert actor.link is not None  # by a link only
    address = f"/r/{purpose}/{token}"
    return _Place(services, actor, CallSubject(purpose), actor.link.partition(":")[2], address, address)


@router.get("/invitations/{invitation_id}/call-request")
@policy("call.ask")
def show_request_about_invitation(
    request: Request, services: ServicesDep, actor: CurrentActor, invitation_id: str, wish: CallWish = CallWish.CALL
) -> Response:
    return _page(request, _own(services, actor, "invitations", invitation_id), wish)


@router.post("/invitations/{invitation_id}/call-request")
@policy("call.ask")
def send_request_about_invitation(
    request: Request, services: ServicesDep, actor: CurrentActor, invitation_id: str, sent: SentForm
) -> Response:
    return _send(request, _own(services, actor, "invitations", invitation_id), sent)


@router.get("/consultations/{consultation_id}/call-request")
@policy("call.ask")
def show_request_about_consultation(
    request: Request, services: ServicesDep, actor: CurrentActor, consultation_id: str, wish: CallWish = CallWish.CALL
) -> Response:
    return _page(request, _own(services, actor, "consultations", consultation_id), wish)


@router.post("/consultations/{consultation_id}/call-request")
@policy("call.ask")
def send_request_about_consultation(
    request: Request, services: ServicesDep, actor: CurrentActor, consultation_id: str, sent: SentForm
) -> Response:
    return _send(request, _own(services, actor, "consultations", consultation_id), sent)


@router.get("/needs/{need_id}/call-request")
@policy("call.ask")
def show_request_about_need(
    request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, wish: CallWish = CallWish.CALL
) -> Response:
    return _page(request, _own(services, actor, "needs", need_id), wish)


@router.post("/needs/{need_id}/call-request")
@policy("call.ask")
def send_request_about_need(
    request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm
) -> Response:
    return _send(request, _own(services, actor, "needs", need_id), sent)


@router.get("/self-offers/{offer_id}/call-request")
@policy("call.ask")
def show_request_about_self_offer(
    request: Request, services: ServicesDep, actor: CurrentActor, offer_id: str, wish: CallWish = CallWish.CALL
) -> Response:
    return _page(request, _own(services, actor, "self-offers", offer_id), wish)


@router.post("/self-offers/{offer_id}/call-request")
@policy("call.ask")
def send_request_about_self_offer(
    request: Request, services: ServicesDep, actor: CurrentActor, offer_id: str, sent: SentForm
) -> Response:
    return _send(request, _own(services, actor, "self-offers", offer_id), sent)


@router.get("/experts/{expert_id}/call-request")
@policy("call.ask")
def show_request_about_expert(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    expert_id: str,
    wish: CallWish = CallWish.CALL,
    back: str = _ONESELF,
) -> Response:
    """back: the page they come from, of several that are about the expert."""
    return _page(request, _own(services, actor, "experts", expert_id, back), wish)


@router.post("/experts/{expert_id}/call-request")
@policy("call.ask")
def send_request_about_expert(
    request: Request, services: ServicesDep, actor: CurrentActor, expert_id: str, sent: SentForm
) -> Response:
    back = str(sent.get("back", _ONESELF))
    return _send(request, _own(services, actor, "experts", expert_id, back), sent)


@router.get("/r/{purpose}/{token}/call-request")
@policy("public")
def show_linked_request(
    request: Request, services: ServicesDep, purpose: str, token: str, wish: CallWish = CallWish.CALL
) -> Response:
    return _page(request, _linked(services, purpose, token), wish)


@router.post("/r/{purpose}/{token}/call-request")
@policy("public")
def send_linked_request(request: Request, services: ServicesDep, purpose: str, token: str, sent: SentForm) -> Response:
    return _send(request, _linked(services, purpose, token), sent)


def _send(request: Request, place: _Place, sent: FormData) -> Response:
    try:
        given = read(CallRequestInput, sent)
        with place.services.database.writing() as session:
            call_requests.ask(session, place.services, place.actor, place.kind, place.id, given)
    except Conflict as error:
        # Asked already: pressing twice says so and does no more.
        return leave_for(place.back, error.message)
    except AppError as error:
        pass_on_hiding(error)
        wish = CallWish.DO_FOR_ME if sent.get("wish") == CallWish.DO_FOR_ME else CallWish.CALL
        return _page(request, place, wish, sent=sent, error=error)
    return leave_for(place.back, "已经告诉他们了，会给您打电话。")


def _page(
    request: Request, place: _Place, wish: CallWish, *, sent: FormData | None = None, error: AppError | None = None
) -> Response:
    with place.services.database.reading() as session:
        about = call_requests.find(session, place.actor, place.kind, place.id)
        offer = call_requests.offered(session, place.actor, about)
    if offer is None:
        raise NotFound()
    return page(
        request,
        place.actor,
        "calls/ask.html",
        error.status if error else 200,
        offer=offer,
        wish=wish.value,
        days=place.services.settings.deadlines.call_back,
        here=place.address,
        back=place.back,
        title=about.title if isinstance(about, Need) else "",
        form=Form(CallRequestInput, typed=sent, error=error),
    )

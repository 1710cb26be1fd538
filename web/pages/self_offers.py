"""自荐: writing one for a need, the list, one of them with its answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, PageNumber, Reading, Search, ServicesDep
from service.api.routing import policy
from service.case_facts import is_offerer
from service.errors import AppError, Forbidden
from service.models import OffererKind, SelfOfferState
from service.schemas.common import ActionInput
from service.schemas.self_offers import SelfOfferInput
from service.services import Services
from service.usecases import need_views, needs, self_offer_parties, self_offers
from service.usecases.call_requests import offered, offered_to_expert
from service.usecases.paging import paged
from service.usecases.self_offer_views import lines, show
from service.workflow.self_offers import SELF_OFFER
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.listing import Chosen, listing
from web.once import once
from web.render import leave_for, page
from web.sent import SentForm
from web.words import CHANNELS, OFFERERS

router = APIRouter(include_in_schema=False)


@router.get("/self-offers")
@policy("self_offer.list")
def show_self_offers(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    state: Chosen[SelfOfferState] = None,
    search: Search = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    found, total = self_offers.page_of(session, actor, state=state, search=search, sort=sort, page=page_number)
    return page(
        request,
        actor,
        "self_offers/list.html",
        listed=paged(lines(session, actor, found), total, page_number),
        listing=listing(request, self_offers.ORDERS, sort),
        state=state,
        search=search,
        states={each.value: note.label for each, note in SELF_OFFER.states.items()},
        kinds=OFFERERS,
    )


@router.get("/needs/{need_id}/self-offers/new")
@policy("self_offer.make")
def show_new_self_offer(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    need_id: str,
    search: Annotated[str, Query(max_length=50)] = "",
) -> Response:
    """search: for staff, the name of the expert it is written for."""
    return _new_form(request, services, actor, need_id, search=search)


@router.post("/needs/{need_id}/self-offers/new")
@policy("self_offer.make")
def send_new_self_offer(
    request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm
) -> Response:
    kind, _, party_id = str(sent.get("party", "")).partition(":")
    try:
        given = read(SelfOfferInput, sent, party_kind=kind, party_id=party_id)
        with services.database.writing() as session:
            made = once(
                session,
                actor,
                f"self_offer.make {need_id}",
                sent,
                lambda: self_offers.offer(session, services, actor, need_id, given).subject.id,
            )
    except AppError as error:
        pass_on_hiding(error)
        return _new_form(request, services, actor, need_id, sent=sent, error=error)
    days = services.settings.deadlines.answer_self_offer
    return leave_for(f"/self-offers/{made}", f"自荐已送出，科协会在 {days} 个工作日内答复。")


@router.get("/self-offers/{offer_id}")
@policy("self_offer.view")
def show_self_offer(request: Request, services: ServicesDep, actor: CurrentActor, offer_id: str) -> Response:
    return _page(request, services, actor, offer_id)


@router.post("/self-offers/{offer_id}/actions/{action}")
@policy("self_offer.act")
def send_self_offer_act(
    request: Request, services: ServicesDep, actor: CurrentActor, offer_id: str, action: str, sent: SentForm
) -> Response:
    try:
        given = read(ActionInput, sent)
        with services.database.writing() as session:
            self_offers.act(session, services, actor, offer_id, action, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, offer_id, failed=action, sent=sent, error=error)
    return leave_for(f"/self-offers/{offer_id}", f"已办理：{SELF_OFFER.find(action).label}。")


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    offer_id: str,
    *,
    failed: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        case = self_offers.find(session, actor, offer_id)
        shown = show(session, actor, case)
        is_own = is_offerer(actor, case)
        call_offer = offered(session, actor, case)
    return page(
        request,
        actor,
        "self_offers/show.html",
        error.status if error else 200,
        offer=shown,
        is_own=is_own,
        call_offer=call_offer,
        failed=failed,
        form=Form(ActionInput, typed=sent, error=error),
        kinds=OFFERERS,
        channels=CHANNELS,
    )


def _new_form(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    *,
    search: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        need = needs.find(session, actor, need_id, "self_offer.make")
        if need.organization_id in actor.organizations:
            raise Forbidden("这是您自己单位的需求，不能自荐。")
        shown = need_views.show(session, services.clockwork, actor, need)
        parties = self_offer_parties.choices(session, actor, search)
        call_offer = offered_to_expert(session, actor)
    chosen = str(sent.get("party", "")) if sent else ""
    if chosen and chosen not in parties and actor.is_staff:
        parties[chosen] = OFFERERS.get(chosen.partition(":")[0], "")
    own = {key for key in parties if _is_own(actor, key)}
    return page(
        request,
        actor,
        "self_offers/new.html",
        error.status if error else 200,
        need=shown,
        parties=parties,
        chosen=chosen or next(iter(parties), ""),
        search=search,
        form=Form(SelfOfferInput, typed=sent, error=error),
        # Where every choice is one's own word, nobody else is asked for.
        needs_proxy=bool(set(parties) - own) or not parties,
        proxy_is_optional=bool(own),
        call_offer=call_offer,
        channels=CHANNELS,
        days=services.settings.deadlines.answer_self_offer,
    )


def _is_own(actor: Actor, key: str) -> bool:
    kind, _, party_id = key.partition(":")
    return kind in {each.value for each in OffererKind} and actor.acts_for(kind, party_id)

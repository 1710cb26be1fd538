"""Self-offers (自荐) under /api."""

from __future__ import annotations

from typing import Annotated

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
from service.models import SelfOfferState
from service.schemas.common import ActionInput, Page
from service.schemas.self_offers import SelfOfferInput, SelfOfferOut
from service.usecases import self_offers
from service.usecases.paging import paged
from service.usecases.self_offer_views import lines, show

router = Router(tags=["自荐"])


@router.post("/needs/{need_id}/self-offers", status_code=201, summary="对一条需求自荐")
@policy("self_offer.make")
def offer_oneself(
    session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: SelfOfferInput
) -> SelfOfferOut:
    return show(session, actor, self_offers.offer(session, services, actor, need_id, given))


@router.get("/needs/{need_id}/self-offers", summary="一条需求收到的自荐")
@policy("self_offer.review")
def list_self_offers_of_need(session: Reading, actor: CurrentActor, need_id: str) -> list[SelfOfferOut]:
    return lines(session, actor, self_offers.of_need(session, actor, need_id))


@router.get("/self-offers", summary="自己的、经办的自荐")
@policy("self_offer.list")
def list_self_offers(
    session: Reading,
    actor: CurrentActor,
    state: SelfOfferState | None = None,
    search: Search = "",
    sort: Annotated[str, sorted_by(self_offers.ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[SelfOfferOut]:
    found, total = self_offers.page_of(session, actor, state=state, search=search, sort=sort, page=page)
    return paged(lines(session, actor, found), total, page)


@router.get("/self-offers/{offer_id}", summary="一份自荐和它的答复")
@policy("self_offer.view")
def show_self_offer(session: Reading, actor: CurrentActor, offer_id: str) -> SelfOfferOut:
    return show(session, actor, self_offers.find(session, actor, offer_id))


@router.post("/self-offers/{offer_id}/actions/{action}", summary="推荐、不采用、撤回")
@policy("self_offer.act")
def act_on_self_offer(
    session: Writing, services: ServicesDep, actor: CurrentActor, offer_id: str, action: str, given: ActionInput
) -> SelfOfferOut:
    return show(session, actor, self_offers.act(session, services, actor, offer_id, action, given))

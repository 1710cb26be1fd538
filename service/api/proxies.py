"""Checking 代录 and 代答, under /api."""

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
from service.schemas.common import Page
from service.schemas.invitations import HandOutOut
from service.schemas.proxy_checks import CallBackInput, ProxyAnswerInput, ProxyEntryOut
from service.usecases import proxy_checks
from service.usecases.paging import paged

router = Router(tags=["代录代答"])


@router.get("/proxies", summary="代录、代答的登记")
@policy("proxy.list")
def list_proxies(
    session: Reading,
    actor: CurrentActor,
    is_open: Annotated[bool, Query(description="只看还没有确认的")] = False,
    search: Annotated[str, Query(max_length=50, description="委托人或代办人的姓名")] = "",
    sort: Annotated[str, sorted_by(proxy_checks.ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[ProxyEntryOut]:
    items, total = proxy_checks.page_of(session, actor, is_open=is_open, search=search, sort=sort, page=page)
    return paged(items, total, page)


@router.get("/proxies/{entry_id}/hand-out", summary="请委托人确认的短信文字、链接和二维码")
@policy("proxy.check")
def show_proxy_hand_out(session: Reading, services: ServicesDep, actor: CurrentActor, entry_id: str) -> HandOutOut:
    return proxy_checks.hand_out(session, services, actor, entry_id)


@router.post("/proxies/{entry_id}/call-back", summary="登记回访：本人是否委托过")
@policy("proxy.check")
def call_back_about_proxy(
    session: Writing, services: ServicesDep, actor: CurrentActor, entry_id: str, given: CallBackInput
) -> ProxyEntryOut:
    entry = proxy_checks.call_back(session, services, actor, entry_id, given)
    return proxy_checks.shown(session, [entry])[0]


@router.get("/proxy-links/{token}", summary="凭链接看别人代我办了什么")
@policy("public")
def show_proxy_by_link(session: Reading, services: ServicesDep, token: str) -> ProxyEntryOut:
    return proxy_checks.shown(session, [proxy_checks.by_link(session, services, token)])[0]


@router.post("/proxy-links/{token}", summary="凭链接确认，或者说明不是我委托的")
@policy("public")
def answer_proxy_by_link(session: Writing, services: ServicesDep, token: str, given: ProxyAnswerInput) -> ProxyEntryOut:
    entry = proxy_checks.answer_by_link(session, services, token, given)
    return proxy_checks.shown(session, [entry])[0]

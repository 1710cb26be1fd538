"""代录 and 代答: what was entered for others and not confirmed yet, the text for whoever asked, the call-back."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.actors import Actor
from service.api.dependencies import CurrentActor, PageNumber, Reading, Search, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.schemas.proxy_checks import CallBackInput
from service.services import Services
from service.usecases import proxy_checks
from service.usecases.paging import paged
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.listing import listing
from web.render import leave_for, page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)


@router.get("/proxies")
@policy("proxy.list")
def show_proxies(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    checked: bool = False,
    search: Search = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    """checked: also those that were confirmed or denied."""
    items, total = proxy_checks.page_of(session, actor, is_open=not checked, search=search, sort=sort, page=page_number)
    return page(
        request,
        actor,
        "proxies/list.html",
        listed=paged(items, total, page_number),
        listing=listing(request, proxy_checks.ORDERS, sort, checked="true" if checked else ""),
        checked=checked,
        search=search,
    )


@router.get("/proxies/{entry_id}")
@policy("proxy.check")
def show_proxy_entry(request: Request, services: ServicesDep, actor: CurrentActor, entry_id: str) -> Response:
    return _page(request, services, actor, entry_id, Form(CallBackInput))


@router.post("/proxies/{entry_id}/call-back")
@policy("proxy.check")
def send_call_back(
    request: Request, services: ServicesDep, actor: CurrentActor, entry_id: str, sent: SentForm
) -> Response:
    try:
        given = read(CallBackInput, sent, agreed=sent.get("agreed") == "yes")
        with services.database.writing() as session:
            proxy_checks.call_back(session, services, actor, entry_id, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, entry_id, Form(CallBackInput, typed=sent, error=error))
    return leave_for("/proxies", "已登记回访结果。")


def _page(request: Request, services: Services, actor: Actor, entry_id: str, form: Form) -> Response:
    with services.database.reading() as session:
        [entry] = proxy_checks.shown(session, [proxy_checks.find(session, actor, entry_id)])
        is_open = entry.confirmed_at is None and entry.denied_at is None
        given = proxy_checks.hand_out(session, services, actor, entry_id) if is_open else None
    status = form.error.status if form.error else 200
    return page(request, actor, "proxies/show.html", status, entry=entry, hand_out=given, form=form)

"""注销 as administrators carry it out: the list, what stands in the way, the last click."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.actors import Actor
from service.api.dependencies import CurrentActor, PageNumber, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.models import ErasureRequest, ErasureState
from service.schemas.privacy import ErasureActInput
from service.services import Services
from service.usecases import erasures
from service.usecases.paging import paged
from service.workflow.erasures import ERASURE
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.listing import Chosen, listing
from web.render import leave_for, page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)


@router.get("/erasures")
@policy("erasure.handle")
def show_erasures(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    state: Chosen[ErasureState] = None,
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    return _page(request, services, actor, state=state, sort=sort, page_number=page_number)


@router.post("/erasures/{request_id}/carry-out")
@policy("erasure.handle")
def send_carry_out(
    request: Request, services: ServicesDep, actor: CurrentActor, request_id: str, sent: SentForm
) -> Response:
    return _act(request, services, actor, request_id, sent, erasures.carry_out, "已注销，个人信息已抹去。")


@router.post("/erasures/{request_id}/withdraw")
@policy("erasure.handle")
def send_withdrawal(
    request: Request, services: ServicesDep, actor: CurrentActor, request_id: str, sent: SentForm
) -> Response:
    return _act(request, services, actor, request_id, sent, erasures.withdraw, "已撤回注销申请。")


def _act(
    request: Request,
    services: Services,
    actor: Actor,
    request_id: str,
    sent: SentForm,
    act: Callable[..., ErasureRequest],
    said: str,
) -> Response:
    try:
        given = read(ErasureActInput, sent)
        with services.database.writing() as session:
            act(session, services, actor, request_id, version=given.version)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, error=error)
    return leave_for("/erasures", said)


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    *,
    state: ErasureState | None = None,
    sort: str = "",
    page_number: int = 1,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        found, total = erasures.page_of(session, actor, state=state, sort=sort, page=page_number)
        items = [erasures.line(session, each) for each in found]
    return page(
        request,
        actor,
        "erasures/list.html",
        error.status if error else 200,
        listed=paged(items, total, page_number),
        listing=listing(request, erasures.ORDERS, sort, path="/erasures"),
        state=state,
        states={each.value: note.label for each, note in ERASURE.states.items()},
        form=Form(ErasureActInput, error=error),
    )

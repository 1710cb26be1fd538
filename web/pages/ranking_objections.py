"""Asking why somebody was ranked as they were, or for a person to look again: the form, the list, the answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, PageNumber, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.models import RankingObjectionKind, RankingObjectionState
from service.schemas.common import ActionInput
from service.schemas.ranking_objections import RankingObjectionInput
from service.services import Services
from service.usecases import ranking_objections
from service.usecases.paging import paged
from service.workflow.ranking_objections import RANKING_OBJECTION
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.listing import Chosen, listing
from web.once import once
from web.render import leave_for, page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)
KINDS = {
    RankingObjectionKind.EXPLANATION.value: "要求说明：为什么这样排",
    RankingObjectionKind.REVIEW.value: "要求人工复核：请工作人员再看一遍",
}
_HOME = "/ranking-objections"


@router.get(_HOME)
@policy("ranking_objection.list")
def show_ranking_objections(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    state: Chosen[RankingObjectionState] = None,
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    return _page(request, services, actor, state=state, sort=sort, page_number=page_number)


@router.get("/ranking-objections/{objection_id}")
@policy("ranking_objection.list")
def show_ranking_objection(objection_id: str) -> Response:
    """All that is to be said of one stands in the list."""
    return RedirectResponse(f"{_HOME}#{objection_id}", status_code=303)


@router.post(_HOME)
@policy("ranking_objection.ask")
def send_ranking_objection(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    try:
        given = read(RankingObjectionInput, sent)
        with services.database.writing() as session:
            ask = ranking_objections.ask
            once(session, actor, "ranking_objection.ask", sent, lambda: ask(session, services, actor, given).id)
    except AppError as error:
        return _page(request, services, actor, sent=sent, error=error)
    return leave_for(_HOME, "已收到，会由工作人员答复您。")


@router.post("/ranking-objections/{objection_id}/actions/{action}")
@policy("ranking_objection.act")
def act_on_ranking_objection(
    request: Request, services: ServicesDep, actor: CurrentActor, objection_id: str, action: str, sent: SentForm
) -> Response:
    try:
        given = read(ActionInput, sent)
        with services.database.writing() as session:
            ranking_objections.act(session, services, actor, objection_id, action, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, sent=sent, error=error, failed=f"{objection_id}:{action}")
    return leave_for(_HOME, f"已办理：{RANKING_OBJECTION.find(action).label}。")


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    *,
    state: RankingObjectionState | None = None,
    sort: str = "",
    page_number: int = 1,
    sent: FormData | None = None,
    error: AppError | None = None,
    failed: str = "",
) -> Response:
    """failed: “id:act” of what was refused, "" for asking."""
    with services.database.reading() as session:
        found, total = ranking_objections.page_of(session, actor, state=state, sort=sort, page=page_number)
        items = ranking_objections.lines(session, actor, found)
    return page(
        request,
        actor,
        "ranking_objections/list.html",
        error.status if error else 200,
        listed=paged(items, total, page_number),
        listing=listing(request, ranking_objections.ORDERS, sort, path=_HOME),
        state=state,
        states={each.value: note.label for each, note in RANKING_OBJECTION.states.items()},
        asking=Form(RankingObjectionInput, typed=None if failed else sent, error=None if failed else error),
        form=Form(ActionInput, typed=sent, error=error),
        failed=failed,
        kinds=KINDS,
    )

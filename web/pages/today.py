"""今日待办: what waits for an expert, and 大字版."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.dependencies import CurrentActor, ServicesDep
from service.api.routing import policy
from service.usecases import today
from service.usecases.call_requests import offered_to_expert
from web.render import LARGE, leave_for, page
from web.sent import SentForm, own_path

router = APIRouter(include_in_schema=False)
_A_YEAR = 365 * 24 * 3600


@router.get("/today")
@policy("signed_in")
def show_today(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    with services.database.reading() as session:
        waiting = today.waiting_for(session, services, actor)
        call_offer = offered_to_expert(session, actor)
    return page(request, actor, "today/show.html", waiting=waiting, call_offer=call_offer)


@router.post("/me/large")
@policy("signed_in")
def choose_large(sent: SentForm) -> Response:
    """Kept in this browser for a year, so it is there the next time."""
    answer = leave_for(own_path(str(sent.get("back", "/today"))))
    if sent.get("large"):
        answer.set_cookie(LARGE, "yes", max_age=_A_YEAR, httponly=True, samesite="lax")
    else:
        answer.delete_cookie(LARGE)
    return answer

"""回访: those that are due today, and what the company says."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.facts import is_need_owner
from service.schemas.outcomes import FollowUpInput, FollowUpOutcome
from service.services import Services
from service.usecases import follow_ups
from service.usecases.consultation_views import KIND_LABELS, follow_up_lines
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.render import leave_for, page
from web.rows import read_rows, rows
from web.sent import SentForm
from web.words import CHANNELS

router = APIRouter(include_in_schema=False)


@router.get("/follow-ups")
@policy("follow_up.list")
def show_follow_ups(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    return _page(request, services, actor)


@router.post("/follow-ups/{follow_up_id}/answer")
@policy("follow_up.answer")
def send_follow_up(
    request: Request, services: ServicesDep, actor: CurrentActor, follow_up_id: str, sent: SentForm
) -> Response:
    """Two buttons: it still works, or not any more."""
    try:
        lines = read_rows(FollowUpOutcome, sent, "outcomes")
        given = read(FollowUpInput, sent, outcomes=lines)
        with services.database.writing() as session:
            follow_ups.answer(session, services, actor, follow_up_id, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, failed=follow_up_id, sent=sent, error=error)
    return leave_for("/follow-ups", "已登记这次回访，谢谢。")


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    *,
    failed: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    """failed: the one whose form stands open again."""
    with services.database.reading() as session:
        found = follow_ups.due(session, actor)
        items = follow_up_lines(session, found)
        own = {follow_up.id: is_need_owner(actor, need) for follow_up, need in found}
    forms = {
        each.id: Form(FollowUpInput, typed=sent, error=error) if each.id == failed else Form(FollowUpInput)
        for each in items
    }
    lines = {
        each.id: rows(FollowUpOutcome, "outcomes", typed=sent, error=error)
        if each.id == failed
        else rows(FollowUpOutcome, "outcomes")
        for each in items
    }
    return page(
        request,
        actor,
        "follow_ups/list.html",
        error.status if error else 200,
        items=items,
        own=own,
        forms=forms,
        outcomes=lines,
        failed=failed,
        # Of one that is no longer due.
        problem=Form(FollowUpInput, typed=sent, error=error) if error and failed not in forms else None,
        channels=CHANNELS,
        outcome_kinds={each.value: label for each, label in KIND_LABELS.items()},
    )

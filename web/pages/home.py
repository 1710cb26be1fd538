"""The first page: for strangers what this is, for everybody else what waits for them."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.dependencies import CurrentActor, Reading, ServicesDep
from service.api.routing import policy
from service.permissions import is_allowed
from service.schemas.desk import DeskTab
from service.usecases import calls, desk_tabs, first_steps, installation, notices, showcase, today
from web.pages.desk import place_of
from web.render import page

router = APIRouter(include_in_schema=False)
_SHOWN = 5


@router.get("/")
@policy("public")
def show_home(request: Request, session: Reading, services: ServicesDep, actor: CurrentActor) -> Response:
    if not actor.is_signed_in:
        newest, _ = showcase.needs(session, actor)
        return page(
            request,
            actor,
            "home/stranger.html",
            counts=showcase.counts(session, actor),
            newest=newest[:_SHOWN],
            is_new=not installation.has_administrator(session),
        )
    starts = actor.is_administrator and not services.settings.demo
    with_desk = actor.is_staff
    tabs = [tab for tab in desk_tabs.tabs(session, services, actor) if tab.total] if with_desk else []
    return page(
        request,
        actor,
        "home/home.html",
        waiting=today.waiting_for(session, services, actor),
        tabs=tabs,
        urgent=_most_urgent(tabs),
        calls=len(calls.due(session, services, actor)) if with_desk else 0,
        unread=notices.unread(session, actor),
        may_write=bool(actor.organizations) or with_desk,
        start=first_steps.show(session, services, actor) if starts else None,
        may_change=is_allowed(actor, "setting.change"),
    )


def _most_urgent(tabs: Sequence[DeskTab]) -> list[today.Waiting]:
    """Of all that waits on a desk what has to be done first."""
    lines = [(line.due_at, tab.label, line) for tab in tabs for line in tab.items if line.due_at]
    return [
        today.Waiting(label, line.title, line.why, place_of(line), line.due_at, line.days_left)
        for _, label, line in sorted(lines, key=lambda each: each[0])[:_SHOWN]
    ]

"""The first page: for strangers what this is, for everybody else what waits for them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.dependencies import CurrentActor, Reading, ServicesDep
from service.api.routing import policy
from service.models import InvitationState, ReferralState
from service.permissions import is_allowed
from service.schemas.referrals import ReferralRole
from service.usecases import (
    consultation_views,
    consultations,
    desk,
    first_steps,
    installation,
    invitation_views,
    needs,
    notices,
    referral_views,
    referrals,
    showcase,
)
from service.usecases.need_views import lines
from web.render import page

router = APIRouter(include_in_schema=False)


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
            newest=newest[:_NEWEST],
            is_new=not installation.has_administrator(session),
        )
    starts = actor.is_administrator and not services.settings.demo
    answers = bool(actor.expert_id or actor.organizations)
    sent = InvitationState.SENT
    waiting = consultations.waiting_for_us(session, actor) if actor.organizations else []
    received, pending = ReferralRole.RECEIVED, ReferralState.PENDING
    given = referrals.page_of(session, actor, role=received, state=pending)[0] if answers else []
    return page(
        request,
        actor,
        "home/home.html",
        my_needs=lines(session, actor, needs.waiting_for_owner(session, actor)) if actor.organizations else [],
        consultations=consultation_views.lines(session, actor, waiting) if waiting else [],
        referrals=referral_views.lines(session, actor, given) if given else [],
        invitations=invitation_views.page_of(session, actor, state=sent, need_id="", page=1)[0] if answers else [],
        at_desk=len(desk.queue(session, actor)) if actor.is_staff else 0,
        unread=notices.unread(session, actor),
        start=first_steps.show(session, services, actor) if starts else None,
        may_change=is_allowed(actor, "setting.change"),
    )


_NEWEST = 5

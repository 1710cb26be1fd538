"""Needs: the list, the case page and its acts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, NeedIndexDep, PageNumber, Reading, Search, ServicesDep
from service.api.needs import NeedActionInput, SimilarFound
from service.api.routing import policy
from service.case_facts import Case
from service.errors import AppError
from service.facts import PUBLISHED
from service.models import FileSubject, NeedState
from service.permissions import is_allowed
from service.schemas.need_ties import SimilarOut
from service.services import Services
from service.usecases import (
    attachment_views,
    call_requests,
    fitting_views,
    followers,
    need_acts,
    needs,
    organizations,
    reads,
    recommendations,
    self_offer_parties,
)
from service.usecases.need_views import lines, steps_of_need
from service.usecases.paging import paged
from service.usecases.similar_needs import DuplicateCheck, similar_to
from service.workflow.needs import NEED
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.listing import Chosen, listing
from web.pages.need_staff import around
from web.render import leave_for, page
from web.sent import SentForm
from web.words import CHANNELS, LEVELS, industries

router = APIRouter(include_in_schema=False)
# What the page of a need depends on.
_ASKED = ("need.history", "need.edit", "need.readers", "match.view", "match.achievements", "self_offer.make")


@router.get("/needs")
@policy("need.list")
def show_needs(
    request: Request,
    session: Reading,
    services: ServicesDep,
    actor: CurrentActor,
    mine: bool | None = None,
    state: Chosen[NeedState] = None,
    industry_field: Annotated[str, Query(max_length=3)] = "",
    search: Search = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    """A company begins with what is its own, everybody else with all they may see."""
    if mine is None:
        mine = bool(actor.organizations) and not actor.is_staff and needs.page_of(session, actor, mine=True)[1] > 0
    found, total = needs.page_of(
        session,
        actor,
        mine=mine,
        state=state,
        industry_field=industry_field,
        search=search,
        sort=sort,
        page=page_number,
    )
    listed = paged(lines(session, actor, found), total, page_number)
    return page(
        request,
        actor,
        "needs/list.html",
        listed=listed,
        listing=listing(request, needs.ORDERS, sort, mine="true" if mine else "false"),
        search=search,
        mine=mine,
        state=state,
        industry_field=industry_field,
        states={each.value: note.label for each, note in NEED.states.items()},
        industries=industries(services.settings).labels,
        may_write=bool(actor.organizations) or actor.is_staff,
    )


@router.get("/needs/{need_id}")
@policy("need.view")
def show_need(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str) -> Response:
    return need_page(request, services, actor, need_id)


@router.post("/needs/{need_id}/actions/{action}")
@policy("need.act")
def send_need_act(
    request: Request,
    similar: SimilarFound,
    index: NeedIndexDep,
    services: ServicesDep,
    actor: CurrentActor,
    need_id: str,
    action: str,
    sent: SentForm,
) -> Response:
    try:
        given = read(NeedActionInput, sent)
        with services.database.writing() as session:
            need_acts.act(
                session,
                services,
                actor,
                need_id,
                action,
                given,
                confirm_no_secrets=given.confirm_no_secrets,
                duplicates=DuplicateCheck(similar, given.duplicate_answer),
            )
    except AppError as error:
        pass_on_hiding(error)
        # Found, and nothing said to it yet: it may be what stands in the way.
        alike = similar_to(services, index, actor, need_id) if similar else []
        return need_page(request, services, actor, need_id, failed=action, sent=sent, error=error, alike=alike)
    return leave_for(f"/needs/{need_id}", f"已办理：{NEED.find(action).label}。")


def need_page(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    *,
    failed: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
    alike: Sequence[SimilarOut] = (),
) -> Response:
    """failed: the act that was refused; its form stands open again with what was typed. alike: similar needs, for who
    hands in."""
    shown = reads.open_need(services, actor, need_id)
    with services.database.reading() as session:
        need = needs.find(session, actor, need_id)
        may = {name: is_allowed(actor, name, need) for name in _ASKED}
        files = attachment_views.listed(session, services.settings, actor, FileSubject.NEED, need_id)
        fitting = fitting_views.achievements_for(session, actor, need_id) if may["match.achievements"] else []
        following = {
            "may": _named(session, actor, followers.may_follow(session, actor, need)),
            "do": _named(session, actor, followers.follows(session, actor, need)),
        }
        history = (
            steps_of_need(session, actor, need, need_acts.history(session, actor, need_id))
            if may["need.history"]
            else []
        )
        can_edit = may["need.edit"] and needs.is_editable(need)
        can_offer = need.state in PUBLISHED and may["self_offer.make"] and self_offer_parties.may_have(session, actor)
        is_recommended = recommendations.is_there(session, actor, need)
        for_staff = around(session, services, actor, need)
        call_offer = call_requests.offered(session, actor, Case(need, need))
    return page(
        request,
        actor,
        "needs/show.html",
        error.status if error else 200,
        need=shown,
        history=history,
        can_edit=can_edit,
        can_offer=can_offer and need.organization_id not in actor.organizations,
        is_recommended=is_recommended,
        call_offer=call_offer,
        files=files,
        fitting=fitting,
        following=following,
        sees_readers=may["need.readers"],
        sees_matches=may["match.view"] and need.number is not None,
        failed=failed,
        alike=alike,
        form=Form(NeedActionInput, typed=sent, error=error),
        levels=LEVELS,
        channels=CHANNELS,
        is_owner=need.organization_id in actor.organizations,
        **for_staff,
    )


def _named(session: Session, actor: Actor, organization_ids: Sequence[str]) -> dict[str, str]:
    return {each: organizations.find(session, actor, each).name for each in organization_ids}

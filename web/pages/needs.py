"""Needs: the list, the form, the case page and its acts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, Reading, ServicesDep
from service.api.needs import NeedActionInput, SimilarFound
from service.api.routing import policy
from service.disclosure import DEFAULT_LEVELS
from service.errors import AppError, Stale
from service.models import NeedState
from service.permissions import is_allowed
from service.rules import region as regions
from service.rules.vocabulary import INDUSTRY_FIELDS, SERVICE_TYPES
from service.schemas.common import Page
from service.schemas.needs import NewNeed, SavedNeed, label_of
from service.services import Services
from service.usecases import autosaves, need_acts, needs, organizations, reads, recommendations
from service.usecases.need_views import lines, show, steps_of_need
from service.usecases.paging import PER_PAGE
from service.usecases.similar_needs import DuplicateCheck
from service.workflow.needs import NEED
from web.forms import Form, read
from web.once import once
from web.pages.need_staff import around
from web.render import leave_for, page
from web.sent import SentForm
from web.words import CHANNELS, LEVELS

router = APIRouter(include_in_schema=False)


@router.get("/needs")
@policy("need.list")
def show_needs(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    mine: bool = False,
    state: NeedState | None = None,
    industry_field: Annotated[str, Query(max_length=3)] = "",
    page_number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    found, total = needs.page_of(
        session, actor, mine=mine, state=state, industry_field=industry_field, page=page_number
    )
    listed = Page(items=lines(session, actor, found), total=total, page=page_number, per_page=PER_PAGE)
    return page(
        request,
        actor,
        "needs/list.html",
        listed=listed,
        mine=mine,
        state=state,
        industry_field=industry_field,
        states={each.value: note.label for each, note in NEED.states.items()},
        industries=INDUSTRY_FIELDS,
        may_write=bool(actor.organizations) or actor.is_staff,
    )


@router.get("/needs/new")
@policy("need.create")
def show_new_need(request: Request, services: ServicesDep, session: Reading, actor: CurrentActor) -> Response:
    return _new_form(request, services, session, actor, Form(NewNeed))


@router.post("/needs/new")
@policy("need.create")
def send_new_need(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    try:
        given = read(NewNeed, sent)
        with services.database.writing() as session:
            made = once(session, actor, "need.create", sent, lambda: needs.create(session, services, actor, given).id)
    except AppError as error:
        with services.database.reading() as session:
            return _new_form(request, services, session, actor, Form(NewNeed, typed=sent, error=error), error.status)
    return leave_for(f"/needs/{made}", "草稿已保存。核对无误后，请点“提交审核”。")


@router.get("/needs/{need_id}")
@policy("need.view")
def show_need(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str) -> Response:
    return _need_page(request, services, actor, need_id)


@router.get("/needs/{need_id}/edit")
@policy("need.edit")
def show_need_form(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str) -> Response:
    with services.database.reading() as session:
        need = needs.find(session, actor, need_id, "need.edit")
        needs.refuse_unless_editable(need)
        stored = show(session, services.clockwork, actor, need)
        kept = autosaves.show(session, actor, need_id)
    return _edit_form(request, services, actor, need_id, Form(SavedNeed, stored), version=stored.version, autosave=kept)


@router.post("/needs/{need_id}/edit")
@policy("need.edit")
def send_need_form(
    request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm
) -> Response:
    try:
        given = read(SavedNeed, sent)
        with services.database.writing() as session:
            needs.save(session, services, actor, need_id, given)
    except AppError as error:
        if error.status in (401, 404):
            raise
        seen = error.details["version"] if isinstance(error, Stale) else sent.get("version", 0)
        form = Form(SavedNeed, typed=sent, error=error)
        return _edit_form(request, services, actor, need_id, form, version=int(str(seen)), status=error.status)
    return leave_for(f"/needs/{need_id}", "已保存。")


@router.post("/needs/{need_id}/actions/{action}")
@policy("need.act")
def send_need_act(
    request: Request,
    similar: SimilarFound,
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
        if error.status in (401, 404):
            raise
        return _need_page(request, services, actor, need_id, failed=action, sent=sent, error=error)
    return leave_for(f"/needs/{need_id}", f"已办理：{NEED.find(action).label}。")


def _need_page(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    *,
    failed: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    """failed: the act that was refused; its form stands open again with what was typed."""
    shown = reads.open_need(services, actor, need_id)
    with services.database.reading() as session:
        need = needs.find(session, actor, need_id)
        may = {name: is_allowed(actor, name, need) for name in ("need.history", "need.edit", "match.view", "need.pass")}
        history = (
            steps_of_need(session, actor, need, need_acts.history(session, actor, need_id))
            if may["need.history"]
            else []
        )
        can_edit = may["need.edit"] and needs.is_editable(need)
        is_recommended = recommendations.is_there(session, actor, need)
        for_staff = around(session, services, actor, need)
    return page(
        request,
        actor,
        "needs/show.html",
        error.status if error else 200,
        need=shown,
        history=history,
        can_edit=can_edit,
        is_recommended=is_recommended,
        sees_matches=may["match.view"] and need.number is not None,
        failed=failed,
        form=Form(NeedActionInput, typed=sent, error=error),
        levels=LEVELS,
        channels=CHANNELS,
        is_owner=need.organization_id in actor.organizations,
        **for_staff,
    )


def _new_form(
    request: Request, services: Services, session: Session, actor: Actor, form: Form, status: int = 200
) -> Response:
    mine = organizations.page_of(session, actor, page=1)[0]
    return page(
        request,
        actor,
        "needs/edit.html",
        status,
        form=form,
        address="/needs/new",
        organizations={each.id: each.name for each in mine},
        is_new=True,
        autosave=None,
        theirs={},
        **_choices(services),
    )


def _edit_form(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    form: Form,
    *,
    version: int,
    autosave: object | None = None,
    status: int = 200,
) -> Response:
    """version: on which the next attempt builds; after somebody else saved, theirs."""
    return page(
        request,
        actor,
        "needs/edit.html",
        status,
        form=form,
        address=f"/needs/{need_id}/edit",
        organizations={},
        is_new=False,
        autosave=autosave,
        version=version,
        theirs=_theirs(form),
        **_choices(services),
    )


def _theirs(form: Form) -> dict[str, object]:
    """Label → what somebody else saved meanwhile."""
    if not isinstance(form.error, Stale):
        return {}
    theirs = form.error.details.get("theirs", {})
    assert isinstance(theirs, dict)
    return {label_of(name): value for name, value in theirs.items()}


def _choices(services: Services) -> dict[str, object]:
    return {
        "industries": INDUSTRY_FIELDS,
        "service_types": SERVICE_TYPES,
        "levels": {level.value: words for level, words in LEVELS.items()},
        "default_levels": DEFAULT_LEVELS,
        "regions": {code: regions.full_name(code, " ") for code in _regions(services.settings.province)},
        "review_days": services.settings.deadlines.review_need,
        "channels": CHANNELS,
    }


def _regions(province: str) -> list[str]:
    """The province, its cities and their counties, each county after its city."""
    cities = regions.children(f"{province}0000")
    return [f"{province}0000", *(code for city in cities for code in (city, *regions.children(city)))]

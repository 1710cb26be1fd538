"""Experts: the list, one of them, one's own profile, and entering or changing one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import STRANGER, Actor
from service.api.dependencies import City, CurrentActor, PageNumber, Reading, ServicesDep
from service.api.routing import policy
from service.errors import AppError, Stale
from service.models import Expert, ExpertState
from service.people_facts import is_expert_self
from service.permissions import is_allowed, require
from service.schemas.common import ActionInput
from service.schemas.experts import EmploymentInput, ExpertSettings, NewExpert, SavedExpert, WorkInput
from service.services import Services
from service.usecases import consents, contact_readers, experts, societies, society_branches
from service.usecases.call_requests import offered_to_expert
from service.usecases.expert_views import line, show
from service.usecases.paging import paged
from service.workflow.experts import EXPERT
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.listing import Chosen, listing
from web.once import once
from web.places import cities_and_provinces, cities_of, everywhere
from web.render import leave_for, page
from web.rows import read_rows, rows
from web.sent import SentForm
from web.words import CHANNELS, WORKS, service_types

router = APIRouter(include_in_schema=False)
_EMPTY_WORKS = 2


@router.get("/experts")
@policy("expert.list")
def show_experts(
    request: Request,
    session: Reading,
    services: ServicesDep,
    actor: CurrentActor,
    search: Annotated[str, Query(max_length=50)] = "",
    state: Chosen[ExpertState] = None,
    city: City = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    found, total = experts.page_of(session, actor, search=search, state=state, city=city, sort=sort, page=page_number)
    return page(
        request,
        actor,
        "experts/list.html",
        listed=paged([line(each) for each in found], total, page_number),
        listing=listing(request, experts.ORDERS, sort),
        search=search,
        state=state,
        city=city,
        states={each.value: note.label for each, note in EXPERT.states.items()},
        cities=cities_and_provinces(services.settings.province),
        may_enter=actor.is_staff or bool(societies.choices(session, actor)),
    )


@router.get("/experts/me")
@policy("expert.create")
def show_own_profile(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    require(actor, "expert.create")
    if actor.expert_id is None:
        return page(request, actor, "experts/none.html")
    return expert_page(request, services, actor, actor.expert_id)


@router.get("/experts/new")
@policy("expert.create")
def show_new_expert(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    return _new_form(request, services, actor, None, None)


@router.post("/experts/new")
@policy("expert.create")
def send_new_expert(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    try:
        given = read(NewExpert, sent, **_lists(sent))
        with services.database.writing() as session:
            made = once(
                session, actor, "expert.create", sent, lambda: experts.create(session, services, actor, given).id
            )
    except AppError as error:
        return _new_form(request, services, actor, sent, error)
    if given.for_myself:
        return leave_for("/experts/me", "画像已保存，等当地科协核验。要参加推荐，请打开“参与推荐”。")
    return leave_for(f"/experts/{made}", "已录入。本人认领以前，只有科协和学会看得到。")


@router.get("/experts/{expert_id}")
@policy("expert.view")
def show_expert(request: Request, services: ServicesDep, actor: CurrentActor, expert_id: str) -> Response:
    return expert_page(request, services, actor, expert_id)


@router.get("/experts/{expert_id}/edit")
@policy("expert.edit")
def show_expert_form(request: Request, services: ServicesDep, actor: CurrentActor, expert_id: str) -> Response:
    # Who looks at somebody else's numbers leaves a trace, also in the form.
    with services.database.writing() as session:
        expert = experts.find(session, actor, expert_id, "expert.edit")
        mobile, mail = experts.contact(session, actor, expert_id)
        stored = expert.model_dump() | {"mobile": mobile, "mail": mail}
        held, done = experts.employments(session, expert), experts.works(session, expert)
        lists = {
            "employments": rows(EmploymentInput, "employments", given=[each.model_dump() for each in held]),
            "works": rows(WorkInput, "works", given=[each.model_dump() for each in done], empty=_EMPTY_WORKS),
        }
    return _edit_form(request, services, actor, expert_id, Form(SavedExpert, stored), stored["version"], lists)


@router.post("/experts/{expert_id}/edit")
@policy("expert.edit")
def send_expert_form(
    request: Request, services: ServicesDep, actor: CurrentActor, expert_id: str, sent: SentForm
) -> Response:
    try:
        given = read(SavedExpert, sent, **_lists(sent))
        with services.database.writing() as session:
            experts.save(session, services, actor, expert_id, given)
    except AppError as error:
        pass_on_hiding(error)
        version = error.details["version"] if isinstance(error, Stale) else sent.get("version", 0)
        form = Form(SavedExpert, typed=sent, error=error)
        return _edit_form(request, services, actor, expert_id, form, version, _typed_lists(sent, error))
    return leave_for(address_of(actor, expert_id), "画像已保存。")


@router.post("/experts/{expert_id}/settings")
@policy("expert.settings")
def send_expert_settings(
    request: Request, services: ServicesDep, actor: CurrentActor, expert_id: str, sent: SentForm
) -> Response:
    try:
        given = read(ExpertSettings, sent)
        with services.database.writing() as session:
            experts.change_settings(session, services, actor, expert_id, given)
    except AppError as error:
        pass_on_hiding(error)
        return expert_page(request, services, actor, expert_id, failed="settings", sent=sent, error=error)
    return leave_for(address_of(actor, expert_id), "已保存。")


@router.post("/experts/{expert_id}/actions/{action}")
@policy("expert.act")
def send_expert_act(
    request: Request, services: ServicesDep, actor: CurrentActor, expert_id: str, action: str, sent: SentForm
) -> Response:
    try:
        given = read(ActionInput, sent)
        with services.database.writing() as session:
            experts.act(session, services, actor, expert_id, action, given)
    except AppError as error:
        pass_on_hiding(error)
        return expert_page(request, services, actor, expert_id, failed=action, sent=sent, error=error)
    return leave_for(address_of(actor, expert_id), f"已办理：{EXPERT.find(action).label}。")


@router.post("/experts/{expert_id}/contact")
@policy("expert.contact")
def show_expert_contact(request: Request, services: ServicesDep, actor: CurrentActor, expert_id: str) -> Response:
    with services.database.writing() as session:
        found = experts.contact(session, actor, expert_id)
    return expert_page(request, services, actor, expert_id, contact=found)


def address_of(actor: Actor, expert_id: str) -> str:
    return "/experts/me" if expert_id == actor.expert_id else f"/experts/{expert_id}"


def expert_page(
    request: Request,
    services: Services,
    actor: Actor,
    expert_id: str,
    *,
    failed: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
    contact: tuple[str, str] | None = None,
) -> Response:
    """failed: the act that was refused. contact: (mobile, mail), once they were asked for."""
    with services.database.reading() as session:
        expert = experts.find(session, actor, expert_id)
        is_own = is_expert_self(actor, expert)
        may = {
            name: is_allowed(actor, name, expert)
            for name in ("expert.edit", "expert.settings", "expert.connect", "consent.view", "consent.enter")
        }
        context = {
            "expert": show(session, actor, expert),
            "preview": show(session, STRANGER, expert),
            "consents": consents.of_expert(session, actor, expert_id) if may["consent.view"] else [],
            "readers": contact_readers.page_of(session, actor)[0][:10] if is_own else [],
            "call_offer": offered_to_expert(session, actor) if is_own else None,
            "is_linked": expert.user_id is not None,
            "settings": _settings(expert, sent if failed == "settings" else None, error),
        }
    offered = service_types(services.settings).offered(expert.service_types)
    return page(
        request,
        actor,
        "experts/show.html",
        error.status if error else 200,
        is_own=is_own,
        may=may,
        contact=contact,
        failed=failed,
        form=Form(ActionInput, typed=sent, error=error),
        typed=sent or FormData(),
        channels=CHANNELS,
        works=WORKS,
        service_types={code: label.split("：")[0] for code, label in offered.items()},
        cities=cities_of(services.settings.province),
        **context,
    )


def _settings(expert: Expert, sent: FormData | None, error: AppError | None) -> Form:
    stored = expert.model_dump(include=set(ExpertSettings.model_fields))
    return Form(ExpertSettings, stored, typed=sent, error=error if sent is not None else None)


def _lists(sent: FormData) -> dict[str, Any]:
    return {
        "employments": read_rows(EmploymentInput, sent, "employments"),
        "works": read_rows(WorkInput, sent, "works"),
    }


def _typed_lists(sent: FormData | None, error: AppError | None) -> dict[str, Any]:
    return {
        "employments": rows(EmploymentInput, "employments", typed=sent, error=error),
        "works": rows(WorkInput, "works", empty=_EMPTY_WORKS, typed=sent, error=error),
    }


def _new_form(
    request: Request, services: Services, actor: Actor, sent: FormData | None, error: AppError | None
) -> Response:
    with services.database.reading() as session:
        named = societies.choices(session, actor)
        branches = society_branches.choices(session, named)
    may_enter = actor.is_staff or bool(named)
    return page(
        request,
        actor,
        "experts/edit.html",
        error.status if error else 200,
        form=Form(NewExpert, {"name": "" if may_enter else actor.name}, typed=sent, error=error),
        address="/experts/new",
        back="/experts",
        is_new=True,
        # Who enters others may also be an expert.
        for_myself=actor.expert_id is None and not may_enter,
        may_choose=actor.expert_id is None and may_enter,
        may_enter=may_enter,
        societies=named,
        branches=branches,
        version=None,
        theirs={},
        **_typed_lists(sent, error),
        **_choices(services),
    )


def _edit_form(
    request: Request,
    services: Services,
    actor: Actor,
    expert_id: str,
    form: Form,
    version: object,
    lists: dict[str, Any],
) -> Response:
    """version: on which the next attempt builds; after somebody else saved, theirs."""
    stale = form.error if isinstance(form.error, Stale) else None
    theirs = stale.details.get("theirs", {}) if stale else {}
    assert isinstance(theirs, dict)
    with services.database.reading() as session:
        branches = society_branches.choices_of_expert(session, experts.find(session, actor, expert_id))
    return page(
        request,
        actor,
        "experts/edit.html",
        form.error.status if form.error else 200,
        form=form,
        address=f"/experts/{expert_id}/edit",
        back=address_of(actor, expert_id),
        is_new=False,
        for_myself=False,
        may_choose=False,
        may_enter=False,
        societies={},
        branches=branches,
        version=version,
        theirs={form[name].label: value for name, value in theirs.items()},
        **lists,
        **_choices(services),
    )


def _choices(services: Services) -> dict[str, Any]:
    return {"regions": everywhere(services.settings.province), "works_kinds": WORKS, "channels": CHANNELS}

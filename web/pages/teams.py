"""Teams: the list, one of them with its people, founding and changing one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, PageNumber, Reading, ServicesDep
from service.api.routing import policy
from service.errors import AppError, Forbidden, NotFound, Stale
from service.models import TeamKind
from service.permissions import is_allowed
from service.schemas.experts import ExpertLine
from service.schemas.teams import MemberInput, SavedTeam, TeamInput
from service.services import Services
from service.usecases import experts, societies, team_members, teams
from service.usecases.call_requests import offered_to_expert
from service.usecases.expert_views import line as expert_line
from service.usecases.paging import paged
from service.usecases.team_views import line, show
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.listing import Chosen, listing
from web.once import once
from web.places import everywhere
from web.render import leave_for, page
from web.sent import SentForm
from web.words import TEAMS

router = APIRouter(include_in_schema=False)
Search = Annotated[str, Query(max_length=50)]
_ANSWERS: dict[str, tuple[Callable[[Session, Actor, str], object], str]] = {
    "consent": (team_members.consent, "已同意加入，团队页面会显示您的姓名。"),
    "decline": (team_members.decline, "已谢绝。"),
    "leave": (team_members.leave, "已退出团队。"),
}


@router.get("/teams")
@policy("team.list")
def show_teams(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    asks_me: bool = False,
    name: Search = "",
    kind: Chosen[TeamKind] = None,
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    found, total = teams.page_of(session, actor, asks_me=asks_me, name=name, kind=kind, sort=sort, page=page_number)
    items = [line(team, society) for team, society in found]
    return page(
        request,
        actor,
        "teams/list.html",
        listed=paged(items, total, page_number),
        listing=listing(request, teams.ORDERS, sort, asks_me="true" if asks_me else ""),
        asks_me=asks_me,
        name=name,
        kind=kind,
        kinds=TEAMS,
        may_found=actor.is_staff or bool(societies.choices(session, actor)),
    )


@router.get("/teams/new")
@policy("signed_in")
def show_new_team(
    request: Request, services: ServicesDep, actor: CurrentActor, search: Search = "", leader_id: str = ""
) -> Response:
    """The leader is looked for first: everything else is typed on the page after that."""
    if leader_id:
        return _new_form(request, services, actor, leader_id, None, None)
    with services.database.reading() as session:
        if not societies.choices(session, actor):
            raise Forbidden("服务团队由学会牵头组建。请联系您所在的学会，或当地科协。")
        found = _found(session, actor, search)
    return page(request, actor, "teams/leader.html", found=found, search=search)


@router.post("/teams/new")
@policy("signed_in")
def send_new_team(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    try:
        given = read(TeamInput, sent)
        with services.database.writing() as session:
            made = once(session, actor, "team.found", sent, lambda: teams.found(session, services, actor, given).id)
    except AppError as error:
        if error.status == 401:
            raise
        return _new_form(request, services, actor, str(sent.get("leader_id", "")), sent, error)
    return leave_for(f"/teams/{made}", "团队已组建。已请负责人确认，本人同意后才公开姓名。")


@router.get("/teams/{team_id}")
@policy("team.view")
def show_team(
    request: Request, services: ServicesDep, actor: CurrentActor, team_id: str, search: Search = ""
) -> Response:
    return _page(request, services, actor, team_id, search=search)


@router.get("/teams/{team_id}/edit")
@policy("team.edit")
def show_team_form(request: Request, services: ServicesDep, actor: CurrentActor, team_id: str) -> Response:
    return _edit_form(request, services, actor, team_id, None, None)


@router.post("/teams/{team_id}/edit")
@policy("team.edit")
def send_team_form(
    request: Request, services: ServicesDep, actor: CurrentActor, team_id: str, sent: SentForm
) -> Response:
    try:
        given = read(SavedTeam, sent)
        with services.database.writing() as session:
            teams.save(session, services, actor, team_id, given)
    except AppError as error:
        pass_on_hiding(error)
        return _edit_form(request, services, actor, team_id, sent, error)
    return leave_for(f"/teams/{team_id}", "已保存。")


@router.post("/teams/{team_id}/members")
@policy("team.edit")
def invite_member(
    request: Request, services: ServicesDep, actor: CurrentActor, team_id: str, sent: SentForm
) -> Response:
    try:
        given = read(MemberInput, sent)
        with services.database.writing() as session:
            team_members.invite(session, actor, team_id, given.expert_id)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, team_id, sent=sent, error=error)
    return leave_for(f"/teams/{team_id}", "已邀请，等本人同意。")


@router.post("/teams/{team_id}/members/{member_id}/remove")
@policy("team.edit")
def remove_member(
    request: Request, services: ServicesDep, actor: CurrentActor, team_id: str, member_id: str
) -> Response:
    try:
        with services.database.writing() as session:
            team_members.remove(session, actor, team_id, member_id)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, team_id, error=error)
    return leave_for(f"/teams/{team_id}", "已移出。")


@router.post("/teams/{team_id}/{answer}")
@policy("team.consent")
def answer_team(request: Request, services: ServicesDep, actor: CurrentActor, team_id: str, answer: str) -> Response:
    """consent, decline or leave: the person's own word."""
    if answer not in _ANSWERS:
        raise NotFound()
    perform, said = _ANSWERS[answer]
    try:
        with services.database.writing() as session:
            perform(session, actor, team_id)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, team_id, error=error)
    return leave_for(f"/teams/{team_id}" if answer == "consent" else "/teams", said)


def _found(session: Session, actor: Actor, search: str) -> list[ExpertLine]:
    return [expert_line(each) for each in experts.page_of(session, actor, search=search)[0]] if search else []


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    team_id: str,
    *,
    search: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        case = teams.find(session, actor, team_id)
        shown = show(session, actor, case)
        may_answer = is_allowed(actor, "team.consent", case)
        found = _found(session, actor, search) if shown.may_edit else []
        call_offer = offered_to_expert(session, actor)
    mine = next((member for member in shown.members if member.is_me), None)
    return page(
        request,
        actor,
        "teams/show.html",
        error.status if error else 200,
        team=shown,
        mine=mine if may_answer else None,
        found=found,
        search=search,
        call_offer=call_offer,
        form=Form(MemberInput, typed=sent, error=error),
    )


def _new_form(
    request: Request, services: Services, actor: Actor, leader_id: str, sent: FormData | None, error: AppError | None
) -> Response:
    with services.database.reading() as session:
        leader = experts.find(session, actor, leader_id)
        named = societies.choices(session, actor)
    given = {"leader_id": leader.id, "region_code": leader.region_code, "society_id": next(iter(named), "")}
    form = Form(TeamInput, given, typed=sent, error=error)
    leaders = {leader.id: leader.name}
    return _form(request, services, actor, form, "/teams/new", "/teams", leaders, named, version=None)


def _edit_form(
    request: Request, services: Services, actor: Actor, team_id: str, sent: FormData | None, error: AppError | None
) -> Response:
    with services.database.reading() as session:
        case = teams.find(session, actor, team_id, "team.edit")
        shown = show(session, actor, case)
        named = {shown.society_id: shown.society} | societies.choices(session, actor)
    leaders = {shown.leader_id or "": shown.leader or ""}
    leaders |= {member.expert_id: member.name for member in shown.members if member.consented_at}
    form = Form(SavedTeam, shown, typed=sent, error=error)
    here = f"/teams/{team_id}"
    return _form(request, services, actor, form, f"{here}/edit", here, leaders, named, version=shown.version)


def _form(
    request: Request,
    services: Services,
    actor: Actor,
    form: Form,
    address: str,
    back: str,
    leaders: dict[str, str],
    named: dict[str, str],
    *,
    version: int | None,
) -> Response:
    stale = form.error if isinstance(form.error, Stale) else None
    theirs: Any = stale.details.get("theirs", {}) if stale else {}
    return page(
        request,
        actor,
        "teams/edit.html",
        form.error.status if form.error else 200,
        form=form,
        address=address,
        back=back,
        leaders=leaders,
        societies=named,
        version=version,
        theirs={form[name].label: value for name, value in theirs.items()},
        kinds=TEAMS,
        regions=everywhere(services.settings.province),
    )

"""Teams under /api."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from service.api.dependencies import (
    CurrentActor,
    PageNumber,
    Reading,
    ServicesDep,
    Writing,
    sorted_by,
)
from service.api.routing import Router, policy
from service.models import TeamKind
from service.schemas.common import Page
from service.schemas.teams import MemberInput, SavedTeam, TeamInput, TeamLine, TeamOut
from service.usecases import team_members, teams
from service.usecases.paging import paged
from service.usecases.team_views import line, show

router = Router(tags=["服务团队"])


@router.post("/teams", status_code=201, summary="组建服务团、服务队")
@policy("team.found")
def found_team(session: Writing, services: ServicesDep, actor: CurrentActor, content: TeamInput) -> TeamOut:
    team = teams.found(session, services, actor, content)
    return show(session, actor, teams.case_of(session, team))


@router.get("/teams", summary="服务团队清单")
@policy("team.list")
def list_teams(
    session: Reading,
    actor: CurrentActor,
    asks_me: Annotated[bool, Query(description="只看等我本人同意的")] = False,
    name: Annotated[str, Query(max_length=50, description="名称中的几个字")] = "",
    kind: Annotated[TeamKind | None, Query(description="只看这一类的")] = None,
    sort: Annotated[str, sorted_by(teams.ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[TeamLine]:
    found, total = teams.page_of(session, actor, asks_me=asks_me, name=name, kind=kind, sort=sort, page=page)
    items = [line(team, society) for team, society in found]
    return paged(items, total, page)


@router.get("/teams/{team_id}", summary="一支服务团队")
@policy("team.view")
def show_team(session: Reading, actor: CurrentActor, team_id: str) -> TeamOut:
    return show(session, actor, teams.find(session, actor, team_id))


@router.put("/teams/{team_id}", summary="保存服务团队的资料")
@policy("team.edit")
def save_team(
    session: Writing, services: ServicesDep, actor: CurrentActor, team_id: str, content: SavedTeam
) -> TeamOut:
    return show(session, actor, teams.save(session, services, actor, team_id, content))


@router.post("/teams/{team_id}/members", status_code=201, summary="邀请专家加入，本人同意后生效")
@policy("team.edit")
def invite_team_member(session: Writing, actor: CurrentActor, team_id: str, given: MemberInput) -> TeamOut:
    return show(session, actor, team_members.invite(session, actor, team_id, given.expert_id))


@router.post("/teams/{team_id}/members/{member_id}/remove", summary="移出成员，或收回邀请")
@policy("team.edit")
def remove_team_member(session: Writing, actor: CurrentActor, team_id: str, member_id: str) -> TeamOut:
    return show(session, actor, team_members.remove(session, actor, team_id, member_id))


@router.post("/teams/{team_id}/consent", summary="本人同意加入")
@policy("team.consent")
def consent_to_team(session: Writing, actor: CurrentActor, team_id: str) -> TeamOut:
    return show(session, actor, team_members.consent(session, actor, team_id))


@router.post("/teams/{team_id}/decline", status_code=204, summary="本人谢绝邀请")
@policy("team.consent")
def decline_team(session: Writing, actor: CurrentActor, team_id: str) -> None:
    team_members.decline(session, actor, team_id)


@router.post("/teams/{team_id}/leave", status_code=204, summary="本人退出团队")
@policy("team.consent")
def leave_team(session: Writing, actor: CurrentActor, team_id: str) -> None:
    team_members.leave(session, actor, team_id)

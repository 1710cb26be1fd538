"""Matchings under /api."""

from __future__ import annotations

from fastapi import Request

from service.api.dependencies import CurrentActor, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.models import PartyKind
from service.schemas.matches import MatchRunOut, ReviewInput, WhyNotOut
from service.usecases import matches
from service.usecases.match_views import show

router = Router(tags=["匹配"])


@router.get("/needs/{need_id}/matches", summary="机器匹配的名单和依据")
@policy("match.view")
def show_matches(session: Reading, actor: CurrentActor, need_id: str) -> MatchRunOut:
    need, run = matches.latest(session, actor, need_id)
    return show(session, need, run)


@router.get("/needs/{need_id}/matches/why-not/experts/{expert_id}", summary="为什么没有推荐这位专家")
@policy("match.view")
def explain_expert(
    request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, expert_id: str
) -> WhyNotOut:
    return matches.why_not(services, request.app.state.matcher, actor, need_id, PartyKind.EXPERT, expert_id)


@router.get("/needs/{need_id}/matches/why-not/teams/{team_id}", summary="为什么没有推荐这支团队")
@policy("match.view")
def explain_team(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, team_id: str) -> WhyNotOut:
    return matches.why_not(services, request.app.state.matcher, actor, need_id, PartyKind.TEAM, team_id)


@router.post("/needs/{need_id}/matches/review", summary="匹配复核")
@policy("match.review")
def review_matches(
    session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: ReviewInput
) -> MatchRunOut:
    matches.review(session, services, actor, need_id, given)
    need, run = matches.latest(session, actor, need_id)
    return show(session, need, run)

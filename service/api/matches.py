"""Matchings under /api."""

from __future__ import annotations

from service.api.dependencies import CurrentActor, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.schemas.matches import MatchRunOut, ReviewInput
from service.usecases import matches
from service.usecases.match_views import show

router = Router(tags=["匹配"])


@router.get("/needs/{need_id}/matches", summary="机器匹配的名单和依据")
@policy("match.view")
def show_matches(session: Reading, actor: CurrentActor, need_id: str) -> MatchRunOut:
    need, run = matches.latest(session, actor, need_id)
    return show(session, need, run)


@router.post("/needs/{need_id}/matches/review", summary="匹配复核")
@policy("match.review")
def review_matches(
    session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: ReviewInput
) -> MatchRunOut:
    matches.review(session, services, actor, need_id, given)
    need, run = matches.latest(session, actor, need_id)
    return show(session, need, run)

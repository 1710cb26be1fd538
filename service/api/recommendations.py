"""The list recommended to a company, under /api."""

from __future__ import annotations

from service.api.dependencies import CurrentActor, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.schemas.recommendations import ChoiceInput, RecommendationOut
from service.usecases import recommendations
from service.usecases.recommendation_views import show

router = Router(tags=["推荐给企业"])


@router.get("/needs/{need_id}/recommendation", summary="推荐给企业的名单")
@policy("recommendation.view")
def show_recommendation(session: Reading, actor: CurrentActor, need_id: str) -> RecommendationOut:
    return show(session, actor, recommendations.current(session, actor, need_id))


@router.post("/needs/{need_id}/recommendation/choose", summary="选定、不选，或委托科协代邀")
@policy("recommendation.choose")
def choose_parties(
    session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: ChoiceInput
) -> RecommendationOut:
    return show(session, actor, recommendations.choose(session, services, actor, need_id, given))

"""Achievements (成果) under /api."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from service.api.dependencies import (
    CurrentActor,
    PageNumber,
    Reading,
    Search,
    ServicesDep,
    Writing,
    sorted_by,
)
from service.api.routing import Router, policy
from service.models import AchievementState
from service.schemas.achievements import (
    AchievementActionInput,
    AchievementLine,
    AchievementOut,
    FittingAchievementOut,
    FittingNeedOut,
    NewAchievement,
    SavedAchievement,
)
from service.schemas.common import Page, StepOut
from service.schemas.needs import SealInput
from service.usecases import achievement_acts, achievements
from service.usecases.achievement_views import lines, show
from service.usecases.fitting_views import achievements_for, needs_for
from service.usecases.histories import steps
from service.usecases.paging import paged
from service.workflow.achievements import ACHIEVEMENT

router = Router(tags=["成果"])


@router.post("/achievements", status_code=201, summary="写一项成果（草稿）")
@policy("achievement.create")
def create_achievement(
    session: Writing, services: ServicesDep, actor: CurrentActor, content: NewAchievement
) -> AchievementOut:
    return show(session, services.clockwork, actor, achievements.create(session, services, actor, content))


@router.get("/achievements", summary="成果清单")
@policy("achievement.list")
def list_achievements(
    session: Reading,
    actor: CurrentActor,
    mine: bool = False,
    state: AchievementState | None = None,
    industry_field: Annotated[str, Query(max_length=3)] = "",
    search: Search = "",
    sort: Annotated[str, sorted_by(achievements.ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[AchievementLine]:
    found, total = achievements.page_of(
        session, actor, mine=mine, state=state, industry_field=industry_field, search=search, sort=sort, page=page
    )
    return paged(lines(session, actor, found), total, page)


@router.get("/achievements/{achievement_id}", summary="一项成果")
@policy("achievement.view")
def show_achievement(
    session: Reading, services: ServicesDep, actor: CurrentActor, achievement_id: str
) -> AchievementOut:
    return show(session, services.clockwork, actor, achievements.find(session, actor, achievement_id))


@router.put("/achievements/{achievement_id}", summary="保存成果的内容")
@policy("achievement.edit")
def save_achievement(
    session: Writing, services: ServicesDep, actor: CurrentActor, achievement_id: str, content: SavedAchievement
) -> AchievementOut:
    achievement = achievements.save(session, services, actor, achievement_id, content)
    session.flush()
    return show(session, services.clockwork, actor, achievement)


@router.post("/achievements/{achievement_id}/actions/{action}", summary="办理一步")
@policy("achievement.act")
def act_on_achievement(
    session: Writing,
    services: ServicesDep,
    actor: CurrentActor,
    achievement_id: str,
    action: str,
    given: AchievementActionInput,
) -> AchievementOut:
    achievement = achievement_acts.act(session, services, actor, achievement_id, action, given)
    return show(session, services.clockwork, actor, achievement)


@router.get("/achievements/{achievement_id}/history", summary="成果的经过")
@policy("achievement.history")
def show_achievement_history(session: Reading, actor: CurrentActor, achievement_id: str) -> list[StepOut]:
    return steps(session, achievement_acts.history(session, actor, achievement_id), ACHIEVEMENT)


@router.post("/achievements/{achievement_id}/seal", status_code=204, summary="发现疑似涉密，立即封存")
@policy("achievement.seal")
def seal_achievement(
    session: Writing, services: ServicesDep, actor: CurrentActor, achievement_id: str, given: SealInput
) -> None:
    achievement_acts.seal(session, services, actor, achievement_id, note=given.note)


@router.post("/achievements/{achievement_id}/unseal", status_code=204, summary="解除封存")
@policy("achievement.unseal")
def unseal_achievement(
    session: Writing, services: ServicesDep, actor: CurrentActor, achievement_id: str, given: SealInput
) -> None:
    achievement_acts.unseal(session, services, actor, achievement_id, note=given.note)


@router.get("/achievements/{achievement_id}/needs", summary="与这项成果相配的需求和依据")
@policy("achievement.needs")
def list_needs_for_achievement(session: Reading, actor: CurrentActor, achievement_id: str) -> list[FittingNeedOut]:
    return needs_for(session, actor, achievement_id)


@router.get("/needs/{need_id}/achievements", summary="与这条需求相配的成果和依据")
@policy("match.achievements")
def list_achievements_for_need(session: Reading, actor: CurrentActor, need_id: str) -> list[FittingAchievementOut]:
    return achievements_for(session, actor, need_id)

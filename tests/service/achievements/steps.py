"""Steps of an achievement's story for tests."""

from __future__ import annotations

from typing import Any

from service.models import AchievementState
from service.schemas.achievements import (
    AchievementActionInput,
    AchievementOut,
    FittingAchievementOut,
    FittingNeedOut,
    NewAchievement,
    SavedAchievement,
)
from service.usecases import achievement_acts, achievements
from service.usecases.achievement_views import show
from service.usecases.fitting_views import achievements_for, needs_for
from tests.service.team_steps import SECRETARY
from tests.service.world import World

SOCIETY = "青海省盐湖学会（演示数据）"
# Of the place of the society.
REVIEWER = "西宁孙浩"
CONTENT = {
    "title": "盐湖吸附剂现场再生成套工艺",
    "summary": "针对老卤提锂吸附柱容量衰减，现场再生后容量恢复到九成以上，不停产、不外运。已在两条示范线上运行一年。",
    "ip_status": "发明专利一项，权属清楚，未质押",
    "industry_field": "F01",
    "trl9": 8,
    "cooperation_modes": ["license", "service"],
    "price_low_fen": 30_000_000,
    "price_high_fen": 80_000_000,
}


def draft(world: World, by: str = SECRETARY, /, **changes: Any) -> str:
    named = {"expert_id", "organization_id"} & set(changes)
    owner = {} if named else {"organization_id": world.people[SOCIETY]}
    with world.services.database.writing() as session:
        content = NewAchievement.model_validate(CONTENT | owner | changes)
        return achievements.create(session, world.services, world.actor(session, by), content).id


def save(world: World, by: str, achievement_id: str, *, version: int | None = None, **changes: Any) -> None:
    with world.services.database.writing() as session:
        actor = world.actor(session, by)
        current = achievements.find(session, actor, achievement_id).version if version is None else version
        content = SavedAchievement.model_validate(CONTENT | changes | {"version": current})
        achievements.save(session, world.services, actor, achievement_id, content)


def act(world: World, by: str, achievement_id: str, action: str, **given: object) -> AchievementState:
    with world.services.database.writing() as session:
        actor = world.actor(session, by)
        version = achievements.find(session, actor, achievement_id).version
        content = AchievementActionInput.model_validate(
            {"version": version, "confirm_no_secrets": action in ("submit", "resubmit")} | given
        )
        return achievement_acts.act(session, world.services, actor, achievement_id, action, content).state


def published(world: World, **changes: object) -> str:
    achievement_id = draft(world, SECRETARY, **changes)
    act(world, SECRETARY, achievement_id, "submit")
    act(world, REVIEWER, achievement_id, "publish")
    return achievement_id


def seen_by(world: World, name: str, achievement_id: str) -> AchievementOut:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        return show(session, world.services.clockwork, actor, achievements.find(session, actor, achievement_id))


def listed(world: World, name: str, *, mine: bool = False) -> list[str]:
    with world.services.database.reading() as session:
        found, total = achievements.page_of(session, world.actor(session, name), mine=mine)
    assert total == len(found)
    return sorted(each.id for each in found)


def fitting_achievements(world: World, name: str, need_id: str) -> list[FittingAchievementOut]:
    with world.services.database.reading() as session:
        return achievements_for(session, world.actor(session, name), need_id)


def fitting_needs(world: World, name: str, achievement_id: str) -> list[FittingNeedOut]:
    with world.services.database.reading() as session:
        return needs_for(session, world.actor(session, name), achievement_id)


def seal(world: World, by: str, achievement_id: str) -> None:
    with world.services.database.writing() as session:
        achievement_acts.seal(session, world.services, world.actor(session, by), achievement_id, note="疑似涉密")


def unseal(world: World, by: str, achievement_id: str) -> None:
    with world.services.database.writing() as session:
        achievement_acts.unseal(session, world.services, world.actor(session, by), achievement_id, note="不涉密")

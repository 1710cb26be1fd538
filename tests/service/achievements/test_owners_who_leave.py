"""An expert who leaves, or does not want to be found any more, is not found by an achievement either: at once."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from service.errors import Conflict, NotFound
from service.models import Achievement, AchievementResult, AchievementState, Expert, MatchRun, StatusChange
from service.rules.consent_purposes import PURPOSES, RECOMMEND
from service.schemas.common import ActionInput
from service.schemas.consents import ConsentInput
from service.usecases import achievement_matches, consents, experts
from service.worker import Worker
from tests.service.achievements.steps import REVIEWER, act, draft, fitting_achievements, listed, seen_by
from tests.service.match_steps import a_matched_need
from tests.service.team_steps import LEADER, expert
from tests.service.world import World

OWNER, STRANGER = "盐湖厂马工", "路人吴芳"


def published_by_expert(world: World) -> str:
    achievement_id = draft(world, LEADER, expert_id=expert(world, LEADER))
    act(world, LEADER, achievement_id, "submit")
    act(world, reviewer(world), achievement_id, "publish")
    return achievement_id


def reviewer(world: World) -> str:
    """Somebody at work where the expert is."""
    with world.services.database.reading() as session:
        path = session.get_one(Expert, expert(world, LEADER)).association_path
        names = (REVIEWER, "格尔木赵静", "海西州李强", "省科协王敏")
        return next(name for name in names if world.actor(session, name).handles(path))


def agrees(world: World, given: bool) -> None:
    with world.services.database.writing() as session:
        said = ConsentInput(purpose=RECOMMEND, given=given, text_version=PURPOSES[RECOMMEND].version)
        consents.decide(session, world.services, world.actor(session, LEADER), said)


def leaves(world: World) -> None:
    with world.services.database.writing() as session:
        expert_id = expert(world, LEADER)
        version = session.get_one(Expert, expert_id).version or 0
        given = ActionInput.model_validate({"version": version, "note": "退休，不再参加"})
        experts.act(session, world.services, world.actor(session, LEADER), expert_id, "leave", given)


def history(world: World, achievement_id: str) -> list[tuple[str, str]]:
    with world.services.database.reading() as session:
        wanted = select(StatusChange).where(StatusChange.subject_id == achievement_id).order_by(col(StatusChange.seq))
        return [(each.action, each.target) for each in session.exec(wanted)]


def documents(world: World) -> list[str]:
    with world.services.database.reading() as session:
        return [each.id for each in achievement_matches.achievement_documents(session)]


@pytest.mark.parametrize(
    ("goes", "action", "state"),
    [
        (leaves, "withdraw", AchievementState.WITHDRAWN),
        (lambda world: agrees(world, False), "revise", AchievementState.DRAFT),
    ],
    ids=["leaves", "withdraws consent"],
)
def test_it_is_in_no_list_no_index_and_no_open_matching_from_that_moment(
    world: World, worker: Worker, goes: object, action: str, state: AchievementState
) -> None:
    achievement_id = published_by_expert(world)
    need_id = a_matched_need(world, worker)
    assert [each.achievement.id for each in fitting_achievements(world, OWNER, need_id)] == [achievement_id]
    assert listed(world, STRANGER) == [achievement_id]
    assert documents(world) == [f"achievement:{achievement_id}"]

    goes(world)  # type: ignore[operator]

    assert fitting_achievements(world, OWNER, need_id) == []
    assert listed(world, STRANGER) == []
    assert documents(world) == []
    with pytest.raises(NotFound):
        seen_by(world, STRANGER, achievement_id)
    assert history(world, achievement_id)[-1] == (action, state)
    with world.services.database.reading() as session:
        assert session.get_one(Achievement, achievement_id).no_secrets_confirmed_at is None or action == "withdraw"


def test_who_agrees_again_hands_it_in_again_and_not_before(world: World, worker: Worker) -> None:
    achievement_id = published_by_expert(world)
    agrees(world, False)
    with pytest.raises(Conflict, match="参与推荐"):
        act(world, LEADER, achievement_id, "submit")

    agrees(world, True)
    act(world, LEADER, achievement_id, "submit")

    assert act(world, reviewer(world), achievement_id, "publish") is AchievementState.PUBLISHED


def test_one_that_waits_for_review_is_not_published_once_consent_is_gone(world: World) -> None:
    achievement_id = draft(world, LEADER, expert_id=expert(world, LEADER))
    act(world, LEADER, achievement_id, "submit")
    agrees(world, False)

    with pytest.raises(Conflict, match="参与推荐"):
        act(world, reviewer(world), achievement_id, "publish")


def test_a_matching_and_its_achievements_are_kept_together_or_not_at_all(
    world: World, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    published_by_expert(world)

    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(achievement_matches, "keep", fail)
        a_matched_need(world, worker)
    with world.services.database.reading() as session:
        assert session.exec(select(MatchRun)).all() == []
        assert session.exec(select(AchievementResult)).all() == []

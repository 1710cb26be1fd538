"""Self-offers, achievements, 审签, questions about the ranking and erasures: whom each of their steps concerns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service.clock import now, stopped_at
from service.models import (
    Achievement,
    AchievementState,
    Approval,
    ApprovalState,
    ErasureRequest,
    OffererKind,
    RankingObjection,
    RankingObjectionKind,
    RankingObjectionState,
    Row,
    SelfOffer,
    SelfOfferState,
    StatusChange,
    User,
)
from service.usecases.deadlines import remind
from service.usecases.plain_notices import alert_officers
from tests.service.match_steps import an_expert
from tests.service.notices.notice_steps import notices_of, tell, titles
from tests.service.steps import a_submitted_need
from tests.service.world import World

NUMBER = "XQ-2026-63-00001"


def keep(world: World, row: Row) -> str:
    with world.services.database.writing() as session:
        session.add(row)
        session.flush()
        return row.id


def change(world: World, row: Row, action: str, by: str, **facts: Any) -> None:
    """The row is in its new state; the step is told."""
    kind = row.__tablename__
    assert isinstance(kind, str)
    state = str(facts.get("state") or getattr(row, "state"))  # noqa: B009 -- rows of several tables
    step = StatusChange(
        subject_kind=kind,
        subject_id=row.id,
        action=action,
        source="",
        target=state,
        actor_id=world.people[by],
        note=facts.pop("note", ""),
    )
    with world.services.database.writing() as session:
        stored: Any = session.get_one(type(row), row.id)
        for name, value in facts.items():
            setattr(stored, name, value)
        session.add_all([stored, step])
    tell(world, f"{kind}:{row.id}")


def test_a_self_offer_goes_to_staff_and_its_answer_to_who_offered_but_nothing_to_the_company(world: World) -> None:
    need_id = a_submitted_need(world)
    offer = SelfOffer(
        need_id=need_id,
        party_kind=OffererKind.EXPERT,
        party_id=an_expert(world, "李锂"),
        created_by_id=world.people["李锂"],
        entered_at=now(),
        plan="",
        evidence="",
        timing="",
    )
    keep(world, offer)

    change(world, offer, "offer", "李锂")
    change(world, offer, "decline", "格尔木赵静", state=SelfOfferState.NOT_CHOSEN, note="已经有了")

    assert titles(world) == {
        "格尔木赵静": [f"李锂的自荐（需求 {NUMBER}）：请您答复"],
        "专家李锂": [f"自荐（需求 {NUMBER}）：不采用"],
    }
    assert "说明：已经有了" in notices_of(world, "专家李锂")[0].text


def test_three_people_approve_one_after_the_other(world: World) -> None:
    approval = Approval(
        kind="recommendation.release",
        subject_kind="match_run",
        subject_id="1",
        association_path=world.county.path,
        title="推荐名单",
        entered_at=now(),
        drafter_id=world.people["格尔木赵静"],
    )
    keep(world, approval)
    tell(world, f"approval:{approval.id}")
    assert titles(world) == {"海西州李强": ["审签“推荐名单”：请您审核"]}

    reviewer = world.people["海西州李强"]
    change(world, approval, "review", "海西州李强", state=ApprovalState.REVIEWED, reviewer_id=reviewer)
    change(world, approval, "issue", "省科协王敏", state=ApprovalState.ISSUED)

    assert titles(world) == {
        "海西州李强": ["审签“推荐名单”：请您审核"],
        "省科协王敏": ["审签“推荐名单”：审核通过"],
        "格尔木赵静": ["审签“推荐名单”：审核通过", "审签“推荐名单”：签发"],
    }


def test_an_achievement_concerns_its_owner_and_the_staff_and_sealed_only_the_officer(world: World) -> None:
    achievement = Achievement(
        number="CG-1",
        organization_id=world.company.id,
        created_by_id=world.people["盐湖厂马工"],
        association_id=world.county.id,
        association_path=world.county.path,
        title="耐衰减吸附剂",
        state=AchievementState.SUBMITTED,
        entered_at=now(),
        due_at=None,
    )
    keep(world, achievement)
    change(world, achievement, "submit", "盐湖厂马工")
    change(world, achievement, "publish", "格尔木赵静", state=AchievementState.PUBLISHED)
    change(world, achievement, "take_down", "格尔木赵静", state=AchievementState.WITHDRAWN, sealed_at=now())
    alert_officers(world.services, f"achievement:{achievement.id}")

    assert titles(world) == {
        "格尔木赵静": ["成果 CG-1：提交审核"],
        "盐湖厂马工": ["成果 CG-1：审核通过，发布"],
        "保密办周正": ["成果 CG-1：疑似涉密，已经封存，请您决定"],
    }


def test_who_asks_about_the_ranking_is_answered(world: World) -> None:
    objection = RankingObjection(
        user_id=world.people["路人吴芳"],
        kind=RankingObjectionKind.EXPLANATION,
        text="",
        association_id=world.county.id,
        association_path=world.county.path,
        entered_at=now(),
    )
    keep(world, objection)
    tell(world, f"ranking_objection:{objection.id}")
    change(
        world, objection, "answer", "格尔木赵静", state=RankingObjectionState.ANSWERED, note="按论文和需求的相近程度排"
    )

    assert titles(world) == {"格尔木赵静": ["排序说明申请：请您答复"], "路人吴芳": ["排序说明申请：答复"]}
    assert "说明：按论文和需求的相近程度排" in notices_of(world, "路人吴芳")[0].text


def test_administrators_are_reminded_of_erasures_that_wait(world: World, monday: datetime) -> None:
    with world.services.database.writing() as session:
        session.get_one(User, world.people["路人吴芳"]).is_administrator = True
    due_at = world.services.clockwork.calendar.due(monday, 2)
    request = ErasureRequest(
        user_id=world.people["盐湖厂马工"],
        requested_by_id=world.people["盐湖厂马工"],
        entered_at=monday,
        due_at=due_at,
    )
    keep(world, request)

    with stopped_at(due_at):
        remind(world.services)

    assert list(titles(world)) == ["路人吴芳"]

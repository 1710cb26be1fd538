"""成果: written, reviewed, in the library, taken back; and who reads what of them."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, SecrecySuspected, Stale
from service.models import AchievementState, Job, ProxyEntry
from service.usecases import achievement_acts
from tests.service import steps
from tests.service.achievements.steps import (
    CONTENT,
    REVIEWER,
    SOCIETY,
    act,
    draft,
    listed,
    published,
    save,
    seal,
    seen_by,
    unseal,
)
from tests.service.match_steps import PROXY
from tests.service.team_steps import LEADER, OTHER_SECRETARY, SECRETARY, UNVERIFIED, expert
from tests.service.world import World


def test_a_draft_is_its_owners_own_affair_and_then_goes_to_staff_with_a_number_and_a_clock(world: World) -> None:
    achievement_id = draft(world)
    names = (SECRETARY, REVIEWER, "省科协王敏", "格尔木赵静", OTHER_SECRETARY, "路人吴芳")
    assert [len(listed(world, name)) for name in names] == [1, 0, 0, 0, 0, 0]

    assert act(world, SECRETARY, achievement_id, "submit") is AchievementState.SUBMITTED

    seen = seen_by(world, REVIEWER, achievement_id)
    assert (seen.number, seen.state_label, seen.turn, seen.days_left) == ("CG-2026-63-00001", "待审核", "科协", 3)
    assert [len(listed(world, name)) for name in names] == [1, 1, 1, 0, 0, 0]
    assert [each.action for each in seen.actions] == ["return", "reject", "publish"]
    assert [each.action for each in seen_by(world, SECRETARY, achievement_id).actions] == ["withdraw"]


def test_published_everybody_reads_what_its_owner_left_open_and_nothing_else(world: World) -> None:
    achievement_id = published(world)

    seen = seen_by(world, "路人吴芳", achievement_id)
    assert seen.model_dump(exclude={"id", "version", "created_at", "association"}) == {
        "number": "CG-2026-63-00001",
        "title": CONTENT["title"],
        "summary": CONTENT["summary"],
        "ip_status": None,
        "price_low_fen": None,
        "price_high_fen": None,
        "industry_field": "F01",
        "trl9": 8,
        "cooperation_modes": ["license", "service"],
        "owner": SOCIETY,
        "state": "published",
        "state_label": "已发布",
        "turn": "成果方",
        "due_at": None,
        "days_left": None,
        "hidden": {"ip_status": "invited", "price": "invited"},
        "levels": {},
        "actions": [],
    }
    for name in (SECRETARY, REVIEWER):
        all_of_it = seen_by(world, name, achievement_id)
        assert (all_of_it.ip_status, all_of_it.price_high_fen, all_of_it.hidden) == (
            CONTENT["ip_status"],
            80_000_000,
            {},
        )


def test_what_is_not_open_is_not_said_in_lists_or_by_name_either(world: World) -> None:
    levels = {"title": "invited", "summary": "signed", "owner": "invited"}
    of_society = published(world, levels=levels)
    of_expert = draft(world, LEADER, expert_id=expert(world, LEADER), levels=levels)
    act(world, LEADER, of_expert, "submit")
    act(world, "格尔木赵静", of_expert, "publish")

    told = [seen_by(world, "路人吴芳", each) for each in (of_society, of_expert)]

    assert [(each.title, each.summary, each.owner) for each in told] == [
        ("（标题受邀可见）", None, "西宁市某学会"),
        ("（标题受邀可见）", None, "海西蒙古族藏族自治州某专家"),
    ]
    assert seen_by(world, LEADER, of_expert).owner == LEADER


def test_it_is_returned_changed_and_handed_in_again(world: World) -> None:
    achievement_id = draft(world)
    act(world, SECRETARY, achievement_id, "submit")
    with pytest.raises(Invalid, match="理由"):
        act(world, REVIEWER, achievement_id, "return", note="请补检测报告")

    act(world, REVIEWER, achievement_id, "return", reason="evidence_missing", note="请补检测报告")

    with pytest.raises(Conflict, match="还没有改动"):
        act(world, SECRETARY, achievement_id, "resubmit")
    save(world, SECRETARY, achievement_id, ip_status="发明专利一项，已附检测报告")
    assert act(world, SECRETARY, achievement_id, "resubmit") is AchievementState.SUBMITTED
    assert act(world, REVIEWER, achievement_id, "publish") is AchievementState.PUBLISHED
    with world.services.database.reading() as session:
        history = achievement_acts.history(session, world.actor(session, SECRETARY), achievement_id)
        assert [(step.action, step.reason) for step in history] == [
            ("submit", ""),
            ("return", "evidence_missing"),
            ("resubmit", ""),
            ("publish", ""),
        ]
        promised = session.exec(select(Job.name).where(Job.key == f"achievement:{achievement_id}")).all()
    assert sorted(promised) == ["achievement.match", *["notify"] * 4]


def test_a_published_one_is_taken_back_to_be_changed_and_reviewed_again(world: World) -> None:
    achievement_id = published(world)
    with pytest.raises(Conflict, match="收回修改"):
        save(world, SECRETARY, achievement_id, summary="换了一种说法，并且说得更清楚、更完整一些。")

    act(world, SECRETARY, achievement_id, "revise")

    with pytest.raises(NotFound):
        seen_by(world, "路人吴芳", achievement_id)
    save(world, SECRETARY, achievement_id, summary="换了一种说法，并且说得更清楚、更完整一些。")
    with pytest.raises(Conflict, match="不含国家秘密"):
        act(world, SECRETARY, achievement_id, "submit", confirm_no_secrets=False)
    act(world, SECRETARY, achievement_id, "submit")
    assert seen_by(world, REVIEWER, achievement_id).number == "CG-2026-63-00001"
    assert act(world, REVIEWER, achievement_id, "reject", reason="rights", note="专利已转让") == "rejected"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": "工艺"}, "标题太短"),
        ({"summary": "能再生"}, "至少写 20 个字"),
        ({"trl9": None, "cooperation_modes": []}, "技术成熟度、合作方式"),
        ({"industry_field": "", "summary": ""}, "简介、产业领域"),
    ],
)
def test_nothing_incomplete_is_handed_in(world: World, changes: dict[str, object], told: str) -> None:
    achievement_id = draft(world, SECRETARY, **changes)

    with pytest.raises(Conflict, match=told):
        act(world, SECRETARY, achievement_id, "submit")


def test_nothing_is_handed_in_for_an_owner_who_is_not_verified(world: World) -> None:
    of_company = draft(world, "盐湖厂马工", organization_id=world.company.id)
    of_expert = draft(world, UNVERIFIED, expert_id=expert(world, UNVERIFIED))
    with pytest.raises(Conflict, match="还没有通过核验"):
        act(world, UNVERIFIED, of_expert, "submit")
    with pytest.raises(Conflict, match="还没有通过核验"):
        act(world, "盐湖厂马工", of_company, "submit")

    steps.verify(world)

    assert act(world, "盐湖厂马工", of_company, "submit") is AchievementState.SUBMITTED


def test_only_the_owner_writes_and_only_staff_of_the_place_who_are_not_of_it_decide(world: World) -> None:
    with pytest.raises(Forbidden):
        draft(world, OTHER_SECRETARY)
    with pytest.raises(Forbidden):
        draft(world, "格尔木赵静", proxy=PROXY)
    with pytest.raises(Invalid, match="没有找到"):
        draft(world, "路人吴芳", expert_id=expert(world, UNVERIFIED))
    with pytest.raises(Forbidden):
        draft(world, "路人吴芳", expert_id=expert(world, LEADER))
    achievement_id = draft(world)
    act(world, SECRETARY, achievement_id, "submit")
    for name in ("格尔木赵静", OTHER_SECRETARY, "盐湖厂马工"):
        with pytest.raises(NotFound):
            act(world, name, achievement_id, "publish")
    for name, action in ((SECRETARY, "publish"), (REVIEWER, "withdraw")):
        with pytest.raises(Forbidden):
            act(world, name, achievement_id, action, note="说明")
    act(world, "省科协王敏", achievement_id, "publish")
    with pytest.raises(Forbidden):
        save(world, REVIEWER, achievement_id)
    with pytest.raises(NotFound):
        save(world, "格尔木赵静", achievement_id)


def test_staff_enter_it_for_an_expert_and_say_on_whose_word(world: World) -> None:
    with pytest.raises(Invalid, match="受谁委托"):
        draft(world, "格尔木赵静", expert_id=expert(world, LEADER))
    achievement_id = draft(world, "格尔木赵静", expert_id=expert(world, LEADER), proxy=PROXY)
    with pytest.raises(Invalid, match="受谁委托"):
        act(world, "格尔木赵静", achievement_id, "submit")

    act(world, "格尔木赵静", achievement_id, "submit", proxy=PROXY)

    assert [len(listed(world, name, mine=True)) for name in (LEADER, "格尔木赵静", "路人吴芳")] == [1, 1, 0]
    with world.services.database.reading() as session:
        entries = session.exec(select(ProxyEntry).where(ProxyEntry.subject_id == achievement_id)).all()
        assert sorted(each.act for each in entries) == ["create", "submit"]
    assert act(world, LEADER, achievement_id, "withdraw", note="先不发了") is AchievementState.WITHDRAWN


def test_two_editors_collide_and_nothing_is_lost(world: World) -> None:
    achievement_id = draft(world)
    save(world, SECRETARY, achievement_id, title="另一个标题，说得更清楚")

    with pytest.raises(Stale) as refused:
        save(world, SECRETARY, achievement_id, version=1, trl9=9)

    assert refused.value.details == {
        "version": 2,
        "theirs": {"title": "另一个标题，说得更清楚", "trl9": 8},
    }


@pytest.mark.parametrize("field", ["title", "summary", "ip_status"])
def test_a_mark_of_secrecy_reaches_nothing(world: World, field: str) -> None:
    marked = {field: "机密★10年 某装置的再生工艺和参数说明"}
    with pytest.raises(SecrecySuspected):
        draft(world, **marked)
    achievement_id = draft(world)
    with pytest.raises(SecrecySuspected):
        save(world, SECRETARY, achievement_id, version=None, **marked)

    assert seen_by(world, SECRETARY, achievement_id).title == CONTENT["title"]
    assert len(listed(world, SECRETARY)) == 1


def test_a_sealed_one_is_there_for_nobody_until_the_officer_decides(world: World) -> None:
    achievement_id = published(world)
    with pytest.raises(Forbidden):
        seal(world, SECRETARY, achievement_id)

    seal(world, REVIEWER, achievement_id)

    names = (SECRETARY, REVIEWER, "省科协王敏", "路人吴芳", "保密办周正")
    refused: list[type[AppError]] = []
    for name in names:
        assert listed(world, name) == []
        with pytest.raises(AppError) as error:
            seen_by(world, name, achievement_id)
        refused.append(type(error.value))
    assert refused == [NotFound] * 5
    with pytest.raises(NotFound):
        unseal(world, "省科协王敏", achievement_id)
    unseal(world, "保密办周正", achievement_id)
    assert listed(world, "路人吴芳") == [achievement_id]


def test_staff_take_down_what_should_not_be_there(world: World) -> None:
    achievement_id = published(world)
    with pytest.raises(Invalid, match="写明"):
        act(world, REVIEWER, achievement_id, "take_down")

    assert act(world, REVIEWER, achievement_id, "take_down", note="权属有争议") is AchievementState.WITHDRAWN

    with pytest.raises(NotFound):
        seen_by(world, "路人吴芳", achievement_id)

"""The ranking is explained to everybody, and a person looks again where somebody asks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from service.app import create_api
from service.clock import stopped_at
from service.errors import Conflict, Forbidden, Invalid, NotFound, SecrecySuspected, Stale
from service.models import AuditEntry, Need, NeedState, RankingObjectionState
from service.schemas.common import ActionInput
from service.schemas.ranking_objections import RankingObjectionInput, RankingObjectionOut
from service.usecases import need_acts, ranking_objections
from service.usecases.announcements import announce
from service.usecases.deadlines import remind
from service.verdict import RULES
from tests.service.notices.notice_steps import forget_notices, notices_of, titles
from tests.service.privacy.steps import BOSS, CLERK, COMPANY, EXPERT, a_listed_expert, an_accepted_need
from tests.service.world import World

WHY = "为什么这条需求没有推荐我，我做过现场再生"


def ask(world: World, name: str, need_id: str | None = None, text: str = WHY) -> RankingObjectionOut:
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        content = RankingObjectionInput.model_validate({"kind": "review", "text": text, "need_id": need_id})
        return ranking_objections.show(session, actor, ranking_objections.ask(session, world.services, actor, content))


def act(
    world: World, name: str, objection_id: str, action: str, note: str = "", version: int = 1
) -> RankingObjectionOut:
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        given = ActionInput(version=version, reason="", note=note, proxy=None)
        done = ranking_objections.act(session, world.services, actor, objection_id, action, given)
        return ranking_objections.show(session, actor, done)


def listed(world: World, name: str, state: RankingObjectionState | None = None) -> list[str]:
    with world.services.database.reading() as session:
        return [each.id for each in ranking_objections.page_of(session, world.actor(session, name), state=state)[0]]


def test_the_notice_is_for_everybody_and_says_what_is_in_force(world: World) -> None:
    answer = TestClient(create_api(world.services), base_url="https://kc.example").get("/api/about/ranking")

    assert answer.status_code == 200
    told = "\n".join(line for section in answer.json()["sections"] for line in section["paragraphs"])
    assert all(rule in told for rule in RULES.values())
    for promised in ("2 个工作日内复核", "15 个工作日内答复", "关闭“参与推荐”", "联系方式", "要求由人重新看一遍"):
        assert promised in told


def test_an_expert_asks_and_the_association_that_looks_after_them_answers_in_words(world: World) -> None:
    a_listed_expert(world)

    asked = ask(world, EXPERT)

    assert (asked.association, asked.as_expert, asked.state_label, asked.turn) == (
        "格尔木市科协",
        True,
        "待答复",
        "科协",
    )
    assert asked.due_at is not None
    assert asked.due_at.isoformat() == "2026-12-14T15:59:59+00:00"
    assert [each.action for each in asked.actions] == ["withdraw"]
    assert [asked.id in listed(world, name) for name in (EXPERT, CLERK, BOSS, "西宁孙浩", COMPANY)] == [
        True,
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(Invalid, match="答复"):
        act(world, CLERK, asked.id, "answer")
    with pytest.raises(Stale):
        act(world, CLERK, asked.id, "answer", "见复核意见", version=7)
    with pytest.raises(NotFound):
        act(world, "西宁孙浩", asked.id, "answer", "见复核意见")
    with pytest.raises(Forbidden):
        act(world, EXPERT, asked.id, "answer", "我自己说可以")

    done = act(world, CLERK, asked.id, "answer", "画像里没有写现场再生，补上之后会重新匹配")

    assert (done.state_label, done.answer, done.answered_by) == (
        "已答复",
        "画像里没有写现场再生，补上之后会重新匹配",
        CLERK,
    )
    assert listed(world, CLERK, RankingObjectionState.OPEN) == []
    with world.services.database.reading() as session:
        acts = session.exec(select(AuditEntry.act).order_by(col(AuditEntry.seq).desc()).limit(1)).all()
    assert acts == ["ranking_objection.answer"]


def test_a_company_asks_about_its_own_need_only(world: World) -> None:
    need_id = an_accepted_need(world)

    asked = ask(world, COMPANY, need_id)
    assert (asked.as_expert, asked.need_number, asked.association) == (False, "XQ-2026-63-00001", "格尔木市科协")
    with pytest.raises(Conflict, match="已经提出过"):
        ask(world, COMPANY, need_id)
    with pytest.raises(Invalid):
        ask(world, COMPANY)
    with pytest.raises(Forbidden):
        ask(world, "西宁孙浩", need_id)

    act(world, COMPANY, asked.id, "withdraw")
    assert ask(world, COMPANY, need_id).id != asked.id


def test_what_is_said_about_a_sealed_need_is_sealed_with_it(world: World) -> None:
    need_id = an_accepted_need(world)
    asked = ask(world, COMPANY, need_id)

    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, CLERK), need_id, note="疑似")

    assert listed(world, COMPANY) == listed(world, CLERK) == []
    with pytest.raises(NotFound):
        act(world, CLERK, asked.id, "answer", "见复核意见")


def test_a_mark_of_secrecy_stops_question_and_answer(world: World) -> None:
    a_listed_expert(world)

    with pytest.raises(SecrecySuspected):
        ask(world, EXPERT, text="见附件 机密★5年")
    asked = ask(world, EXPERT)
    with pytest.raises(SecrecySuspected):
        act(world, CLERK, asked.id, "answer", "见附件 机密★5年")


def test_staff_are_called_and_reminded_and_the_asker_is_told_the_answer(world: World) -> None:
    a_listed_expert(world)
    need_id = an_accepted_need(world)
    of_need, general = ask(world, COMPANY, need_id), ask(world, EXPERT)
    forget_notices(world)

    for each in (of_need, general):
        announce(world.services, f"ranking_objection:{each.id}")
    with world.services.database.writing() as session:
        session.get_one(Need, need_id).state = NeedState.CLOSED
    with stopped_at(datetime(2026, 12, 15, 1, 0, tzinfo=UTC)):
        remind(world.services)
    told = titles(world)[CLERK]
    assert "需求 XQ-2026-63-00001 的排序说明申请：请您答复" in told
    assert "排序说明申请：请您答复" in told
    assert [title for title in told if title.startswith("黄牌") and "排序说明申请" in title]
    forget_notices(world)

    act(world, CLERK, general.id, "answer", "画像里没有写现场再生")
    announce(world.services, f"ranking_objection:{general.id}")

    assert titles(world) == {EXPERT: ["排序说明申请：答复"]}
    assert "说明：画像里没有写现场再生" in notices_of(world, EXPERT)[0].text

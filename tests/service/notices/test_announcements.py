"""Who is told of which step, in which words; and who is not, or less."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlmodel import select

from service.actors import SYSTEM
from service.errors import Conflict
from service.models import Absence, Job, Need, Notice, PostRole, StatusChange, User
from service.usecases import associations, desk, need_acts
from service.usecases.concerned import KINDS
from service.usecases.needs import find
from service.worker import Worker
from service.workflow.document import LIFECYCLES
from tests.service.match_steps import accept, an_expert, decline, invite
from tests.service.notices.notice_steps import (
    a_released_need,
    forget_notices,
    notices_of,
    tell,
    titles,
)
from tests.service.steps import CONTENT, a_draft, a_submitted_need, act, verify
from tests.service.world import World

NUMBER = "XQ-2026-63-00001"
TITLE = str(CONTENT["title"])


def test_every_lifecycle_says_whom_it_concerns() -> None:
    assert {lifecycle.name for lifecycle in LIFECYCLES} == set(KINDS)


def test_the_clerk_is_told_of_a_new_need_and_the_company_of_the_answer(world: World) -> None:
    need_id = a_submitted_need(world)
    tell(world, f"need:{need_id}")
    act(world, "格尔木赵静", need_id, "return", reason="unclear", note="请补充卤水成分")
    tell(world, f"need:{need_id}")

    [to_clerk] = notices_of(world, "格尔木赵静")
    [to_company] = notices_of(world, "盐湖厂马工")
    assert (to_clerk.title, to_clerk.calls, to_clerk.path) == (f"需求 {NUMBER}：提交审核", True, f"/needs/{need_id}")
    assert to_clerk.text.split("\n") == [
        "需求：吸附剂用半年就吸不动锂了",
        "办理：提交审核",
        "现在：待审核，轮到您",
        "请在2026年11月26日（周四）24:00 前办理。",
        "您可以：退回补正、不予受理、受理。",
    ]
    assert (to_company.title, to_company.calls) == (f"需求 {NUMBER}：退回补正", True)
    assert to_company.text.split("\n") == [
        "需求：吸附剂用半年就吸不动锂了",
        "办理：退回补正（问题没有说清楚，专家无法判断）",
        "说明：请补充卤水成分",
        "现在：退回补正，轮到您",
        "请在2026年12月7日（周一）24:00 前办理。",
        "您可以：重新提交、撤回。",
    ]


def test_nothing_is_told_twice_however_often_the_job_runs(world: World) -> None:
    need_id = a_submitted_need(world)

    def run() -> None:
        try:
            tell(world, f"need:{need_id}")
        except Conflict:
            # The other was first; the worker would try again and find nothing left to tell.
            return

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tell(world, f"need:{need_id}")

    assert titles(world) == {"格尔木赵静": [f"需求 {NUMBER}：提交审核"]}


def test_a_step_that_was_overtaken_calls_on_nobody(world: World) -> None:
    need_id = a_submitted_need(world)
    act(world, "格尔木赵静", need_id, "return", reason="unclear", note="请补充卤水成分")

    tell(world, f"need:{need_id}")

    assert [(notice.title, notice.calls) for notice in notices_of(world, "格尔木赵静")] == [
        (f"需求 {NUMBER}：提交审核", False)
    ]
    assert [(notice.title, notice.calls) for notice in notices_of(world, "盐湖厂马工")] == [
        (f"需求 {NUMBER}：退回补正", True)
    ]


def test_with_a_handler_only_the_handler_is_told_and_who_stands_in(world: World) -> None:
    need_id = a_submitted_need(world)
    with world.services.database.writing() as session:
        actor = world.actor(session, "海西州李强")
        version = find(session, actor, need_id).version or 0
        need_acts.assign(
            session,
            world.services,
            actor,
            need_id,
            handler_id=world.people["海西州李强"],
            note="我来办",
            version=version,
        )
    with world.services.database.writing() as session:
        actor = world.actor(session, "省科协王敏")
        version = find(session, actor, need_id).version or 0
        need_acts.assign(
            session,
            world.services,
            actor,
            need_id,
            handler_id=world.people["海西州李强"],
            note="你来办",
            version=version,
        )
        associations.appoint(
            session,
            world.services,
            SYSTEM,
            user_id=world.people["西宁孙浩"],
            association_id=world.city.id,
            department="学会部",
            role=PostRole.CLERK,
            since=date(2026, 1, 1),
        )
        session.flush()
        absent = Absence(
            user_id=world.people["海西州李强"],
            deputy_id=world.people["西宁孙浩"],
            since=date(2026, 11, 23),
            until=date(2026, 11, 27),
        )
        desk.take_leave(session, world.actor(session, "海西州李强"), absent)

    tell(world, f"need:{need_id}")

    submitted, assigned = f"需求 {NUMBER}：提交审核", f"需求 {NUMBER}：由您经办"
    assert titles(world) == {
        "海西州李强": [submitted, assigned],
        "西宁孙浩": [submitted, assigned, assigned],
    }


def test_where_a_county_has_no_staff_the_level_above_is_told(world: World) -> None:
    need_id = a_submitted_need(world)
    with world.services.database.writing() as session:
        session.get_one(User, world.people["格尔木赵静"]).is_active = False

    tell(world, f"need:{need_id}")

    assert titles(world) == {"海西州李强": [f"需求 {NUMBER}：提交审核"]}


def test_the_company_learns_of_an_expert_only_once_they_agreed(world: World, worker: Worker) -> None:
    need_id, listed = a_released_need(world, worker, "李锂", "赵风")
    forget_notices(world)

    refusing, agreeing = invite(world, "格尔木赵静", need_id, *listed)
    worker.run_pending()
    decline(world, "李锂", refusing, reason="later", suggested="可以问问钱田", later_on="2027-03-01")
    worker.run_pending()
    assert titles(world) == {
        "专家李锂": [f"邀约（需求 {NUMBER}）：请您答复"],
        "专家赵风": [f"邀约（需求 {NUMBER}）：请您答复"],
        "格尔木赵静": [f"李锂的邀约（需求 {NUMBER}）：谢绝"],
    }
    assert notices_of(world, "格尔木赵静")[0].text.split("\n") == [
        "需求：吸附剂用半年就吸不动锂了",
        "办理：谢绝（以后再约，写明哪天以后）",
        "可以再约：2027-03-01 以后",
        "荐人：可以问问钱田",
        "现在：已谢绝",
    ]

    accept(world, "赵风", agreeing)
    worker.run_pending()
    assert [notice.title for notice in notices_of(world, "盐湖厂马工")] == [
        "对接咨询 ZX-2026-63-00001（赵风）：开始对接"
    ]


def test_who_is_invited_finds_the_terms_and_what_they_can_do(world: World, worker: Worker) -> None:
    need_id, listed = a_released_need(world, worker, "李锂")
    invite(world, "格尔木赵静", need_id, listed[0])
    worker.run_pending()

    [told] = notices_of(world, "专家李锂")
    assert told.text.split("\n") == [
        "需求：吸附剂用半年就吸不动锂了",
        "办理：请您答复",
        "想请教：请看看吸附剂容量为什么半年就掉。",
        "需要半天时间。",
        "预计 4 小时，线上；公益免费",
        "有疑问请打 赵静 0979-8412345",
        "现在：已发出，待答复，轮到您",
        "请在2026年11月30日（周一）24:00 前办理。",
        "您可以：接受、部分接受、谢绝。",
    ]


@pytest.mark.parametrize(("level", "told"), [("invited", True), ("signed", False)])
def test_a_title_above_the_readers_level_is_left_out(world: World, worker: Worker, level: str, told: bool) -> None:
    need_id, listed = a_released_need(world, worker, "李锂")
    with world.services.database.writing() as session:
        session.get_one(Need, need_id).levels = {"title": level}
    invite(world, "格尔木赵静", need_id, listed[0])
    worker.run_pending()

    [notice] = notices_of(world, "专家李锂")

    assert (TITLE in notice.text) is told
    assert TITLE not in notice.title


def test_a_sealed_need_is_not_talked_about_and_only_the_officer_learns_that_it_exists(
    world: World, worker: Worker
) -> None:
    need_id = a_submitted_need(world)
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, "格尔木赵静"), need_id, note="疑似涉密")

    worker.run_pending()

    assert titles(world).keys() == {"盐湖厂马工", "保密办周正"}
    [to_officer] = notices_of(world, "保密办周正")
    assert to_officer.title == f"需求 {NUMBER}：疑似涉密，已经封存，请您决定"
    assert TITLE not in to_officer.text
    # To the company only that it was verified, which has nothing to do with the need.
    assert [notice.subject_kind for notice in notices_of(world, "盐湖厂马工")] == ["organization"]


def test_organizations_members_and_teams_are_told_as_well(world: World, worker: Worker) -> None:
    worker.run_pending()
    assert titles(world) == {"格尔木赵静": ["新登记的单位待核验：青海湖东盐化有限公司（演示数据）"]}

    verify(world)
    worker.run_pending()

    assert titles(world)["盐湖厂马工"] == ["青海湖东盐化有限公司（演示数据）：通过核验"]


def test_a_claimed_expert_is_verified_by_whom_it_calls_on(world: World, worker: Worker) -> None:
    expert_id = an_expert(world, "李锂")
    with world.services.database.writing() as session:
        session.add(
            StatusChange(
                subject_kind="expert",
                subject_id=expert_id,
                action="verify",
                source="claimed",
                target="verified",
                actor_id=world.people["格尔木赵静"],
            )
        )

    tell(world, f"expert:{expert_id}")

    assert titles(world) == {"专家李锂": ["专家李锂：核验通过"]}


def test_jobs_of_drafts_that_were_withdrawn_do_no_harm(world: World, worker: Worker) -> None:
    need_id = a_draft(world)
    act(world, "盐湖厂马工", need_id, "withdraw", note="不需要了")

    worker.run_pending()

    assert [notice.title for notice in notices_of(world, "格尔木赵静") if notice.subject_kind == "need"] == []
    with world.services.database.reading() as session:
        assert [job.error for job in session.exec(select(Job)) if job.error] == []
        assert session.exec(select(Notice.need_id)).all().count(need_id) == 0

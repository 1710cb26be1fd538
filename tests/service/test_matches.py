"""From an accepted need to a clerk's decision about who is recommended."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, Stale
from service.models import Expert, Job, MatchRun, MatchRunState, Need, PartyKind
from service.schemas.matches import WhyNotOut
from service.usecases import matches, need_acts
from service.worker import Worker
from tests.service.match_steps import (
    KNOWS,
    a_matched_need,
    an_expert,
    matcher_by_words,
    ranking_by_words,
    review,
    seen_by,
)
from tests.service.steps import a_submitted_need, act
from tests.service.world import World


@pytest.fixture
def worker(world: World, tmp_path: Path) -> Worker:
    return ranking_by_words(world, tmp_path)


def test_accepting_a_need_matches_it_with_evidence_and_a_clock(world: World, worker: Worker) -> None:
    fitting = an_expert(world, "李锂")
    an_expert(world, "赵风")

    run = seen_by(world, "格尔木赵静", a_matched_need(world, worker))

    assert (run.state_label, run.turn, run.mode, run.calibrated) == ("待复核", "科协", "keyword", False)
    assert run.due_at is not None
    assert run.due_at.isoformat() == "2026-11-25T15:59:59+00:00"
    first = run.matches[0]
    assert (first.party_id, first.name, first.band, first.gone) == (fitting, "李锂", "未校准", None)
    assert first.evidence[0]["item"]["text"] in KNOWS["李锂"]


def test_the_reasons_why_somebody_is_left_out_are_counted_and_hold_before_the_search(
    world: World, worker: Worker
) -> None:
    an_expert(world, "李锂", takes_part=False)
    an_expert(world, "赵风", paused_until=date(2026, 12, 1))
    an_expert(world, "钱田", monthly_capacity=0)

    run = seen_by(world, "格尔木赵静", a_matched_need(world, worker))

    assert run.matches == []
    assert run.excluded == {"本人暂停接受邀约": 1, "本月接受的次数已满": 1, "没有同意参与推荐": 1}


def why_not(world: World, tmp_path: Path, name: str, need_id: str, expert_id: str) -> WhyNotOut:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
    matcher = matcher_by_words(tmp_path)
    return matches.why_not(world.services, matcher, actor, need_id, PartyKind.EXPERT, expert_id)


def test_why_somebody_was_not_recommended_is_told_for_anybody(world: World, worker: Worker, tmp_path: Path) -> None:
    fitting, paused = an_expert(world, "李锂"), an_expert(world, "赵风", paused_until=date(2026, 12, 1))
    need_id = a_matched_need(world, worker)
    late = an_expert(world, "钱田")
    worker.run_pending()

    first, left_out, newcomer = (
        why_not(world, tmp_path, "格尔木赵静", need_id, each) for each in (fitting, paused, late)
    )

    assert (first.listed_rank, first.rank, first.excluded_then, first.excluded_now) == (1, 1, None, None)
    assert first.parts["words"] > newcomer.parts["words"]
    assert (left_out.listed_rank, left_out.rank, left_out.band) == (None, None, None)
    assert (left_out.excluded_then, left_out.excluded_now) == ("本人暂停接受邀约", "本人暂停接受邀约")
    assert (newcomer.listed_rank, newcomer.rank, newcomer.excluded_then, newcomer.excluded_now) == (None, 2, None, None)


def test_why_not_is_for_who_reviews_and_about_who_may_be_seen(world: World, worker: Worker, tmp_path: Path) -> None:
    expert = an_expert(world, "李锂")
    need_id = a_matched_need(world, worker)

    with pytest.raises(Forbidden):
        why_not(world, tmp_path, "盐湖厂马工", need_id, expert)
    with pytest.raises(NotFound):
        why_not(world, tmp_path, "格尔木赵静", need_id, "0" * 32)
    with pytest.raises(Conflict, match="现在没有匹配索引"):
        why_not(world, tmp_path / "elsewhere", "格尔木赵静", need_id, expert)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"regions": ["630100"]}, "不去这个地区"),
        ({"service_types": ["testing"]}, "不提供这一类服务"),
    ],
)
def test_where_and_what_for_an_expert_goes_is_respected(
    world: World, worker: Worker, changes: dict[str, object], told: str
) -> None:
    an_expert(world, "李锂", **changes)
    need_id = a_submitted_need(world)
    with world.services.database.writing() as session:
        session.get_one(Need, need_id).region_code = "632801"
    act(world, "格尔木赵静", need_id, "accept")
    worker.run_pending()

    assert seen_by(world, "格尔木赵静", need_id).excluded == {told: 1}


def test_only_staff_who_handle_the_need_see_the_machines_list(world: World, worker: Worker) -> None:
    need_id = a_matched_need(world, worker)

    for name, error in (("盐湖厂马工", AppError), ("西宁孙浩", AppError), ("路人吴芳", NotFound)):
        with pytest.raises(error):
            seen_by(world, name, need_id)


def test_a_clerk_adopts_part_of_the_list_and_the_machines_list_stays(world: World, worker: Worker) -> None:
    fitting, other = an_expert(world, "李锂"), an_expert(world, "赵风")
    need_id = a_matched_need(world, worker)
    before = [match.party_id for match in seen_by(world, "格尔木赵静", need_id).matches]

    run = review(world, need_id, "adopt", f"expert:{fitting}")

    assert (run.state_label, run.turn) == ("已复核", "无人")
    assert run.review is not None
    assert (run.review.verdict, run.review.chosen, run.review.reviewer) == (
        "adopt",
        [f"expert:{fitting}"],
        "格尔木赵静",
    )
    assert [match.party_id for match in run.matches] == before
    assert other not in before[:1]
    with pytest.raises(Stale):
        review(world, need_id, "none", reason="再想想")


@pytest.mark.parametrize(
    ("verdict", "reason", "told"),
    [
        ("adopt", "", "至少选一位"),
        ("none", "", "理由"),
        ("replace", "", "至少选一位"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(
    world: World, worker: Worker, verdict: str, reason: str, told: str
) -> None:
    need_id = a_matched_need(world, worker)

    with pytest.raises(Invalid, match=told):
        review(world, need_id, verdict, reason=reason)


def test_nobody_is_recommended_who_must_not_be_at_that_moment(world: World, worker: Worker) -> None:
    fitting = an_expert(world, "李锂")
    need_id = a_matched_need(world, worker)
    with world.services.database.writing() as session:
        session.get_one(Expert, fitting).paused_until = date(2027, 1, 1)

    with pytest.raises(Conflict, match="暂停接受邀约"):
        review(world, need_id, "adopt", f"expert:{fitting}")

    assert seen_by(world, "格尔木赵静", need_id).matches[0].gone == "本人暂停接受邀约"


def test_a_new_matching_takes_the_place_of_an_unreviewed_one_and_jobs_are_done_once(
    world: World, worker: Worker
) -> None:
    need_id = a_matched_need(world, worker)
    with world.services.database.writing() as session:
        session.add_all(Job(name="match.suggest", key=f"need:{need_id}") for _ in range(3))

    assert worker.run_pending() == 3

    with world.services.database.reading() as session:
        states = session.exec(select(MatchRun.state).order_by(col(MatchRun.created_at))).all()
        left = session.exec(select(Job).where(col(Job.done_at).is_(None), Job.name == "match.suggest")).all()
    assert sorted(states) == [MatchRunState.OUTDATED, MatchRunState.TO_REVIEW]
    assert left == []


def test_a_need_is_matched_with_everybody_although_the_index_was_lost(
    world: World, worker: Worker, tmp_path: Path
) -> None:
    fitting = an_expert(world, "李锂")
    worker.run_pending()
    shutil.rmtree(tmp_path / "index")

    need_id = a_matched_need(world, ranking_by_words(world, tmp_path))

    assert [match.party_id for match in seen_by(world, "格尔木赵静", need_id).matches] == [fitting]


def test_a_need_is_not_part_of_the_index(world: World, worker: Worker) -> None:
    need_id = a_matched_need(world, worker)
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, "格尔木赵静"), need_id, note="疑似涉密")
        need_acts.unseal(session, world.services, world.actor(session, "保密办周正"), need_id, note="不涉密")
    act(world, "盐湖厂马工", need_id, "withdraw", note="已解决")

    with world.services.database.reading() as session:
        promised = set(session.exec(select(Job.name)))
    assert promised == {"match.suggest", "notify", "secrecy.alert"}

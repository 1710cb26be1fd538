"""共性需求: joining needs, what each owner may read, and undoing it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from service.clock import now, stopped_at
from service.disclosure import DEFAULT_LEVELS
from service.errors import AppError, Conflict, Forbidden, NotFound, Stale
from service.models import (
    AuditEntry,
    Expert,
    Job,
    Need,
    NeedFollower,
    NeedOwner,
    NeedState,
    Notice,
    Organization,
    PublicityLevel,
)
from service.schemas.need_ties import MergeInput, UnmergeInput
from service.schemas.needs import NeedOut
from service.usecases import mergers, need_acts, needs
from service.usecases.announcements import announce
from service.usecases.eligibility import exclusions
from service.usecases.need_views import lines, show, steps_of_need
from tests.service.match_steps import an_expert
from tests.service.steps import CONTENT, act
from tests.service.ties.support import LIKE_IT, Company, accepted_of, both, stored, submitted_by
from tests.service.ties.test_followers import follow, followed_by, ties_for
from tests.service.world import World

NOTE = "两家的吸附剂是同一种毛病"


def merge(world: World, need_id: str, target_id: str, name: str = "省科协王敏", **changes: object) -> None:
    with world.services.database.writing() as session:
        version = session.get_one(Need, need_id).version
        given = {"version": version, "target_id": target_id, "note": NOTE} | changes
        mergers.merge(session, world.services, world.actor(session, name), need_id, MergeInput.model_validate(given))


def unmerge(world: World, need_id: str, name: str = "省科协王敏") -> None:
    with world.services.database.writing() as session:
        given = UnmergeInput(version=session.get_one(Need, need_id).version or 0, note="看过了，不是一回事")
        mergers.unmerge(session, world.services, world.actor(session, name), need_id, given)


def seen_by(world: World, name: str, need_id: str) -> NeedOut | type[AppError]:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        try:
            return show(session, world.services.clockwork, actor, needs.find(session, actor, need_id))
        except AppError as error:
            return type(error)


def steps_for(world: World, name: str, need_id: str) -> list[tuple[str, str, str]]:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        need = needs.find(session, actor, need_id, "need.history")
        told = steps_of_need(session, actor, need, need_acts.history(session, actor, need_id))
        return [(step.label, step.actor, step.note) for step in told]


def a_pair(world: World) -> tuple[Company, Company, str, str]:
    """(the first company, the other, its submitted need, the accepted need of the first)."""
    mine, other = both(world)
    target = accepted_of(world, mine)
    return mine, other, submitted_by(world, other, **LIKE_IT), target


def notices(world: World, company: Company, need_id: str) -> list[str]:
    announce(world.services, f"need:{need_id}")
    with world.services.database.reading() as session:
        wanted = select(Notice).where(Notice.recipient_id == world.people[company.person], Notice.subject_id == need_id)
        return [notice.title for notice in session.exec(wanted.order_by(col(Notice.created_at), col(Notice.id)))]


def contents(found: NeedOut | type[AppError]) -> dict[str, Any]:
    assert isinstance(found, NeedOut)
    names = ("title", "scene", "situation", "targets", "restrictions", "tried", "sub_problems", "budget_low_fen")
    return {name: getattr(found, name) for name in (*names, "organization", "hidden")}


def test_a_merged_need_has_several_owners_who_both_learn_of_it(world: World) -> None:
    mine, other, need_id, target = a_pair(world)

    merge(world, need_id, target)

    merged = seen_by(world, other.person, need_id)
    assert isinstance(merged, NeedOut)
    assert (merged.state_label, merged.turn, merged.actions) == ("已合并", "无人", [])
    assert (merged.ties.merged_into_id, merged.ties.unmerge_until) == (target, now() + timedelta(days=7))
    for name in (mine.person, other.person, "省科协王敏"):
        found = ties_for(world, name, target)
        assert (found.label, found.owner_count, len(found.owners)) == ("共性需求", 2, 2)
    with world.services.database.reading() as session:
        promised = {job.key for job in session.exec(select(Job).where(Job.name == "notify"))}
        acts = session.exec(select(AuditEntry.act)).all()
    assert {f"need:{need_id}", f"need:{target}"} <= promised
    assert "需求 XQ-2026-63-00001：另一家的相似需求并入，成为共性需求" in notices(world, mine, target)
    assert "需求 XQ-2026-63-00002：合并" in notices(world, other, need_id)
    assert {"need.merge", "need.join"} <= set(acts)


def test_names_of_owners_are_told_as_far_as_each_allows(world: World) -> None:
    mine, other, need_id, target = a_pair(world)
    merge(world, need_id, target)
    own, their = "青海湖东盐化有限公司（演示数据）", "西宁高原新材有限公司（演示数据）"

    told = {name: ties_for(world, name, target).owners for name in (mine.person, other.person, "省科协王敏")}

    assert told == {mine.person: [own, "西宁市某企业"], other.person: [own, their], "省科协王敏": [own, their]}


def test_strangers_see_no_more_of_a_shared_need_than_before(world: World) -> None:
    _, _, need_id, target = a_pair(world)
    stranger = "西宁孙浩"
    before = contents(seen_by(world, stranger, target))

    merge(world, need_id, target)

    assert contents(seen_by(world, stranger, target)) == before
    assert ties_for(world, stranger, target).owners == []


def test_lists_say_of_a_shared_need_that_it_is_one_and_of_a_merged_one_only_to_who_sees_all_of_it(
    world: World,
) -> None:
    mine, other, merged, target = a_pair(world)
    assert tied(world, mine.person, target, merged) == {}

    merge(world, merged, target)

    both_ties = {target: ("共性需求", 2), merged: ("已并入共性需求", 2)}
    assert tied(world, "省科协王敏", target, merged) == both_ties
    assert tied(world, other.person, target, merged) == both_ties
    for name in (mine.person, "西宁孙浩", "海西州李强"):
        assert tied(world, name, target, merged)[target] == ("共性需求", 2)
    assert merged not in tied(world, mine.person, target, merged)
    unmerge(world, merged)
    assert tied(world, other.person, target, merged) == {}


def tied(world: World, name: str, *need_ids: str) -> dict[str, tuple[str, int]]:
    with world.services.database.reading() as session:
        found = [session.get_one(Need, need_id) for need_id in need_ids]
        told = lines(session, world.actor(session, name), found)
        assert all(line.owner_count == 1 for line in told if not line.tie)
        return {line.id: (line.tie, line.owner_count) for line in told if line.tie}


def test_a_further_owner_reads_the_history_but_not_what_was_said_to_the_author(world: World) -> None:
    mine, other = both(world)
    target = submitted_by(world, mine)
    act(world, "格尔木赵静", target, "return", reason="unclear", note="请补充镁锂比 60 的原因")
    with world.services.database.writing() as session:
        need = session.get_one(Need, target)
        need.content_version += 1
        session.add(need)
    act(world, mine.person, target, "resubmit")
    merge(world, submitted_by(world, other, **LIKE_IT), target)

    assert steps_for(world, other.person, target) == [
        ("提交审核", "", ""),
        ("退回补正", "", ""),
        ("重新提交", "", ""),
        ("并入一条相似的需求", "省科协王敏", NOTE),
    ]
    assert ("退回补正", "格尔木赵静", "请补充镁锂比 60 的原因") in steps_for(world, mine.person, target)


def test_a_further_owner_finds_the_shared_need_among_its_own(world: World) -> None:
    _, other, need_id, target = a_pair(world)
    merge(world, need_id, target)

    with world.services.database.reading() as session:
        found, total = needs.page_of(session, world.actor(session, other.person), mine=True)

    assert ({need.id for need in found}, total) == ({need_id, target}, 2)
    with pytest.raises(NotFound), world.services.database.reading() as session:
        needs.find(session, world.actor(session, other.person), target, "need.edit")


def test_the_people_of_a_further_owner_are_not_matched_with_their_own_problem(world: World) -> None:
    _, other, need_id, target = a_pair(world)
    expert_id = an_expert(world, "李锂")
    with world.services.database.writing() as session:
        expert = session.get_one(Expert, expert_id)
        expert.organization_name = session.get_one(Organization, other.id).name
        session.add(expert)
    before = excluded_from(world, target)

    merge(world, need_id, target)

    assert (before, excluded_from(world, target)) == ({}, {f"expert:{expert_id}": "own_organization"})


def excluded_from(world: World, need_id: str) -> dict[str, str]:
    with world.services.database.reading() as session:
        return exclusions(session, session.get_one(Need, need_id))


def test_undoing_a_merger_brings_everything_back(world: World) -> None:
    mine, other, need_id, target = a_pair(world)
    follow(world, other, target)
    before = [contents(seen_by(world, name, target)) for name in (mine.person, other.person)]
    merge(world, need_id, target)
    assert ties_for(world, "省科协王敏", target).follower_count == 0

    unmerge(world, need_id)

    need = stored(world, need_id)
    assert (need.state, need.merged_into_id, need.unmerge_until) == (NeedState.SUBMITTED, None, None)
    assert need.due_at is not None
    assert [contents(seen_by(world, name, target)) for name in (mine.person, other.person)] == before
    assert ties_for(world, mine.person, target).owner_count == 1
    assert ties_for(world, "省科协王敏", target).follower_count == 1
    assert [step[0] for step in steps_for(world, mine.person, target)][-2:] == [
        "并入一条相似的需求",
        "撤出一条合并的需求",
    ]
    merge(world, need_id, target)
    assert ties_for(world, mine.person, target).owner_count == 2


def test_followers_of_a_merged_need_go_along_and_come_back(world: World) -> None:
    mine, other, need_id, target = a_pair(world)
    with world.services.database.writing() as session:
        # As after 已过期, 恢复办理: it was public once and is waiting for its review again.
        session.add(NeedFollower(need_id=target, organization_id=other.id, created_by_id=world.people[other.person]))
        owner = world.people[mine.person]
        session.add(NeedFollower(need_id=need_id, organization_id=mine.id, created_by_id=owner))
    third = submitted_by(world, mine, title="吸附柱压差一个月涨一次")

    merge(world, need_id, third, "省科协王敏")

    assert follower_places(world) == {(mine.id, need_id), (other.id, target)}
    unmerge(world, need_id)
    merge(world, need_id, target)
    assert follower_places(world) == {(mine.id, need_id), (other.id, target)}
    assert followed_by(world, other.person)[0].id == target


def follower_places(world: World) -> set[tuple[str, str]]:
    with world.services.database.reading() as session:
        return {(each.organization_id, each.need_id) for each in session.exec(select(NeedFollower))}


def test_a_merger_can_be_undone_for_seven_days_and_for_ever_if_nothing_came_of_it(world: World) -> None:
    mine, _, need_id, target = a_pair(world)
    merge(world, need_id, target)
    late = now() + timedelta(days=7, seconds=1)

    with stopped_at(late), pytest.raises(Conflict, match="超过 7 天"):
        unmerge(world, need_id)
    with stopped_at(late):
        act(world, mine.person, target, "withdraw", note="不做了")
        unmerge(world, need_id)

    assert stored(world, need_id).state is NeedState.SUBMITTED


def test_two_needs_of_one_organisation_make_one_owner_until_both_left(world: World) -> None:
    _, other, first, target = a_pair(world)
    second = submitted_by(world, other, **LIKE_IT)
    merge(world, first, target)
    merge(world, second, target)
    assert ties_for(world, "省科协王敏", target).owner_count == 2

    unmerge(world, first)
    assert ties_for(world, "省科协王敏", target).owner_count == 2
    unmerge(world, second)

    assert ties_for(world, "省科协王敏", target).owner_count == 1
    assert seen_by(world, other.person, first) is not NotFound


def test_a_need_of_the_same_organisation_joins_without_a_further_owner(world: World) -> None:
    mine, _, _, target = a_pair(world)

    merge(world, submitted_by(world, mine), target)

    assert ties_for(world, mine.person, target).owner_count == 1
    with world.services.database.reading() as session:
        assert session.exec(select(NeedOwner)).all() == []


def test_what_cannot_be_merged(world: World) -> None:
    mine, other, need_id, target = a_pair(world)
    ended = accepted_of(world, mine)
    act(world, mine.person, ended, "withdraw", note="不做了")
    with pytest.raises(Conflict, match="另选一条"):
        merge(world, need_id, ended)
    with pytest.raises(Conflict, match="另选一条"):
        merge(world, need_id, need_id)
    with pytest.raises(Conflict, match="已受理"):
        merge(world, target, need_id)
    with pytest.raises(NotFound):
        merge(world, need_id, "0" * 32)
    with pytest.raises(Stale):
        merge(world, need_id, target, version=1)
    # The clerk of one side handles only that side, and no company merges anything.
    with pytest.raises(NotFound):
        merge(world, need_id, submitted_by(world, mine), "西宁孙浩")
    with pytest.raises(Forbidden):
        merge(world, need_id, target, other.person)

    merge(world, submitted_by(world, mine), need_id)
    with pytest.raises(Conflict, match="反过来"):
        merge(world, need_id, target)
    assert stored(world, need_id).state is NeedState.SUBMITTED


fields = st.dictionaries(st.sampled_from(sorted(DEFAULT_LEVELS)), st.sampled_from(PublicityLevel))


@given(target_levels=fields, need_levels=fields)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merging_never_widens_who_reads_what(
    world: World,
    companies: tuple[Company, Company],
    target_levels: dict[str, PublicityLevel],
    need_levels: dict[str, PublicityLevel],
) -> None:
    """Strangers and the other owner read the merged need as before; the further owner reads the target as an invited
    person does, and not one field more."""
    mine, other = companies
    target = accepted_of(world, mine, levels=target_levels, tried="换过两家的料", restrictions="不停产")
    need_id = submitted_by(world, other, **LIKE_IT | {"levels": need_levels})
    stranger = contents(seen_by(world, "西宁孙浩", target))
    author = seen_by(world, mine.person, need_id)

    merge(world, need_id, target)

    assert contents(seen_by(world, "西宁孙浩", target)) == stranger
    assert (author, seen_by(world, mine.person, need_id)) == (NotFound, NotFound)
    further = contents(seen_by(world, other.person, target))
    chosen = {name: target_levels.get(name, level) for name, level in DEFAULT_LEVELS.items()}
    assert further["hidden"] == {name: level for name, level in chosen.items() if level is PublicityLevel.SIGNED}
    assert (further["situation"] == CONTENT["situation"]) == (chosen["situation"] is not PublicityLevel.SIGNED)

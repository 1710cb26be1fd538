"""Members of service teams: asked, agreeing or not, leaving; nobody is named who has not agreed."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from service import audit
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import AuditEntry, Job
from service.usecases import team_members
from tests.service.team_steps import (
    LEADER,
    MEMBER,
    SECRETARY,
    UNVERIFIED,
    a_team_of_two,
    act_on_expert,
    answer,
    expert,
    found,
    invite,
    listed_for,
    member_ids,
    people_seen_by,
    remove,
    save,
)
from tests.service.world import World


def test_a_new_leader_is_asked_and_the_former_one_stays_a_member(world: World) -> None:
    team_id = found(world)
    answer(world, LEADER, team_id, "consent")

    save(world, SECRETARY, team_id, leader_id=expert(world, MEMBER))

    assert people_seen_by(world, SECRETARY, team_id) == (MEMBER, [(MEMBER, False), (LEADER, True)])
    assert people_seen_by(world, "盐湖厂马工", team_id) == (None, [(LEADER, True)])


def test_an_expert_who_cannot_be_found_is_refused_like_one_who_does_not_exist(world: World) -> None:
    team_id = found(world)

    told = []
    for expert_id in (expert(world, UNVERIFIED), "x"):
        with pytest.raises(Invalid) as refused, world.services.database.writing() as session:
            team_members.invite(session, world.actor(session, SECRETARY), team_id, expert_id)
        told.append((refused.value.message, refused.value.field))

    assert told == [("没有找到这位专家。请从专家名录里选择，或先请当地科协录入。", "expert_id")] * 2
    with pytest.raises(Invalid, match="已核验的专家"):
        invite(world, team_id, UNVERIFIED, by="格尔木赵静")


def test_nobody_is_asked_twice(world: World) -> None:
    team_id = found(world)
    invite(world, team_id, MEMBER)

    with pytest.raises(Conflict, match="不必重复邀请"):
        invite(world, team_id, MEMBER)
    answer(world, MEMBER, team_id, "consent")
    with pytest.raises(Conflict, match="不必重复邀请"):
        invite(world, team_id, MEMBER)


def test_only_the_expert_agrees_and_once(world: World) -> None:
    team_id = found(world)
    invite(world, team_id, MEMBER)

    for name in (SECRETARY, "格尔木赵静", "盐湖厂马工", UNVERIFIED):
        with pytest.raises(Forbidden):
            answer(world, name, team_id, "consent")
    answer(world, MEMBER, team_id, "consent")

    with pytest.raises(Conflict, match="已经同意"):
        answer(world, MEMBER, team_id, "consent")
    with pytest.raises(Conflict, match="退出团队"):
        answer(world, MEMBER, team_id, "decline")
    with pytest.raises(Conflict, match="谢绝"):
        answer(world, LEADER, team_id, "leave")
    assert people_seen_by(world, "盐湖厂马工", team_id) == (None, [(MEMBER, True)])


def test_who_is_not_verified_any_more_cannot_agree(world: World) -> None:
    team_id = found(world)
    act_on_expert(world, LEADER, expert(world, LEADER), "sleep")

    with pytest.raises(Conflict, match="已核验"):
        answer(world, LEADER, team_id, "consent")


def test_who_declined_can_be_asked_again_and_has_to_agree_again(world: World) -> None:
    team_id = found(world)
    invite(world, team_id, MEMBER)
    assert listed_for(world, MEMBER, asks_me=True) == [("格尔木盐湖提锂服务队", "青海省盐湖学会（演示数据）")]
    answer(world, MEMBER, team_id, "decline")
    assert people_seen_by(world, SECRETARY, team_id) == (LEADER, [(LEADER, False)])
    with pytest.raises(Forbidden):
        answer(world, MEMBER, team_id, "consent")

    invite(world, team_id, MEMBER)

    assert people_seen_by(world, SECRETARY, team_id) == (LEADER, [(LEADER, False), (MEMBER, False)])
    answer(world, MEMBER, team_id, "consent")
    assert listed_for(world, MEMBER, asks_me=True) == []


def test_a_leader_who_leaves_is_named_no_more_except_to_those_who_must_find_another(world: World) -> None:
    team_id = a_team_of_two(world)

    answer(world, LEADER, team_id, "leave")

    assert people_seen_by(world, "盐湖厂马工", team_id) == (None, [(MEMBER, True)])
    assert people_seen_by(world, SECRETARY, team_id) == (LEADER, [(MEMBER, True)])


def test_who_left_the_platform_is_named_by_no_team(world: World) -> None:
    team_id = a_team_of_two(world)

    act_on_expert(world, MEMBER, expert(world, MEMBER), "leave")

    assert people_seen_by(world, "盐湖厂马工", team_id) == (LEADER, [(LEADER, True)])


def test_a_member_is_taken_out_but_not_the_leader_and_not_through_another_team(world: World) -> None:
    team_id, other = a_team_of_two(world), found(world, name="海西卤水净化服务团")
    ids = member_ids(world, team_id)

    with pytest.raises(Conflict, match="换一位负责人"):
        remove(world, SECRETARY, team_id, ids[LEADER])
    for missing in ("x", member_ids(world, other)[LEADER]):
        with pytest.raises(NotFound):
            remove(world, SECRETARY, team_id, missing)
    remove(world, SECRETARY, team_id, ids[MEMBER])

    assert people_seen_by(world, "盐湖厂马工", team_id) == (LEADER, [(LEADER, True)])
    with pytest.raises(Conflict, match="已经不在团队里"):
        remove(world, SECRETARY, team_id, ids[MEMBER])


def test_every_act_is_in_the_audit_log_and_tells_those_concerned(world: World) -> None:
    team_id = a_team_of_two(world)
    save(world, SECRETARY, team_id, profile="卤水净化")
    remove(world, SECRETARY, team_id, member_ids(world, team_id)[MEMBER])
    invite(world, team_id, MEMBER, by="格尔木赵静")
    answer(world, MEMBER, team_id, "decline")
    answer(world, LEADER, team_id, "leave")

    ids = member_ids(world, team_id)
    names = {world.people[name]: name for name in (SECRETARY, LEADER, MEMBER, "格尔木赵静")}
    with world.services.database.reading() as session:
        entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).all()
        jobs = session.exec(select(Job).order_by(col(Job.seq))).all()
    assert audit.first_broken(entries) is None
    assert [
        (names[entry.actor_id or ""], entry.act, entry.subject_kind, entry.subject_id)
        for entry in entries
        if entry.act.startswith("team.")
    ] == [
        (SECRETARY, "team.found", "team", team_id),
        (SECRETARY, "team.invite", "team_member", ids[MEMBER]),
        (LEADER, "team.consent", "team_member", ids[LEADER]),
        (MEMBER, "team.consent", "team_member", ids[MEMBER]),
        (SECRETARY, "team.save", "team", team_id),
        (SECRETARY, "team.remove", "team_member", ids[MEMBER]),
        ("格尔木赵静", "team.invite", "team_member", ids[MEMBER]),
        (MEMBER, "team.decline", "team_member", ids[MEMBER]),
        (LEADER, "team.leave", "team_member", ids[LEADER]),
    ]
    told = [(job.name, job.key) for job in jobs if job.key.startswith("team")]
    leader, member = ("notify", f"team_member:{ids[LEADER]}"), ("notify", f"team_member:{ids[MEMBER]}")
    refresh = ("index.refresh", f"team:{team_id}")
    assert told == [refresh, leader, member, leader, member, refresh, member, member, member, leader]

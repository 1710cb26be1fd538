"""Whom a need may be given to, passed on to, and who is proposed next."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from matching import MatchingSettings
from service.clock import stopped_at
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from service.matcher import Matcher
from service.models import AuditEntry, Expert, Need, PostRole, ReviewVerdict, StatusChange, Team
from service.services import Services
from service.tasks import tasks_of
from service.usecases import needs
from service.usecases.proposals import proposal
from service.worker import Worker
from tests.service import referral_steps as steps
from tests.service import team_steps
from tests.service.conftest import MONDAY
from tests.service.referral_steps import (
    CITY_CLERK,
    CLERK,
    FARM,
    LEADER,
    MEMBER,
    PROXY,
    SALT,
    SECRETARY,
    a_match,
    answer,
    consultations,
    expire,
    need_state,
    read_by,
    seen_by,
    send,
    to,
    to_society,
)
from tests.service.team_steps import expert
from tests.service.world import World

OUTSIDE = {"receiver_kind": "outside", "outside_name": "中国盐湖学会（演示数据）", "fee_kind": "negotiated"}


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return steps.a_world_of_referrals(services)


def test_teams_associations_and_broker_are_receivers_too(world: World) -> None:
    need_id, team_id = steps.a_matched_need(world), team_steps.a_team_of_two(world)
    manager_id = steps.a_manager(world, world.province.id)

    team = send(world, need_id, to("team", team_id))
    city = send(world, need_id, to("association", world.city.id))
    manager = send(world, need_id, to("tech_manager", manager_id))

    for name, referral_id in ((LEADER, team), (CITY_CLERK, city), (steps.MANAGER, manager)):
        assert answer(world, name, referral_id, "accept") == "accepted"
    assert sorted(kind for _, kind, _ in consultations(world, need_id)) == ["association", "team", "tech_manager"]


def test_a_receiver_must_be_there_fit_and_not_the_need_itself(world: World) -> None:
    need_id, team_id = steps.a_matched_need(world), team_steps.a_team_of_two(world)
    steps.unverify(world, FARM)

    for given, told in (
        (to_society(world, FARM), "还没有核验通过"),
        (to("society", world.company.id), "没有这个学会"),
        (to("society", "x"), "没有这个学会"),
        (to("team", "x"), "没有这支服务团队"),
        (to("association", "x"), "没有这个科协"),
        (to("association", world.county.id), "就由该科协受理"),
        (to("tech_manager", world.people["路人吴芳"]), "不是技术经理人"),
        (to("tech_manager", "x"), "没有这位技术经理人"),
        (to_society(world, supporting_ids=[world.people[SALT]]), "不用再列为协作单位"),
        (to_society(world, supporting_ids=[world.company.id]), "已核验的学会、高校或科研院所"),
        (to_society(world, supporting_ids=[world.people[FARM]]), "已核验的学会、高校或科研院所"),
        (to_society(world, supporting_ids=["x", "x"]), "重复"),
    ):
        with pytest.raises(Invalid, match=told):
            send(world, need_id, given)
    with world.services.database.writing() as session:
        session.get_one(Team, team_id).term_until = date(2026, 11, 22)
    with pytest.raises(Invalid, match="不在服务期内"):
        send(world, need_id, to("team", team_id))
    with world.services.database.writing() as session:
        session.get_one(Team, team_id).term_until = date(2026, 11, 23)
        session.get_one(Expert, expert(world, LEADER)).paused_until = date(2026, 11, 23)
    with pytest.raises(Invalid, match="它的负责人本人暂停接受邀约"):
        send(world, need_id, to("team", team_id))


def test_a_society_is_not_given_its_own_need_nor_its_own_team(world: World) -> None:
    need_id, team_id = steps.a_matched_need(world), team_steps.a_team_of_two(world)
    with world.services.database.writing() as session:
        session.get_one(Need, need_id).organization_id = world.people[SALT]

    for given, told in (
        (to_society(world), "需求方自己不能承接"),
        (to("team", team_id), "需求方自己牵头"),
        (to_society(world, FARM, supporting_ids=[world.people[SALT]]), "需求方自己不能做协作单位"),
    ):
        with pytest.raises(Invalid, match=told):
            send(world, need_id, given)


def test_nobody_is_asked_twice_in_a_round_after_saying_no_or_nothing(world: World) -> None:
    need_id = steps.a_matched_need(world)
    first, second = send(world, need_id, to_society(world)), send(world, need_id, to_society(world, FARM))
    with pytest.raises(Conflict, match="已经派给"):
        send(world, need_id, to_society(world))
    third = send(world, need_id, to("association", world.city.id))
    answer(world, SECRETARY, first, "decline", reason="time")
    expire(world, second)
    answer(world, CLERK, third, "withdraw", note="先等等")
    rematched(world, need_id)

    for name in (SALT, FARM):
        with pytest.raises(Conflict, match="不再重复派单"):
            send(world, need_id, to_society(world, name))
    # Taken back is not refused, and in the next round everybody may be asked again.
    send(world, need_id, to("association", world.city.id))
    with world.services.database.writing() as session:
        session.get_one(Need, need_id).round = 2
    send(world, need_id, to_society(world))


def rematched(world: World, need_id: str) -> None:
    with world.services.database.writing() as session:
        session.get_one(Need, need_id).state = "matching"  # type: ignore[assignment]


def test_a_society_unverified_meanwhile_cannot_accept(world: World) -> None:
    referral_id = send(world, steps.a_matched_need(world), to_society(world))
    steps.unverify(world, SALT)

    with pytest.raises(Conflict, match="还没有核验通过"):
        answer(world, SECRETARY, referral_id, "accept")


def test_somebody_outside_is_named_only_when_nobody_inside_is_left_and_staff_answer_for_them(world: World) -> None:
    need_id = steps.a_matched_need(world)
    a_match(world, need_id, f"expert:{expert(world, LEADER)}")
    with pytest.raises(Conflict, match="省内还有"):
        send(world, need_id, OUTSIDE)
    with stopped_at(MONDAY + timedelta(minutes=5)):
        a_match(world, need_id, f"expert:{expert(world, LEADER)}", review=ReviewVerdict.NONE)

    referral_id = send(world, need_id, OUTSIDE)
    with pytest.raises(Conflict, match="已经派给“中国盐湖学会（演示数据）”"):
        send(world, need_id, OUTSIDE)
    with pytest.raises(Invalid, match="受谁委托"):
        answer(world, CLERK, referral_id, "accept")
    answer(world, CLERK, referral_id, "accept", proxy=PROXY)

    assert consultations(world, need_id) == [("to_contact", "outside", "")]
    assert [step["label"] for step in seen_by(world, CLERK, referral_id)["history"]] == ["转省外单位", "接单"]
    with world.services.database.reading() as session:
        acts = session.exec(select(AuditEntry.act).where(AuditEntry.subject_id == referral_id)).all()
    assert acts == ["referral.send_outside", "referral.accept"]


def proposed(world: World, need_id: str, by: str = CLERK) -> tuple[str, str]:
    with world.services.database.reading() as session:
        need = needs.find(session, world.actor(session, by), need_id, "referral.send")
        found = proposal(session, need).receiver
        return str(found.kind), found.id


def test_the_next_is_proposed_by_rank_then_upwards_then_outside(world: World) -> None:
    need_id, team_id = steps.a_matched_need(world), team_steps.a_team_of_two(world)
    member, leader = expert(world, MEMBER), expert(world, LEADER)
    with world.services.database.writing() as session:
        session.get_one(Expert, member).society_id = world.people[FARM]
    a_match(world, need_id, f"team:{team_id}", f"expert:{member}", f"expert:{leader}")

    found = []
    for _ in range(6):
        kind, receiver_id = proposed(world, need_id)
        found.append((kind, receiver_id))
        if kind != "outside":
            send(world, need_id, to(kind, receiver_id))

    assert found == [
        ("society", world.people[FARM]),
        ("society", world.people[SALT]),
        ("team", team_id),
        ("association", world.city.id),
        ("association", world.province.id),
        ("outside", ""),
    ]
    assert send(world, need_id, OUTSIDE)


def test_who_became_unfit_is_not_proposed(world: World) -> None:
    need_id, team_id = steps.a_matched_need(world), team_steps.a_team_of_two(world)
    leader = expert(world, LEADER)
    a_match(world, need_id, f"team:{team_id}", f"expert:{leader}")
    assert proposed(world, need_id) == ("society", world.people[SALT])

    steps.unverify(world, SALT)
    assert proposed(world, need_id) == ("team", team_id)
    with world.services.database.writing() as session:
        session.get_one(Expert, leader).paused_until = date(2027, 1, 1)
    assert proposed(world, need_id) == ("association", world.city.id)


@pytest.mark.parametrize(("by", "error"), [("盐湖厂马工", Forbidden), (SECRETARY, NotFound), ("西宁孙浩", NotFound)])
def test_the_proposal_is_for_handling_staff(world: World, by: str, error: type[AppError]) -> None:
    need_id = steps.a_matched_need(world)

    with pytest.raises(error):
        proposed(world, need_id, by)


def test_after_silence_the_worker_ends_the_reading_and_moves_the_need_on(world: World, tmp_path: Path) -> None:
    need_id = steps.a_matched_need(world)
    referral_id = send(world, need_id, to_society(world))
    expire(world, referral_id)
    matcher = Matcher(MatchingSettings(data_dir=tmp_path, encoder="keyword"))
    tasks = tasks_of(world.services, matcher)

    Worker(world.services, {"referral.next": tasks["referral.next"]}).run_pending()
    tasks["referral.next"].run(f"referral:{referral_id}")

    assert (need_state(world, need_id), read_by(world, SECRETARY, need_id)) == ("accepted", None)
    with world.services.database.reading() as session:
        changes = session.exec(
            select(StatusChange.action).where(StatusChange.subject_id == need_id).order_by(col(StatusChange.seq))
        )
        assert list(changes)[-2:] == ["ask", "search_again"]


def test_for_an_association_its_own_handling_staff_answer(world: World) -> None:
    need_id = steps.a_matched_need(world)
    with world.services.database.writing() as session:
        steps.appoint(session, world.services, world.people["路人吴芳"], world.other_city.id, PostRole.SECRECY_OFFICER)
    referral_id = send(world, need_id, to("association", world.other_city.id))

    with pytest.raises(NotFound):
        answer(world, "路人吴芳", referral_id, "accept")
    with pytest.raises(Invalid, match="受谁委托"):
        answer(world, CITY_CLERK, referral_id, "accept")
    assert answer(world, "西宁孙浩", referral_id, "accept") == "accepted"

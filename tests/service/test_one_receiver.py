"""A referral names exactly one 承接单位, and nobody who refused a need is asked about it again, whatever the way."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from service.errors import Conflict, Invalid
from service.models import FeeKind, HolderKind, Need, PartyKind, Referral, Team, TeamKind
from service.services import Services
from service.usecases.eligibility import exclusions, obstacle
from tests.service import match_steps, team_steps
from tests.service import referral_steps as steps
from tests.service.referral_steps import CLERK, LEADER, SALT, answer, expire, send, to, to_society
from tests.service.team_steps import expert
from tests.service.world import World


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return steps.a_world_of_referrals(services)


@pytest.mark.parametrize(
    ("kind", "receiver_id", "outside_name"),
    [
        (HolderKind.SOCIETY, "", ""),
        (HolderKind.SOCIETY, "s", "中国盐湖学会（演示数据）"),
        (HolderKind.OUTSIDE, "", ""),
        (HolderKind.OUTSIDE, "s", "中国盐湖学会（演示数据）"),
    ],
)
def test_the_database_itself_refuses_none_and_two(
    world: World, kind: HolderKind, receiver_id: str, outside_name: str
) -> None:
    need_id = steps.a_matched_need(world)

    def store() -> None:
        with world.services.database.writing() as session:
            row = Referral(
                number="DJ-1",
                need_id=need_id,
                round=1,
                receiver_kind=kind,
                receiver_id=receiver_id,
                outside_name=outside_name,
                fee_kind=FeeKind.FREE,
            )
            session.add(row)

    with pytest.raises(Conflict):
        store()


def test_a_supporting_party_is_never_the_receiver_itself(world: World) -> None:
    need_id = steps.a_matched_need(world)

    with pytest.raises(Invalid, match="不用再列为协作单位"):
        send(world, need_id, to_society(world, supporting_ids=[world.people[SALT]]))


@pytest.mark.parametrize("how", ["decline", "silence"])
def test_a_team_that_did_not_take_a_referral_is_not_invited_either_but_its_leader_may_be(
    world: World, how: str
) -> None:
    need_id, team_id = steps.a_matched_need(world), team_steps.a_team_of_two(world)
    send(world, need_id, to_society(world, steps.FARM))
    referral_id = send(world, need_id, to("team", team_id))
    if how == "decline":
        answer(world, LEADER, referral_id, "decline", reason="time")
    else:
        expire(world, referral_id)

    with world.services.database.reading() as session:
        forbidden = exclusions(session, session.get_one(Need, need_id))
    assert forbidden.get(f"team:{team_id}") == "asked_before"
    assert f"expert:{expert(world, LEADER)}" not in forbidden


def test_a_team_still_asked_can_accept(world: World) -> None:
    need_id, team_id = steps.a_matched_need(world), team_steps.a_team_of_two(world)
    referral_id = send(world, need_id, to("team", team_id))

    assert answer(world, LEADER, referral_id, "accept") == "accepted"


def test_who_refused_is_not_asked_again_as_the_leader_of_a_team(world: World, tmp_path: Path) -> None:
    worker = match_steps.ranking_by_words(world, tmp_path)
    need_id, listed = match_steps.a_chosen_need(world, worker, "李锂", "赵风")
    invitations = match_steps.invite(world, CLERK, need_id, listed[0])
    match_steps.invite(world, CLERK, need_id, listed[1])
    match_steps.decline(world, "李锂", invitations[0])
    with world.services.database.writing() as session:
        team = Team(
            name="再生服务队",
            kind=next(iter(TeamKind)),
            society_id=world.people[SALT],
            leader_id=_expert_id(world, "李锂"),
            region_code="632801",
            term_since=date(2026, 1, 1),
            term_until=date(2027, 1, 1),
        )
        session.add(team)

    with world.services.database.reading() as session:
        need = session.get_one(Need, need_id)
        assert obstacle(session, need, PartyKind.TEAM, team.id) == "asked_before"
    with pytest.raises(Invalid, match="已经邀请过"):
        send(world, need_id, to("team", team.id))


def _expert_id(world: World, name: str) -> str:
    with world.services.database.reading() as session:
        return world.actor(session, name).expert_id or ""

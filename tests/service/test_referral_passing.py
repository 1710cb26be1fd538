"""转派: who may pass a need on, and to whom."""

from __future__ import annotations

from datetime import datetime

import pytest

from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Need
from service.services import Services
from tests.service import referral_steps as steps
from tests.service import team_steps
from tests.service.referral_steps import (
    CITY_CLERK,
    CLERK,
    FARM,
    LEADER,
    OTHER_SECRETARY,
    SALT,
    SECRETARY,
    answer,
    consultations,
    need_state,
    read_by,
    reassign,
    seen_by,
    send,
    to,
    to_society,
)
from tests.service.world import World


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return steps.a_world_of_referrals(services)


def test_passing_on_ends_one_referral_and_begins_another_with_a_clock_of_its_own(world: World) -> None:
    need_id, team_id = steps.a_matched_need(world), team_steps.a_team_of_two(world)
    farm = world.people[FARM]
    parent = send(world, need_id, to_society(world, note="请承接", supporting_ids=[farm], fee_kind="filed"))

    child = reassign(world, SECRETARY, parent, "team", team_id, note="请本会服务队承接")

    assert [read_by(world, name, need_id) for name in (SECRETARY, LEADER)] == [None, "invited"]
    seen = seen_by(world, LEADER, child)
    shown = ("number", "parent_id", "state", "fee_kind", "note", "due_at")
    assert {name: seen[name] for name in shown} == {
        "number": "DJ-2026-63-00002",
        "parent_id": parent,
        "state": "pending",
        "fee_kind": "filed",
        "note": "请本会服务队承接",
        "due_at": "2026-11-25T15:59:59Z",
    }
    assert [each["name"] for each in seen["supporting"]] == [FARM]
    before = seen_by(world, SECRETARY, parent)
    assert (before["state"], before["need"]["situation"], need_state(world, need_id)) == (
        "reassigned",
        None,
        "inviting",
    )
    answer(world, LEADER, child, "accept")
    assert consultations(world, need_id) == [("to_contact", "team", team_id)]


def test_a_receiver_passes_on_only_among_those_it_may_know(world: World) -> None:
    need_id, team_id = steps.a_matched_need(world), team_steps.a_team_of_two(world)
    manager_id = steps.a_manager(world, world.province.id)
    society = send(world, need_id, to_society(world, FARM))
    city = send(world, need_id, to("association", world.city.id))
    team = send(world, need_id, to("team", team_id))
    manager = send(world, need_id, to("tech_manager", manager_id))

    for by, referral_id, kind, receiver_id in (
        (OTHER_SECRETARY, society, "team", team_id),
        (OTHER_SECRETARY, society, "association", world.city.id),
        (OTHER_SECRETARY, society, "outside", ""),
        (LEADER, team, "society", world.people[SALT]),
        (steps.MANAGER, manager, "society", world.people[SALT]),
    ):
        named = {"outside_name": "中国农学会"} if kind == "outside" else {}
        with pytest.raises(Forbidden, match="由受理的科协改派"):
            reassign(world, by, referral_id, kind, receiver_id, **named)
    with pytest.raises(Invalid, match="原因"):
        reassign(world, CITY_CLERK, city, "society", world.people[SALT], note="")
    reassign(world, CITY_CLERK, city, "society", world.people[SALT])

    assert read_by(world, SECRETARY, need_id) == "invited"


def test_an_association_passes_a_need_down_but_not_sideways(world: World) -> None:
    need_id = steps.a_matched_need(world)
    with world.services.database.writing() as session:
        need = session.get_one(Need, need_id)
        need.association_id, need.association_path = world.other_city.id, world.other_city.path
    referral_id = send(world, need_id, to("association", world.city.id), by="西宁孙浩")

    for other in (world.province.id, world.city.id, world.other_city.id):
        with pytest.raises(Forbidden, match="下级科协"):
            reassign(world, CITY_CLERK, referral_id, "association", other)
    child = reassign(world, CITY_CLERK, referral_id, "association", world.county.id)

    assert seen_by(world, CLERK, child)["receiver"] == "格尔木市科协"


def test_a_need_is_not_passed_back_in_a_circle_and_staff_pass_it_to_anybody(world: World) -> None:
    need_id = steps.a_matched_need(world)
    first = send(world, need_id, to_society(world))
    second = reassign(world, SECRETARY, first, "society", world.people[FARM])

    with pytest.raises(Conflict, match="不能再转回去"):
        reassign(world, OTHER_SECRETARY, second, "society", world.people[SALT])
    third = reassign(world, CLERK, second, "association", world.city.id)

    assert seen_by(world, CITY_CLERK, third)["state"] == "pending"
    with pytest.raises(NotFound):
        reassign(world, OTHER_SECRETARY, third, "society", world.people[SALT])

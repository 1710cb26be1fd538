"""技术经理人: whose task a need without anybody fitting becomes, and what they then see and do."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from service.clock import stopped_at
from service.errors import Conflict, Forbidden, NotFound
from service.models import Membership, MembershipRole, Need, NeedState, Post, PostRole, ReferralState, User
from service.services import Services
from service.usecases import brokers, need_acts, needs
from service.usecases.need_views import lines, show
from tests.service import match_steps
from tests.service import referral_steps as steps
from tests.service.referral_steps import CLERK, MANAGER, answer, appoint, send, to_society
from tests.service.world import World


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return steps.a_world_of_referrals(services)


def broker(world: World, need_id: str) -> str | None:
    with world.services.database.reading() as session:
        found = brokers.broker_for(session, session.get_one(Need, need_id))
        return found.name if found else None


def give(world: World, need_id: str, by: str = CLERK) -> str:
    with world.services.database.writing() as session:
        need = session.get_one(Need, need_id)
        return brokers.send_to_broker(session, world.services, world.actor(session, by), need).name


def listed(world: World, name: str) -> list[tuple[str | None, str]]:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        found, total = brokers.page_of(session, actor)
        assert total == len(found)
        return [(line.number, line.state_label) for line in lines(session, actor, found)]


def test_until_there_is_a_manager_a_named_clerk_looks_further(world: World) -> None:
    need_id = steps.a_matched_need(world)
    with world.services.database.writing() as session:
        session.add(
            Post(
                user_id=world.people["路人吴芳"],
                association_id=world.county.id,
                role=PostRole.LEAD,
                since=date(2021, 1, 1),
            )
        )
    assert broker(world, need_id) == CLERK

    with world.services.database.writing() as session:
        session.get_one(Need, need_id).handler_id = world.people["海西州李强"]
    assert broker(world, need_id) == "海西州李强"

    steps.a_manager(world, world.province.id)
    assert broker(world, need_id) == MANAGER


def test_the_nearest_manager_who_is_there_today_and_not_of_the_firm_is_chosen(world: World) -> None:
    need_id = steps.a_matched_need(world)
    manager_id = steps.a_manager(world, world.province.id)
    with world.services.database.writing() as session:
        near = User(name="海西州技术经理人", user_name="near")
        elsewhere = User(name="西宁技术经理人", user_name="elsewhere")
        session.add_all([near, elsewhere])
        session.flush()
        appoint(session, world.services, near.id, world.city.id, PostRole.TECH_MANAGER)
        appoint(session, world.services, elsewhere.id, world.other_city.id, PostRole.TECH_MANAGER)
        near_id = near.id
    assert broker(world, need_id) == "海西州技术经理人"

    with world.services.database.writing() as session:
        session.get_one(User, near_id).is_active = False
    assert broker(world, need_id) == MANAGER
    with world.services.database.writing() as session:
        own = Membership(user_id=manager_id, organization_id=world.company.id, role=MembershipRole.CONTACT)
        session.add(own)
    assert broker(world, need_id) == CLERK
    with stopped_at(datetime(2019, 1, 1, tzinfo=UTC)):
        assert broker(world, need_id) is None


def test_an_absent_handler_or_one_of_the_firm_is_passed_over(world: World) -> None:
    need_id = steps.a_matched_need(world)
    city_clerk = world.people["海西州李强"]
    with world.services.database.writing() as session:
        session.get_one(Need, need_id).handler_id = city_clerk
        session.add(Membership(user_id=city_clerk, organization_id=world.company.id, role=MembershipRole.CONTACT))
    assert broker(world, need_id) == CLERK

    with world.services.database.writing() as session:
        session.get_one(User, world.people[CLERK]).is_active = False
    assert broker(world, need_id) == "省科协王敏"


def test_a_need_without_anybody_fitting_becomes_the_brokers_task_with_a_clock(world: World) -> None:
    need_id = steps.a_matched_need(world)
    steps.a_manager(world, world.city.id)

    assert give(world, need_id) == MANAGER

    assert listed(world, MANAGER) == [("XQ-2026-63-00001", "转技术经理人")]
    assert listed(world, CLERK) == []
    with world.services.database.reading() as session:
        actor = world.actor(session, MANAGER)
        seen = show(session, world.services.clockwork, actor, needs.find(session, actor, need_id))
        changes = need_acts.history(session, actor, need_id)
    assert (seen.turn, seen.days_left, seen.organization) == ("技术经理人", 10, world.company.name)
    assert (changes[-1].action, changes[-1].actor_id) == ("send_to_broker", world.people[CLERK])
    with pytest.raises(Conflict, match="不能“转技术经理人”"):
        give(world, need_id)


def test_a_review_that_finds_nobody_makes_it_the_task_of_one_person(world: World, tmp_path: Path) -> None:
    need_id = match_steps.a_matched_need(world, match_steps.ranking_by_words(world, tmp_path))

    match_steps.review(world, need_id, "none", reason="都不做再生")

    assert listed(world, CLERK) == [("XQ-2026-63-00001", "转技术经理人")]


def test_the_broker_gives_the_need_away_but_does_not_answer_for_the_receiver(world: World) -> None:
    need_id = steps.a_matched_need(world)
    steps.a_manager(world, world.city.id)
    with pytest.raises(NotFound):
        send(world, need_id, to_society(world), by=MANAGER)
    give(world, need_id)

    referral_id = send(world, need_id, to_society(world), by=MANAGER)

    assert listed(world, MANAGER) == [("XQ-2026-63-00001", "邀约中")]
    with pytest.raises(Forbidden):
        answer(world, MANAGER, referral_id, "accept", proxy=steps.PROXY)


def test_the_broker_takes_back_only_what_he_gave_away_himself_and_only_while_it_is_unanswered(world: World) -> None:
    need_id = steps.a_matched_need(world)
    steps.a_manager(world, world.city.id)
    give(world, need_id)
    # One that waits, or the need would be matched again as soon as nobody is asked.
    send(world, need_id, to_society(world, steps.FARM))
    by_clerk = send(world, need_id, to_society(world))
    assert "withdraw" not in steps.actions_of(world, MANAGER, by_clerk)
    with pytest.raises(Forbidden, match="撤回派单"):
        answer(world, MANAGER, by_clerk, "withdraw", note="另有安排")
    answer(world, CLERK, by_clerk, "withdraw", note="请技术经理人安排")

    own = send(world, need_id, to_society(world), by=MANAGER)
    assert steps.actions_of(world, MANAGER, own) == ["withdraw"]
    assert answer(world, MANAGER, own, "withdraw", note="学会来电说本月不办公") is ReferralState.WITHDRAWN
    assert steps.read_by(world, steps.SECRETARY, need_id) is None

    accepted = send(world, need_id, to_society(world), by=MANAGER)
    answer(world, steps.SECRETARY, accepted, "accept")
    with pytest.raises(Forbidden, match="撤回派单"):
        answer(world, MANAGER, accepted, "withdraw", note="另有安排")


def test_who_is_the_broker_no_more_takes_nothing_back(world: World) -> None:
    need_id = steps.a_matched_need(world)
    manager_id = steps.a_manager(world, world.city.id)
    give(world, need_id)
    own = send(world, need_id, to_society(world), by=MANAGER)
    with world.services.database.writing() as session:
        need = session.get_one(Need, need_id)
        assert need.broker_id == manager_id
        need.broker_id = world.people[CLERK]

    with pytest.raises(NotFound):
        answer(world, MANAGER, own, "withdraw", note="另有安排")


def test_the_most_urgent_come_first_and_finished_or_sealed_ones_not_at_all(world: World) -> None:
    manager_id = steps.a_manager(world, world.city.id)
    for number, (state, due, is_sealed) in enumerate(
        (
            (NeedState.INVITING, None, False),
            (NeedState.BROKER, datetime(2026, 12, 2, tzinfo=UTC), False),
            (NeedState.BROKER, datetime(2026, 12, 1, tzinfo=UTC), False),
            (NeedState.CLOSED, None, False),
            (NeedState.BROKER, datetime(2026, 12, 1, tzinfo=UTC), True),
        )
    ):
        with world.services.database.writing() as session:
            need = Need(
                number=f"XQ-{number}",
                organization_id=world.company.id,
                created_by_id=world.people["盐湖厂马工"],
                state=state,
                due_at=due,
                association_id=world.county.id,
                association_path=world.county.path,
                origin_path=world.county.path,
                broker_id=manager_id,
                sealed_at=datetime(2026, 11, 1, tzinfo=UTC) if is_sealed else None,
            )
            session.add(need)

    assert [number for number, _ in listed(world, MANAGER)] == ["XQ-2", "XQ-1", "XQ-0"]


def test_nobody_to_look_further_is_said_in_words(world: World) -> None:
    need_id = steps.a_matched_need(world)
    with world.services.database.writing() as session:
        for name in ("省科协王敏", "海西州李强", CLERK):
            session.get_one(User, world.people[name]).is_active = False

    with pytest.raises(Conflict, match="先任命技术经理人"):
        give(world, need_id)

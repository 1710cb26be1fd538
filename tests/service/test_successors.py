"""Whose tasks of a 技术经理人 are they once he left: the one who is named, else whoever is next; never nobody's."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from service.actors import SYSTEM, actor_of
from service.clock import stopped_at
from service.errors import Forbidden
from service.models import (
    Consultation,
    Membership,
    MembershipRole,
    Need,
    NeedState,
    Notice,
    Post,
    PostRole,
    Referral,
    StatusChange,
    User,
)
from service.services import Services
from service.usecases import accounts, announcements, associations, brokers, desk, successors
from service.usecases.successors import may_look_further
from tests.service import referral_steps as steps
from tests.service.referral_steps import CLERK, FARM, MANAGER, answer, appoint, send, to, to_society
from tests.service.world import World

LEAD, OTHER_MANAGER = "省科协王敏", "技术经理人何涛"


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    found = steps.a_world_of_referrals(services)
    steps.a_manager(found, found.city.id)
    return found


def a_second_manager(world: World) -> str:
    with world.services.database.writing() as session:
        user = User(name=OTHER_MANAGER, user_name=OTHER_MANAGER)
        session.add(user)
        session.flush()
        world.people[OTHER_MANAGER] = user.id
        appoint(session, world.services, user.id, world.city.id, PostRole.TECH_MANAGER)
    return user.id


def a_need_of_the_broker(world: World) -> str:
    need_id = steps.a_matched_need(world)
    with world.services.database.writing() as session:
        brokers.send_to_broker(session, world.services, world.actor(session, CLERK), session.get_one(Need, need_id))
    return need_id


def a_need_given_to(world: World, name: str) -> tuple[str, str]:
    """Asked as the receiver, beside somebody else, so that the need stays as it is; (need, referral)."""
    need_id = steps.a_matched_need(world)
    send(world, need_id, to_society(world, FARM))
    return need_id, send(world, need_id, to("tech_manager", world.people[name]))


def disable(world: World, name: str) -> None:
    with world.services.database.writing() as session:
        accounts.disable_user(session, world.services, world.actor(session, LEAD), world.people[name], "调离")


def end_post(world: World, name: str, until: date) -> None:
    with world.services.database.writing() as session:
        post = session.exec(select(Post).where(Post.user_id == world.people[name])).one()
        associations.end_post(session, SYSTEM, post.id, until=until)


def hand_over(world: World, leaver: str, successor: str, *need_ids: str, by: str = LEAD) -> int:
    with world.services.database.writing() as session:
        actor, to_whom = world.actor(session, by), world.people[successor]
        return desk.hand_over(
            session, world.services, actor, world.people[leaver], successor_id=to_whom, need_ids=need_ids, note="调离"
        )


def handed_over(world: World, leaver: str) -> list[str]:
    with world.services.database.reading() as session:
        found = desk.hand_over_list(session, world.actor(session, LEAD), world.people[leaver])
        return [need.id for need in found]


def broker_of(world: World, need_id: str) -> str | None:
    with world.services.database.reading() as session:
        broker_id = session.get_one(Need, need_id).broker_id
        return session.get_one(User, broker_id).name if broker_id else None


def changes(world: World, action: str) -> list[tuple[str, str | None, str]]:
    """(kind of the subject, who, why)."""
    with world.services.database.reading() as session:
        found = session.exec(select(StatusChange).where(StatusChange.action == action).order_by(col(StatusChange.seq)))
        return [(each.subject_kind, each.actor_id, each.note) for each in found]


def told(world: World, name: str, key: str) -> list[str]:
    announcements.announce(world.services, key)
    with world.services.database.reading() as session:
        found = select(Notice.title).where(Notice.recipient_id == world.people[name])
        return list(session.exec(found.order_by(col(Notice.created_at).desc(), col(Notice.id))))


def test_the_brokers_needs_are_in_the_one_list_and_get_the_successor_who_is_named(world: World) -> None:
    need_id = a_need_of_the_broker(world)
    a_second_manager(world)
    with world.services.database.reading() as session:
        due_at = session.get_one(Need, need_id).due_at
    assert handed_over(world, MANAGER) == [need_id]
    with pytest.raises(Forbidden, match="不在受理"):
        hand_over(world, MANAGER, "西宁孙浩", need_id)

    assert hand_over(world, MANAGER, OTHER_MANAGER, need_id) == 1

    assert (broker_of(world, need_id), handed_over(world, MANAGER)) == (OTHER_MANAGER, [])
    with world.services.database.reading() as session:
        need = session.get_one(Need, need_id)
        assert (need.state, need.due_at) == (NeedState.BROKER, due_at)
    assert changes(world, "change_broker") == [("need", world.people[LEAD], "调离")]
    assert "需求 XQ-2026-63-00001：换由另一位继续寻找" in told(world, OTHER_MANAGER, f"need:{need_id}")


def test_somebody_of_the_firm_does_not_take_over(world: World) -> None:
    need_id = a_need_of_the_broker(world)
    own = a_second_manager(world)
    with world.services.database.writing() as session:
        session.add(Membership(user_id=own, organization_id=world.company.id, role=MembershipRole.CONTACT))

    with pytest.raises(Forbidden):
        hand_over(world, MANAGER, OTHER_MANAGER, need_id)


@pytest.mark.parametrize("leave", ["disable", "end_post"])
def test_without_a_name_they_fall_back_to_the_named_clerk_with_a_notice_and_history(world: World, leave: str) -> None:
    need_id = a_need_of_the_broker(world)

    if leave == "disable":
        disable(world, MANAGER)
    else:
        end_post(world, MANAGER, date(2026, 11, 20))

    assert broker_of(world, need_id) == CLERK
    assert changes(world, "change_broker") == [("need", None, "原来的技术经理人已离岗或停用")]
    assert "需求 XQ-2026-63-00001：换由另一位继续寻找" in told(world, CLERK, f"need:{need_id}")


def test_the_next_manager_comes_before_the_clerk(world: World) -> None:
    need_id = a_need_of_the_broker(world)
    a_second_manager(world)

    disable(world, MANAGER)

    assert broker_of(world, need_id) == OTHER_MANAGER


def test_a_post_that_ends_by_the_calendar_is_noticed_the_next_day_and_not_before(world: World) -> None:
    need_id = a_need_of_the_broker(world)
    end_post(world, MANAGER, date(2026, 11, 24))
    with stopped_at(datetime(2026, 11, 24, 12, 0, tzinfo=UTC)):
        successors.relieve(world.services)
    assert broker_of(world, need_id) == MANAGER

    with stopped_at(datetime(2026, 11, 24, 16, 1, tzinfo=UTC)):
        successors.relieve(world.services)
        successors.relieve(world.services)

    assert broker_of(world, need_id) == CLERK
    assert len(changes(world, "change_broker")) == 1


def test_with_nobody_at_work_it_is_nobodys_until_somebody_comes(world: World) -> None:
    need_id = a_need_of_the_broker(world)
    with world.services.database.writing() as session:
        for name in (LEAD, "海西州李强", CLERK, MANAGER):
            session.get_one(User, world.people[name]).is_active = False
    successors.relieve(world.services)
    assert broker_of(world, need_id) is None
    successors.relieve(world.services)

    with world.services.database.writing() as session:
        session.get_one(User, world.people["海西州李强"]).is_active = True
    successors.relieve(world.services)

    assert broker_of(world, need_id) == "海西州李强"


def test_what_waits_for_him_and_what_he_serves_goes_along_and_he_reads_no_further(world: World) -> None:
    a_second_manager(world)
    need_id, waiting = a_need_given_to(world, MANAGER)
    assert handed_over(world, MANAGER) == [need_id]

    hand_over(world, MANAGER, OTHER_MANAGER, need_id)

    assert (steps.read_by(world, MANAGER, need_id), steps.read_by(world, OTHER_MANAGER, need_id)) == (None, "invited")
    assert "派单 DJ-2026-63-00002：移交给您" in told(world, OTHER_MANAGER, f"referral:{waiting}")

    answer(world, OTHER_MANAGER, waiting, "accept")
    disable(world, OTHER_MANAGER)

    assert broker_of(world, need_id) is None
    with world.services.database.reading() as session:
        found = session.exec(select(Consultation)).one()
        manager_id = world.people[MANAGER]
        assert (found.holder_id, found.lead_id) == (manager_id, manager_id)
        assert session.get_one(Referral, waiting).receiver_id == manager_id
    assert steps.read_by(world, MANAGER, need_id) == "invited"
    assert changes(world, "hand_over") == [
        ("referral", world.people[LEAD], "调离"),
        ("referral", None, "原来的技术经理人已离岗或停用"),
        ("consultation", None, "原来的技术经理人已离岗或停用"),
    ]


def test_what_a_gone_clerk_handled_is_on_every_desk_of_that_association(world: World) -> None:
    need_id = steps.a_matched_need(world)
    with world.services.database.writing() as session:
        session.get_one(Need, need_id).handler_id = world.people[CLERK]
        appoint(session, world.services, world.people["路人吴芳"], world.county.id, PostRole.CLERK)

    def desk_of(name: str) -> list[str]:
        with world.services.database.reading() as session:
            return [need.id for need, _ in desk.queue(session, world.actor(session, name))]

    assert desk_of("路人吴芳") == []
    disable(world, CLERK)
    assert desk_of("路人吴芳") == [need_id]


_EVENT = st.tuples(
    st.sampled_from(["disable", "enable", "end_post", "join_firm", "hand_over"]), st.sampled_from([0, 1, 2])
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(_EVENT, min_size=1, max_size=6))
def test_whoever_goes_no_unfinished_need_keeps_a_broker_who_is_gone(
    world: World, events: list[tuple[str, int]]
) -> None:
    if OTHER_MANAGER not in world.people:
        a_need_of_the_broker(world)
        a_second_manager(world)
    names = (MANAGER, OTHER_MANAGER, CLERK)
    with world.services.database.writing() as session:
        need = session.exec(select(Need)).one()
        need.broker_id = world.people[MANAGER]
        for name in names:
            session.get_one(User, world.people[name]).is_active = True
            for post in session.exec(select(Post).where(Post.user_id == world.people[name])):
                post.until = None
            for joined in session.exec(select(Membership).where(Membership.user_id == world.people[name])):
                session.delete(joined)

    for event, which in events:
        _happen(world, event, names[which], names[(which + 1) % 3])
        if event == "join_firm":
            successors.relieve(world.services)
        with world.services.database.reading() as session:
            assert _brokers_are_there(session)


def _happen(world: World, event: str, name: str, other: str) -> None:
    with world.services.database.writing() as session:
        user = session.get_one(User, world.people[name])
        lead = world.actor(session, LEAD)
        need = session.exec(select(Need)).one()
        if event == "disable" and user.is_active:
            accounts.disable_user(session, world.services, lead, user.id, "调离")
        elif event == "enable" and not user.is_active:
            accounts.enable_user(session, world.services, lead, user.id, "回来")
        elif event == "end_post":
            post = session.exec(select(Post).where(Post.user_id == user.id)).one()
            associations.end_post(session, SYSTEM, post.id, until=date(2026, 11, 20))
        elif event == "join_firm" and world.company.id not in actor_of(session, user).organizations:
            session.add(Membership(user_id=user.id, organization_id=world.company.id, role=MembershipRole.CONTACT))
        elif event == "hand_over" and need.broker_id == user.id:
            successor = session.get_one(User, world.people[other])
            if successor.is_active and may_look_further(actor_of(session, successor), need):
                desk.hand_over(
                    session, world.services, lead, user.id, successor_id=successor.id, need_ids=[need.id], note="换人"
                )


def _brokers_are_there(session: Session) -> bool:
    found = session.exec(select(Need).where(col(Need.broker_id).is_not(None))).all()
    users = {need.id: session.get_one(User, need.broker_id) for need in found}
    return all(users[need.id].is_active and may_look_further(actor_of(session, users[need.id]), need) for need in found)

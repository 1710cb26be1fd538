"""A clerk's desk: the queue, standing in for somebody, handing over."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from service.actors import SYSTEM
from service.clock import stopped_at
from service.errors import AppError, Conflict, Forbidden, Invalid
from service.models import Absence, PostRole
from service.services import Services
from service.usecases import associations, desk, need_acts, needs
from tests.service.steps import a_submitted_need
from tests.service.world import LONG_AGO, World, a_world


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    found = a_world(services)
    with services.database.writing() as session:
        associations.appoint(
            session,
            services,
            SYSTEM,
            user_id=found.people["路人吴芳"],
            association_id=found.county.id,
            department="学会部",
            role=PostRole.CLERK,
            since=LONG_AGO,
        )
    return found


def assign(world: World, need_id: str, to: str) -> None:
    with world.services.database.writing() as session:
        actor = world.actor(session, "格尔木赵静")
        version = needs.find(session, actor, need_id).version or 0
        need_acts.assign(session, world.services, actor, need_id, handler_id=world.people[to], note="", version=version)


def queue_of(world: World, name: str) -> list[tuple[str, str | None]]:
    with world.services.database.reading() as session:
        return [(need.id, absent) for need, absent in desk.queue(session, world.actor(session, name))]


def take_leave(world: World, name: str, deputy: str, since: date, until: date) -> None:
    with world.services.database.writing() as session:
        absence = Absence(user_id=world.people[name], deputy_id=world.people[deputy], since=since, until=until)
        desk.take_leave(session, world.actor(session, name), absence)


def test_what_nobody_handles_is_on_every_desk_of_that_association_and_then_on_one(world: World) -> None:
    need_id = a_submitted_need(world)
    assert [queue_of(world, name) for name in ("格尔木赵静", "路人吴芳", "海西州李强")] == [
        [(need_id, None)],
        [(need_id, None)],
        [],
    ]

    assign(world, need_id, "格尔木赵静")

    assert [queue_of(world, name) for name in ("格尔木赵静", "路人吴芳")] == [[(need_id, None)], []]


def test_during_an_absence_the_deputy_sees_the_queue_and_not_a_day_longer(world: World) -> None:
    need_id = a_submitted_need(world)
    assign(world, need_id, "格尔木赵静")
    take_leave(world, "格尔木赵静", "路人吴芳", date(2026, 11, 24), date(2026, 11, 25))

    seen = {}
    for day in (23, 24, 25, 26):
        with stopped_at(datetime(2026, 11, day, 4, 0, tzinfo=UTC)):
            seen[day] = queue_of(world, "路人吴芳")

    assert seen == {23: [], 24: [(need_id, "格尔木赵静")], 25: [(need_id, "格尔木赵静")], 26: []}


@pytest.mark.parametrize(
    ("deputy", "since", "error", "told"),
    [
        ("格尔木赵静", 24, Invalid, "在岗的同事"),
        ("西宁孙浩", 24, Invalid, "同一个科协"),
        ("路人吴芳", 27, Conflict, "已经登记过"),
    ],
)
def test_a_leave_that_cannot_work_is_refused(
    world: World, deputy: str, since: int, error: type[AppError], told: str
) -> None:
    take_leave(world, "格尔木赵静", "路人吴芳", date(2026, 11, 26), date(2026, 11, 27))

    with pytest.raises(error, match=told):
        take_leave(world, "格尔木赵静", deputy, date(2026, 11, since), date(2026, 11, since + 1))


def test_who_leaves_hands_over_everything_in_one_list_or_nothing(world: World) -> None:
    first = a_submitted_need(world)
    assign(world, first, "格尔木赵静")
    leaver, successor = world.people["格尔木赵静"], world.people["路人吴芳"]

    def hand_over(by: str, to: str, ids: list[str]) -> int:
        with world.services.database.writing() as session:
            actor = world.actor(session, by)
            return desk.hand_over(session, world.services, actor, leaver, successor_id=to, need_ids=ids, note="调离")

    with pytest.raises(Forbidden):
        hand_over("海西州李强", successor, [first])
    with pytest.raises(Conflict, match="没有移交任何一条"):
        hand_over("省科协王敏", successor, [first, "another"])
    with pytest.raises(Forbidden, match="不在受理"):
        hand_over("省科协王敏", world.people["西宁孙浩"], [first])
    assert hand_over("省科协王敏", successor, [first]) == 1

    assert [queue_of(world, name) for name in ("格尔木赵静", "路人吴芳")] == [[], [(first, None)]]

"""退回补正: our clock stands still while the owner completes the need, and goes on with what was left."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.clock import beijing, stopped_at
from service.models import Need
from service.rules.work_calendar import work_calendar
from service.schemas.needs import SavedNeed
from service.services import Services
from service.settings import Deadlines
from service.usecases import desk, needs
from service.workflow.engine import Clockwork, StateNote, Turn
from service.workflow.needs import NEED
from tests.service.steps import CONTENT, a_submitted_need, act
from tests.service.world import World, a_world

CLERK, OWNER = "格尔木赵静", "盐湖厂马工"


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return a_world(services)


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 2, 0, tzinfo=UTC)


def returned(world: World, need_id: str, moment: datetime) -> None:
    with stopped_at(moment):
        act(world, CLERK, need_id, "return", reason="unclear", note="请补充卤水成分")


def resubmitted(world: World, need_id: str, moment: datetime) -> date:
    """When the clerk's time is up now."""
    with stopped_at(moment):
        with world.services.database.writing() as session:
            actor = world.actor(session, OWNER)
            version = needs.find(session, actor, need_id).version
            content = SavedNeed.model_validate(CONTENT | {"version": version, "tried": f"又试了 {moment.isoformat()}"})
            needs.save(session, world.services, actor, need_id, content)
        act(world, OWNER, need_id, "resubmit")
    with world.services.database.reading() as session:
        due_at = session.get_one(Need, need_id).due_at
        assert due_at
        return beijing(due_at).date()


def test_it_goes_on_with_the_days_that_were_left_each_time(world: World) -> None:
    need_id = a_submitted_need(world)  # on Monday, due on Thursday

    returned(world, need_id, at(11, 24))
    assert resubmitted(world, need_id, at(11, 30)) == date(2026, 12, 2)

    # Nothing but the clock's own steps counts, whoever handles it.
    with stopped_at(at(12, 1)), world.services.database.writing() as session:
        session.get_one(Need, need_id).handler_id = world.people[CLERK]
        lead, successor_id = world.actor(session, "省科协王敏"), world.people["海西州李强"]
        leaver_id = world.people[CLERK]
        desk.hand_over(
            session, world.services, lead, leaver_id, successor_id=successor_id, need_ids=[need_id], note="调离"
        )
    returned(world, need_id, at(12, 1))
    assert resubmitted(world, need_id, at(12, 1)) == date(2026, 12, 2)


def test_who_was_late_has_one_working_day(world: World) -> None:
    need_id = a_submitted_need(world)

    returned(world, need_id, at(11, 27))

    assert resubmitted(world, need_id, at(11, 27)) == date(2026, 11, 30)


DAYS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))


@given(begun=DAYS, worked=st.integers(0, 60), away=st.integers(0, 60), by_calendar=st.booleans())
def test_a_resumed_clock_gives_at_least_a_day_and_never_more_than_a_new_one(
    begun: datetime, worked: int, away: int, by_calendar: bool
) -> None:
    clockwork = Clockwork(work_calendar(), Deadlines())
    name = next(name for name in Deadlines.model_fields if name.endswith("_calendar_days") == by_calendar)
    note = StateNote("待审核", Turn.STAFF, deadline=name)
    due = clockwork.due(note, begun)
    assert due
    stopped = begun + timedelta(days=worked)
    start = stopped + timedelta(days=away)

    resumed, anew = clockwork.resumed(note, start, due, stopped), clockwork.due(note, start)

    assert anew
    assert start < resumed <= anew
    if not by_calendar:
        assert clockwork.calendar.is_working_day(beijing(resumed).date())


def test_only_handing_in_again_resumes() -> None:
    assert [each.action for each in NEED.transitions if each.resumes] == ["resubmit"]

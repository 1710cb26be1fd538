"""What an administrator sets holds at once and everywhere, within its bounds; clocks that run keep their moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from service.clock import beijing, stopped_at
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, SecrecySuspected, Stale
from service.models import AuditEntry, Need, StoredSetting
from service.schemas.stored_settings import CalendarDaysInput, SettingInput
from service.settings import Deadlines, Settings, SiteSettings
from service.stored_settings import adapter_of, laid_over
from service.usecases import calendar_days, kept_settings
from service.usecases.concerned import KINDS
from service.usecases.setting_catalogue import Kind, knobs
from service.workflow.engine import CALENDAR_DAYS
from service.workflow.guards import is_soon_enough_to_reopen
from tests.service.administration.steps import (
    ADMIN,
    give_back,
    look,
    make_administrator,
    put,
    row,
    setting,
    version_of,
    write,
)
from tests.service.conftest import MONDAY
from tests.service.steps import a_draft, a_submitted_need, act
from tests.service.world import World

CLOCKS = sorted({note.deadline for kind in KINDS.values() for note in kind.lifecycle.states.values() if note.deadline})


def test_what_is_set_shows_default_value_and_who_set_it(world: World) -> None:
    make_administrator(world)

    before = setting(world, "deadlines.review_need")
    after = put(world, "deadlines.review_need", 5)

    assert (before.default_words, before.value_words, before.is_stored, before.changed_at) == (
        "3 个工作日",
        "3 个工作日",
        False,
        None,
    )
    assert (after.default_words, after.value_words, after.is_stored) == ("3 个工作日", "5 个工作日", True)
    assert (after.changed_by, after.changed_at, after.version) == (ADMIN, MONDAY, 1)
    assert after.label == "需求：待审核"
    assert world.services.present().settings.deadlines == Deadlines(review_need=5)


def test_given_back_the_environment_holds_again_and_the_next_change_still_collides(world: World) -> None:
    make_administrator(world)
    put(world, "deadlines.review_need", 5)

    back = give_back(world, "deadlines.review_need")

    assert (back.value, back.is_stored, back.version, back.changed_by) == (3, False, 2, ADMIN)
    with pytest.raises(Stale):
        put(world, "deadlines.review_need", 4, version=1)
    with pytest.raises(Conflict, match="没有改过"):
        give_back(world, "deadlines.complete_need")
    with world.services.database.reading() as session:
        acts = session.exec(
            select(AuditEntry.act).where(AuditEntry.subject_id == row(world, "deadlines.review_need").id)
        )
        assert sorted(acts) == ["setting.change", "setting.restore"]


def test_two_who_set_the_same_do_not_overwrite_each_other(world: World) -> None:
    make_administrator(world)
    put(world, "site.phone", "0971-6123456", version=0)

    with pytest.raises(Stale, match="已有改动"):
        put(world, "site.phone", "0971-6654321", version=0)

    assert setting(world, "site.phone").value == "0971-6123456"


def test_running_clocks_keep_their_moment_new_ones_take_the_new_days(world: World) -> None:
    make_administrator(world)
    running = a_submitted_need(world)
    put(world, "deadlines.review_need", 6)

    later = a_draft(world, title="浮选药剂在低温下不起泡，回收率掉了八个点")
    present = replace(world, services=world.services.present())
    act(present, "盐湖厂马工", later, "submit")

    with world.services.database.reading() as session:
        due = {each.id: each.due_at for each in session.exec(select(Need))}
    assert beijing(due[running] or MONDAY).date().isoformat() == "2026-11-26"
    assert beijing(due[later] or MONDAY).date().isoformat() == "2026-12-01"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("deadlines.review_need", 0, "应当在 1 到 60 个工作日之间"),
        ("deadlines.review_need", "三天", "请填整数"),
        ("deadlines.review_need", "-3", "请填整数"),
        ("deadlines.review_need", [3], "请填整数"),
        ("deadlines.erase_person", 16, "这是对个人的承诺，只能更短"),
        ("follow_up_days", "90、30", "从小到大"),
        ("follow_up_days", "", "请填 1 到 6 个数"),
        ("site.name", "揭", "至少 2 个字"),
        ("site.name", "揭" * 31, "最多 30 个字"),
        ("site.phone", "请打电话", "电话格式不对"),
        ("province", "99", "请从列表里选"),
        ("approval_kinds", ["need.publish"], "请从列表里选"),
    ],
)
def test_what_cannot_be_is_refused_in_words(world: World, name: str, value: Any, message: str) -> None:
    make_administrator(world)

    with pytest.raises(Invalid, match=message):
        put(world, name, value)

    with world.services.database.reading() as session:
        assert session.exec(select(StoredSetting)).all() == []


def test_only_administrators_set_only_what_there_is_and_no_secrets(world: World) -> None:
    make_administrator(world)
    given = SettingInput(value=5, version=0)

    with pytest.raises(NotFound):
        put(world, "database_url", "sqlite:///x")
    with pytest.raises(SecrecySuspected):
        put(world, "site.organizer", "某办公室（机密★10年）")
    with pytest.raises(Forbidden):
        write(world, lambda s, v, a: kept_settings.change(s, v, a, "deadlines.review_need", given), "省科协王敏")
    with pytest.raises(Forbidden):
        look(world, kept_settings.listed, "省科协王敏")


def test_words_lists_and_numbers_come_back_as_they_were_set(world: World) -> None:
    make_administrator(world)
    put(world, "site.organizer", "  青海省科学技术协会 ")
    put(world, "follow_up_days", "20、60，120")
    put(world, "approval_kinds", ["publicity.publish", "recommendation.release"])
    put(world, "province", "52")

    found = world.services.present().settings

    assert found.site == SiteSettings(organizer="青海省科学技术协会")
    assert found.follow_up_days == (20, 60, 120)
    assert found.approval_kinds == ("recommendation.release", "publicity.publish")
    assert found.province == "52"
    assert setting(world, "province").value_words == "贵州省"


def test_what_the_program_cannot_use_any_more_stops_nothing(world: World) -> None:
    with world.services.database.writing() as session:
        session.add(StoredSetting(name="deadlines.review_need", value='"x"'))
        session.add(StoredSetting(name="deadlines.of_an_older_program", value="3"))
        session.add(StoredSetting(name="deadlines.complete_need", value="7"))

    assert world.services.present().settings.deadlines == Deadlines(complete_need=7)


def test_every_setting_of_the_catalogue_is_one_and_its_default_is_within_bounds() -> None:
    environment = Settings()
    for knob in knobs():
        assert adapter_of(knob.name) is not None, knob.name
        value: Any = environment
        for part in knob.name.split("."):
            value = getattr(value, part)
        given = list(value) if isinstance(value, tuple) else value
        assert kept_settings.checked(knob, given) == given, knob.name
        assert knob.label
        assert knob.most or knob.kind in (Kind.CHOICE, Kind.CHOICES)
    assert {f"deadlines.{name}" for name in Deadlines.model_fields} <= {knob.name for knob in knobs()}


def test_the_environment_itself_is_never_changed() -> None:
    environment = Settings()

    found = laid_over(environment, (("deadlines.review_need", "9"), ("site.name", '"甲平台"')))

    assert (found.deadlines.review_need, found.site.name) == (9, "甲平台")
    assert environment == Settings()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(CLOCKS),
    days=st.integers(1, 60),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    extra=st.dates(datetime(2026, 1, 1).date(), datetime(2028, 3, 31).date()),
    is_off=st.booleans(),
)
def test_always_a_new_clock_runs_for_the_days_that_are_stored(
    world: World, name: str, days: int, start: datetime, extra: Any, is_off: bool
) -> None:
    """Whatever is stored, and whatever day was entered into the calendar: counted day by day."""
    make_administrator(world)
    wanted = min(days, next(knob.most for knob in knobs() if knob.name == f"deadlines.{name}"))
    put(world, f"deadlines.{name}", wanted)
    entered = CalendarDaysInput(
        since=extra, until=None, kind="off" if is_off else "work", name="试", version=version_of(world, "calendar")
    )
    write(world, lambda s, v, a: calendar_days.add_days(s, v, a, entered))
    services = world.services.present()
    note = next(note for kind in KINDS.values() for note in kind.lifecycle.states.values() if note.deadline == name)

    with stopped_at(start):
        due = services.clockwork.due(note, start)

    assert due is not None
    assert services.clockwork.calendar.is_working_day(extra) is not is_off
    day, last = beijing(start).date(), beijing(due).date()
    if name.endswith(CALENDAR_DAYS):
        assert (last - day).days == wanted
        return
    counted = 0
    while counted < wanted:
        day += timedelta(days=1)
        counted += services.clockwork.calendar.is_working_day(day)
    assert last == day


def test_guards_read_what_is_stored(world: World) -> None:
    """They have only a session."""
    make_administrator(world)
    with world.services.database.reading() as session:
        need = session.get_one(Need, a_draft(world))
    need.closed_at = MONDAY - timedelta(days=100)

    def refused() -> str | None:
        with world.services.database.reading() as session:
            return is_soon_enough_to_reopen(session, need)

    before = refused()
    put(world, "reopen_closed_days", 90)

    assert before is None
    assert "办结或过期超过 90 天，不能再“重新打开”" in (refused() or "")


def test_errors_name_the_field(world: World) -> None:
    make_administrator(world)

    with pytest.raises(AppError) as refused:
        put(world, "max_attachments", 51)

    assert refused.value.field == "value"

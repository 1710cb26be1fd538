"""When people are reminded, by the calendar of 2026."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.reminders import Stage, moment_of, stages_at
from service.rules.work_calendar import BEIJING, end_of_day, national_calendar

CALENDAR = national_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)


def stages(start: datetime, due: datetime, *, by_calendar: bool) -> list[str]:
    found = [moment_of(CALENDAR, start, due, stage, by_calendar=by_calendar) for stage in Stage]
    return [f"{each.astimezone(BEIJING):%m-%d %H:%M}" for each in found]


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        # Two days from a Monday: the first, the last, the day after, and after twice the time.
        ("2026-11-23 09:00", 2, ["11-24 09:00", "11-25 09:00", "11-26 09:00", "11-30 09:00"]),
        ("2026-11-23 09:00", 1, ["11-24 09:00", "11-24 09:00", "11-25 09:00", "11-26 09:00"]),
        # Three days from a Thursday: the weekend does not count.
        ("2026-11-26 17:00", 3, ["11-30 09:00", "12-01 09:00", "12-02 09:00", "12-07 09:00"]),
        # Over the national holidays, with a Saturday that is worked on.
        ("2026-09-29 10:00", 5, ["10-09 09:00", "10-10 09:00", "10-13 09:00", "10-20 09:00"]),
    ],
)
def test_a_clock_of_working_days(start: str, days: int, expected: list[str]) -> None:
    begun = at(start)

    assert stages(begun, CALENDAR.due(begun, days), by_calendar=False) == expected


def test_a_clock_of_calendar_days_reminds_on_working_days() -> None:
    begun = at("2026-11-23 09:00")
    due = end_of_day((begun + timedelta(days=10)).astimezone(BEIJING).date())

    # The fifth day is a Saturday.
    assert stages(begun, due, by_calendar=True) == ["11-30 09:00", "12-01 09:00", "12-04 09:00", "12-14 09:00"]


starts = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda each: each.replace(tzinfo=UTC))


@given(starts, st.integers(1, 120), st.booleans())
def test_stages_follow_one_another_and_only_the_first_two_come_before_the_end(
    start: datetime, days: int, by_calendar: bool
) -> None:
    day = start.astimezone(BEIJING).date()
    due = end_of_day(day + timedelta(days=days)) if by_calendar else CALENDAR.due(start, days)
    moments = [moment_of(CALENDAR, start, due, stage, by_calendar=by_calendar) for stage in Stage]

    assert moments == sorted(moments)
    assert moments[1] <= due < moments[2]
    assert all(CALENDAR.is_working_day(each.astimezone(BEIJING).date()) for each in moments[2:])
    for stage, moment in zip(Stage, moments, strict=True):
        reached = stages_at(CALENDAR, start, due, moment, by_calendar=by_calendar)
        assert len([each for each in reached if each is not Stage.RED]) == 1
        assert list(Stage).index(reached[-1]) >= list(Stage).index(stage)
        # A short clock before long holidays is past, and twice past, on the same first working day.
        assert (Stage.RED in reached) is (moment == moments[-1])
    assert stages_at(CALENDAR, start, due, moments[0] - timedelta(seconds=1), by_calendar=by_calendar) == []

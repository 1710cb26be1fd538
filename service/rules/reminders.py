"""When somebody is reminded: at half and at four fifths of a clock, when it is past, and at twice its time.

A clock of working days is measured in whole working days, one of calendar days in days, rounded up: of three working
days the second and the third. Reminders come at nine in the morning in Beijing on a working day, because nobody acts
on one at midnight.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from service.rules.work_calendar import BEIJING, WorkCalendar

_AT = time(9)
_DAY = timedelta(days=1)


class Stage(StrEnum):
    """OVERDUE: 黄牌. RED: 红牌, to whoever leads."""

    HALF = "half"
    MOST = "most"
    OVERDUE = "overdue"
    RED = "red"


def stages_at(
    calendar: WorkCalendar, start: datetime, due: datetime, moment: datetime, *, by_calendar: bool
) -> list[Stage]:
    """What people are to have been told by now: the furthest reminder to whose turn it is, not those it overtook; and
    RED, which is for others. All moments aware."""
    reached = [stage for stage in Stage if moment_of(calendar, start, due, stage, by_calendar=by_calendar) <= moment]
    return [stage for stage in reached if stage is Stage.RED or stage is _last_but_red(reached)]


def moment_of(calendar: WorkCalendar, start: datetime, due: datetime, stage: Stage, *, by_calendar: bool) -> datetime:
    first, last = start.astimezone(BEIJING).date(), due.astimezone(BEIJING).date()
    days = (last - first).days if by_calendar else calendar.working_days_between(first, last)
    day = {
        Stage.HALF: min(last, calendar.roll_forward(_day_of(calendar, first, -(-days // 2), by_calendar=by_calendar))),
        Stage.MOST: min(
            last, calendar.roll_forward(_day_of(calendar, first, -(-days * 4 // 5), by_calendar=by_calendar))
        ),
        Stage.OVERDUE: calendar.roll_forward(last + _DAY),
        Stage.RED: calendar.roll_forward(max(last, _day_of(calendar, first, 2 * days, by_calendar=by_calendar)) + _DAY),
    }[stage]
    return _morning(day)


class Asking(StrEnum):
    """How 回访 is asked for: the company on the day, the company again, and by telephone."""

    DUE = "due"
    AGAIN = "again"
    BY_PHONE = "by_phone"


def askings_at(
    calendar: WorkCalendar, due_on: date, moment: datetime, *, again_days: int, phone_days: int
) -> list[Asking]:
    """What is to have been done by now: the furthest of what the company is told, and BY_PHONE, which is for staff."""
    days = {Asking.DUE: 0, Asking.AGAIN: again_days, Asking.BY_PHONE: phone_days}
    reached = [each for each in Asking if _morning(calendar.roll_forward(due_on + days[each] * _DAY)) <= moment]
    return [each for each in reached if each is not Asking.DUE or Asking.AGAIN not in reached]


def next_after(calendar: WorkCalendar, last: datetime) -> datetime:
    """When somebody reminded then may be reminded again: on the next working day."""
    return _morning(calendar.roll_forward(last.astimezone(BEIJING).date() + _DAY))


def _day_of(calendar: WorkCalendar, first: date, days: int, *, by_calendar: bool) -> date:
    """The days-th day of the clock that began on the first."""
    return first + days * _DAY if by_calendar else calendar.add_working_days(first, max(days, 0))


def _morning(day: date) -> datetime:
    return datetime.combine(day, _AT, BEIJING).astimezone(UTC)


def _last_but_red(reached: list[Stage]) -> Stage | None:
    others = [stage for stage in reached if stage is not Stage.RED]
    return others[-1] if others else None

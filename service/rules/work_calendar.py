"""Working days in China with 调休, and the deadlines that are counted in them.

A day is off or not by, in this order: local holidays and days of the override file, the notices of the State Council
as the package ``holidays`` has them (2001 on), Saturdays and Sundays. For a year whose notice is not out yet only the
statutory days are known, and days that they may be observed on are the package's guess: see ``is_published``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

from service.rules.calendar_file import CalendarFile, read_calendar_file

BEIJING = ZoneInfo("Asia/Shanghai")
_FIRST_YEAR = 2001
# Beyond this only weekends are known; no deadline of ours reaches it.
_LAST_YEAR = 2050
_DAY = timedelta(days=1)
# Notices come out in October or November; from then on their absence is worth a warning.
_NOTICE_MONTH = 11

# Where the package is wrong: date → off or not, each with the notice it is wrong about. None known for 0.109: every row
# of the table in our tests (2023 to 2026) agrees, and all of 2026 was read against the notice of 2025-11-04.
_CORRECTIONS: Mapping[date, bool] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """days: True is off, False is worked; days not in it follow the weekend. published: years with a known notice.

    Each stands for itself alone, also where others know the same days: so it can be the key of a cache.
    """

    days: Mapping[date, bool] = field(repr=False)
    published: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        off = self.days.get(day)
        return day.weekday() < 5 if off is None else not off

    def roll_forward(self, day: date) -> date:
        """The day itself, or the first working day after it (民法典 第203条)."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def add_working_days(self, start: date, days: int) -> date:
        """The days-th working day after start, which itself is not counted (民法典 第201条). days >= 0."""
        if days < 0:
            raise ValueError("days must not be negative")
        if days == 0:
            return self.roll_forward(start)
        day = start
        for _ in range(days):
            day = self.roll_forward(day + _DAY)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after start up to and with end; negative when end lies before start."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + n * _DAY) for n in range(1, (end - start).days + 1))

    def due(self, start: datetime, days: int) -> datetime:
        """The last second, in UTC, of the days-th working day in Beijing after the day of start (aware)."""
        if start.tzinfo is None:
            raise ValueError("start must be aware")
        return end_of_day(self.add_working_days(start.astimezone(BEIJING).date(), days))

    def is_published(self, year: int) -> bool:
        return year in self.published

    def known_until(self) -> date:
        """The last day of the newest year with a published notice."""
        return date(max(self.published), 12, 31)

    def unpublished_warning(self, today: date) -> str | None:
        """What to tell the operator, or None: this year's notice is missing, or next year's late in the year."""
        year = today.year if not self.is_published(today.year) else today.year + 1
        if self.is_published(year) or (year > today.year and today.month < _NOTICE_MONTH):
            return None
        return (
            f"{year} 年放假调休安排尚未录入，落在 {year} 年的期限只是预计。"
            f"国务院办公厅通知发布后，请管理员在“管理”的“工作日历”里录入全年安排。"
        )


def end_of_day(day: date) -> datetime:
    """23:59:59 in Beijing as UTC: what a person reads as 截止当日 24 时, still on the right date."""
    return datetime.combine(day, time(23, 59, 59), BEIJING).astimezone(UTC)


def is_past(due: datetime, now: datetime) -> bool:
    """Whether the deadline is over; the whole of its last second still belongs to it."""
    return now.replace(microsecond=0) > due


@cache
def _package() -> tuple[Mapping[date, bool], frozenset[int]]:
    """Copied once: the package's own object grows years when asked, which threads must not do at the same time."""
    china = holidays.country_holidays("CN", years=range(_FIRST_YEAR, _LAST_YEAR + 1))
    days = dict.fromkeys(china, True) | dict.fromkeys(china.weekend_workdays, False) | dict(_CORRECTIONS)
    # The package does not say which years it only guesses. Every notice since 2001 has a weekend that is worked.
    return MappingProxyType(days), frozenset(day.year for day in china.weekend_workdays)


@cache
def national_calendar() -> WorkCalendar:
    days, published = _package()
    return WorkCalendar(days, published)


def work_calendar(override: Path | None = None) -> WorkCalendar:
    """The national calendar with an override file on top; raises CalendarFileUnusable, see ``calendar_file``."""
    return with_file(national_calendar(), read_calendar_file(override)) if override else national_calendar()


def with_file(base: WorkCalendar, file: CalendarFile) -> WorkCalendar:
    """A year whose notice is in the file is taken from the file alone, so that no guess of the package survives."""
    if not (file.notices or file.days or file.local_holidays):
        return base
    kept = {day: off for day, off in base.days.items() if day.year not in file.notices}
    local = dict.fromkeys(file.local_holidays, True)
    return WorkCalendar(MappingProxyType(kept | dict(file.days) | local), base.published | file.notices.keys())

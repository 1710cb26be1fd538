from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.calendar_file import CalendarFileUnusable
from service.rules.work_calendar import end_of_day, is_past, national_calendar, work_calendar

CALENDAR = national_calendar()
days = st.dates(date(2001, 1, 1), date(2030, 12, 31))
counts = st.integers(0, 60)

# What the notice for 2027 might say; every statutory day is in it.
NOTICE_2027 = {
    **dict.fromkeys(["2027-01-01", "2027-02-05", "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11"], "放假"),
    **dict.fromkeys(["2027-05-01", "2027-05-02", "2027-05-03", "2027-10-01", "2027-10-02", "2027-10-03"], "放假"),
    "2027-02-14": "上班",
    "2026-12-27": "上班",
}


def a_file(folder: Path, content: object) -> Path:
    path = folder / "calendar.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8")
    return path


@pytest.mark.parametrize(
    ("published", "expires", "natural_days"),
    [
        ("2023-04-26", "2023-05-06", 10),
        ("2024-02-07", "2024-02-20", 13),
        ("2024-09-30", "2024-10-12", 12),
        ("2025-01-24", "2025-02-07", 14),
        ("2025-09-26", "2025-10-10", 14),
        ("2026-02-12", "2026-02-26", 14),
        ("2026-04-29", "2026-05-09", 10),
        ("2026-09-23", "2026-10-08", 15),
        ("2026-09-30", "2026-10-13", 13),
    ],
)
def test_five_working_days_around_every_holiday(published: str, expires: str, natural_days: int) -> None:
    start, end = date.fromisoformat(published), date.fromisoformat(expires)

    assert CALENDAR.add_working_days(start, 5) == end
    assert (CALENDAR.working_days_between(start, end), (end - start).days) == (5, natural_days)


def dates(first: str, last: str | None = None) -> set[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    return {start + timedelta(days=n) for n in range((end - start).days + 1)}


# The notices of the State Council: holidays, and weekends that are worked.
NOTICES = {
    2023: (
        dates("2022-12-31", "2023-01-02") | dates("2023-01-21", "2023-01-27") | dates("2023-04-05")
        | dates("2023-04-29", "2023-05-03") | dates("2023-06-22", "2023-06-24") | dates("2023-09-29", "2023-10-06"),
        {"2023-01-28", "2023-01-29", "2023-04-23", "2023-05-06", "2023-06-25", "2023-10-07", "2023-10-08"},
    ),
    2026: (
        dates("2026-01-01", "2026-01-03") | dates("2026-02-15", "2026-02-23") | dates("2026-04-04", "2026-04-06")
        | dates("2026-05-01", "2026-05-05") | dates("2026-06-19", "2026-06-21") | dates("2026-09-25", "2026-09-27")
        | dates("2026-10-01", "2026-10-07"),
        {"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_of_a_year_is_as_the_notice_has_it(year: int) -> None:
    off, worked = NOTICES[year]
    expected = {
        day
        for day in dates(f"{year}-01-01", f"{year}-12-31")
        if day.isoformat() in worked or (day.weekday() < 5 and day not in off)
    }

    assert {day for day in dates(f"{year}-01-01", f"{year}-12-31") if CALENDAR.is_working_day(day)} == expected


@given(days, counts)
def test_a_deadline_is_always_a_working_day_and_counts_back_to_the_same_number(start: date, count: int) -> None:
    end = CALENDAR.add_working_days(start, count)

    assert CALENDAR.is_working_day(end)
    assert CALENDAR.working_days_between(start, end) == (count if count or end == start else 1)
    assert CALENDAR.working_days_between(end, start) == -CALENDAR.working_days_between(start, end)


@given(days, counts, counts)
def test_working_days_can_be_added_one_part_after_the_other(start: date, first: int, second: int) -> None:
    middle = CALENDAR.add_working_days(start, first + 1)

    assert CALENDAR.add_working_days(middle, second) == CALENDAR.add_working_days(start, first + 1 + second)


def test_no_days_at_all_still_end_on_a_working_day() -> None:
    assert CALENDAR.add_working_days(date(2026, 10, 1), 0) == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("start", "last_day"),
    [
        (datetime(2026, 9, 22, 15, 59, 59, tzinfo=UTC), date(2026, 9, 30)),  # 22 September in Beijing
        (datetime(2026, 9, 22, 16, 0, tzinfo=UTC), date(2026, 10, 8)),  # 23 September in Beijing
        (datetime(2026, 9, 22, 12, 0, tzinfo=timezone(timedelta(hours=-5))), date(2026, 10, 8)),
        (datetime(2026, 9, 22, 23, 59, tzinfo=timezone(timedelta(hours=8))), date(2026, 9, 30)),
    ],
)
def test_a_moment_counts_by_its_date_in_beijing_and_is_due_at_the_end_of_a_day_there(
    start: datetime, last_day: date
) -> None:
    due = CALENDAR.due(start, 5)

    assert due == datetime(last_day.year, last_day.month, last_day.day, 15, 59, 59, tzinfo=UTC)
    assert due.tzinfo is UTC


def test_the_last_second_of_a_deadline_belongs_to_it() -> None:
    due = end_of_day(date(2026, 10, 13))
    moments = [due, due + timedelta(microseconds=999_999), due + timedelta(seconds=1)]

    assert [is_past(due, moment) for moment in moments] == [False, False, True]


def test_naive_moments_and_negative_days_are_bugs() -> None:
    with pytest.raises(ValueError, match="aware"):
        CALENDAR.due(datetime(2026, 9, 30), 5)
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_days(date(2026, 9, 30), -1)


def test_years_without_a_notice_are_known_to_be_unknown() -> None:
    published = [year for year in range(2000, 2030) if CALENDAR.is_published(year)]

    assert published == list(range(2001, 2027))
    assert CALENDAR.known_until() == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2026, 10, 31), None),
        (date(2026, 11, 1), 2027),
        (date(2026, 12, 31), 2027),
        (date(2027, 1, 1), 2027),
        (date(2025, 12, 1), None),
    ],
)
def test_the_operator_is_warned_when_next_years_notice_is_due(today: date, year: int | None) -> None:
    warning = CALENDAR.unpublished_warning(today)

    assert (warning is None) is (year is None)
    assert year is None or f"{year} 年放假调休安排尚未录入" in str(warning)


def test_a_notice_in_the_file_publishes_its_year_and_replaces_every_guess(tmp_path: Path) -> None:
    guess = date(2027, 5, 4)  # the package's guess, not in the notice

    calendar = work_calendar(a_file(tmp_path, {"notices": {"2027": "国务院办公厅通知"}, "days": NOTICE_2027}))

    assert (CALENDAR.is_working_day(guess), calendar.is_working_day(guess)) == (False, True)
    assert calendar.is_working_day(date(2027, 2, 14))  # a Sunday
    assert calendar.is_working_day(date(2026, 12, 27))  # a Sunday of the year before
    assert not calendar.is_working_day(date(2027, 2, 10))
    assert (calendar.known_until(), calendar.is_published(2027)) == (date(2027, 12, 31), True)
    assert calendar.unpublished_warning(date(2026, 11, 22)) is None


def test_single_days_and_local_holidays_correct_the_national_calendar(tmp_path: Path) -> None:
    path = a_file(tmp_path, {"days": {"2026-10-10": "放假"}, "local_holidays": {"2026-10-08": "地方节日"}})

    calendar = work_calendar(path)

    assert calendar.add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 9)
    assert calendar.add_working_days(date(2026, 10, 9), 1) == date(2026, 10, 12)
    assert calendar.published == CALENDAR.published


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert work_calendar(a_file(tmp_path, {})) == work_calendar() == CALENDAR


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "第 1 行不是合法的 JSON；请检查逗号、引号和括号"),
        ("[]", "最外层不是对象；请写成 {…}，可用的键是 notices、days、local_holidays"),
        ({"day": {}}, "键“day”不认识；可用的键是 notices、days、local_holidays"),
        ({"days": []}, "“days”不是对象；请按模块说明里的样例书写"),
        ({"days": {"2027-1-1": "放假"}}, "“days”里的条目“2027-1-1”不是日期；请写成 2027-01-01 的样子"),
        ({"days": {"2027-02-30": "放假"}}, "“days”里的条目“2027-02-30”不是日期；请写成 2027-01-01 的样子"),
        ({"days": {"2027-01-01": True}}, "“days”里的条目“2027-01-01”没有文字说明；请在冒号后写一段带引号的文字"),
        ({"days": {"2027-01-01": "休"}}, "“days”里的条目“2027-01-01”写的是“休”；请写“放假”或“上班”"),
        ('{"days": {"2027-01-01": "放假", "2027-01-01": "上班"}}', "条目“2027-01-01”写了两次；请只留一条"),
        ({"notices": {"明年": "通知"}}, "“notices”里的条目“明年”不是年份；请写四位年份，如 2027"),
        (
            {"notices": {"2027": "通知"}, "days": {"2027-01-01": "放假"}},
            "“days”里没有写 2027-05-01 放假；2027 年已声明录全，请补全该年的放假和上班日",
        ),
        (
            {"days": {"2026-10-08": "上班"}, "local_holidays": {"2026-10-08": "地方节日"}},
            "条目“2026-10-08”既是地方假日又写了上班；请删去其中一条",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_name_and_the_entry(
    tmp_path: Path, content: object, complaint: str
) -> None:
    path = a_file(tmp_path, content)

    with pytest.raises(CalendarFileUnusable) as refusal:
        work_calendar(path)

    assert str(refusal.value) == f"工作日历文件 {path} 的{complaint}。"


def test_a_file_that_cannot_be_read_is_refused_with_its_name(tmp_path: Path) -> None:
    gbk = tmp_path / "gbk.json"
    gbk.write_bytes('{"days": {"2027-01-01": "放假"}}'.encode("gbk"))

    with pytest.raises(CalendarFileUnusable, match=r"absent\.json 打不开"):
        work_calendar(tmp_path / "absent.json")
    with pytest.raises(CalendarFileUnusable, match=r"gbk\.json 不是 UTF-8 编码；请另存为 UTF-8 后再试"):
        work_calendar(gbk)

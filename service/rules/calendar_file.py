"""The override file of the work calendar: a JSON file that an operator writes when a notice comes out.

    {
      "notices": {"2027": "国办发明电〔2026〕…号"},
      "days": {"2027-01-01": "放假", "2027-01-03": "上班"},
      "local_holidays": {"2026-07-25": "那达慕（海西州放假通知）"}
    }

notices: years whose whole national arrangement is in ``days``, each with its source. days: single days, 放假 or 上班;
without a notice for their year they correct single days of it. local_holidays: days off that a local government set,
each with its name and source. All three may be left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

_STATES = {"放假": True, "上班": False}
_KEYS = ("notices", "days", "local_holidays")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# 全国年节及纪念日放假办法, 2024-11: the statutory days that have the same date every year.
_ALWAYS_OFF = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))


class CalendarFileUnusable(ValueError):
    """Names the file and the entry, and says what to do."""


@dataclass(frozen=True)
class CalendarFile:
    """notices: source by year. days: True is off, False is worked. local_holidays: name by day."""

    notices: dict[int, str] = field(default_factory=dict)
    days: dict[date, bool] = field(default_factory=dict)
    local_holidays: dict[date, str] = field(default_factory=dict)


def read_calendar_file(path: Path) -> CalendarFile:
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CalendarFileUnusable(f"工作日历文件 {path} 打不开（{reason}）；请检查路径和权限。") from None
    except UnicodeDecodeError:
        raise CalendarFileUnusable(f"工作日历文件 {path} 不是 UTF-8 编码；请另存为 UTF-8 后再试。") from None
    return _Reader(path).read(text)


def missing_holidays(year: int, days: Mapping[date, bool]) -> list[date]:
    """Statutory days of the year that are not off in days: then its arrangement is not complete."""
    statutory = [date(year, month, day) for month, day in _ALWAYS_OFF]
    return [day for day in statutory if not days.get(day)]


class _Reader:
    """Knows the path, which every complaint names."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def unusable(self, entry: str, advice: str) -> CalendarFileUnusable:
        return CalendarFileUnusable(f"工作日历文件 {self.path} 的{entry}；{advice}。")

    def read(self, text: str) -> CalendarFile:
        try:
            data = json.loads(text, object_pairs_hook=self.without_repetition)
        except json.JSONDecodeError as error:
            raise self.unusable(f"第 {error.lineno} 行不是合法的 JSON", "请检查逗号、引号和括号") from None
        if not isinstance(data, dict):
            raise self.unusable("最外层不是对象", f"请写成 {{…}}，可用的键是 {'、'.join(_KEYS)}")
        unknown = [key for key in data if key not in _KEYS]
        if unknown:
            raise self.unusable(f"键“{unknown[0]}”不认识", f"可用的键是 {'、'.join(_KEYS)}")
        file = CalendarFile(
            {self.year(key): source for key, source in self.section(data, "notices").items()},
            {self.day("days", key): self.state(key, value) for key, value in self.section(data, "days").items()},
            {self.day("local_holidays", key): name for key, name in self.section(data, "local_holidays").items()},
        )
        self.check(file)
        return file

    def without_repetition(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        """json keeps the last of two equal keys; here the two would contradict each other unseen."""
        found: dict[str, object] = {}
        for key, value in pairs:
            if key in found:
                raise self.unusable(f"条目“{key}”写了两次", "请只留一条")
            found[key] = value
        return found

    def section(self, data: dict[str, object], name: str) -> dict[str, str]:
        section = data.get(name, {})
        if not isinstance(section, dict):
            raise self.unusable(f"“{name}”不是对象", "请按模块说明里的样例书写")
        for key, value in section.items():
            if not isinstance(value, str) or not value.strip():
                raise self.unusable(f"“{name}”里的条目“{key}”没有文字说明", "请在冒号后写一段带引号的文字")
        return section

    def year(self, key: str) -> int:
        if not re.fullmatch(r"20[0-9]{2}", key):
            raise self.unusable(f"“notices”里的条目“{key}”不是年份", "请写四位年份，如 2027")
        return int(key)

    def day(self, section: str, key: str) -> date:
        try:
            if not _DATE.fullmatch(key):
                raise ValueError(key)
            return date.fromisoformat(key)
        except ValueError:
            raise self.unusable(f"“{section}”里的条目“{key}”不是日期", "请写成 2027-01-01 的样子") from None

    def state(self, key: str, value: str) -> bool:
        if value not in _STATES:
            raise self.unusable(f"“days”里的条目“{key}”写的是“{value}”", "请写“放假”或“上班”")
        return _STATES[value]

    def check(self, file: CalendarFile) -> None:
        """A year that is said to be complete must be; a local holiday must not contradict a day that is worked."""
        for year in file.notices:
            for statutory in missing_holidays(year, file.days):
                advice = f"{year} 年已声明录全，请补全该年的放假和上班日"
                raise self.unusable(f"“days”里没有写 {statutory} 放假", advice)
        for local in file.local_holidays:
            if file.days.get(local) is False:
                raise self.unusable(f"条目“{local.isoformat()}”既是地方假日又写了上班", "请删去其中一条")

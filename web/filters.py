"""How values are written for people: dates, money, words for codes."""

from __future__ import annotations

import re
from datetime import date, datetime

from jinja2 import pass_context
from jinja2.runtime import Context

from service.clock import beijing, now, today
from service.rules import region as regions
from service.rules.money import Budget, format_budget
from web.words import industries, service_types

_WEEKDAYS = "一二三四五六日"


def day(moment: datetime | date) -> str:
    """2026年11月22日."""
    shown = beijing(moment).date() if isinstance(moment, datetime) else moment
    return f"{shown.year}年{shown.month}月{shown.day}日"


def moment(value: datetime) -> str:
    """2026年11月22日（周日）14:00."""
    shown = beijing(value)
    return f"{day(value)}（周{_WEEKDAYS[shown.weekday()]}）{shown:%H:%M}"


def short_day(value: datetime | date) -> str:
    """11月22日 in this year, with the year in others: for tables."""
    shown = beijing(value).date() if isinstance(value, datetime) else value
    return f"{shown.month}月{shown.day}日" if shown.year == today().year else day(shown)


def clock(value: datetime) -> str:
    """14:03."""
    return f"{beijing(value):%H:%M}"


def left(days: int | None) -> str:
    """What remains of a clock, in working days."""
    if days is None:
        return ""
    if days < 0:
        return f"已超期 {-days} 个工作日"
    return "今天到期" if days == 0 else f"还剩 {days} 个工作日"


def is_past(deadline: datetime) -> bool:
    return deadline < now()


def size(count: int) -> str:
    """1.2 MB, 34 KB."""
    return f"{count / (1 << 20):.1f} MB" if count >= 1 << 20 else f"{max(1, round(count / 1024))} KB"


@pass_context
def industry(context: Context, code: str) -> str:
    """As the dictionary calls it now."""
    return industries(context["settings_now"]).labels.get(code, "")


@pass_context
def service_type(context: Context, code: str) -> str:
    return service_types(context["settings_now"]).labels.get(code, "").split("：")[0]


def region(code: str) -> str:
    return regions.full_name(code, " ") if code else ""


def budget(low_fen: int | None, high_fen: int | None) -> str:
    """12.5—20 万元, 面议; zeros that say nothing are left away."""
    text = format_budget(Budget(low_fen, high_fen, negotiable=low_fen is None and high_fen is None))
    return re.sub(r"(\.\d*?)0+(?=—|万元)", lambda found: found[1].rstrip("."), text).replace("万元", " 万元")


FILTERS = {
    each.__name__: each for each in (day, moment, short_day, clock, size, left, is_past, industry, service_type, region)
}

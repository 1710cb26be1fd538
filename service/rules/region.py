"""行政区划 codes of GB/T 2260: six digits, two each for province, city and county; 00 where there is no such part.

The table holds every province, the cities and counties of 青海 and the cities of 贵州; see its ``source``. Codes
decide, never names: 海南藏族自治州 632500 is not in 海南省 460000, 河南蒙古族自治县 632324 is not in 河南省 410000.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from service.rules.characters import half_width, without_blanks

_TABLE = Path(__file__).parent / "data" / "regions.json"
_CODE = re.compile(r"[1-9][0-9]{5}")


class Level(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


@dataclass(frozen=True)
class RegionCheck:
    """code: of today, old codes replaced. warning: says that one was."""

    code: str
    error: str | None = None
    warning: str | None = None


@dataclass(frozen=True)
class _Table:
    """names: by code. renamed: by old code, the old name and the code of today."""

    names: dict[str, str]
    renamed: dict[str, tuple[str, str]]


@cache
def _table() -> _Table:
    data = json.loads(_TABLE.read_text("utf-8"))
    return _Table(data["regions"], {old: (name, new) for old, (name, new) in data["renamed"].items()})


def check_region(text: str) -> RegionCheck:
    code = without_blanks(half_width(text))
    if not _CODE.fullmatch(code):
        return RegionCheck(code, f"区划代码是 6 位数字，如 {_examples()}；请从列表里选择。")
    table = _table()
    if code in table.names:
        return RegionCheck(code)
    if code in table.renamed:
        name, new = table.renamed[code]
        warning = f"{code}（{name}）是旧代码，已换成 {new}（{table.names[new]}）；如不对请重新选择。"
        return RegionCheck(new, warning=warning)
    return RegionCheck(code, _unknown(code))


def _unknown(code: str) -> str:
    for upper in (code[:4] + "00", code[:2] + "0000"):
        if upper in _table().names:
            return f"区划表里没有代码 {code}。请核对；如果它属于{full_name(upper)}，请改选 {upper}。"
    return f"区划表里没有代码 {code}，也没有以 {code[:2]} 开头的省份；请从列表里选择。"


@cache
def _examples() -> str:
    """A province and a county of it, of those that the table holds down to the counties."""
    county = next(code for code in sorted(_table().names) if level(code) is Level.COUNTY)
    return "、".join(f"{code}（{name(code)}）" for code in (f"{county[:2]}0000", county))


def level(code: str) -> Level:
    if code.endswith("0000"):
        return Level.PROVINCE
    return Level.CITY if code.endswith("00") else Level.COUNTY


def parent(code: str) -> str | None:
    """The code one level up; None for a province."""
    match level(code):
        case Level.PROVINCE:
            return None
        case Level.CITY:
            return code[:2] + "0000"
        case Level.COUNTY:
            return code[:4] + "00"


def scope_prefix(code: str) -> str:
    """What all codes inside begin with: 63 for 630000, 6328 for 632800, the county itself for a county."""
    return code[: {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6}[level(code)]]


def contains(upper: str, lower: str) -> bool:
    """Whether lower lies in upper, or is upper itself."""
    return lower.startswith(scope_prefix(upper))


def shared_level(one: str, other: str) -> Level | None:
    """The smallest part of the country that both are known to lie in, None if there is none; "" lies nowhere."""
    if not one or not other:
        return None
    for both in (one, *_uppers(one)):
        if contains(both, other):
            return level(both)
    return None


def _uppers(code: str) -> Iterator[str]:
    upper = parent(code)
    while upper is not None:
        yield upper
        upper = parent(upper)


def name(code: str) -> str:
    """The region's own name; KeyError for a code that ``check_region`` refuses."""
    return _table().names[code]


def full_name(code: str, separator: str = "/") -> str:
    """青海省/海西蒙古族藏族自治州/格尔木市."""
    upper = parent(code)
    return name(code) if upper is None else f"{full_name(upper, separator)}{separator}{name(code)}"


def provinces() -> tuple[str, ...]:
    """Codes of all provinces, in order."""
    return tuple(code for code in sorted(_table().names) if level(code) is Level.PROVINCE)


def children(code: str) -> tuple[str, ...]:
    """Codes one level below that the table holds, in order; empty for a county."""
    return tuple(lower for lower in sorted(_table().names) if parent(lower) == code)

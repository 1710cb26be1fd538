from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.region import (
    Level,
    RegionCheck,
    check_region,
    children,
    contains,
    full_name,
    level,
    name,
    parent,
    provinces,
    scope_prefix,
    shared_level,
)

CODES = sorted(
    {code for upper in provinces() for city in (upper, *children(upper)) for code in (city, *children(city))}
)
codes = st.sampled_from(CODES)


def test_the_table_holds_every_province_and_all_of_qinghai() -> None:
    cities = children("630000")
    counties = [code for city in cities for code in children(city)]

    assert (len(provinces()), len(cities), len(counties), len(children("520000"))) == (34, 8, 45, 9)


@pytest.mark.parametrize(
    ("code", "level_of_it", "parent_of_it", "prefix", "shown"),
    [
        ("630000", Level.PROVINCE, None, "63", "青海省"),
        ("632800", Level.CITY, "630000", "6328", "青海省/海西蒙古族藏族自治州"),
        ("632801", Level.COUNTY, "632800", "632801", "青海省/海西蒙古族藏族自治州/格尔木市"),
        ("632857", Level.COUNTY, "632800", "632857", "青海省/海西蒙古族藏族自治州/大柴旦行政委员会"),
        ("630121", Level.COUNTY, "630100", "630121", "青海省/西宁市/大通回族土族自治县"),
        ("520100", Level.CITY, "520000", "5201", "贵州省/贵阳市"),
        ("110000", Level.PROVINCE, None, "11", "北京市"),
    ],
)
def test_a_code_tells_its_level_its_parent_and_its_full_name(
    code: str, level_of_it: Level, parent_of_it: str | None, prefix: str, shown: str
) -> None:
    assert (level(code), parent(code), scope_prefix(code), full_name(code)) == (
        level_of_it,
        parent_of_it,
        prefix,
        shown,
    )


def test_a_full_name_can_be_written_without_strokes() -> None:
    assert full_name("632801", "") == "青海省海西蒙古族藏族自治州格尔木市"


@pytest.mark.parametrize(
    ("upper", "lower", "inside"),
    [
        ("630000", "632801", True),
        ("632800", "632801", True),
        ("632801", "632801", True),
        ("632801", "632800", False),
        ("632800", "630000", False),
        ("630100", "630202", False),
        ("460000", "632500", False),  # 海南省, 海南藏族自治州
        ("460000", "632521", False),
        ("410000", "632324", False),  # 河南省, 河南蒙古族自治县
        ("630000", "632324", True),
        ("520000", "630000", False),
    ],
)
def test_codes_decide_what_lies_where(upper: str, lower: str, inside: bool) -> None:
    assert contains(upper, lower) is inside


@given(codes)
def test_a_region_lies_in_itself_and_in_everything_above(code: str) -> None:
    above: list[str] = [code]
    while upper := parent(above[-1]):
        above.append(upper)

    assert [upper for upper in CODES if contains(upper, code)] == sorted(above)


@given(codes)
def test_the_codes_inside_are_those_with_the_prefix(code: str) -> None:
    assert [lower for lower in CODES if contains(code, lower)] == [
        lower for lower in CODES if lower.startswith(scope_prefix(code))
    ]


@given(codes)
def test_every_code_of_the_table_is_accepted_and_has_a_name(code: str) -> None:
    assert check_region(code) == RegionCheck(code)
    assert full_name(code).endswith(name(code))


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        ("630122", "630106", "630122（湟中县）是旧代码，已换成 630106（湟中区）；如不对请重新选择。"),
        ("632321", "632301", "632321（同仁县）是旧代码，已换成 632301（同仁市）；如不对请重新选择。"),
        ("632121", "630203", "632121（平安县）是旧代码，已换成 630203（平安区）；如不对请重新选择。"),
        ("632123", "630202", "632123（乐都县）是旧代码，已换成 630202（乐都区）；如不对请重新选择。"),
        ("632100", "630200", "632100（海东地区）是旧代码，已换成 630200（海东市）；如不对请重新选择。"),
        ("632721", "632701", "632721（玉树县）是旧代码，已换成 632701（玉树市）；如不对请重新选择。"),
    ],
)
def test_an_old_code_is_replaced_and_that_is_said(old: str, new: str, warning: str) -> None:
    assert check_region(old) == RegionCheck(new, warning=warning)


def test_blanks_and_full_width_do_not_matter() -> None:
    assert check_region(" ６３２８０１\u200b") == RegionCheck("632801")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (
            "520103",
            "区划表里没有代码 520103。请核对；如果它属于贵州省/贵阳市，请改选 520100。",
        ),
        ("510107", "区划表里没有代码 510107。请核对；如果它属于四川省，请改选 510000。"),
        ("990000", "区划表里没有代码 990000，也没有以 99 开头的省份；请从列表里选择。"),
        ("", "区划代码是 6 位数字，如 630000（青海省）、630102（城东区）；请从列表里选择。"),
        ("6328", "区划代码是 6 位数字，如 630000（青海省）、630102（城东区）；请从列表里选择。"),
        ("格尔木市", "区划代码是 6 位数字，如 630000（青海省）、630102（城东区）；请从列表里选择。"),
    ],
)
def test_an_unknown_code_says_what_to_choose_instead(code: str, error: str) -> None:
    assert check_region(code) == RegionCheck(code, error)


@given(codes, codes)
def test_the_shared_part_holds_both_and_is_the_same_from_either_side(one: str, other: str) -> None:
    shared = shared_level(one, other)

    assert shared == shared_level(other, one)
    assert (shared is None) == (one[:2] != other[:2])
    if shared:
        length = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6}[shared]
        assert one[:length] == other[:length]


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("632801", "632801", Level.COUNTY),
        ("632801", "632802", Level.CITY),
        ("632800", "632801", Level.CITY),
        ("630000", "632801", Level.PROVINCE),
        ("632801", "520100", None),
        ("632801", "", None),
    ],
)
def test_what_two_places_share(one: str, other: str, shared: Level | None) -> None:
    assert shared_level(one, other) is shared

"""Names are spelled as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.pinyin import SEPARATOR, Spelling, letters, of_name, of_person


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("张三", Spelling("zhang0san", "zs")),
        ("单雄信", Spelling("shan0xiong0xin", "sxx")),
        ("曾国", Spelling("zeng0guo", "zg")),
        ("尉迟恭", Spelling("yu0chi0gong", "ycg")),
        ("欧阳修", Spelling("ou0yang0xiu", "oyx")),
        ("才让·多杰", Spelling("cai0rang0duo0jie", "crdj")),
        ("", Spelling("", "")),
    ],
)
def test_people(name: str, spelling: Spelling) -> None:
    assert of_person(name) == spelling


def test_an_organisation_is_read_by_words_and_has_no_surname() -> None:
    assert of_name("重庆单县A1厂（演示）") == Spelling("chong0qing0dan0xian0a10chang0yan0shi", "cqdxacys")


def test_syllables_are_compared_one_by_one() -> None:
    names = ["方安", "方干", "房安", "安方", "张三", "丁一", "万一"]

    assert sorted(names, key=lambda name: (of_person(name).pinyin, name)) == [
        "安方",
        "丁一",
        "房安",
        "方安",
        "方干",
        "万一",
        "张三",
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zhang san", "zhangsan"),
        ("ZhangSan", "zhangsan"),
        ("zs", "zs"),
        ("张三", ""),
        ("张s", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_what_counts_as_letters(typed: str, meant: str) -> None:
    assert letters(typed) == meant


@given(st.text(max_size=50))
def test_any_name_has_a_spelling_of_small_letters_and_digits(name: str) -> None:
    for found in (of_person(name), of_name(name)):
        assert set(found.pinyin) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
        assert found.initials == "".join(each[0] for each in found.pinyin.split(SEPARATOR) if each)

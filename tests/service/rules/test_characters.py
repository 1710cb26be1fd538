from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.characters import INVISIBLE, NEEDED_IN_TEXT, half_width, named, without_blanks
from service.rules.credit_code import check_credit_code
from service.rules.money import parse_budget, parse_wan
from service.rules.person_name import check_person_name
from service.rules.phone import check_phone
from service.rules.plain_text import clean_text
from service.rules.region import check_region


def test_only_full_width_ascii_is_folded() -> None:
    assert half_width("ＡＢ（１２）　①㎎～\ue000") == "AB(12) ①㎎~\ue000"


def test_blanks_and_invisible_characters_are_taken_out() -> None:
    assert without_blanks(" 一\u200b二\t三\u3000\ufeff四\n") == "一二三四"


def test_a_character_is_named_so_that_a_person_can_find_it() -> None:
    assert [named(char) for char in "张★ \u202e\x00\u0301"] == ["“张”", "“★”", "U+0020", "U+202E", "U+0000", "U+0301"]


def test_what_some_scripts_need_is_among_the_invisible() -> None:
    assert NEEDED_IN_TEXT < INVISIBLE
    assert all(not char.isalnum() or char in "\u115f\u1160\u3164\uffa0" for char in INVISIBLE)


CHECKS: list[Callable[[str], object]] = [
    check_credit_code,
    check_person_name,
    check_phone,
    check_region,
    parse_wan,
    parse_budget,
    lambda text: clean_text(text, max_chars=20),
    lambda text: clean_text(text, max_chars=20, single_line=True),
]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("char", ["\x00", "\ud800", "\x1b"])
def test_controls_and_lone_surrogates_are_refused_in_every_field(check: Callable[[str], object], char: str) -> None:
    for text in (char, f"12{char}5", f"630000{char}"):
        assert getattr(check(text), "error", None)


@pytest.mark.parametrize("check", CHECKS)
@given(text=st.text(st.characters(codec=None), max_size=30))
def test_whatever_is_answered_can_be_written_to_a_page(check: Callable[[str], object], text: str) -> None:
    answer = "".join(map(str, vars(check(text)).values()))

    assert b"\x00" not in answer.encode("utf-8")

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.characters import INVISIBLE, NEEDED_IN_TEXT
from service.rules.plain_text import CleanText, clean_text, identity_key

PIECES = [
    "清",
    "華",
    "华",
    "乾",
    "隆",
    "Ａ",
    "é",
    "e\u0301",
    "\u200b",
    "\u202e",
    "\r\n",
    "\n",
    "\t",
    " ",
    "（",
    "·",
    "○",
]
any_text = st.text(st.characters(codec=None), max_size=40) | st.lists(st.sampled_from(PIECES)).map("".join)
between = st.sampled_from([" ", "\u3000", "-", "（", "）", "·", "\u200b", "\ufeff", "\u202e", "，", "★"])


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("  盐湖提锂\n", "盐湖提锂"),
        ("一\r\n二\r三\u2028四\u0085五", "一\n二\n三\n四\n五"),
        ("列一\t列二", "列一\t列二"),
        ("e\u0301", "é"),
        ("ＡＢＣ（１２）㎎／Ｌ", "ＡＢＣ（１２）㎎／Ｌ"),
        ("資訊公開", "資訊公開"),
        ("盐\u200b湖\ufeff提\u202e锂\u2066", "盐湖提锂"),
        ("नमस्\u200dते 👩\u200d🔬", "नमस्\u200dते 👩\u200d🔬"),
        ("ᠮᠣᠩᠭᠣᠯ\u180e", "ᠮᠣᠩᠭᠣᠯ\u180e"),
        ("", ""),
    ],
)
def test_free_text_keeps_what_was_written(text: str, stored: str) -> None:
    assert clean_text(text, max_chars=100) == CleanText(stored)


@pytest.mark.parametrize(
    ("text", "stored"),
    [("  盐湖\n提锂\t方案  二 ", "盐湖 提锂 方案 二"), ("甲　乙", "甲 乙"), ("e\u0301", "é"), ("", "")],
)
def test_a_single_line_is_one_line(text: str, stored: str) -> None:
    assert clean_text(text, max_chars=100, single_line=True) == CleanText(stored)


@pytest.mark.parametrize("single_line", [False, True])
@pytest.mark.parametrize("char", ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x9f", "\ud800", "\ufffe", "\uffff"])
def test_what_the_databases_disagree_about_is_refused_everywhere(char: str, single_line: bool) -> None:
    check = clean_text(f"盐湖提锂{char}方案", max_chars=100, single_line=single_line)

    assert check.error == (
        f"“盐湖提锂”后面有无法保存的控制字符（U+{ord(char):04X}），多半是粘贴带来的；请删去这里再保存。"
    )


@pytest.mark.parametrize("char", "\u200b\u200d\u200f\u202e\u2066\u2069\ufeff\u00ad\u3164\ufe0f\U000e0041")
def test_invisible_and_turning_characters_are_refused_in_a_single_line(char: str) -> None:
    check = clean_text(f"{char}盐湖", max_chars=100, single_line=True)

    assert check.error == (f"开头有看不见的字符（U+{ord(char):04X}），多半是粘贴带来的；请删去这里或手工重新输入。")


def test_the_length_is_that_of_what_is_stored() -> None:
    assert clean_text(" 盐湖 ", max_chars=2) == CleanText("盐湖")
    assert clean_text("盐湖提锂", max_chars=3) == CleanText("盐湖提锂", "最多 3 个字，现在是 4 个；请删减 1 个字。")


@given(any_text, st.booleans())
def test_what_is_accepted_is_clean_and_stays_as_it_is(text: str, single_line: bool) -> None:
    check = clean_text(text, max_chars=200, single_line=single_line)

    if check.error is None:
        assert clean_text(check.text, max_chars=200, single_line=single_line) == check
        assert unicodedata.is_normalized("NFC", check.text)
        assert not set(check.text) & (INVISIBLE if single_line else INVISIBLE - NEEDED_IN_TEXT)
        assert check.text.encode("utf-8").find(0) < 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("清华大学", "清華大學"),
        ("清华 大学", "清华大学"),
        ("青海盐湖（集团）有限公司", "青海盐湖(集团)有限公司"),
        ("ＡＢＣ科技", "abc 科技"),
        ("ABC科技", "аbс科技"),  # Cyrillic а and с
        ("NIO汽车", "ΝΙΟ汽车"),  # Greek
        ("二〇一研究所", "二○一研究所"),
        ("工力公司", "エカ公司"),  # katakana
        ("乾 隆堂", "乾隆堂"),
        ("Straße", "STRASSE"),
        ("Cafe\u0301", "Café"),
        ("⼤学", "大学"),  # a Kangxi radical
        ("ﬁrst", "First"),
        ("3M—中国", "３Ｍ中国"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert identity_key(one) == identity_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("青海大学", "青海大学附属医院"), ("一厂", "二厂"), ("日升公司", "曰升公司"), ("ABC1", "ABC2")]
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert identity_key(one) != identity_key(other)


@pytest.mark.parametrize("text", ["", "——", "（）", " \u200b", "★"])
def test_what_is_no_name_has_no_key(text: str) -> None:
    assert identity_key(text) == ""


@given(any_text)
def test_the_key_of_a_key_is_itself(text: str) -> None:
    once = identity_key(text)

    assert identity_key(once) == once


@given(st.text("清華华乾隆盐鹽湖ABc１２", min_size=1), st.data())
def test_blanks_dashes_and_invisible_characters_never_make_another_name(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name)))

    assert identity_key(name[:place] + data.draw(between) + name[place:]) == identity_key(name)

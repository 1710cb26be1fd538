"""What the search copy promises, and that every place in it leads back to the original."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text.clauses import clauses
from matching.text.normalise import MAX_CHARS, SearchText, search_copy, search_text

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202e\u2066\u2069\u00ad\ufe0f\U000e0100"
TAIWAN = ["資訊公開", "軟體", "程式設計師", "數據機", "記憶體", "快閃記憶體", "硬體", "網路", "鹽湖", "吸附劑"]
MAINLAND = ["盐湖", "提锂", "文件", "程序", "吸附剂", "循环", "衰减", "信息"]
MARKS = ["，", "。", "；", "！", ",", " ", "\n", "ＡＢ１２", "pH", "3.5%", "é", "e\u0301", "ｶﾞ", *INVISIBLE]

texts = st.lists(st.sampled_from([*TAIWAN, *MAINLAND, *MARKS]), max_size=30).map("".join)
traditional_texts = st.lists(st.sampled_from([*TAIWAN, *MARKS]), max_size=30).map("".join)
simplified_texts = st.lists(st.sampled_from([*MAINLAND, *MARKS]), max_size=30).map("".join)
any_text = st.text(st.characters(codec=None), max_size=60) | texts  # with lone surrogates


def quoted(copy: SearchText, start: int, end: int) -> str:
    first, last = copy.original_span(start, end)
    return copy.source[first:last]


@pytest.mark.parametrize(
    ("original", "copy"),
    [
        ("資訊公開", "信息公开"),
        ("軟體", "软件"),
        ("程式設計師", "程序员"),
        ("數據機", "调制解调器"),
        ("鹵水提鋰", "卤水提锂"),
        ("鋰資源分離技術", "锂资源分离技术"),
    ],
)
def test_traditional_text_is_read_with_mainland_characters_and_wording(original: str, copy: str) -> None:
    assert search_text(original) == copy


@pytest.mark.parametrize("text", ["文件", "程序", "信息公开", "乾隆", "头发与发展", "软件工程", "水质数据"])
def test_simplified_text_is_left_alone(text: str) -> None:
    assert search_text(text) == text


@pytest.mark.parametrize(
    ("original", "copy"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("２５℃（恒温）", "25°c(恒温)"),
        ("ﬁ①Ⅳ", "fi1iv"),
        ("㎎／Ｌ", "mg/l"),
        ("ﾊﾟﾈﾙ", "パネル"),
        ("全角　空格\t制表\r\n换行", "全角 空格 制表 换行"),
        ("  前后  ", "前后"),
        ("盐\u200b湖\u202e提\u2066锂\ufeff", "盐湖提锂"),
        ("葛\U000e0100城", "葛城"),
        ("e\u0301cole", "école"),
        ("e\u200b\u0301cole", "école"),
        ("盐\x00湖", "盐 湖"),
        ("锂\ud800盐", "锂\ufffd盐"),
        ("电池🔋⚡️", "电池🔋⚡"),
        ("", ""),
        ("\u200b\u0000 \n", ""),
    ],
)
def test_forms_of_one_text_become_the_same_search_copy(original: str, copy: str) -> None:
    assert search_text(original) == copy


@pytest.mark.parametrize("char", INVISIBLE)
def test_an_invisible_character_splits_no_word(char: str) -> None:
    assert search_text(f"电{char}池") == "电池"


def test_of_a_text_of_100_000_characters_the_first_part_is_read() -> None:
    copy = search_copy("卤水提锂。" * 20_000)

    assert copy.text == "卤水提锂。" * (MAX_CHARS // 5)
    assert copy.original_span(0, len(copy.text)) == (0, MAX_CHARS)


def test_the_original_is_quoted_with_its_zero_width_and_full_width_characters() -> None:
    copy = search_copy("本廠：ＰＨ\u200b３．５，程式設計師")

    at = copy.text.index("ph3.5")
    assert quoted(copy, at, at + 5) == "ＰＨ\u200b３．５"
    assert quoted(copy, copy.text.index("程序员"), len(copy.text)) == "程式設計師"


def test_wordings_that_grow_and_shrink_in_one_text_do_not_shift_what_is_quoted() -> None:
    copy = search_copy("用數據機。找程式設計師的經驗")

    at = copy.text.index("程序员")

    assert copy.text == "用调制解调器。找程序员的经验"
    assert quoted(copy, at, at + 3) == "程式設計師"
    assert quoted(copy, at + 3, len(copy.text)) == "的經驗"
    assert [quoted(copy, *span) for span in clauses(copy.text)] == ["用數據機。", "找程式設計師的經驗"]


def test_an_empty_span_stays_empty() -> None:
    copy = search_copy(" 盐湖 ")

    assert [copy.original_span(at, at) for at in (0, 1, 2)] == [(1, 1), (2, 2), (3, 3)]
    assert search_copy("").original_span(0, 0) == (0, 0)


@given(any_text)
def test_a_search_copy_is_its_own_search_copy(text: str) -> None:
    once = search_text(text)

    assert search_text(once) == once


@given(any_text)
def test_a_search_copy_holds_nothing_invisible_and_no_blank_twice(text: str) -> None:
    copy = search_text(text)

    assert not set(copy) & set(INVISIBLE)
    assert not {unicodedata.category(char) for char in copy} & {"Cc", "Cs", "Zl", "Zp"}
    assert copy == copy.strip() == " ".join(copy.split())


@given(any_text)
def test_offsets_rise_and_stay_inside_the_original(text: str) -> None:
    copy = search_copy(text)

    assert len(copy.text) == len(copy.starts) == len(copy.ends)
    assert list(copy.starts) == sorted(copy.starts)
    assert list(copy.ends) == sorted(copy.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(copy.starts, copy.ends, strict=True))


@given(any_text)
def test_the_whole_copy_covers_everything_visible_of_the_original(text: str) -> None:
    copy = search_copy(text)
    start, end = copy.original_span(0, len(copy.text))

    assert search_text(text[:start]) == search_text(text[end:]) == ""


@given(traditional_texts | simplified_texts)
def test_a_clause_leads_to_a_piece_of_the_original_that_reads_the_same(text: str) -> None:
    copy = search_copy(text)

    for start, end in clauses(copy.text):
        piece = quoted(copy, start, end)

        assert piece in text
        assert copy.text[start:end] in search_text(piece)


@given(st.lists(st.sampled_from(TAIWAN), min_size=1, max_size=6))
def test_words_of_changed_length_are_quoted_whole(words: list[str]) -> None:
    text = "，".join(words)
    copy = search_copy(text)

    pieces = copy.text.split(",")
    at = 0
    for word, piece in zip(words, pieces, strict=True):
        assert quoted(copy, at, at + len(piece)) == word
        at += len(piece) + 1

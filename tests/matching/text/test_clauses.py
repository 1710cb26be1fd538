"""Clauses: the pieces of a text that evidence points at."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from matching.text.clauses import MAX_CLAUSE, clauses

END = "。！!？?；;"
PIECES = ["盐湖提锂", "吸附剂", "1", "a", " ", "，", "、", "：", *END, "很长的一段没有任何停顿的文字" * 7]

texts = st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=200)


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in clauses(text)]


def test_sentences_are_clauses_with_their_marks() -> None:
    assert cut("吸附塔压差升高。粉末随卤水带出！能否修复旧料？") == [
        "吸附塔压差升高。",
        "粉末随卤水带出！",
        "能否修复旧料？",
    ]


def test_a_long_sentence_is_cut_at_a_comma() -> None:
    part = "卤水里的杂质离子在换热管壁上结成硬壳并不断增厚"
    text = "，".join([part] * 5) + "。"

    found = cut(text)

    assert "".join(found) == text
    assert all(piece.startswith("卤水") and len(piece) <= MAX_CLAUSE for piece in found)


def test_a_scrap_goes_with_its_neighbour() -> None:
    assert cut("一；吸附塔压差升高了很多。好。") == ["一；吸附塔压差升高了很多。好。"]


def test_a_scrap_that_would_make_a_clause_too_long_stands_alone() -> None:
    assert cut("字" * 79 + "。好。") == ["字" * 79 + "。", "好。"]


def test_nothing_and_bare_marks_have_no_clause() -> None:
    assert [cut(text) for text in ("", "   ", "。。！")] == [[], [], []]


@given(texts)
def test_a_clause_is_never_longer_than_80_characters(text: str) -> None:
    assert MAX_CLAUSE == 80
    assert all(1 <= end - start <= 80 for start, end in clauses(text))


@given(texts)
def test_clauses_stand_in_order_without_overlap_and_without_blank_edges(text: str) -> None:
    spans = clauses(text)

    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert all(piece == piece.strip() for piece in cut(text))


@given(texts)
def test_clauses_cover_all_but_white_space_and_leading_marks(text: str) -> None:
    covered = {at for start, end in clauses(text) for at in range(start, end)}
    first = next((at for at, char in enumerate(text) if char not in END), len(text))

    assert all(char.isspace() or at in covered for at, char in enumerate(text) if at >= first)


def test_a_new_line_ends_a_clause() -> None:
    text = "容量年衰减不超过 5%\n盐湖老卤提锂车间，吸附柱八台\n\n每年停产二十天"

    assert [text[start:end] for start, end in clauses(text)] == [
        "容量年衰减不超过 5%",
        "盐湖老卤提锂车间，吸附柱八台",
        "每年停产二十天",
    ]

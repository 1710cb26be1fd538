"""Terms: characters and bigrams to rank with, words to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text.terms import content_words, gram_counts, grams, words

texts = st.text("盐湖提锂吸附剂abc12.-，。 \n", max_size=60)


def test_han_text_becomes_characters_and_bigrams_and_latin_text_whole_tokens() -> None:
    assert grams("盐湖提锂,ph3.5和al-ldh") == [*"盐湖提锂", "盐湖", "湖提", "提锂", "ph3.5", "和", "al-ldh"]


def test_bigrams_do_not_cross_marks_or_blanks() -> None:
    assert {"湖提", "锂盐", "湖,", ",提"}.isdisjoint(grams("盐湖,提锂 盐"))


def test_repetitions_are_counted() -> None:
    assert dict(gram_counts("锂锂锂")) == {"锂": 3, "锂锂": 2}


def test_a_text_without_letters_has_no_terms() -> None:
    assert [grams(text) for text in ("", "。，！", "🔋")] == [[], [], []]


@pytest.mark.parametrize("term", ["提锂", "电势诱导衰减", "铝系吸附剂", "层状双氢氧化物", "构网型"])
def test_a_domain_term_stays_one_word(term: str) -> None:
    assert term in words(f"我们研究{term}的问题")
    assert term in content_words(f"我们研究{term}的问题")


def test_single_characters_and_bare_numbers_are_no_content_words() -> None:
    assert content_words("锂 2023 3.5 吸附剂,") == ["吸附剂"]


@given(texts)
def test_words_are_pieces_of_the_text_in_order(text: str) -> None:
    at = 0
    for word in words(text):
        at = text.index(word, at) + len(word)


@given(texts)
def test_terms_do_not_depend_on_what_was_cut_before(text: str) -> None:
    first = words(text), grams(text)
    words("卤水提锂" + text)

    assert (words(text), grams(text)) == first

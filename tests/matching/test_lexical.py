"""Lexical evidence equals its formula, and its counts survive every way around."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.lexical import LexicalIndex, TermCounts
from matching.text.terms import grams
from tests.matching.texts import small_texts

corpora = st.lists(small_texts, min_size=1, max_size=8)


def cosine_by_hand(need: str, texts: list[str]) -> list[float]:
    """TF-IDF cosine, word for word as the module describes it; terms that no text has are left out of the need."""
    counts = [Counter(grams(text)) for text in texts]
    found = {term: sum(term in count for count in counts) for count in counts for term in count}
    idf = {term: math.log((len(texts) + 1) / (df + 0.5)) for term, df in found.items()}

    def weights(count: Counter[str]) -> dict[str, float]:
        return {term: (1 + math.log(n)) * idf[term] for term, n in count.items() if term in idf}

    mine = weights(Counter(grams(need)))
    scores = []
    for count in counts:
        theirs = weights(count)
        shared = sum(mine[term] * theirs[term] for term in mine if term in theirs)
        length = math.dist([0] * len(mine), list(mine.values())) * math.dist([0] * len(theirs), list(theirs.values()))
        scores.append(shared / length if shared else 0.0)
    return scores


def same(one: TermCounts, other: TermCounts) -> bool:
    return one.vocabulary == other.vocabulary and np.array_equal(one.counts.toarray(), other.counts.toarray())


@given(small_texts, corpora)
def test_scores_are_the_tf_idf_cosine(need: str, texts: list[str]) -> None:
    index = LexicalIndex.build(TermCounts.of(texts))

    assert np.allclose(index.scores(need), cosine_by_hand(need, texts), atol=1e-5)


@given(corpora)
def test_a_text_is_most_like_itself(texts: list[str]) -> None:
    index = LexicalIndex.build(TermCounts.of(texts))

    for place, text in enumerate(texts):
        scores = index.scores(text)
        assert scores[place] >= scores.max() - 1e-5
        assert np.isclose(scores[place], 1.0 if grams(text) else 0.0, atol=1e-5)


@given(corpora, st.data())
def test_chosen_counts_are_those_of_the_chosen_texts(texts: list[str], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=6))

    taken = TermCounts.of(texts).rows(np.array(chosen, np.int64))

    assert same(taken, TermCounts.of([texts[row] for row in chosen]))


@given(corpora, corpora)
def test_joined_counts_are_those_of_all_texts(texts: list[str], others: list[str]) -> None:
    joined = TermCounts.of(texts).joined(TermCounts.of(others))

    assert same(joined, TermCounts.of(texts + others))


@given(corpora)
def test_an_index_gives_back_the_counts_it_was_built_from(texts: list[str]) -> None:
    counts = TermCounts.of(texts)

    assert same(LexicalIndex.build(counts).term_counts(), counts)


def test_a_term_that_stands_300_times_counts_as_255() -> None:
    assert TermCounts.of(["锂" * 300]).counts.toarray().tolist() == [[255, 255]]


def test_empty_texts_have_no_likeness_to_anything() -> None:
    index = LexicalIndex.build(TermCounts.of(["", "盐湖", "。"]))

    assert index.scores("盐湖").tolist()[::2] == [0.0, 0.0]
    assert index.scores("").tolist() == [0.0, 0.0, 0.0]
    assert LexicalIndex.build(TermCounts.of([])).scores("盐湖").tolist() == []


def a_large_corpus(seed: int) -> tuple[list[str], np.random.Generator]:
    """600 texts in which some characters are frequent and some rare, and some texts are empty."""
    random = np.random.default_rng(seed)
    letters = np.array(list("的一是盐湖提锂吸附剂卤水衰减循环风光储"))
    share = 1.0 / np.arange(1, len(letters) + 1)
    return ["".join(random.choice(letters, random.integers(0, 9), p=share / share.sum())) for _ in range(600)], random


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 5, 40, 700]), st.sampled_from([0.0, 0.05, 0.5, 1.0]))
@settings(max_examples=30)
def test_the_best_texts_are_those_of_a_full_count_also_under_a_mask(seed: int, depth: int, share: float) -> None:
    texts, random = a_large_corpus(seed)
    index = LexicalIndex.build(TermCounts.of(texts), frequent_texts=170)
    need = texts[random.integers(len(texts))] + "湖的锂"
    mask = random.random(len(texts)) < share

    scores = np.where(mask, index.scores(need), 0)
    rows = index.reading(need).largest(depth, mask)

    best = np.lexsort((np.arange(len(texts)), -scores))[:depth]
    assert rows.tolist() == [row for row in best.tolist() if scores[row] > 0]
    assert np.allclose(index.scores(need), cosine_by_hand(need, texts), atol=1e-5)


@given(st.integers(0, 2**32 - 1), st.integers(0, 600))
@settings(max_examples=30)
def test_scores_of_chosen_texts_equal_those_of_all_to_the_last_bit(seed: int, count: int) -> None:
    texts, random = a_large_corpus(seed)
    index = LexicalIndex.build(TermCounts.of(texts), frequent_texts=170)
    rows = np.sort(random.choice(len(texts), count, replace=False))

    assert np.array_equal(index.reading("盐湖的锂是风")[rows], index.scores("盐湖的锂是风")[rows])


def test_a_text_of_frequent_words_alone_is_found_before_one_of_rarer_words() -> None:
    texts = ["的一"] * 250 + ["盐卤"] * 150 + ["风"] * 200
    index = LexicalIndex.build(TermCounts.of(texts), frequent_texts=170)

    assert index.reading("的一,盐").largest(2).tolist() == [0, 1]

"""From likenesses to points: what one need's ranking score is made of, for passages and for parties.

passage = full · c(need) + title · c(title) + words · lexical − crowding − recency, where c is a centred cosine in
standard deviations; with sub-problems a passage takes the best of the whole need and of each part.
party = best passage + breadth · Σ_k decay^k · max(k-th next passage, 0) + profile · c(all passages together):
strong items add up with falling weight, weak ones never subtract, and a single good item is not punished.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.dense import products
from matching.index import Index
from matching.lexical import WordScores
from matching.parameters import Fusion


@dataclass(frozen=True)
class View:
    """One reading of the need: the whole of it, or one sub-problem.

    full, title: (d,) float32 unit vectors, empty in keyword mode; words: lexical cosine per passage.
    """

    full: np.ndarray
    title: np.ndarray
    words: WordScores

    def direction(self, weights: Fusion) -> np.ndarray:
        """(d,) float32: its inner product with a passage's vector is the passage's points of meaning."""
        return np.asarray((weights.full * self.full + weights.title * self.title) / weights.similarity_sd, np.float32)


@dataclass(frozen=True)
class PassageScores:
    """Points of k passages for the best of the need's views.

    rows: (k,) int64, rising; every other array (k,) float32. total = the formula above; whole: points of meaning for
    the whole need, whichever view is best.
    """

    rows: np.ndarray
    whole: np.ndarray
    meaning: np.ndarray
    words: np.ndarray
    crowding: np.ndarray
    recency: np.ndarray

    @property
    def total(self) -> np.ndarray:
        return np.asarray(self.meaning + self.words - self.crowding - self.recency)

    def only(self, part: slice) -> PassageScores:
        """The passages of a stretch of rows."""
        columns = (self.rows, self.whole, self.meaning, self.words, self.crowding, self.recency)
        return PassageScores(*(column[part] for column in columns))


def score_passages(index: Index, views: list[View], rows: np.ndarray, weights: Fusion) -> PassageScores:
    """Points of the passages in these rows. views: the whole need first; rows: (k,) int64, rising."""
    whole, words = _view_points(index, views[0], rows, weights)
    meaning = whole
    for view in views[1:]:
        other_meaning, other_words = _view_points(index, view, rows, weights)
        wins = other_meaning + other_words > meaning + words
        meaning, words = np.where(wins, other_meaning, meaning), np.where(wins, other_words, words)
    return PassageScores(rows, whole, meaning, words, _crowding(index, rows, weights), _recency(index, rows, weights))


def _view_points(index: Index, view: View, rows: np.ndarray, weights: Fusion) -> tuple[np.ndarray, np.ndarray]:
    """Points of meaning and of words for one view, each (k,) float32."""
    words = np.asarray(weights.words * (view.words[rows] - weights.words_level), np.float32)
    if index.dense is None:
        return np.zeros(len(rows), np.float32), words
    return products(index.vectors[rows], view.direction(weights)), words


def _crowding(index: Index, rows: np.ndarray, weights: Fusion) -> np.ndarray:
    if index.dense is None:
        return np.zeros(len(rows), np.float32)
    # A title alone says too little for its surroundings to mean anything.
    known = (index.lengths[rows] - weights.few_chars) / (weights.full_chars - weights.few_chars)
    share = np.clip(known, 0.0, 1.0)
    return np.asarray(weights.crowding * share * (index.crowding[rows] - weights.crowding_level), np.float32)


def _recency(index: Index, rows: np.ndarray, weights: Fusion) -> np.ndarray:
    """Years count back from the newest item of the corpus, so that a list does not change with the calendar."""
    years = index.years[rows].astype(np.float32)
    age = np.where(years > 0, index.newest_year - years, weights.recent_years)
    return (
        weights.recency_per_year * (np.clip(age, weights.recent_years, weights.old_years) - weights.recent_years)
    ).astype(np.float32)


@dataclass(frozen=True)
class PartyScores:
    """Points of p documents. documents: (p,) int64, rising; best: (p,) int64, place in the passage scores;
    breadth, profile, total: (p,) float32."""

    documents: np.ndarray
    best: np.ndarray
    breadth: np.ndarray
    profile: np.ndarray
    total: np.ndarray


def passage_rows(index: Index, documents: np.ndarray) -> np.ndarray:
    """(k,) int64, rising: all passages of these documents. documents: (p,) int64, rising."""
    sizes = index.starts[documents + 1] - index.starts[documents]
    ends = np.cumsum(sizes)
    return np.repeat(index.starts[documents] - (ends - sizes), sizes) + np.arange(ends[-1] if len(ends) else 0)


def score_parties(index: Index, documents: np.ndarray, scores: PassageScores, weights: Fusion) -> PartyScores:
    """Fold all passages of the documents into parties. scores: of exactly passage_rows(index, documents)."""
    party = np.searchsorted(documents, index.document_of[scores.rows])
    total = scores.total
    order = np.lexsort((scores.rows, -total, party))
    firsts = np.searchsorted(party[order], np.arange(len(documents)))
    place = np.arange(len(order)) - firsts[party[order]]
    further = (place >= 1) & (place <= weights.further_items)
    added = np.where(further, np.maximum(total[order], 0) * weights.decay ** np.maximum(place - 1, 0), 0.0)
    breadth = weights.breadth * np.bincount(party[order], weights=added, minlength=len(documents))
    best = order[firsts]
    profile = _profile(index, documents, scores, party, weights)
    return PartyScores(
        documents, best, breadth.astype(np.float32), profile, (total[best] + breadth + profile).astype(np.float32)
    )


def _profile(
    index: Index, documents: np.ndarray, scores: PassageScores, party: np.ndarray, weights: Fusion
) -> np.ndarray:
    """Points for the party as a whole: the need's likeness to the sum of its vectors, in the passages' own scale.

    A party of one passage is that passage and nothing more: counting its meaning again would outweigh its words.
    """
    sums = np.bincount(party, weights=scores.whole, minlength=len(documents)) / index.profile_norms[documents]
    alone = np.diff(index.starts)[documents] == 1
    whole = np.where(alone, np.bincount(party, weights=scores.total, minlength=len(documents)), sums)
    return np.asarray(weights.profile / (weights.full + weights.title) * whole, np.float32)

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
    """Points of k passages. rows: (k,) int64, rising; every array (k,) float32; total = the formula above."""

    rows: np.ndarray
    meaning: np.ndarray
    words: np.ndarray
    crowding: np.ndarray
    recency: np.ndarray

    @property
    def total(self) -> np.ndarray:
        return np.asarray(self.meaning + self.words - self.crowding - self.recency)

    def only(self, part: slice) -> PassageScores:
        """The passages of a stretch of rows."""
        return PassageScores(
            self.rows[part], self.meaning[part], self.words[part], self.crowding[part], self.recency[part]
        )


def score_passages(index: Index, views: list[View], rows: np.ndarray, weights: Fusion) -> PassageScores:
    """Points of the passages in these rows for the best of the need's views. rows: (k,) int64, rising."""
    crowding, recency = _crowding(index, rows, weights), _recency(index, rows, weights)
    best: PassageScores | None = None
    for view in views:
        words = weights.words * (view.words[rows] - weights.words_level)
        if index.dense is not None:
            meaning = products(index.vectors[rows], view.direction(weights))
        else:
            meaning = np.zeros(len(rows), np.float32)
        scores = PassageScores(rows, meaning, words.astype(np.float32), crowding, recency)
        best = scores if best is None else _better(best, scores)
    if best is None:
        raise ValueError("a need has at least one view")
    return best


def _better(one: PassageScores, other: PassageScores) -> PassageScores:
    wins = other.total > one.total
    meaning, words = np.where(wins, other.meaning, one.meaning), np.where(wins, other.words, one.words)
    return PassageScores(one.rows, meaning, words, one.crowding, one.recency)


def _crowding(index: Index, rows: np.ndarray, weights: Fusion) -> np.ndarray:
    if index.dense is None:
        return np.zeros(len(rows), np.float32)
    # A title alone says too little for its surroundings to mean anything.
    share = np.minimum(index.lengths[rows] / weights.full_chars, 1.0)
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
    """Points for the party as a whole: the need's likeness to the sum of its vectors, in the passages' own scale."""
    sums = np.bincount(party, weights=scores.meaning, minlength=len(documents)) / index.profile_norms[documents]
    return np.asarray(weights.profile / (weights.full + weights.title) * sums, np.float32)

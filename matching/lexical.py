"""Lexical evidence: TF-IDF cosine over characters and bigrams, exact, by postings.

score(q, i) = Σ_t (1 + ln tf_qt)(1 + ln tf_it) idf_t² / (‖q‖ ‖i‖), idf_t = ln((n + 1) / (df_t + ½)).
It takes the place of BM25 because it ranked better on every judged set (docs/adr/0003, docs/quality.md) and,
being a cosine, is comparable from query to query.

Frequent characters make up nine tenths of the postings a need touches and hardly a tenth of a score. So the rare terms
are added up for all texts, and the frequent ones only for texts that are asked for or could still be among the best:
the Cauchy-Schwarz inequality bounds what they can add. The order of addition, rare terms before frequent ones, each in
the order of the terms, is the same whichever way a score is computed, so it is equal to the last bit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from matching.text.terms import gram_counts

_MAX_COUNT = 255
# A term is frequent if it stands in more texts than this many and this share of them all. Below that, adding up is
# cheap; above it, the more texts there are, the fewer of them can still be among the best (measured, `bench`).
FREQUENT_TEXTS, _FREQUENT_SHARE = 9_000, 0.05
# Beyond this share of the texts adding everything up is faster than picking.
_MANY = 0.25
_BLOCK = 64
_LOG_COUNTS = (1.0 + np.log(np.maximum(np.arange(_MAX_COUNT + 1), 1))).astype(np.float32)


@dataclass(frozen=True)
class TermCounts:
    """How often each term stands in each text. vocabulary: sorted, every term occurs; counts: (n, terms) uint8 CSR."""

    vocabulary: tuple[str, ...]
    counts: sparse.csr_array

    @classmethod
    def of(cls, texts: Sequence[str]) -> TermCounts:
        """texts: search copies."""
        return cls.of_counters([gram_counts(text) for text in texts])

    @classmethod
    def of_counters(cls, counters: Sequence[Counter[str]]) -> TermCounts:
        vocabulary = sorted(set().union(*counters)) if counters else []
        columns = {term: column for column, term in enumerate(vocabulary)}
        indptr = np.zeros(len(counters) + 1, np.int64)
        np.cumsum([len(counter) for counter in counters], out=indptr[1:])
        indices = np.fromiter((columns[t] for c in counters for t in c), np.int32, count=int(indptr[-1]))
        data = np.fromiter((min(k, _MAX_COUNT) for c in counters for k in c.values()), np.uint8, count=int(indptr[-1]))
        counts = sparse.csr_array((data, indices, indptr), shape=(len(counters), len(vocabulary)))
        counts.sort_indices()
        return cls(tuple(vocabulary), counts)

    def rows(self, chosen: np.ndarray) -> TermCounts:
        """The chosen texts only; terms that no longer occur are dropped. chosen: (m,) int64."""
        counts = self.counts[chosen]
        used = np.flatnonzero(np.bincount(counts.indices, minlength=len(self.vocabulary)))
        renumbered = np.full(len(self.vocabulary), -1, np.int32)
        renumbered[used] = np.arange(len(used), dtype=np.int32)
        kept = sparse.csr_array(
            (counts.data, renumbered[counts.indices], counts.indptr), shape=(len(chosen), len(used))
        )
        return TermCounts(tuple(self.vocabulary[column] for column in used), kept)

    def joined(self, other: TermCounts) -> TermCounts:
        """Own texts, then the other's."""
        vocabulary = sorted({*self.vocabulary, *other.vocabulary})
        columns = {term: column for column, term in enumerate(vocabulary)}
        parts = []
        for part in (self, other):
            renumbered = np.fromiter((columns[t] for t in part.vocabulary), np.int32, count=len(part.vocabulary))
            part_counts = sparse.csr_array(
                (part.counts.data, renumbered[part.counts.indices], part.counts.indptr),
                shape=(part.counts.shape[0], len(vocabulary)),
            )
            parts.append(part_counts)
        counts = sparse.csr_array(sparse.vstack(parts, format="csr", dtype=np.uint8))
        counts.sort_indices()
        return TermCounts(tuple(vocabulary), counts)


@dataclass(frozen=True)
class LexicalIndex:
    """Postings of n texts.

    starts: (terms + 1,) int64; rows: int32 and counts: uint8, the postings of term t at starts[t]:starts[t + 1],
    rows rising; norms: (n,) float32, length of each text's weighted vector, 1 where a text has no term.
    frequent_texts: changes how scores are computed, not the scores.
    """

    vocabulary: tuple[str, ...]
    starts: np.ndarray
    rows: np.ndarray
    counts: np.ndarray
    norms: np.ndarray
    frequent_texts: int = FREQUENT_TEXTS

    @classmethod
    def build(cls, terms: TermCounts, *, frequent_texts: int = FREQUENT_TEXTS) -> LexicalIndex:
        postings = sparse.csc_array(terms.counts)
        postings.sort_indices()
        starts = postings.indptr.astype(np.int64)
        rows = postings.indices.astype(np.int32)
        idf = inverse_document_frequency(starts, terms.counts.shape[0])
        squares = (_LOG_COUNTS[postings.data] * np.repeat(idf, np.diff(starts))) ** 2
        norms = np.sqrt(np.bincount(rows, weights=squares, minlength=terms.counts.shape[0])).astype(np.float32)
        norms[norms == 0] = 1.0
        return cls(terms.vocabulary, starts, rows, postings.data, norms, frequent_texts)

    def __len__(self) -> int:
        return len(self.norms)

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {term: column for column, term in enumerate(self.vocabulary)}

    @cached_property
    def idf(self) -> np.ndarray:
        """(terms,) float32."""
        return inverse_document_frequency(self.starts, len(self))

    def texts_with(self, term: str) -> int:
        """How many texts hold this term of a search copy."""
        column = self._columns.get(term)
        return 0 if column is None else int(self.starts[column + 1] - self.starts[column])

    def term_counts(self) -> TermCounts:
        """Back to counts per text, for an incremental build."""
        postings = sparse.csc_array((self.counts, self.rows, self.starts), shape=(len(self), len(self.vocabulary)))
        counts = sparse.csr_array(postings)
        counts.sort_indices()
        return TermCounts(self.vocabulary, counts)

    @cached_property
    def _frequent(self) -> _Frequent:
        return _Frequent.of(self)

    def scores(self, text: str) -> np.ndarray:
        """(n,) float32 cosine of a search copy with every text; zeros if they share nothing."""
        return self.reading(text).all()

    def reading(self, text: str) -> WordScores:
        """The cosines of a search copy with the texts, computed as far as they are asked for."""
        found = [(self._columns[t], k) for t, k in sorted(gram_counts(text).items()) if t in self._columns]
        columns = np.array([column for column, _ in found], np.int64)
        weights = _LOG_COUNTS[np.minimum([count for _, count in found], _MAX_COUNT).astype(np.int64)]
        weights = weights * self.idf[columns]
        length = np.sqrt((weights**2).sum()) if found else np.float32(1)
        return WordScores(self, columns, (weights / length * self.idf[columns]).astype(np.float32))

    def added(self, columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """(n,) float64: the weighted log counts of these terms, added in their order. columns, weights: (t,)."""
        spans = [slice(start, stop) for start, stop in zip(self.starts[columns], self.starts[columns + 1], strict=True)]
        if not spans:
            return np.zeros(len(self))
        rows = np.concatenate([self.rows[span] for span in spans])
        counts = np.concatenate([self.counts[span] for span in spans])
        parts = np.repeat(weights, self.starts[columns + 1] - self.starts[columns])
        # Most terms stand once in a text, and the logarithmic count of one is one.
        repeated = np.flatnonzero(counts > 1)
        parts[repeated] *= _LOG_COUNTS[counts[repeated]]
        return _summed(rows, parts, len(self))


class WordScores:
    """The cosines of one need with n texts. words[rows]: (k,) float32; as an array: (n,) float32.

    columns: (t,) int64, terms of the need, rising; weights: (t,) float32, what each adds per logarithmic count.
    """

    def __init__(self, index: LexicalIndex, columns: np.ndarray, weights: np.ndarray) -> None:
        self._index = index
        is_frequent = index._frequent.number[columns] >= 0
        self._rare_terms = columns[~is_frequent], weights[~is_frequent]
        self._columns = columns[is_frequent]
        self._weights = weights[is_frequent]
        self._frequent: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self._index)

    @cached_property
    def _rare(self) -> np.ndarray:
        """(n,) float64: what the rare terms add up to, in every text."""
        return self._index.added(*self._rare_terms)

    def __array__(self, dtype: np.dtype[Any] | None = None, copy: bool | None = None) -> np.ndarray:
        return self.all().astype(dtype or np.float32)

    def all(self) -> np.ndarray:
        """(n,) float32."""
        scores: np.ndarray = (self._rare + self._all_frequent()) / self._index.norms
        return scores.astype(np.float32)

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        """(k,) float32. rows: (k,) int64."""
        if self._frequent is None and len(rows) <= _MANY * len(self):
            frequent = self._index._frequent.added(rows, self._columns, self._weights)
        else:
            frequent = self._all_frequent()[rows]
        scores: np.ndarray = (self._rare[rows] + frequent) / self._index.norms[rows]
        return scores.astype(np.float32)

    def _all_frequent(self) -> np.ndarray:
        if self._frequent is None:
            self._frequent = self._index.added(self._columns, self._weights)
        return self._frequent

    def largest(self, depth: int, mask: np.ndarray | None = None) -> np.ndarray:
        """Rows of the `depth` largest positive scores that the mask (n,) allows, falling; equal scores by row."""
        rows = self._promising(depth, mask)
        scores = self[rows]
        rows, scores = rows[scores > 0], scores[scores > 0]
        return rows[np.lexsort((rows, -scores))[:depth]]

    def _promising(self, depth: int, mask: np.ndarray | None) -> np.ndarray:
        """Rows that surely hold the largest `depth`, rising."""
        index = self._index
        sure = self._rare / index.norms
        if mask is not None:
            sure[~mask] = -2.0
        # The best of each block: at least `depth` rows reach the depth-th best of these.
        whole = len(sure) // _BLOCK * _BLOCK
        peaks = np.append(sure[:whole].reshape(-1, _BLOCK).max(axis=1), sure[whole:])
        line = max(np.partition(peaks, -depth)[-depth], 0.0) if len(peaks) >= depth > 0 else 0.0
        most = float(np.linalg.norm(self._weights / np.maximum(index.idf[self._columns], 1e-12)))
        # A little more than the bound, for the rounding of both sides; a row without terms of the need is out.
        possible = sure + np.float32(most * 1.0001) * index._frequent.shares
        return np.flatnonzero((possible >= line - 1e-6) & (possible > 0))


@dataclass(frozen=True)
class _Frequent:
    """The frequent terms, text by text.

    number: (terms,) int32, a frequent term's number, -1 for a rare one; counts: (n, frequent terms) uint8 CSR;
    shares: (n,) float32, length of the frequent part of each text's weighted vector, of the whole's.
    """

    number: np.ndarray
    counts: sparse.csr_array
    shares: np.ndarray

    @classmethod
    def of(cls, index: LexicalIndex) -> _Frequent:
        sizes = np.diff(index.starts)
        chosen = np.flatnonzero(sizes > index.frequent_texts + _FREQUENT_SHARE * len(index))
        number = np.full(len(sizes), -1, np.int32)
        number[chosen] = np.arange(len(chosen))
        spans = [slice(start, stop) for start, stop in zip(index.starts[chosen], index.starts[chosen + 1], strict=True)]
        none = [slice(0, 0)]
        postings = sparse.csc_array(
            (
                np.concatenate([index.counts[span] for span in spans or none]),
                np.concatenate([index.rows[span] for span in spans or none]),
                np.concatenate([[0], np.cumsum(sizes[chosen])]),
            ),
            shape=(len(index), len(chosen)),
        )
        counts = sparse.csr_array(postings)
        counts.sort_indices()
        squares = (_LOG_COUNTS[counts.data] * index.idf[chosen][counts.indices]) ** 2
        sums = _row_sums(counts, squares)
        return cls(number, counts, (np.sqrt(sums) / index.norms).astype(np.float32))

    def added(self, rows: np.ndarray, columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """(k,) float64: what LexicalIndex.added gives for these rows. columns, weights: (t,), frequent terms only."""
        weight_of = np.zeros(self.counts.shape[1], np.float32)
        weight_of[self.number[columns]] = weights
        chosen = self.counts[rows]
        return _row_sums(chosen, weight_of[chosen.indices] * _LOG_COUNTS[chosen.data])


def _row_sums(pattern: sparse.csr_array, values: np.ndarray) -> np.ndarray:
    """(n,) float64: each row's values, added one after the other. values: (nnz,), in the pattern's places."""
    filled = sparse.csr_array((values.astype(np.float64), pattern.indices, pattern.indptr), pattern.shape)
    sums: np.ndarray = filled @ np.ones(pattern.shape[1])
    return sums


def _summed(rows: np.ndarray, parts: np.ndarray, size: int) -> np.ndarray:
    """(size,) float64: what np.bincount gives, in the same order of addition, without copying both arguments."""
    column = sparse.csc_array((parts.astype(np.float64), rows, [0, len(rows)]), shape=(size, 1))
    total: np.ndarray = column @ np.ones(1)
    return total


def inverse_document_frequency(starts: np.ndarray, texts: int) -> np.ndarray:
    """(terms,) float32 ln((n + 1) / (df + ½)) from the posting lists' starts."""
    return np.log((texts + 1) / (np.diff(starts) + 0.5)).astype(np.float32)

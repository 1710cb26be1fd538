"""Lexical evidence: TF-IDF cosine over characters and bigrams, exact, by postings.

score(q, i) = Σ_t (1 + ln tf_qt)(1 + ln tf_it) idf_t² / (‖q‖ ‖i‖), idf_t = ln((n + 1) / (df_t + ½)).
It takes the place of BM25 because it ranked better on every judged set (docs/adr/0003, docs/quality.md) and,
being a cosine, is comparable from query to query.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from matching.text.terms import gram_counts

_MAX_COUNT = 255
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
    """

    vocabulary: tuple[str, ...]
    starts: np.ndarray
    rows: np.ndarray
    counts: np.ndarray
    norms: np.ndarray

    @classmethod
    def build(cls, terms: TermCounts) -> LexicalIndex:
        postings = sparse.csc_array(terms.counts)
        postings.sort_indices()
        starts = postings.indptr.astype(np.int64)
        rows = postings.indices.astype(np.int32)
        idf = inverse_document_frequency(starts, terms.counts.shape[0])
        squares = (_LOG_COUNTS[postings.data] * np.repeat(idf, np.diff(starts))) ** 2
        norms = np.sqrt(np.bincount(rows, weights=squares, minlength=terms.counts.shape[0])).astype(np.float32)
        norms[norms == 0] = 1.0
        return cls(terms.vocabulary, starts, rows, postings.data, norms)

    def __len__(self) -> int:
        return len(self.norms)

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {term: column for column, term in enumerate(self.vocabulary)}

    @cached_property
    def idf(self) -> np.ndarray:
        """(terms,) float32."""
        return inverse_document_frequency(self.starts, len(self))

    def term_counts(self) -> TermCounts:
        """Back to counts per text, for an incremental build."""
        postings = sparse.csc_array((self.counts, self.rows, self.starts), shape=(len(self), len(self.vocabulary)))
        counts = sparse.csr_array(postings)
        counts.sort_indices()
        return TermCounts(self.vocabulary, counts)

    def scores(self, text: str) -> np.ndarray:
        """(n,) float32 cosine of a search copy with every text; zeros if they share nothing."""
        found = [(self._columns[t], k) for t, k in sorted(gram_counts(text).items()) if t in self._columns]
        if not found:
            return np.zeros(len(self), np.float32)
        columns = np.array([column for column, _ in found])
        weights = _LOG_COUNTS[np.minimum([count for _, count in found], _MAX_COUNT)] * self.idf[columns]
        weights = weights / np.sqrt((weights**2).sum()) * self.idf[columns]
        spans = [slice(self.starts[c], self.starts[c + 1]) for c in columns]
        rows = np.concatenate([self.rows[span] for span in spans])
        parts = np.concatenate([_LOG_COUNTS[self.counts[s]] * w for s, w in zip(spans, weights, strict=True)])
        return (np.bincount(rows, weights=parts, minlength=len(self)) / self.norms).astype(np.float32)


def inverse_document_frequency(starts: np.ndarray, texts: int) -> np.ndarray:
    """(terms,) float32 ln((n + 1) / (df + ½)) from the posting lists' starts."""
    return np.log((texts + 1) / (np.diff(starts) + 0.5)).astype(np.float32)

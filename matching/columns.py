"""What is known of each passage, column by column; the part of an index that can be reused for the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.encoder.protocol import Encoder
from matching.lexical import TermCounts
from matching.passages import ENCODED_CHARS, Passage


@dataclass(frozen=True)
class Columns:
    """m passages.

    years: (m,) int16, 0 unknown; lengths: (m,) int32 characters of the joined copy;
    vectors: (m, d) float32, unit length; clause_starts: (m + 1,) int64; clause_vectors: (c, d) int8, unit · 127;
    terms: counts of the m passages.
    """

    years: np.ndarray
    lengths: np.ndarray
    vectors: np.ndarray
    clause_starts: np.ndarray
    clause_vectors: np.ndarray
    terms: TermCounts

    @classmethod
    def read(cls, found: Sequence[Passage], encoder: Encoder | None) -> Columns:
        """Encode and count; without an encoder the vectors have no dimension."""
        texts = [passage.joined for passage in found]
        vectors, parts = _encode(found, texts, encoder)
        starts = np.zeros(len(found) + 1, np.int64)
        np.cumsum([len(part) for part in parts], out=starts[1:])
        clause_vectors = np.concatenate(parts) if parts else np.zeros((0, vectors.shape[1]), np.int8)
        return cls(
            years=np.array([passage.year or 0 for passage in found], np.int16),
            lengths=np.array([len(text) for text in texts], np.int32),
            vectors=vectors,
            clause_starts=starts,
            clause_vectors=clause_vectors,
            terms=TermCounts.of(texts),
        )

    def __len__(self) -> int:
        return len(self.years)

    def take(self, rows: np.ndarray) -> Columns:
        """The passages of these rows, in this order. rows: (k,) int64."""
        counts = np.diff(self.clause_starts)[rows]
        starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(counts, out=starts[1:])
        clauses = np.repeat(self.clause_starts[rows] - starts[:-1], counts) + np.arange(starts[-1])
        return Columns(
            years=self.years[rows],
            lengths=self.lengths[rows],
            vectors=self.vectors[rows],
            clause_starts=starts,
            clause_vectors=self.clause_vectors[clauses],
            terms=self.terms.rows(rows),
        )

    def joined(self, other: Columns) -> Columns:
        """Own passages, then the other's."""
        return Columns(
            years=np.concatenate([self.years, other.years]),
            lengths=np.concatenate([self.lengths, other.lengths]),
            vectors=np.concatenate([self.vectors, other.vectors]),
            clause_starts=np.concatenate([self.clause_starts, other.clause_starts[1:] + self.clause_starts[-1]]),
            clause_vectors=np.concatenate([self.clause_vectors, other.clause_vectors]),
            terms=self.terms.joined(other.terms),
        )


def _encode(
    found: Sequence[Passage], texts: Sequence[str], encoder: Encoder | None
) -> tuple[np.ndarray, list[np.ndarray]]:
    if encoder is None:
        return np.zeros((len(found), 0), np.float32), [np.zeros((0, 0), np.int8) for _ in found]
    heads = [text[:ENCODED_CHARS] for text in texts]
    spans = [
        [(start, min(end, len(head))) for start, end in passage.clause_spans() if start < len(head)]
        for passage, head in zip(found, heads, strict=True)
    ]
    vectors, parts = encoder.encode_parts(heads, spans, "document")
    return vectors, [np.rint(part * 127).astype(np.int8) for part in parts]

"""Dense search over item vectors with FAISS: exact, also under an eligibility mask, without reading every vector.

FAISS scans 16-bit copies of the vectors (half the memory to read, which is what a scan costs) and proposes rows; the
full vectors of these decide. How far a copy lies from its vector at most is known, so it is also known when no other
row can be among the best k (Cauchy-Schwarz); if that is not certain, more rows are proposed, and at last all.
Up to EXACT_LIMIT items the answer is therefore that of a full scan; above it the last step is left out. Everything
depends on the vectors in row order alone, so equal vectors give equal answers (docs/adr/0004, docs/performance.md).
"""

from __future__ import annotations

import mmap
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import faiss

EXACT_LIMIT = 1_000_000
OVERSAMPLING = 1.25
_WIDER = 4
# Below this share of eligible rows it is faster to copy them out than to scan all with a selector.
GATHER_SHARE = 0.1
# One shard's worth of rows is what makes a thread of its own worth waking.
_SHARD_ROWS = 25_000
_BLOCK = 4_096
# Sums of d float32 products differ with the order of addition by about this share of the vectors' lengths.
_ROUNDING = 1e-5


class DenseIndex:
    """vectors: (n, d) float32, unit length, kept as they are (no second copy); a memory map is fine."""

    def __init__(self, vectors: np.ndarray, *, exact_limit: int = EXACT_LIMIT, threads: int = 0) -> None:
        self.exact = len(vectors) <= exact_limit
        # A plain view: indexing a memmap costs more than reading it.
        self.vectors = np.asarray(vectors)
        self._error = 0.0
        self._workers = max(1, min(threads or os.cpu_count() or 1, len(vectors) // _SHARD_ROWS))
        starts = range(0, max(len(vectors), 1), _SHARD_ROWS)
        self._shards = [(start, self._coded(self.vectors[start : start + _SHARD_ROWS])) for start in starts]
        if isinstance(vectors, np.memmap) and vectors.mode == "r":
            # From now on few vectors are looked at; the pages of the others need not stay.
            vectors._mmap.madvise(mmap.MADV_DONTNEED)  # type: ignore[attr-defined]

    def _coded(self, rows: np.ndarray) -> faiss.Index:
        """The 16-bit copies of these rows; self._error becomes the longest distance of a vector from its copy."""
        import faiss

        # The shards have threads of ours; those of OpenMP would go on spinning while the next need is encoded.
        faiss.omp_set_num_threads(1)
        shard = faiss.IndexScalarQuantizer(rows.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        # All at once: FAISS would double its memory again and again.
        shard.add(np.ascontiguousarray(rows, np.float32))
        for at in range(0, len(rows), _BLOCK):
            block = rows[at : at + _BLOCK]
            errors = np.linalg.norm(block.astype(np.float16).astype(np.float32) - block, axis=1)
            self._error = max(self._error, float(errors.max()))
        return shard

    def search(self, vector: np.ndarray, k: int, eligible: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The k rows of largest inner product: (rows int64, products float32), falling, equal products by row.

        vector: (d,) float32, any length. eligible: (n,) bool; None allows all. Fewer than k if fewer are eligible.
        """
        if not len(self.vectors):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if eligible is not None and eligible.all():
            eligible = None
        if eligible is not None:
            allowed = np.flatnonzero(eligible)
            if len(allowed) <= max(k, GATHER_SHARE * len(eligible)):
                return _best(allowed, products(self.vectors[allowed], vector), k)
        rows = self._propose(np.asarray(vector, np.float32), k, eligible)
        return _best(rows, products(self.vectors[rows], vector), k)

    def _propose(self, vector: np.ndarray, k: int, eligible: np.ndarray | None) -> np.ndarray:
        """Rows that hold the best k: surely (exact), or very likely; rising."""
        slack = 2 * (self._error + _ROUNDING) * float(np.linalg.norm(vector))
        asked = int(OVERSAMPLING * k) + 1
        while True:
            rows, scores, unseen = self._scan_codes(vector, asked, eligible)
            line = np.partition(scores, -k)[-k] - slack if len(rows) > k else -np.inf
            if unseen < line or not self.exact:
                return np.sort(rows[scores >= line])
            asked *= _WIDER
            if asked > len(self.vectors) // _WIDER:
                return self._scan_vectors(vector, k, eligible)

    def _scan_codes(
        self, vector: np.ndarray, asked: int, eligible: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray, float]:
        """(rows, approximate products, the most that any row left out can have by its copy)."""
        query = np.ascontiguousarray(vector[None])
        each = map if self._workers == 1 else self._threads.map
        found = list(each(lambda shard: _search_one(shard, query, asked, eligible), self._shards))
        unseen = max(float(scores[-1]) if len(scores) == asked else -np.inf for _, scores in found)
        return np.concatenate([rows for rows, _ in found]), np.concatenate([scores for _, scores in found]), unseen

    def _scan_vectors(self, vector: np.ndarray, k: int, eligible: np.ndarray | None) -> np.ndarray:
        """Rows that hold the best k, rising, by a look at every vector."""
        blocks = [self.vectors[at : at + _BLOCK] @ vector for at in range(0, len(self.vectors), _BLOCK)]
        rows = np.arange(len(self.vectors)) if eligible is None else np.flatnonzero(eligible)
        scores = np.concatenate(blocks)[rows]
        if len(rows) <= k:
            return rows
        slack = 2 * _ROUNDING * float(np.linalg.norm(vector))
        chosen: np.ndarray = rows[scores >= np.partition(scores, -k)[-k] - slack]
        return chosen

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._workers, thread_name_prefix="search")


def products(vectors: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """(k,) float32 inner products of (k, d) with (d,), row by row.

    A blocked product rounds equal rows differently, and equal parties would not tie.
    """
    found: np.ndarray = np.vecdot(vectors, vector)
    return found


def _search_one(
    shard: tuple[int, faiss.Index], query: np.ndarray, k: int, eligible: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """At most k rows and their scores, falling. shard: its first row, its index."""
    import faiss

    first, index = shard

    parameters = None
    if eligible is not None:
        bits = np.packbits(eligible[first : first + index.ntotal], bitorder="little")
        parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
    scores, rows = index.search(query, max(1, min(k, index.ntotal)), params=parameters)
    real = rows[0] >= 0
    return rows[0][real] + first, scores[0][real]


def _best(rows: np.ndarray, scores: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.lexsort((rows, -scores))[:k]
    return rows[order], scores[order]

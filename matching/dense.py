"""Dense search over item vectors with FAISS; an eligibility mask is honoured exactly.

Up to EXACT_LIMIT items the search is exact (IndexFlatIP). Above it an 8-bit scalar quantiser, split over the cores,
proposes OVERSAMPLING × k rows and the full-precision vectors decide their order; it is always built from the cached
vectors in row order, so equal vectors give an equal index (docs/adr/0004, docs/performance.md).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import faiss

EXACT_LIMIT = 200_000
OVERSAMPLING = 4
# A selector breaks FAISS' blocked scan; copying the few allowed rows is faster and just as exact.
GATHER_SHARE = 0.1
_TRAINING_ROWS = 65_536


class DenseIndex:
    """vectors: (n, d) float32, unit length; a memory map is fine above EXACT_LIMIT, where only candidates are read."""

    def __init__(self, vectors: np.ndarray, *, exact_limit: int = EXACT_LIMIT, threads: int = 0) -> None:
        import faiss

        self.exact = len(vectors) <= exact_limit
        self._threads = threads or os.cpu_count() or 1
        if self.exact:
            flat = faiss.IndexFlatIP(vectors.shape[1])
            flat.add(np.ascontiguousarray(vectors, np.float32))
            self._searchers: list[tuple[int, Any]] = [(0, flat)]
            # FAISS keeps the only copy; this is a view of it.
            self.vectors = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(flat.ntotal, flat.d)
        else:
            self.vectors = vectors
            self._searchers = self._quantised(vectors)

    def _quantised(self, vectors: np.ndarray) -> list[tuple[int, Any]]:
        """One quantiser per core over consecutive rows, all trained on the same rows: (first row, index)."""
        import faiss

        step = max(1, len(vectors) // _TRAINING_ROWS)
        training = np.ascontiguousarray(vectors[::step], np.float32)
        edges = np.linspace(0, len(vectors), self._threads + 1).astype(int)
        shards = []
        for start, stop in zip(edges[:-1], edges[1:], strict=True):
            shard = faiss.IndexScalarQuantizer(
                vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
            )
            shard.train(training)
            for at in range(start, stop, _TRAINING_ROWS):
                shard.add(np.ascontiguousarray(vectors[at : min(at + _TRAINING_ROWS, stop)], np.float32))
            shards.append((int(start), shard))
        return shards

    def search(self, vector: np.ndarray, k: int, eligible: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The k rows of largest inner product: (rows int64, products float32), falling, equal products by row.

        vector: (d,) float32, any length. eligible: (n,) bool; None allows all. Fewer than k if fewer are eligible.
        """
        if eligible is not None and not eligible.all():
            allowed = np.flatnonzero(eligible)
            if len(allowed) <= max(k, GATHER_SHARE * len(eligible)):
                return _best(allowed, self.vectors[allowed] @ vector, k)
            rows = self._propose(vector, k, eligible)
        else:
            rows = self._propose(vector, k, None)
        return _best(rows, self.vectors[rows] @ vector, k)

    def _propose(self, vector: np.ndarray, k: int, eligible: np.ndarray | None) -> np.ndarray:
        """Rows that surely hold the best k (exact) or very likely do (quantised), rising."""
        asked = k if self.exact else OVERSAMPLING * k
        query = np.ascontiguousarray(vector[None], np.float32)
        if len(self._searchers) == 1:
            found = [_search_one(*self._searchers[0], query, asked, eligible)]
        else:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(len(self._searchers)) as pool:
                found = list(pool.map(lambda s: _search_one(*s, query, asked, eligible), self._searchers))
        rows = np.concatenate([rows for rows, _ in found])
        scores = np.concatenate([scores for _, scores in found])
        return np.sort(_best(rows, scores, asked)[0])


def _search_one(
    first: int, index: faiss.Index, query: np.ndarray, k: int, eligible: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    import faiss

    parameters = None
    if eligible is not None:
        bits = np.packbits(eligible[first : first + index.ntotal], bitorder="little")
        parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
    scores, rows = index.search(query, min(k, index.ntotal), params=parameters)
    real = rows[0] >= 0
    return rows[0][real] + first, scores[0][real]


def _best(rows: np.ndarray, scores: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.lexsort((rows, -scores))[:k]
    return rows[order], scores[order]

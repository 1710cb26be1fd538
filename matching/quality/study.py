"""A judged set made ready: the index and every need's views computed once, so that many recipes can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from matching.encoder.protocol import Encoder
from matching.index import Index, build_index
from matching.metrics import gain_exponential, ndcg, reciprocal_rank
from matching.need import views
from matching.parameters import Fusion
from matching.pipeline import Field
from matching.quality.sets import JudgedSet
from matching.scoring import View

# One number per candidate document of one need: (need number, document rows (p,)) → (p,) float.
Scorer = Callable[[int, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Study:
    """needs: numbers of the counting needs in judged.queries; views, pools: per query; pools: document rows, rising."""

    judged: JudgedSet
    index: Index
    needs: list[int]
    views: list[list[View]]
    pools: list[np.ndarray]

    @classmethod
    def of(cls, judged: JudgedSet, encoder: Encoder | None, *, index: Index | None = None) -> Study:
        """index: of the set's documents by this encoder, if there is one already."""
        index = index or build_index(judged.documents, encoder)
        everything = np.arange(len(index))
        pools = []
        for query in judged.queries:
            pool = judged.pools.get(query.id, []) if judged.pools is not None else None
            pools.append(
                everything if pool is None else np.unique([index.row_of[name] for name in pool]).astype(np.int64)
            )
        grades = [max(judged.qrels.get(query.id, {"": 0}).values()) for query in judged.queries]
        needs = [at for at, grade in enumerate(grades) if grade >= judged.min_grade]
        return cls(judged, index, needs, [views(query, index, encoder) for query in judged.queries], pools)

    def grades(self, need: int) -> np.ndarray:
        """(p,) int: the grade of each document of the need's pool, 0 if unjudged."""
        judged = self.judged.qrels.get(self.judged.queries[need].id, {})
        return np.array([judged.get(str(self.index.ids[row]), 0) for row in self.pools[need]])

    def recipe(self, weights: Fusion) -> Scorer:
        """The product's own scoring with these weights."""

        def score(need: int, rows: np.ndarray) -> np.ndarray:
            return Field.scored(self.index, self.views[need], rows, weights=weights).points

        return score

    def values(self, scorer: Scorer) -> np.ndarray:
        """(needs,) float: nDCG@10 (gain 2^g − 1) per counting need; MRR@10 for csl, where one document is right."""
        return np.array([self._value(need, scorer) for need in self.needs])

    def scored_grades(self, scorer: Scorer) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """(need, points (p,), grades (p,)) of every need with judgments, counting or not."""
        for need in range(len(self.judged.queries)):
            if len(self.pools[need]):
                yield need, scorer(need, self.pools[need]), self.grades(need)

    def _value(self, need: int, scorer: Scorer) -> float:
        rows, grades = self.pools[need], self.grades(need)
        order = np.lexsort((rows, -scorer(need, rows)))[:10]
        if self.judged.name.startswith("csl"):
            return float(reciprocal_rank(grades[order] >= self.judged.min_grade, 10))
        return float(ndcg(gain_exponential(grades[order]), gain_exponential(grades), 10))

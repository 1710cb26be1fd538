"""How good one run is, or which of two is better, against graded judgments; every figure with its interval.

A need counts if it has a document graded ≥ min_grade; recall and MRR take those as relevant, nDCG takes every grade.
Documents are ordered by score falling, ties by docid rising. A counting need without an answer scores 0, in
unjudged@10 as well: nothing was shown, so nothing unjudged was; how many such needs there are is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.errors import BadInput
from matching.metrics import (
    Floats,
    Interval,
    PairedTest,
    bootstrap_interval,
    gain_exponential,
    gain_linear,
    ndcg,
    paired_test,
    recall,
    reciprocal_rank,
    unjudged_share,
)

Run = Mapping[str, Sequence[tuple[str, float]]]
Qrels = Mapping[str, Mapping[str, int]]
Pools = Mapping[str, Sequence[str]]
Grades = NDArray[np.int64]

SEED = 20190926
SAMPLES = 2000
UNJUDGED = -1


@dataclass(frozen=True)
class RunFigures:
    """One run over the needs that count.

    values: per metric, (needs,) in the order of Evaluation.needs. metrics: their means with intervals.
    missing: needs without an answer in the run. dropped: answers outside the pool, not counted.
    unknown: queries of the run without any judgment, ignored.
    """

    metrics: dict[str, Interval]
    values: dict[str, Floats]
    missing: int
    dropped: int
    unknown: int


@dataclass(frozen=True)
class Evaluation:
    """One or two runs over the same needs, sorted by id; paired is of the first minus the second, None for one run.

    left_out: judged needs without a document graded ≥ min_grade. unpooled: needs that count but have no pool.
    """

    needs: tuple[str, ...]
    runs: tuple[RunFigures, ...]
    left_out: int
    unpooled: int
    min_grade: int
    paired: dict[str, PairedTest] | None


@dataclass(frozen=True)
class _Answer:
    """What a run says to one need. returned: (n,) grades in rank order, UNJUDGED where nobody graded; judged: (m,)."""

    returned: Grades
    judged: Grades
    min_grade: int

    def ndcg(self, gain: Callable[[Grades], Floats]) -> float:
        return ndcg(gain(np.maximum(self.returned, 0)), gain(self.judged), 10)

    def recall(self) -> float:
        return recall(self.returned >= self.min_grade, int(np.count_nonzero(self.judged >= self.min_grade)), 20)


METRICS: dict[str, Callable[[_Answer], float]] = {
    "ndcg@10": lambda answer: answer.ndcg(gain_exponential),
    "ndcg_linear@10": lambda answer: answer.ndcg(gain_linear),
    "recall@20": _Answer.recall,
    "mrr@10": lambda answer: reciprocal_rank(answer.returned >= answer.min_grade, 10),
    "unjudged@10": lambda answer: unjudged_share(answer.returned != UNJUDGED, 10),
}


def evaluate(
    runs: Sequence[Run],
    qrels: Qrels,
    pools: Pools | None = None,
    min_grade: int = 1,
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
) -> Evaluation:
    """The figures of one or two runs (ValueError for another number).

    pools: if given, only documents in a need's pool count; the others are taken out of the run, never out of the
    judgments, so a pool cannot make a run look better than its best possible list.
    The order of runs' queries and of qrels does not matter; the same input and seed give the same figures.
    Raises BadInput if no need counts, or for a min_grade outside 1–9.
    """
    if len(runs) not in (1, 2):
        raise ValueError(f"one or two runs expected, got {len(runs)}")
    if not 1 <= min_grade <= 9:
        raise BadInput(f"最低等级（--min-grade）应为 1–9 的整数，现在是 {min_grade}。")
    needs = tuple(sorted(need for need, grades in qrels.items() if max(grades.values(), default=0) >= min_grade))
    if not needs:
        raise BadInput(f"标注中没有一个需求有等级 ≥ {min_grade} 的文档，无法评测；请检查 qrels 或降低 --min-grade。")
    figures = tuple(_figures(run, qrels, pools, needs, min_grade, samples, seed) for run in runs)
    return Evaluation(
        needs=needs,
        runs=figures,
        left_out=len(qrels) - len(needs),
        unpooled=0 if pools is None else sum(need not in pools for need in needs),
        min_grade=min_grade,
        paired=_paired(*figures, samples=samples, seed=seed) if len(figures) == 2 else None,
    )


def _figures(
    run: Run, qrels: Qrels, pools: Pools | None, needs: Sequence[str], min_grade: int, samples: int, seed: int
) -> RunFigures:
    answers: list[_Answer] = []
    dropped = 0
    for need in needs:
        returned = [document_id for document_id, _ in sorted(run.get(need, ()), key=lambda pair: (-pair[1], pair[0]))]
        if len(set(returned)) != len(returned):
            raise ValueError(f"a document twice in the answer to {need}")
        kept = returned if pools is None else _within(returned, pools.get(need, ()))
        dropped += len(returned) - len(kept)
        answers.append(_answer(kept, qrels[need], min_grade))
    values = {name: np.array([metric(answer) for answer in answers]) for name, metric in METRICS.items()}
    return RunFigures(
        metrics={name: bootstrap_interval(each, samples=samples, seed=seed) for name, each in values.items()},
        values=values,
        missing=sum(not run.get(need) for need in needs),
        dropped=dropped,
        unknown=sum(query not in qrels for query in run),
    )


def _within(returned: Sequence[str], pool: Sequence[str]) -> list[str]:
    allowed = set(pool)
    return [document_id for document_id in returned if document_id in allowed]


def _answer(returned: Sequence[str], grades: Mapping[str, int], min_grade: int) -> _Answer:
    return _Answer(
        returned=np.array([grades.get(document_id, UNJUDGED) for document_id in returned], dtype=np.int64),
        judged=np.array(list(grades.values()), dtype=np.int64),
        min_grade=min_grade,
    )


def _paired(a: RunFigures, b: RunFigures, *, samples: int, seed: int) -> dict[str, PairedTest]:
    return {name: paired_test(a.values[name], b.values[name], samples=samples, seed=seed) for name in METRICS}

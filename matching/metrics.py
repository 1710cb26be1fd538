"""Retrieval metrics of one need, and the statistics over needs. Pure functions on arrays; numpy only.

Every per-need function takes the returned documents in rank order, best first, and gives a float in [0, 1].
Arrays may be empty (a need without an answer): the value is then 0.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CONFIDENCE = 0.95
# Bounds the memory of one resampling step to some 32 MB however many needs there are.
_DRAWS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Interval:
    """Mean of n values with the bounds of its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class PairedTest:
    """Mean of a − b over n needs, its 95 % bootstrap interval, and the two-sided p value of “no difference”."""

    difference: float
    low: float
    high: float
    p: float
    n: int


def gain_exponential(grades: NDArray[np.int64]) -> Floats:
    """2^grade − 1, shape kept. Source: Burges et al., ICML 2005, §4."""
    return np.exp2(np.asarray(grades, dtype=np.float64)) - 1.0


def gain_linear(grades: NDArray[np.int64]) -> Floats:
    """The grade itself, shape kept; the gain of trec_eval."""
    return np.asarray(grades, dtype=np.float64)


def ndcg(gains: Floats, ideal_gains: Floats, k: int) -> float:
    """Normalised discounted cumulative gain at k; 0.0 if nothing has a gain.

    gains: (n,) gain of each returned document in rank order, 0 for an unjudged one.
    ideal_gains: (m,) gains of all judged documents of the need, in any order.
    Source: Järvelin & Kekäläinen, TOIS 2002, with the discount log2(rank + 1) of trec_eval.
    """
    ideal = _discounted_sum(np.sort(np.asarray(ideal_gains, dtype=np.float64))[::-1], k)
    return _discounted_sum(np.asarray(gains, dtype=np.float64), k) / ideal if ideal > 0 else 0.0


def recall(is_relevant: Bools, relevant_count: int, k: int) -> float:
    """Share of the need's relevant documents found among the first k; 0.0 if it has none.

    is_relevant: (n,) in rank order. relevant_count: relevant documents of the need, returned or not.
    """
    return float(np.count_nonzero(is_relevant[:k])) / relevant_count if relevant_count else 0.0


def reciprocal_rank(is_relevant: Bools, k: int) -> float:
    """1 / rank of the first relevant document among the first k, 0.0 if there is none. is_relevant: (n,)."""
    found = np.flatnonzero(is_relevant[:k])
    return 1.0 / float(found[0] + 1) if found.size else 0.0


def unjudged_share(is_judged: Bools, k: int) -> float:
    """Share of the documents actually shown among the first k that nobody graded; 0.0 if none is shown.

    is_judged: (n,) in rank order. The divisor is min(n, k): a short list is not “judged” where it shows nothing.
    """
    shown = is_judged[:k]
    return 1.0 - float(np.count_nonzero(shown)) / shown.size if shown.size else 0.0


def bootstrap_interval(values: Floats, *, samples: int = 2000, seed: int) -> Interval:
    """Mean and 95 % percentile interval over needs.

    values: (n,) one per need; n ≥ 1, else ValueError. The same values, samples and seed give the same interval.
    Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, §13.3.
    """
    values = _one_per_need(values)
    low, high = _bounds(_resampled_means(values, samples, seed))
    return Interval(mean=float(values.mean()), low=low, high=high, n=values.size)


def paired_test(a: Floats, b: Floats, *, samples: int = 2000, seed: int) -> PairedTest:
    """Paired bootstrap over needs of the mean of a − b; positive means that a is better.

    a, b: (n,) values of the same needs in the same order; n ≥ 1, else ValueError.
    p is two-sided: how often needs drawn from the differences shifted to mean 0 give a mean at least as far from 0
    as the observed one, with the observed one counted in (never 0). No difference anywhere gives p = 1.
    Source: Efron & Tibshirani 1993, §16.4.
    """
    first, second = _one_per_need(a), _one_per_need(b)
    if first.shape != second.shape:
        raise ValueError(f"paired values differ in length: {first.size} and {second.size}")
    differences = first - second
    observed = float(differences.mean())
    means = _resampled_means(differences, samples, seed)
    # Sums in another order differ in the last bits; without the slack an exact tie would count by chance.
    slack = 1e-12 * max(1.0, float(np.abs(differences).max()))
    as_far = np.count_nonzero(np.abs(means - observed) >= abs(observed) - slack)
    low, high = _bounds(means)
    return PairedTest(difference=observed, low=low, high=high, p=float(1 + as_far) / (1 + samples), n=first.size)


def _discounted_sum(gains: Floats, k: int) -> float:
    top = gains[:k]
    return float(top @ (1.0 / np.log2(np.arange(2, top.size + 2))))


def _one_per_need(values: Floats) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"one value per need expected, at least one; got shape {array.shape}")
    return array


def _resampled_means(values: Floats, samples: int, seed: int) -> Floats:
    """(samples,) means of n values drawn with replacement."""
    return np.concatenate([values[draw].mean(axis=1) for draw in _draws(values.size, samples, seed)])


def _draws(n: int, samples: int, seed: int) -> Iterator[NDArray[np.int64]]:
    generator = np.random.default_rng(seed)
    step = max(1, _DRAWS_AT_ONCE // n)
    for start in range(0, samples, step):
        yield generator.integers(0, n, size=(min(step, samples - start), n))


def _bounds(means: Floats) -> tuple[float, float]:
    tail = (1.0 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return float(low), float(high)

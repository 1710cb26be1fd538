"""Metrics: whole values by hand, agreement with pytrec_eval, and what always holds."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

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

grades = st.lists(st.integers(0, 3), max_size=30)
shares = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def bools(*values: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.array(values, dtype=np.bool_)


def floats(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


def test_gains_are_the_grade_or_two_to_its_power_less_one() -> None:
    graded = np.array([0, 1, 2, 3])

    assert gain_linear(graded).tolist() == [0.0, 1.0, 2.0, 3.0]
    assert gain_exponential(graded).tolist() == [0.0, 1.0, 3.0, 7.0]


def test_ndcg_of_a_case_calculated_by_hand() -> None:
    # Ranks 1–3 earn 1, 0, 7; the best order of all judged documents is 7, 3, 1, 0.
    found = 1 + 7 / 2
    best = 7 + 3 / math.log2(3) + 1 / 2

    value = ndcg(floats(1, 0, 7), floats(0, 1, 3, 7), k=10)

    assert value == pytest.approx(found / best, abs=1e-12)


def test_ndcg_counts_only_the_first_k_in_both_lists() -> None:
    assert ndcg(floats(0, 1), floats(1, 1, 1), k=1) == 0.0
    assert ndcg(floats(1, 0), floats(1, 1, 1), k=1) == 1.0


@pytest.mark.parametrize(("gains", "ideal"), [((), (1.0,)), ((0.0, 0.0), (0.0,)), ((), ()), ((0.0,), ())])
def test_ndcg_is_zero_where_nothing_is_found_or_nothing_is_relevant(
    gains: tuple[float, ...], ideal: tuple[float, ...]
) -> None:
    assert ndcg(floats(*gains), floats(*ideal), k=10) == 0.0


def test_recall_divides_by_all_relevant_documents_not_by_those_returned() -> None:
    assert recall(bools(1, 0, 1, 1), 5, k=3) == 0.4
    assert recall(bools(), 5, k=3) == 0.0
    assert recall(bools(0), 0, k=3) == 0.0


def test_reciprocal_rank_looks_at_the_first_relevant_document_within_k() -> None:
    assert reciprocal_rank(bools(0, 0, 1, 1), k=10) == 1 / 3
    assert reciprocal_rank(bools(0, 0, 1), k=2) == 0.0
    assert reciprocal_rank(bools(), k=10) == 0.0


def test_the_unjudged_share_is_of_the_documents_shown() -> None:
    assert unjudged_share(bools(1, 0, 0, 1), k=10) == 0.5
    assert unjudged_share(bools(1, 0, 0, 0), k=2) == 0.5
    assert unjudged_share(bools(), k=10) == 0.0


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=30), st.integers(1, 3), st.randoms())
def test_ndcg_recall_and_reciprocal_rank_agree_with_pytrec_eval(
    judged: list[tuple[int, bool]], level: int, random: Random
) -> None:
    qrels = {f"d{n:02}": grade for n, (grade, _) in enumerate(judged)}
    returned = [f"d{n:02}" for n, (_, is_returned) in enumerate(judged) if is_returned] + ["x1", "x2"]
    random.shuffle(returned)
    run = {document: float(len(returned) - rank) for rank, document in enumerate(returned)}
    measures = {"ndcg_cut.10", "recall.20", "recip_rank"}

    theirs = pytrec_eval.RelevanceEvaluator({"q": qrels}, measures, relevance_level=level).evaluate({"q": run})["q"]
    ranked = np.array([qrels.get(document, 0) for document in returned])
    relevant = ranked >= level
    ours = {
        "ndcg_cut_10": ndcg(gain_linear(ranked), gain_linear(np.array(list(qrels.values()))), 10),
        "recall_20": recall(relevant, sum(grade >= level for grade in qrels.values()), 20),
        "recip_rank": reciprocal_rank(relevant, len(returned)),
    }

    assert ours == pytest.approx(theirs, abs=1e-9)


@given(grades, grades, st.integers(1, 20))
def test_ndcg_is_a_share_and_the_best_order_reaches_one(returned: list[int], rest: list[int], k: int) -> None:
    ideal = gain_exponential(np.array(returned + rest))
    best = np.sort(ideal)[::-1]

    value = ndcg(gain_exponential(np.array(returned)), ideal, k)

    assert 0.0 <= value <= 1.0 + 1e-12
    assert ndcg(best, ideal, k) == pytest.approx(1.0 if best.any() else 0.0)


@given(grades, st.integers(0, 28))
def test_swapping_a_better_document_upwards_never_lowers_ndcg(returned: list[int], place: int) -> None:
    gains = gain_exponential(np.array(returned))
    swapped = gains.copy()
    if place + 1 < gains.size and gains[place] < gains[place + 1]:
        swapped[[place, place + 1]] = swapped[[place + 1, place]]

    assert ndcg(swapped, gains, 10) >= ndcg(gains, gains, 10) - 1e-12


def test_the_interval_of_equal_values_is_that_value() -> None:
    assert bootstrap_interval(floats(0.25, 0.25, 0.25), seed=1) == Interval(mean=0.25, low=0.25, high=0.25, n=3)


def test_the_interval_has_the_width_that_the_standard_error_predicts() -> None:
    values = np.random.default_rng(3).normal(size=400)

    interval = bootstrap_interval(values, seed=1)

    half = 1.96 * float(values.std()) / 20
    assert (interval.mean - interval.low, interval.high - interval.mean) == pytest.approx((half, half), rel=0.1)


@given(shares)
def test_an_interval_lies_within_the_values_and_is_the_same_each_time(values: list[float]) -> None:
    interval = bootstrap_interval(np.array(values), samples=50, seed=7)

    assert min(values) - 1e-9 <= interval.low <= interval.high <= max(values) + 1e-9
    assert interval == bootstrap_interval(np.array(values), samples=50, seed=7)


def test_resampling_in_steps_keeps_memory_bounded_and_covers_all_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.metrics._DRAWS_AT_ONCE", 100)
    values = np.random.default_rng(3).random(40)

    interval = bootstrap_interval(values, samples=501, seed=1)

    assert interval.low < interval.mean < interval.high


def test_a_run_does_not_differ_from_itself() -> None:
    values = floats(0.1, 0.5, 0.9)

    assert paired_test(values, values, seed=1) == PairedTest(difference=0.0, low=0.0, high=0.0, p=1.0, n=3)


def test_the_same_gain_on_every_need_is_as_certain_as_the_samples_allow() -> None:
    test = paired_test(floats(0.5, 0.75, 1.0), floats(0.25, 0.5, 0.75), samples=99, seed=1)

    assert test == PairedTest(difference=0.25, low=0.25, high=0.25, p=0.01, n=3)


def test_the_p_value_agrees_with_the_normal_approximation() -> None:
    generator = np.random.default_rng(5)
    b = generator.random(300)
    a = b + generator.normal(0.02, 0.2, size=300)
    z = float((a - b).mean() / ((a - b).std() / math.sqrt(300)))

    test = paired_test(a, b, samples=5000, seed=1)

    assert test.p == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), abs=0.02)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30))
def test_exchanging_two_runs_only_changes_the_sign(pairs: list[tuple[float, float]]) -> None:
    a, b = floats(*(x for x, _ in pairs)), floats(*(y for _, y in pairs))

    forward, backward = paired_test(a, b, samples=60, seed=2), paired_test(b, a, samples=60, seed=2)

    assert (backward.difference, backward.p) == (-forward.difference, forward.p)
    assert (backward.low, backward.high) == pytest.approx((-forward.high, -forward.low), abs=1e-12)


def test_statistics_of_nothing_or_of_unequal_lists_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        bootstrap_interval(floats(), seed=1)
    with pytest.raises(ValueError, match="differ in length: 1 and 2"):
        paired_test(floats(1), floats(1, 2), seed=1)

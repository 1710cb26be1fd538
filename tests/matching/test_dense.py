"""Dense search: exact is exact under every mask, and the quantised index loses almost nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.dense import DenseIndex


def unit(vectors: np.ndarray) -> np.ndarray:
    found: np.ndarray = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return found


def brute_force(vectors: np.ndarray, vector: np.ndarray, k: int, eligible: np.ndarray) -> np.ndarray:
    """Rows of the best k eligible, by product to six decimals, then by row."""
    rows = np.flatnonzero(eligible)
    products = vectors[rows].astype(np.float64) @ vector.astype(np.float64)
    return rows[np.lexsort((rows, -np.round(products, 6)))[:k]]


# Quarters: products of such vectors are exact in float32, so that ties are ties.
grids = st.integers(1, 60).flatmap(
    lambda n: st.lists(st.lists(st.integers(-4, 4), min_size=4, max_size=4), min_size=n, max_size=n)
)


@given(grids, st.lists(st.integers(-4, 4), min_size=4, max_size=4), st.integers(1, 70), st.data())
def test_exact_search_equals_brute_force_under_any_mask(
    grid: list[list[int]], asked: list[int], k: int, data: st.DataObject
) -> None:
    vectors, vector = np.array(grid, np.float32) / 4, np.array(asked, np.float32) / 4
    eligible = np.array(data.draw(st.lists(st.booleans(), min_size=len(grid), max_size=len(grid))))

    rows, products = DenseIndex(vectors).search(vector, k, eligible)

    assert rows.tolist() == brute_force(vectors, vector, k, eligible).tolist()
    assert np.array_equal(products, vectors[rows] @ vector)
    assert len(rows) == min(k, eligible.sum())


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.02, 0.3, 0.9, 1.0]), st.booleans())
def test_an_ineligible_row_is_never_returned_and_no_place_is_wasted(seed: int, share: float, exact: bool) -> None:
    random = np.random.default_rng(seed)
    vectors = unit(random.normal(size=(300, 16)))
    eligible = random.random(300) < share

    rows, products = DenseIndex(vectors, exact_limit=300 if exact else 1).search(vectors[0], 40, eligible)

    assert eligible[rows].all()
    assert len(rows) == len(set(rows.tolist())) == min(40, eligible.sum())
    assert (np.diff(products) <= 0).all()


@pytest.mark.parametrize("size", [7, 13, 101, 1003])
def test_equal_vectors_have_equal_products_and_stand_by_row(size: int) -> None:
    random = np.random.default_rng(size)
    vectors = np.repeat(unit(random.normal(size=(1, 384))), size, axis=0)

    rows, products = DenseIndex(vectors).search(random.normal(size=384).astype(np.float32), size)

    assert rows.tolist() == list(range(size))
    assert len(set(products.tolist())) == 1


def test_an_empty_index_finds_nothing() -> None:
    rows, products = DenseIndex(np.zeros((0, 16), np.float32)).search(np.ones(16, np.float32), 5)

    assert (rows.tolist(), products.tolist()) == ([], [])


@pytest.fixture(scope="module")
def clustered(full_size: bool) -> tuple[np.ndarray, np.ndarray]:
    """(n, d) items and (50, d) needs in narrow clusters, as texts of one field are."""
    n, d = (200_000, 384) if full_size else (20_000, 64)
    random = np.random.default_rng(7)
    centres = unit(random.normal(size=(n // 200, d)))
    vectors = np.empty((n, d), np.float32)
    for at in range(0, n, 10_000):
        block = centres[random.integers(len(centres), size=10_000)]
        vectors[at : at + 10_000] = unit(block + 0.5 / np.sqrt(d) * random.normal(size=block.shape))
    needs = unit(vectors[random.choice(n, 50, replace=False)] + 0.5 / np.sqrt(d) * random.normal(size=(50, d)))
    return vectors, needs


@pytest.fixture(scope="module")
def quantised(clustered: tuple[np.ndarray, np.ndarray]) -> DenseIndex:
    return DenseIndex(clustered[0], exact_limit=1, threads=2)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 1.0])
def test_the_quantised_index_recalls_99_of_100_also_under_filters(
    share: float, clustered: tuple[np.ndarray, np.ndarray], quantised: DenseIndex
) -> None:
    vectors, needs = clustered
    eligible = np.random.default_rng(3).random(len(vectors)) < share
    recalls = []

    for need in needs:
        rows, _ = quantised.search(need, 100, eligible if share < 1 else None)
        best = np.flatnonzero(eligible)[np.argsort(-(vectors[eligible] @ need), kind="stable")[:100]]
        assert eligible[rows].all()
        recalls.append(len(set(rows.tolist()) & set(best.tolist())) / 100)

    assert not quantised.exact
    assert np.mean(recalls) >= 0.99


def test_equal_vectors_give_an_equal_quantised_index(
    clustered: tuple[np.ndarray, np.ndarray], quantised: DenseIndex
) -> None:
    vectors, needs = clustered
    again = DenseIndex(vectors.copy(), exact_limit=1, threads=2)

    for need in needs[:20]:
        rows, products = quantised.search(need, 100)
        rows_again, products_again = again.search(need, 100)
        assert np.array_equal(rows, rows_again)
        assert np.array_equal(products, products_again)

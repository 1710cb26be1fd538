"""Rankers to compare with: what incumbents run, single signals, plain aggregations and plain fusions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from scipy import sparse

from matching.need import readings
from matching.passages import passages
from matching.quality.study import Scorer, Study
from matching.scoring import passage_rows

# (need number) → (m,) score of every passage.
PassageScorer = Callable[[int], np.ndarray]
Tokens = Callable[[str], Sequence[str]]

_K1, _B = 1.2, 0.75
_RRF_K = 60
FEW_DOCUMENTS = 8


def bigrams(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1) if not text[at : at + 2].isspace()]


def passage_texts(study: Study) -> list[str]:
    return [passage.joined for document in study.index.store for passage in passages(document)]


def need_text(study: Study, need: int) -> str:
    """The whole need as a search copy."""
    return readings(study.judged.queries[need])[0][1]


def bm25(study: Study, tokens: Tokens) -> PassageScorer:
    """Okapi BM25 over all passages. Source: Robertson & Zaragoza 2009, eq. 3.15, k1 = 1.2, b = 0.75."""
    counters = [Counter(tokens(text)) for text in passage_texts(study)]
    columns = {term: at for at, term in enumerate(dict.fromkeys(term for counter in counters for term in counter))}
    lengths = np.array([sum(counter.values()) for counter in counters], np.float64)
    indptr = np.cumsum([0, *(len(counter) for counter in counters)])
    indices = np.fromiter((columns[term] for counter in counters for term in counter), np.int64)
    counts = np.fromiter((count for counter in counters for count in counter.values()), np.float64)
    saturation = np.repeat(_K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1e-9)), np.diff(indptr))
    df = np.bincount(indices, minlength=len(columns))
    idf = np.log(1 + (len(counters) - df + 0.5) / (df + 0.5))
    weights = sparse.csr_array(
        (counts * (_K1 + 1) / (counts + saturation) * idf[indices], indices, indptr),
        shape=(len(counters), len(columns)),
    )
    postings = sparse.csr_array(weights.T)

    def score(need: int) -> np.ndarray:
        asked = Counter(token for token in tokens(need_text(study, need)) if token in columns)
        if not asked:
            return np.zeros(len(counters))
        rows = np.array([columns[token] for token in asked])
        return np.asarray(postings[rows].T @ np.array(list(asked.values()), np.float64))

    return score


def longest_common_substring(study: Study) -> Scorer:
    """Length of the longest run of characters that the need's title shares with any passage of the party."""
    texts = passage_texts(study)

    def score(need: int, rows: np.ndarray) -> np.ndarray:
        title = readings(study.judged.queries[need])[0][0]
        found = passage_rows(study.index, rows)
        lengths = np.array([_common(title, texts[row]) for row in found], np.float64)
        return np.maximum.reduceat(lengths, np.searchsorted(found, study.index.starts[rows]))

    return score


def _common(title: str, text: str) -> int:
    """Longest n for which some n-gram of the title stands in the text."""
    longest = 0
    for start in range(len(title)):
        while start + longest < len(title) and title[start : start + longest + 1] in text:
            longest += 1
    return longest


def meaning(study: Study, *, title: float = 0.0) -> PassageScorer:
    """Cosine with the whole need, or a mixture with the title's."""
    vectors = study.index.vectors

    def score(need: int) -> np.ndarray:
        view = study.views[need][0]
        return np.asarray(vectors @ ((1 - title) * view.full + title * view.title))

    return score


def words(study: Study) -> PassageScorer:
    return lambda need: study.views[need][0].words.all()


def z_mixed(first: PassageScorer, second: PassageScorer, share: float) -> PassageScorer:
    """share · z(first) + (1 − share) · z(second), z per need over all passages."""

    @cache
    def score(need: int) -> np.ndarray:
        return np.asarray(share * _z(first(need)) + (1 - share) * _z(second(need)))

    return score


def _z(values: np.ndarray) -> np.ndarray:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9))


def reciprocal_rank_fusion(first: PassageScorer, second: PassageScorer) -> PassageScorer:
    """Σ 1 / (60 + rank). Source: Cormack et al., SIGIR 2009."""

    def score(need: int) -> np.ndarray:
        total = np.zeros(len(first(need)))
        for scorer in (first, second):
            values = scorer(need)
            order = np.lexsort((np.arange(len(values)), -values))
            total[order] += 1 / (_RRF_K + 1 + np.arange(len(values)))
        return total

    return score


def folded(study: Study, scorer: PassageScorer, how: str) -> Scorer:
    """Passages into parties. how: "max", "mean", "best 2", "best half" (of at most 8)."""
    index = study.index

    def score(need: int, rows: np.ndarray) -> np.ndarray:
        values = scorer(need)
        return np.array([_fold(values[index.starts[row] : index.starts[row + 1]], how) for row in rows])

    return score


def _fold(values: np.ndarray, how: str) -> float:
    falling = -np.sort(-values)
    taken = {"max": 1, "mean": len(falling), "best 2": 2, "best half": min(-(-len(falling) // 2), FEW_DOCUMENTS)}[how]
    return float(falling[:taken].mean())

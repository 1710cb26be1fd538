"""The ablation: every ranker of the comparison over every judged set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict

from matching.parameters import Fusion, fusion
from matching.quality import baselines
from matching.quality.study import Scorer, Study
from matching.text.terms import words

# Set by hand in the field's literature before anything was measured here; the plain hybrid to beat.
PLAIN_SHARE = 0.7
OURS = "ours"

Ranker = Callable[[Study], Scorer]


def rankers() -> Iterator[tuple[str, Ranker]]:
    """(name, how to make it), from what incumbents run to what ships."""
    yield "longest common substring of the title", baselines.longest_common_substring
    yield "BM25, words (rjieba), max", _passages(lambda study: baselines.bm25(study, words), "max")
    yield "BM25, bigrams, max", _passages(lambda study: baselines.bm25(study, baselines.bigrams), "max")
    for how in ("max", "best 2", "best half", "mean"):
        yield f"lexical cosine, {how}", _passages(baselines.words, how)
    for how in ("max", "best 2", "best half", "mean"):
        yield f"dense centred, whole need, {how}", _passages(baselines.meaning, how)
    yield "dense centred, title, max", _passages(_title, "max")
    for how in ("max", "best half"):
        yield f"RRF of dense and lexical, {how}", _passages(_fused_ranks, how)
        yield f"plain hybrid .7 dense + .3 lexical, z per need, {how}", _passages(_plain, how)
    yield "ours without crowding", _ours(crowding=0.0)
    yield "ours without further items (breadth)", _ours(breadth=0.0)
    yield "ours without the profile as a whole", _ours(profile=0.0)
    yield "ours without words", _ours(words=0.0)
    yield "ours without the title's meaning", _ours(full=fusion().full + fusion().title, title=0.0)
    yield OURS, _ours()


def raw_rankers() -> Iterator[tuple[str, Ranker]]:
    """For a study made with an encoder that does not centre."""
    for how in ("max", "mean"):
        yield f"dense raw, whole need, {how}", _passages(baselines.meaning, how)
    yield "dense raw, title, max", _passages(_title, "max")


def _passages(make: Callable[[Study], baselines.PassageScorer], how: str) -> Ranker:
    return lambda study: baselines.folded(study, make(study), how)


def _ours(**changes: float) -> Ranker:
    recipe = Fusion(**{**asdict(fusion()), **changes})
    return lambda study: study.recipe(recipe)


def _title(study: Study) -> baselines.PassageScorer:
    return baselines.meaning(study, title=1.0)


def _plain(study: Study) -> baselines.PassageScorer:
    return baselines.z_mixed(baselines.meaning(study), baselines.words(study), PLAIN_SHARE)


def _fused_ranks(study: Study) -> baselines.PassageScorer:
    return baselines.reciprocal_rank_fusion(baselines.meaning(study), baselines.words(study))

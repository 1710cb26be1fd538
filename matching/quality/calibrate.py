"""Fitting and judging the calibration: points → probability that a match is useful (grade ≥ 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from matching.parameters import Calibration, sigmoid
from matching.pipeline import band
from matching.quality.study import Scorer, Study
from matching.records import Band

USEFUL = 2
# Chosen on bdci_train for what they must mean to a reader: most of what is called likely should deserve a call.
LIKELY, POSSIBLE = 0.42, 0.27
_BINS = 10


@dataclass(frozen=True)
class Pairs:
    """All judged pairs of a set. needs: (n,) int; points: (n,) float; useful: (n,) bool."""

    needs: np.ndarray
    points: np.ndarray
    useful: np.ndarray

    @classmethod
    def of(cls, study: Study, scorer: Scorer) -> Pairs:
        found = list(study.scored_grades(scorer))
        return cls(
            np.concatenate([np.full(len(points), need) for need, points, _ in found]),
            np.concatenate([points for _, points, _ in found]),
            np.concatenate([grades >= USEFUL for _, _, grades in found]),
        )


@dataclass(frozen=True)
class BandFigures:
    """share: of all pairs; precision: measured share of useful ones, with its 95 % bootstrap interval over needs."""

    band: Band
    pairs: int
    share: float
    precision: float
    low: float
    high: float


@dataclass(frozen=True)
class CalibrationFigures:
    """base_rate: share of useful pairs; brier_skill: 1 − Brier / Brier of the base rate; ece: over ten equal bins."""

    base_rate: float
    brier_skill: float
    ece: float
    bands: tuple[BandFigures, ...]


def fit(points: np.ndarray, useful: np.ndarray) -> Calibration:
    """Maximum likelihood of ceiling · σ(slope · points + intercept), ceiling in (0, 1], slope > 0."""

    def loss(free: np.ndarray) -> float:
        probability = np.clip(_curve(free).probability(points), 1e-9, 1 - 1e-9)
        return -float(np.mean(np.where(useful, np.log(probability), np.log1p(-probability))))

    found = minimize(loss, np.array([0.0, 0.0, -3.0]), method="Nelder-Mead", options={"maxiter": 4_000, "fatol": 1e-9})
    return _curve(found.x)


def _curve(free: np.ndarray) -> Calibration:
    """Unbounded numbers to a calibration; four significant digits, so that the shipped file is readable."""
    ceiling, slope = float(sigmoid(free[0])), float(np.exp(free[1]))
    return Calibration(ceiling, slope, float(free[2]), LIKELY, POSSIBLE)


def out_of_fold(pairs: Pairs, *, folds: int = 5, seed: int = 0) -> np.ndarray:
    """(n,) probabilities, each from a curve fitted on the other folds' needs."""
    needs = np.unique(pairs.needs)
    fold_of = dict(
        zip(np.random.default_rng(seed).permutation(needs).tolist(), np.arange(len(needs)) % folds, strict=True)
    )
    fold = np.array([fold_of[need] for need in pairs.needs.tolist()])
    probability = np.zeros(len(pairs.points))
    for held_out in range(folds):
        mine = fold == held_out
        probability[mine] = fit(pairs.points[~mine], pairs.useful[~mine]).probability(pairs.points[mine])
    return probability


def figures(pairs: Pairs, probability: np.ndarray, curve: Calibration) -> CalibrationFigures:
    """How well probabilities keep their word; bands by the curve's lines."""
    base = float(pairs.useful.mean())
    brier = float(np.mean((probability - pairs.useful) ** 2))
    bins = np.minimum((probability * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(float(probability[bins == b].mean() - pairs.useful[bins == b].mean())) * float(np.mean(bins == b))
        for b in np.unique(bins)
    ]
    named = np.array([band(float(p), curve) for p in probability])
    bands = tuple(_band_figures(pairs, named == b, b) for b in (Band.LIKELY, Band.POSSIBLE, Band.NONE))
    return CalibrationFigures(base, 1 - brier / (base * (1 - base)), sum(gaps), bands)


def _band_figures(pairs: Pairs, mine: np.ndarray, name: Band, *, samples: int = 2_000, seed: int = 0) -> BandFigures:
    needs, place = np.unique(pairs.needs, return_inverse=True)
    hits = np.bincount(place, weights=mine & pairs.useful, minlength=len(needs))
    shown = np.bincount(place, weights=mine, minlength=len(needs))
    draws = np.random.default_rng(seed).integers(0, len(needs), (samples, len(needs)))
    with np.errstate(invalid="ignore"):
        precisions = hits[draws].sum(axis=1) / shown[draws].sum(axis=1)
    low, high = np.nanquantile(precisions, [0.025, 0.975]) if shown.sum() else (0.0, 0.0)
    precision = float(hits.sum() / shown.sum()) if shown.sum() else 0.0
    return BandFigures(name, int(shown.sum()), float(mine.mean()), precision, float(low), float(high))

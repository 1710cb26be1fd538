"""The fitted numbers that ship, with where each comes from (docs/quality.md); no data, only scalars.

``fusion.json`` holds one recipe for all kinds of corpora; ``calibration.json`` one calibration per encoder
fingerprint and mode. Another encoder ranks with the same recipe but shows no bands.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

_FOLDER = Path(__file__).parent
_FUSION, _CALIBRATION = "fusion.json", "calibration.json"


@dataclass(frozen=True)
class Fusion:
    """The ranking recipe; points are standard deviations of a random pair's centred cosine.

    full, title: weights of the whole need's and of its title's meaning; words: points per unit of lexical cosine,
    words_level: what two unrelated texts share; crowding: points per unit of an item's density in the corpus for a
    text of ``full_chars`` and more, none up to ``few_chars``, a share in between, crowding_level: an ordinary density;
    breadth, decay: what the party's next best items add (breadth · decay^k each, never below zero), further_items at
    most; profile: weight of all items taken together; recency_per_year: taken off per year beyond recent_years,
    up to old_years; similarity_sd: of random pairs' centred cosines, the unit of a point.
    """

    full: float
    title: float
    words: float
    words_level: float
    crowding: float
    crowding_level: float
    few_chars: int
    full_chars: int
    breadth: float
    decay: float
    further_items: int
    profile: float
    recency_per_year: float
    recent_years: int
    old_years: int
    similarity_sd: float


@dataclass(frozen=True)
class Calibration:
    """Ranking score → probability of “useful” (grade ≥ 2): ceiling · σ(slope · score + intercept); slope > 0.

    likely, possible: the lines of the two bands, as probabilities.
    """

    ceiling: float
    slope: float
    intercept: float
    likely: float
    possible: float

    def probability(self, score: np.ndarray) -> np.ndarray:
        """score: any shape, float → probabilities of the same shape, strictly rising with the score."""
        return self.ceiling * sigmoid(self.slope * np.asarray(score, np.float64) + self.intercept)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + e^−x) without overflow."""
    return np.exp(-np.logaddexp(0.0, -np.asarray(x, np.float64)))


@cache
def fusion() -> Fusion:
    return Fusion(**_read(_FUSION)["values"])


@cache
def calibration(fingerprint: str) -> Calibration | None:
    """The calibration fitted for this encoder and the dense mode; None if there is none."""
    found = _read(_CALIBRATION)["dense"].get(fingerprint)
    return Calibration(**found["values"]) if found else None


@cache
def digest() -> str:
    """SHA-256 of all of them: equal digests, equal ranking of equal texts by one encoder."""
    return sha256(b"\0".join((_FOLDER / name).read_bytes() for name in (_CALIBRATION, _FUSION))).hexdigest()


def _read(name: str) -> dict[str, Any]:  # parsed JSON, checked by the dataclasses
    content: dict[str, Any] = json.loads((_FOLDER / name).read_text(encoding="utf-8"))
    return content

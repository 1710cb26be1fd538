"""From points to probabilities and bands."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching import parameters
from matching.parameters import Calibration, calibration, sigmoid
from matching.pipeline import band
from matching.records import Band

SHIPPED = Path(parameters.__file__).with_name("calibration.json")
curves = st.builds(
    Calibration,
    ceiling=st.floats(0.3, 1.0),
    slope=st.floats(0.05, 3.0),
    intercept=st.floats(-6.0, 3.0),
    likely=st.floats(0.5, 0.9),
    possible=st.floats(0.05, 0.49),
)


@given(curves, st.lists(st.integers(-700, 700).map(lambda n: n / 100), min_size=2, unique=True))
def test_a_probability_rises_strictly_with_the_points(curve: Calibration, points: list[float]) -> None:
    found = curve.probability(np.sort(points)).tolist()

    assert all(one < other for one, other in pairwise(found))
    assert all(0 < value < curve.ceiling for value in found)


@given(curves, st.floats(0, 1))
def test_a_band_is_where_the_probability_stands_between_the_lines(curve: Calibration, score: float) -> None:
    expected = Band.LIKELY if score >= curve.likely else Band.POSSIBLE if score >= curve.possible else Band.NONE

    assert band(score, curve) is expected
    assert band(score, None) is Band.UNCALIBRATED


def test_the_bands_are_called_as_people_read_them() -> None:
    assert [str(each) for each in Band] == ["很可能合适", "可能合适", "暂无合适", "未校准"]


def test_far_points_overflow_nothing() -> None:
    assert sigmoid(np.array([-1e6, 0.0, 1e6])).tolist() == [0.0, 0.5, 1.0]


def test_every_shipped_calibration_is_usable() -> None:
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))["dense"]

    for fingerprint in shipped:
        curve = calibration(fingerprint)
        assert curve is not None
        assert 0 < curve.ceiling <= 1
        assert curve.slope > 0
        assert 0 < curve.possible < curve.likely < 1


def test_an_unknown_encoder_has_no_calibration() -> None:
    assert calibration("0123456789abcdef") is None
    assert calibration("keyword") is None

"""What was reached must not be lost. Floors lie a little below the figures of docs/quality.md."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from matching.encoder import open_encoder
from matching.encoder.sentence import SentenceEncoder
from matching.metrics import paired_test
from matching.parameters import Calibration, calibration, fusion
from matching.quality import calibrate, own
from matching.quality.baselines import folded, words
from matching.quality.sets import load_shared
from matching.quality.study import Study
from matching.settings import MatchingSettings


@cache
def _encoder() -> SentenceEncoder:
    encoder = open_encoder(MatchingSettings.from_env())
    assert encoder is not None
    return encoder


@cache
def _study(name: str) -> Study:
    return Study.of(load_shared(name), _encoder())


@pytest.mark.needs_data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "floor"), [("bdci_train", 0.680), ("experts_dev", 0.590), ("teams_dev", 0.360), ("csl_dev", 0.985)]
)
def test_the_shipped_recipe_keeps_what_it_reached(shared_data: object, name: str, floor: float) -> None:
    study = _study(name)

    reached = study.values(study.recipe(fusion())).mean()

    assert reached >= floor


@pytest.mark.needs_data
@pytest.mark.slow
def test_the_shipped_recipe_beats_words_alone_on_real_needs(shared_data: object) -> None:
    study = _study("bdci_train")

    test = paired_test(study.values(study.recipe(fusion())), study.values(folded(study, words(study), "max")), seed=1)

    assert test.low > 0


@pytest.mark.needs_data
@pytest.mark.slow
def test_probabilities_keep_their_word_out_of_fold(shared_data: object) -> None:
    study = _study("bdci_train")
    pairs = calibrate.Pairs.of(study, study.recipe(fusion()))
    curve = calibration(_encoder().fingerprint)
    assert curve is not None

    found = calibrate.figures(pairs, calibrate.out_of_fold(pairs), curve)

    assert found.brier_skill > 0.10
    assert found.ece <= 0.08
    precisions = [band.precision for band in found.bands]
    assert precisions == sorted(precisions, reverse=True)


def test_a_constant_probability_has_no_skill() -> None:
    useful = np.arange(100) % 5 == 0
    pairs = calibrate.Pairs(np.arange(100) % 10, np.zeros(100), useful)
    curve = Calibration(0.5, 1.0, 0.0, 0.4, 0.2)

    found = calibrate.figures(pairs, np.full(100, useful.mean()), curve)

    assert found.brier_skill == pytest.approx(0.0)


def test_the_fitted_curve_finds_a_known_one_again() -> None:
    truth = Calibration(0.6, 0.9, -3.0, 0.4, 0.2)
    generator = np.random.default_rng(0)
    points = generator.normal(2, 2, 40_000)
    useful = generator.random(40_000) < truth.probability(points)

    fitted = calibrate.fit(points, useful)

    grid = np.linspace(-2, 6, 9)
    assert np.abs(fitted.probability(grid) - truth.probability(grid)).max() < 0.02


def test_demo_needs_find_their_parties() -> None:
    study = Study.of(own.demo_set(), _encoder())

    reached = study.values(study.recipe(fusion())).mean()

    assert reached >= 0.62


def test_no_good_match_is_said_of_unanswerable_needs_and_seldom_of_others() -> None:
    found = own.honesty(own.own_index(_encoder()), _encoder())

    assert found.unanswerable >= 30
    assert found.rightly / found.unanswerable >= 0.5
    assert found.wrongly / found.answerable <= 0.3

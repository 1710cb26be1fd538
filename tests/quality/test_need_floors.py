"""Needs, real and invented, keep finding their parties, and probabilities their word."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from matching.encoder.sentence import SentenceEncoder
from matching.metrics import paired_test
from matching.parameters import Calibration, calibration, fusion
from matching.quality import calibrate, own
from matching.quality.baselines import folded, words
from matching.quality.study import Study
from tests.quality.floors import reached


@pytest.fixture(scope="session")
def study(study_of: Callable[[str], Study]) -> Study:
    """Of real needs."""
    return study_of("bdci_train")


@pytest.mark.needs_data
@pytest.mark.slow
def test_the_shipped_recipe_keeps_what_it_reached_for_real_needs(study: Study) -> None:
    assert reached(study) >= 0.680


@pytest.mark.needs_data
@pytest.mark.slow
def test_the_shipped_recipe_beats_words_alone_on_real_needs(study: Study) -> None:
    test = paired_test(study.values(study.recipe(fusion())), study.values(folded(study, words(study), "max")), seed=1)

    assert test.low > 0


@pytest.mark.needs_data
@pytest.mark.slow
def test_probabilities_keep_their_word_out_of_fold(study: Study, encoder: SentenceEncoder) -> None:
    pairs = calibrate.Pairs.of(study, study.recipe(fusion()))
    curve = calibration(encoder.fingerprint)
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


def test_demo_needs_find_their_parties(encoder: SentenceEncoder) -> None:
    assert reached(Study.of(own.demo_set(), encoder)) >= 0.62


def test_no_good_match_is_said_of_unanswerable_needs_and_seldom_of_others(encoder: SentenceEncoder) -> None:
    found = own.honesty(own.own_index(encoder), encoder)

    assert found.unanswerable >= 30
    assert found.rightly / found.unanswerable >= 0.5
    assert found.wrongly / found.answerable <= 0.3

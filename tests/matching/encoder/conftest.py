"""The bundled model, prepared once for all tests of a machine, and real texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from matching.encoder.prepare import prepare
from matching.encoder.sentence import SentenceEncoder
from matching.settings import MatchingSettings
from tests.matching.encoder.support import ROOT, opened


@pytest.fixture(scope="session")
def settings() -> MatchingSettings:
    """KC_DATA_DIR is honoured; otherwise var/ of the repository, wherever pytest was started."""
    found = MatchingSettings.from_env({})
    data_dir = MatchingSettings.from_env().data_dir
    return replace(found, data_dir=ROOT / data_dir)


@pytest.fixture(scope="session")
def model_folder(settings: MatchingSettings) -> Path:
    return prepare(settings, progress=False)


@pytest.fixture(scope="session")
def encoder(settings: MatchingSettings, model_folder: Path) -> SentenceEncoder:
    return opened(settings)

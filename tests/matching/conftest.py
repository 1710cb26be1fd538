"""The bundled encoder, opened once for all tests that rank with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from matching.encoder import Encoder, open_encoder
from matching.encoder.prepare import prepare
from matching.settings import MatchingSettings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def bundled() -> Encoder:
    """KC_DATA_DIR is honoured; otherwise var/ of the repository, wherever pytest was started."""
    settings = replace(MatchingSettings.from_env({}), data_dir=ROOT / MatchingSettings.from_env().data_dir)
    prepare(settings)
    encoder = open_encoder(settings)
    assert encoder is not None
    return encoder

from __future__ import annotations

from pathlib import Path

from matching.encoder import open_encoder
from matching.encoder.sentence import SentenceEncoder
from matching.settings import MatchingSettings

ROOT = Path(__file__).resolve().parents[3]


def opened(settings: MatchingSettings) -> SentenceEncoder:
    """open_encoder without a bar, for settings that have a model."""
    found = open_encoder(settings)
    assert found is not None
    return found

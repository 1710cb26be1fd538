from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from matching.encoder import open_encoder
from matching.encoder.sentence import SentenceEncoder
from matching.quality.sets import load_shared
from matching.quality.study import Study
from matching.settings import MatchingSettings


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    found = open_encoder(MatchingSettings.from_env())
    assert found is not None
    return found


@pytest.fixture(scope="session")
def study_of(shared_data: object, encoder: SentenceEncoder) -> Callable[[str], Study]:
    """Of a shared set, by its name; each is read and encoded once."""
    return cache(lambda name: Study.of(load_shared(name), encoder))

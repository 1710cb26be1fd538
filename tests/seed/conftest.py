"""A small demo world, made by the code that makes the large one; ranked by words, as the model has tests of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from seed.demo import make
from seed.world.besides import PUBLICITY
from seed.world.build import Scale
from service.clock import stopped_at
from service.services import Services
from service.settings import Settings
from tests.service.conftest import MONDAY

BY_WORDS = {"KC_ENCODER": "keyword"}
SMALL = Scale(experts=120, needs=62, squads=6, achievements=16)


def opened(folder: Path) -> Services:
    return Services.of(Settings(data_dir=folder, database_url="", demo=True, approval_kinds=(PUBLICITY,)))


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "world"
    with stopped_at(MONDAY):
        assert make(folder, BY_WORDS, SMALL)
    return folder


@pytest.fixture(scope="session")
def demo(demo_folder: Path) -> Iterator[Services]:
    """To be read only."""
    services = opened(demo_folder)
    yield services
    services.database.dispose()

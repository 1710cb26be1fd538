from __future__ import annotations

import pytest

from tests.service.ties.support import Company, both
from tests.service.world import World


@pytest.fixture
def companies(world: World) -> tuple[Company, Company]:
    return both(world)

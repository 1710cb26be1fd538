"""A need that is being served, in the small world."""

from __future__ import annotations

import pytest

from tests.service.consultations.steps import Served, a_served_need
from tests.service.world import World


@pytest.fixture
def served(world: World) -> Served:
    return a_served_need(world)

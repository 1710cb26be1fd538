from __future__ import annotations

from datetime import datetime

import pytest

from service.services import Services
from tests.service.world import World, a_world


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return a_world(services)

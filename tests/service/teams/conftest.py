from __future__ import annotations

from datetime import datetime

import pytest

from service.services import Services
from tests.service.team_steps import a_world_of_teams
from tests.service.world import World


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    """The small world with two societies and their experts."""
    return a_world_of_teams(services)

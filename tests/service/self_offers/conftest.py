from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from service.services import Services
from service.worker import Worker
from tests.service.match_steps import ranking_by_words
from tests.service.team_steps import a_world_of_teams
from tests.service.world import World


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    """The small world with two societies and their experts."""
    return a_world_of_teams(services)


@pytest.fixture
def worker(world: World, tmp_path: Path) -> Worker:
    return ranking_by_words(world, tmp_path)

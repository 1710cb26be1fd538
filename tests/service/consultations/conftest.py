"""A need that is being served, in the small world; by a team, in the world of teams."""

from __future__ import annotations

from datetime import datetime

import pytest

from service.services import Services
from tests.service.consultations.member_steps import Team, served_by_team
from tests.service.consultations.steps import Served, a_served_need
from tests.service.team_steps import a_world_of_teams
from tests.service.world import World


@pytest.fixture
def served(world: World) -> Served:
    return a_served_need(world)


@pytest.fixture
def team(services: Services, monday: datetime) -> Team:
    return served_by_team(a_world_of_teams(services))

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from service.passwords import Cost, Keeper, kept_by
from service.services import Services
from tests.service.world import World, a_world


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return a_world(services)


@pytest.fixture(autouse=True)
def cheap_passwords() -> Iterator[None]:
    with kept_by(Keeper(Cost(memory_kib=8, rounds=1, lanes=1))):
        yield

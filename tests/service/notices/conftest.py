"""The small world with a mail server that it may use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from service.services import Services
from service.worker import Worker
from tests.service.match_steps import ranking_by_words
from tests.service.notices.postbox import Postbox, a_free_port, mail_through, open_at
from tests.service.world import World, a_world


@pytest.fixture
def port() -> int:
    return a_free_port()


@pytest.fixture
def world(services: Services, monday: datetime, port: int) -> World:
    settings = services.settings.model_copy(update={"mail": mail_through(port), "public_url": "https://kc.example.cn"})
    return a_world(replace(services, settings=settings))


@pytest.fixture
def postbox(port: int) -> Iterator[Postbox]:
    found = Postbox()
    with open_at(found, port):
        yield found


@pytest.fixture
def worker(world: World, tmp_path: Path) -> Worker:
    return ranking_by_words(world, tmp_path)

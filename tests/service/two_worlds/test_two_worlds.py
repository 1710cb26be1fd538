"""Two worlds that differ only in what strangers must not know: to strangers they are the same, byte for byte.

No list of what to look for is needed, so leaks are found that nobody thought of.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from service.api.dependencies import current_actor
from service.api.routing import route_policies
from service.app import create_api
from service.clock import stopped_at
from service.migrations.run import upgrade
from service.models import base
from service.services import Services
from service.settings import Settings
from tests.service.conftest import MONDAY
from tests.service.matrix.people import Matrix, a_matrix
from tests.service.matrix.test_matrix import tries
from tests.service.world import World, a_world

# They see needs as everybody does: none of them owns, handles, is invited to or looks after anything here.
STRANGERS = ("passer_by", "other_company", "other_expert", "clerk_elsewhere", "officer")
# Differ between two runs of the same program.
_VARIES = ("date", "x-request-id")
# Says how full the disk is, and how old the newest job.
_OF_THE_MACHINE = ("/readyz",)
Answers = dict[tuple[str, str, str], tuple[int, dict[str, str], bytes]]


def told(folder: Path, kept_back: str) -> Answers:
    """Every answer to every GET of every stranger."""
    services = Services.of(Settings(data_dir=folder))
    upgrade(services.database)
    with stopped_at(MONDAY):
        world = a_world(services)
        found = _crawl(world, a_matrix(world, folder, kept_back))
    services.database.dispose()
    return found


def _crawl(world: World, matrix: Matrix) -> Answers:
    app = create_api(world.services)
    client = TestClient(app, base_url="https://kc.example")
    found: Answers = {}
    for column in STRANGERS:
        app.dependency_overrides[current_actor] = lambda column=column: matrix.actors[column]
        for route in route_policies(app):
            if "GET" not in route.methods or route.path in _OF_THE_MACHINE:
                continue
            for probe in tries("GET", route.path, (world, matrix)):
                answer = client.get(probe.path)
                headers = {name: value for name, value in answer.headers.items() if name not in _VARIES}
                found[(column, probe.path, probe.row[2])] = (answer.status_code, headers, answer.content)
    return found


def test_what_strangers_must_not_know_changes_nothing_they_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = []
    for number, kept_back in enumerate(("", "镁锂比 60、进料口漏液、去年停产二十天，报价三百万元")):
        numbers = itertools.count(1)
        monkeypatch.setattr(
            base, "secrets", SimpleNamespace(token_hex=lambda size, numbers=numbers: f"{next(numbers):0{2 * size}x}")
        )
        answers.append(told(tmp_path / str(number), kept_back))

    first, second = answers
    differing = {key: (first[key][2], second[key][2]) for key in first if first[key] != second.get(key)}

    assert set(first) == set(second)
    assert differing == {}
    assert sum(status == 200 for status, _, _ in first.values()) > 100

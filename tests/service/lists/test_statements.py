"""However much there is, a list is read with as many statements: for every route that only reads, and everybody.

What a list shows of each row must come with the rows, or for all of them at once.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from service.api.dependencies import current_actor
from service.api.routing import route_policies
from service.app import create_api
from service.clock import stopped_at
from service.migrations.run import upgrade
from service.services import Services
from service.settings import Settings
from tests.service.conftest import MONDAY
from tests.service.lists.copies import KEPT, multiply
from tests.service.matrix.people import PEOPLE, Matrix, a_matrix
from tests.service.matrix.test_matrix import tries
from tests.service.world import World, a_world

FEW, MANY = 2, 12
# Together they see every list there is.
READERS = ("owner", "invited", "society", "clerk", "lead", "administrator")


@dataclass(frozen=True)
class Answer:
    route: str
    statements: tuple[str, ...]
    length: int


Answers = dict[tuple[str, str], Answer]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Matrix, Path]]:
    folder = tmp_path_factory.mktemp("once")
    services = Services.of(Settings(data_dir=folder))
    upgrade(services.database)
    with stopped_at(MONDAY):
        world = a_world(services)
        matrix = a_matrix(world, folder)
        services.database.dispose()
        yield world, matrix, folder


def told(once: tuple[World, Matrix, Path], folder: Path, times: int, kept: str) -> Answers:
    """What every reader is told by every GET, in a world with so many of everything."""
    world, matrix, source = once
    shutil.copytree(source, folder)
    services = Services.of(Settings(data_dir=folder))
    multiply(services.database, times, KEPT[kept])
    app = create_api(services)
    statements: list[str] = []
    for engine in (services.database.read_engine, services.database.write_engine):
        event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    client = TestClient(app, base_url="https://kc.example")
    found: Answers = {}
    for column in READERS:
        with services.database.reading() as session:
            actor = world.actor(session, PEOPLE[column] or "")
        app.dependency_overrides[current_actor] = lambda actor=actor: actor
        for route in route_policies(app):
            for probe in tries("GET", route.path, (world, matrix)) if "GET" in route.methods else ():
                statements.clear()
                answer = client.get(probe.path)
                if answer.status_code == 200:
                    found[column, probe.path] = Answer(route.path, tuple(statements), len(answer.content))
    services.database.dispose()
    return found


@pytest.mark.parametrize("kept", KEPT)
def test_a_longer_list_takes_no_more_statements(once: tuple[World, Matrix, Path], tmp_path: Path, kept: str) -> None:
    few, many = (told(once, tmp_path / str(times), times, kept) for times in (FEW, MANY))

    more = {}
    for key, answer in few.items():
        extra = Counter(many[key].statements) - Counter(answer.statements)
        if len(many[key].statements) > len(answer.statements):
            more[key] = [" ".join(each.split()) for each in extra]
    longer = {answer.route for key, answer in few.items() if many[key].length > 1.3 * answer.length}
    print("LONGER", kept, sorted(longer))
    for key, v in more.items():
        print(
            "MORE",
            kept,
            key,
            len(few[key].statements),
            len(many[key].statements),
            [x[:60] + "..FROM" + x.split("FROM")[-1][:70] for x in v],
        )
    assert more == {}

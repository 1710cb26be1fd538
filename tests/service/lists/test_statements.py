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
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import event

from service.api.dependencies import current_actor
from service.api.routing import route_policies
from service.app import create_api
from service.clock import stopped_at
from service.migrations.run import upgrade
from service.services import Services
from service.settings import Settings
from service.usecases.paging import PER_PAGE
from tests.service.conftest import MONDAY
from tests.service.lists.copies import KEPT, multiply
from tests.service.lists.more import add_the_rest
from tests.service.matrix.people import PEOPLE, Matrix, a_matrix
from tests.service.matrix.test_matrix import tries
from tests.service.world import World, a_world

TIMES = 12
# What the one row there is brings with it is asked for once when there are many. One for each would be many more.
ONCE = 2
# Together they see every list there is.
READERS = ("owner", "other_company", "invited", "society", "clerk", "lead", "administrator")
# Of each that waits, everything that stands in its way is looked up; a page of them is read by administrators alone.
ONE_BY_ONE = {"/api/erasures"}
# As long as they are, whatever is done on the platform.
NEVER_LONGER = {
    "/api/associations",
    "/api/associations/{association_id}/posts",
    "/api/me/token-scopes",
    "/api/me/sessions",
    "/api/me/tokens",
    "/api/me/consents",
    "/api/experts/{expert_id}/consents",
    "/api/consultations/{consultation_id}/contact",
    "/api/invitations/{invitation_id}/history",
    "/api/upkeep/dictionaries",
    "/api/upkeep/parameters",
    "/api/upkeep/settings",
}
# Of one team: the copies are members of teams of their own, or it is they who are kept.
OF_ONE_TEAM = {"/api/consultations/{consultation_id}/members"}
# The world has none of it, or nothing in it is found under the id in the path.
NOT_THERE = {
    "/api/achievements/{achievement_id}/needs",
    "/api/approvals/{approval_id}/history",
    "/api/approvals/{approval_id}/readers",
    "/api/broker/needs",
    "/api/desk/hand-over/{user_id}",
    "/api/needs/{need_id}/achievements",
    "/api/organizations/{organization_id}/branches",
}


@dataclass(frozen=True)
class Answer:
    """items: how many, of a list."""

    route: str
    statements: tuple[str, ...]
    items: int


# By reader and path.
Answers = dict[tuple[str, str], Answer]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Answers, dict[str, Answers]]]:
    """With few of everything; by what is kept once, with many of everything else."""
    folder = tmp_path_factory.mktemp("lists")
    services = Services.of(Settings(data_dir=folder / "once"))
    upgrade(services.database)
    with stopped_at(MONDAY):
        world = a_world(services)
        matrix = a_matrix(world, folder / "once")
        add_the_rest(world, matrix)
        services.database.dispose()
        longer = {kept: told(world, matrix, multiplied(services, folder / kept, kept)) for kept in KEPT}
        yield told(world, matrix, services), longer


def multiplied(services: Services, folder: Path, kept: str) -> Services:
    shutil.copytree(services.settings.data_dir, folder)
    found = Services.of(Settings(data_dir=folder))
    multiply(found.database, TIMES, KEPT[kept])
    return found


def told(world: World, matrix: Matrix, services: Services) -> Answers:
    """What every reader is told by every GET."""
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
                    found[column, probe.path] = Answer(route.path, tuple(statements), _items(answer))
    services.database.dispose()
    return found


def _items(answer: Response) -> int:
    content = answer.json() if answer.headers["content-type"] == "application/json" else {}
    items = content.get("items", []) if isinstance(content, dict) else content
    # The desk answers with lists in a list.
    return sum(len(each["items"]) if "items" in each else 1 for each in items) if isinstance(items, list) else 0


@pytest.mark.parametrize("kept", KEPT)
def test_a_longer_list_takes_no_more_statements(answers: tuple[Answers, dict[str, Answers]], kept: str) -> None:
    few, many = answers[0], answers[1][kept]

    more = {
        key: sorted((Counter(many[key].statements) - Counter(answer.statements)).elements())
        for key, answer in few.items()
        if len(many[key].statements) > len(answer.statements) + ONCE and answer.route not in ONE_BY_ONE
    }

    assert more == {}


def test_every_list_there_is_was_longer(answers: tuple[Answers, dict[str, Answers]], tmp_path: Path) -> None:
    """Or a whole page from the beginning; otherwise the test above shows nothing."""
    longer = {
        answer.route
        for many in answers[1].values()
        for key, answer in answers[0].items()
        if many[key].items > answer.items > 0 or answer.items == PER_PAGE
    }

    assert (
        lists(create_api(Services.of(Settings(data_dir=tmp_path)))) - longer == NEVER_LONGER | OF_ONE_TEAM | NOT_THERE
    )


def lists(app: FastAPI) -> set[str]:
    """Routes that answer with a list or with a page of one."""
    found = set()
    for path, methods in app.openapi()["paths"].items():
        content = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        if schema.get("type") == "array" or "/Page_" in schema.get("$ref", ""):
            found.add(path)
    return found

"""Every list that can be sorted: turned round it is the same from behind, over all its pages, on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlmodel import SQLModel, select

from service.api.dependencies import current_actor
from service.api.description import operations
from service.app import create_api
from service.clock import now, stopped_at
from service.db import Database
from service.models import ErasureRequest, Need, NeedFollower, ProxyEntry, User
from service.services import Services
from service.usecases import paging
from tests.service.conftest import MONDAY, services_over
from tests.service.lists.copies import KEPT, multiply
from tests.service.lists.more import add_the_rest
from tests.service.matrix.people import PEOPLE, a_matrix
from tests.service.world import World, a_world

TIMES, PER_PAGE = 2, 3
# By whom a list that most people find short is long.
READERS = ("owner", "other_company", "clerk", "invited", "society", "administrator")
# Key → field of the answer that is put in order, where readers are shown it as it is.
SHOWN = {"due": "due_at", "created": "created_at", "until": "term_until", "asked": "asked_at"}
# Only what waits has a deadline there; the answer shows the others' too.
DUE_WHILE_OPEN = {"/api/invitations", "/api/self-offers"}
SORTED = {
    "/api/achievements",
    "/api/approvals",
    "/api/broker/needs",
    "/api/consultations",
    "/api/erasures",
    "/api/experts",
    "/api/followed-needs",
    "/api/invitations",
    "/api/needs",
    "/api/notices",
    "/api/organizations",
    "/api/proxies",
    "/api/ranking-objections",
    "/api/referrals",
    "/api/self-offers",
    "/api/teams",
}


@dataclass(frozen=True)
class Long:
    """A world in which every list is long. sorts: by path, what it can be sorted by."""

    world: World
    client: TestClient
    sorts: Mapping[str, list[str]]

    def as_whom(self, column: str) -> None:
        with self.world.services.database.reading() as session:
            actor = self.world.actor(session, PEOPLE[column] or "")
        self.client.app.dependency_overrides[current_actor] = lambda: actor  # type: ignore[attr-defined]

    def items(self, path: str, sort: str) -> list[dict[str, Any]]:
        """Of all pages."""
        found: list[dict[str, Any]] = []
        for page in range(1, 100):
            told = self.client.get(path, params={"sort": sort, "page": page}).json()
            found += told["items"]
            if len(found) >= told["total"] or not told["items"]:
                break
        assert len(found) == told["total"]
        return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def long(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Long]:
    folder = tmp_path_factory.mktemp("orders")
    with pytest.MonkeyPatch.context() as patch, stopped_at(MONDAY):
        patch.setattr(paging, "PER_PAGE", PER_PAGE)
        for services in services_over(request, folder):
            yield long_lists(services, folder)


def long_lists(services: Services, folder: Path) -> Long:
    world = a_world(services)
    add_the_rest(world, a_matrix(world, folder))
    # Those of other people too, then more for everybody.
    for mark, kept in enumerate(("nothing", "people"), start=1):
        multiply(services.database, TIMES, KEPT[kept], mark=mark * TIMES)
    lengthen(world)
    scatter(services.database)
    app = create_api(services)
    sorts = {
        path: [key for key in told["schema"]["enum"] if key and not key.startswith("-")]
        for path, method, operation in operations(app.openapi())
        for told in operation.get("parameters", ())
        if method == "get" and told["name"] == "sort"
    }
    return Long(world, TestClient(app), sorts)


def lengthen(world: World) -> None:
    """What copies do not add to: a clerk looks further for all needs, a firm follows all, everybody wants to leave."""
    firm, person = world.people["湟水风电有限公司（演示数据）"], world.people["风电厂丁工"]
    with world.services.database.writing() as session:
        session.execute(update(Need).values(broker_id=world.people["格尔木赵静"]))
        session.execute(update(ProxyEntry).values(association_path=world.county.path))
        followed = set(session.exec(select(NeedFollower.need_id)))
        for need_id in sorted({*session.exec(select(Need.id))} - followed):
            session.add(NeedFollower(need_id=need_id, organization_id=firm, created_by_id=person))
        asked = set(session.exec(select(ErasureRequest.user_id)))
        for user_id in sorted({*world.people.values()} - {world.company.id} - asked):
            if session.get(User, user_id):
                session.add(ErasureRequest(user_id=user_id, requested_by_id=user_id))


def scatter(database: Database) -> None:
    """Deadlines and times that are not all alike; every third row has no deadline."""
    with database.write_engine.begin() as connection:
        for table in SQLModel.metadata.sorted_tables:
            if not {"id", "due_at"} <= set(table.c.keys()) or not table.c.due_at.nullable:
                continue
            for number, row in enumerate(connection.execute(select(table.c.id).order_by(table.c.id)).scalars().all()):
                due = now() + timedelta(days=number % 5) if number % 3 else None
                values = {"due_at": due, "created_at": now() - timedelta(hours=number % 4)}
                connection.execute(update(table).where(table.c.id == row).values(values))


def test_turned_round_a_list_is_the_same_from_behind(long: Long) -> None:
    wrong, short = [], []
    for path, keys in long.sorts.items():
        if not make_longest(long, path):
            short.append(path)
        for key in keys:
            # What is answered comes after what waits, and by its old deadline if it had one.
            parts = 3 if key == "due" and path in DUE_WHILE_OPEN else 2
            upwards, downwards = long.items(path, key), long.items(path, f"-{key}")
            ids = [[each["id"] for each in items] for items in (upwards, downwards)]
            if len(set(ids[0])) != len(ids[0]) or not is_turned(ids[0], ids[1], parts):
                wrong.append((path, key, "lost, doubled or not turned"))
            if not is_sorted(path, key, upwards):
                wrong.append((path, key, "not sorted"))

    assert set(long.sorts) == SORTED
    assert (wrong, short) == ([], [])


def make_longest(long: Long, path: str) -> bool:
    """Read on as whoever sees most there. Whether that is more than a page."""
    totals = {}
    for column in READERS:
        long.as_whom(column)
        answer = long.client.get(path)
        totals[column] = answer.json()["total"] if answer.status_code == 200 else 0
    longest = max(totals, key=lambda column: totals[column])
    long.as_whom(longest)
    return totals[longest] > PER_PAGE


def is_turned(upwards: list[str], downwards: list[str], parts: int = 2) -> bool:
    """From behind, but for the rows without a value, which are last both ways: in so many parts."""
    if parts == 1:
        return downwards == upwards[::-1]
    return any(
        downwards[:valued] == upwards[:valued][::-1] and is_turned(upwards[valued:], downwards[valued:], parts - 1)
        for valued in range(len(upwards) + 1)
    )


def is_sorted(path: str, key: str, items: list[dict[str, Any]]) -> bool:
    field = SHOWN.get(key, "")
    if key == "due" and path in DUE_WHILE_OPEN:
        items = [each for each in items if each["state"] in ("sent", "offered")]
    values = [each[field] for each in items if field in each]
    known = [value for value in values if value is not None]
    return values == sorted(known) + [None] * (len(values) - len(known))


def test_an_order_that_there_is_not_is_refused_with_what_to_do(long: Long) -> None:
    for path in long.sorts:
        make_longest(long, path)
        for sort in ("size", "-", "--due", "sort;drop"):
            answer = long.client.get(path, params={"sort": sort})
            assert (answer.status_code, answer.json()["title"]) == (422, "不能按这一项排序。请点表头重新选。"), path


def test_a_list_begins_as_its_description_says(long: Long) -> None:
    for path in long.sorts:
        make_longest(long, path)
        [told] = [
            each["description"]
            for found, method, operation in operations(long.client.app.openapi())  # type: ignore[attr-defined]
            for each in operation.get("parameters", ())
            if (found, method, each["name"]) == (path, "get", "sort")
        ]
        assert long.items(path, "") == long.items(path, told.rpartition(" ")[2]), path

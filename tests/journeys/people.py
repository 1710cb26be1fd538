"""People at their browsers, for journeys over the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi.testclient import TestClient

from service.models import User
from service.passwords import Cost, Keeper, kept_by
from tests.service.world import World

PASSWORD = "盐湖边的风车 harbour 9"


class Person:
    """Somebody at a browser: a client with its own cookies, and the headers a browser sends."""

    def __init__(self, app: Any, name: str) -> None:
        self._client = TestClient(app, base_url="https://kc.example", headers={"sec-fetch-site": "same-origin"})
        answer = self._client.post("/api/sign-in", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text

    def get(self, path: str) -> tuple[int, Any]:
        answer = self._client.get(f"/api{path}")
        return answer.status_code, answer.json()

    def post(self, path: str, **content: object) -> tuple[int, Any]:
        answer = self._client.post(f"/api{path}", json=content)
        return answer.status_code, answer.json() if answer.content else None

    def put(self, path: str, **content: object) -> tuple[int, Any]:
        answer = self._client.put(f"/api{path}", json=content)
        return answer.status_code, answer.json()

    def delete(self, path: str) -> int:
        return self._client.delete(f"/api{path}").status_code

    def act(self, need: dict[str, Any], action: str, **given: object) -> tuple[int, Any]:
        return self.post(f"/needs/{need['id']}/actions/{action}", version=need["version"], **given)


@contextmanager
def who_can_sign_in(world: World) -> Iterator[Keeper]:
    """Everybody of the world, with the same password, kept cheaply. Some worlds also name societies."""
    keeper = Keeper(Cost(memory_kib=8, rounds=1, lanes=1))
    with kept_by(keeper):
        with world.services.database.writing() as session:
            for user in filter(None, (session.get(User, each) for each in world.people.values())):
                user.password_hash = keeper.hash(PASSWORD)
        yield keeper

"""Asked twice, done once: repeats, crashes and races under one key, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, func, select

from service.actors import Actor
from service.api.dependencies import current_actor, writing
from service.api.idempotency import NEVER_KEPT, WITHOUT_KEY, WRITING_METHODS, KeptRoute
from service.api.problems import add_handlers
from service.app import create_api
from service.clock import stopped_at
from service.errors import InProgress
from service.models import AuditEntry, IdempotencyKey, Need
from service.schemas.accounts import NewTokenOut, SessionOpenedOut, SlipOut
from service.services import Services
from service.usecases.pruning import prune
from service.usecases.repeats import Claim, earlier_answer
from tests.service.steps import CONTENT, a_draft, verify
from tests.service.world import World, a_world

# Answers that hold a secret, or come with one in a cookie.
SECRETS = {SlipOut, NewTokenOut, SessionOpenedOut}
# Writing methods that write nothing.
READERS = {"find_user", "find_similar_needs", "hint_at_need"}
KEY = {"Idempotency-Key": "4f1c9f0e-one"}


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return a_world(services)


def browser(world: World, name: str = "盐湖厂马工", scopes: frozenset[str] | None = None) -> TestClient:
    app = create_api(world.services)

    def actor() -> Actor:
        with world.services.database.reading() as session:
            found = world.actor(session, name)
        return Actor(found.user_id, posts=found.posts, organizations=found.organizations, scopes=scopes)

    app.dependency_overrides[current_actor] = actor
    return TestClient(app, raise_server_exceptions=False)


def content(world: World, **changes: object) -> dict[str, object]:
    return CONTENT | {"organization_id": world.company.id} | changes


def count(world: World, table: type[Any]) -> int:
    with world.services.database.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_a_repeat_gets_the_same_answer_and_nothing_is_done_again(world: World) -> None:
    client = browser(world)

    first = client.post("/api/needs", json=content(world), headers=KEY)
    done = count(world, AuditEntry)
    again = client.post("/api/needs", json=content(world), headers=KEY)

    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert first.headers["content-type"] == again.headers["content-type"]
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert (count(world, Need), count(world, AuditEntry), count(world, IdempotencyKey)) == (1, done, 1)


def test_without_a_key_everything_is_done_as_often_as_it_is_asked(world: World) -> None:
    client = browser(world)

    for _ in range(2):
        client.post("/api/needs", json=content(world))

    assert (count(world, Need), count(world, IdempotencyKey)) == (2, 0)


def test_an_answer_without_a_body_is_repeated_too(world: World) -> None:
    verify(world)
    company, clerk = browser(world), browser(world, "格尔木赵静")
    need = company.post("/api/needs", json=content(world)).json()
    handed_in = {"version": need["version"], "confirm_no_secrets": True}
    company.post(f"/api/needs/{need['id']}/actions/submit", json=handed_in)
    seal = {"note": "附表像是电网运行参数"}

    answers = [clerk.post(f"/api/needs/{need['id']}/seal", json=seal, headers=KEY) for _ in range(2)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert clerk.post(f"/api/needs/{need['id']}/seal", json=seal).status_code == 404


def test_a_key_stands_for_one_request_of_one_person(world: World) -> None:
    client = browser(world)
    need = client.post("/api/needs", json=content(world), headers=KEY).json()
    other, withdrawal = a_draft(world), {"version": need["version"], "note": "不需要了"}
    assert client.post(f"/api/needs/{other}/actions/withdraw", json=withdrawal, headers=KEY).status_code == 200

    refused = [
        client.post("/api/needs", json=content(world, title="另一个题目"), headers=KEY),
        client.post(f"/api/needs/{need['id']}/actions/withdraw", json=withdrawal, headers=KEY),
        browser(world, scopes=frozenset({"need.create"})).post("/api/needs", json=content(world), headers=KEY),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(422, "key_reused")] * 3
    assert "换一个新的键" in refused[0].json()["title"]
    assert browser(world, "路人吴芳").post("/api/needs", json=content(world), headers=KEY).status_code == 403


def test_what_was_refused_may_be_tried_again_with_the_same_key(world: World) -> None:
    client = browser(world)
    need = client.post("/api/needs", json=content(world)).json()
    path, handed_in = (
        f"/api/needs/{need['id']}/actions/submit",
        {"version": need["version"], "confirm_no_secrets": True},
    )
    assert client.post(path, json=handed_in, headers=KEY).status_code == 409
    assert client.post(path, json={}, headers=KEY).status_code == 422
    assert count(world, IdempotencyKey) == 0

    verify(world)

    assert client.post(path, json=handed_in, headers=KEY).json()["state"] == "submitted"


@pytest.mark.parametrize("key", ["", "a" * 65, "two words", "tab\there", "\x7f", "键"])
def test_a_key_that_is_none_is_refused(world: World, key: str) -> None:
    headers = {b"idempotency-key": key.encode()}
    answer = browser(world).post("/api/needs", json=content(world), headers=headers)

    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")
    assert count(world, Need) == 0


@given(key=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=64))
def test_every_visible_key_is_taken(key: str) -> None:
    app = FastAPI()
    add_handlers(app)
    app.router.route_class = KeptRoute
    app.post("/act")(lambda: "done")

    assert TestClient(app).post("/act", headers={"Idempotency-Key": key}).json() == "done"


def test_a_crash_between_commit_and_answer_is_equal_to_a_repeat(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser(world)
    with monkeypatch.context() as crashing:
        after_commit(crashing, fail)
        lost = client.post("/api/needs", json=content(world), headers=KEY)

    again = client.post("/api/needs", json=content(world), headers=KEY)

    assert (lost.status_code, again.status_code, count(world, Need)) == (500, 201, 1)
    assert again.headers["idempotency-replayed"] == "true"
    assert client.get(f"/api/needs/{again.json()['id']}").json() == again.json()


def test_a_crash_before_commit_leaves_neither_effect_nor_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser(world)
    with monkeypatch.context() as crashing:
        crashing.setattr("service.db.Session.commit", fail)
        assert client.post("/api/needs", json=content(world), headers=KEY).status_code == 500
    assert (count(world, Need), count(world, IdempotencyKey)) == (0, 0)

    again = client.post("/api/needs", json=content(world), headers=KEY)

    assert (again.status_code, count(world, Need)) == (201, 1)
    assert "idempotency-replayed" not in again.headers


def after_commit(patch: pytest.MonkeyPatch, then: Callable[..., None]) -> None:
    commit = Session.commit

    def committed(session: Session) -> None:
        commit(session)
        then()

    patch.setattr("service.db.Session.commit", committed)


def fail(*_: object) -> None:
    raise SystemError("the process was killed here")


def test_simultaneous_equal_requests_have_one_effect(
    world: World, full_size: bool, proved: Callable[[str], None]
) -> None:
    app = browser(world).app
    clients = 16 if full_size else 4

    turns = 50 if full_size else 5
    for turn in range(turns):
        barrier = threading.Barrier(clients)

        def ask(_: int, barrier: threading.Barrier = barrier, turn: int = turn) -> tuple[int, bytes]:
            client = TestClient(app)
            barrier.wait()
            answer = client.post("/api/needs", json=content(world), headers={"Idempotency-Key": f"turn-{turn}"})
            return answer.status_code, answer.content

        with ThreadPoolExecutor(clients) as pool:
            answers = set(pool.map(ask, range(clients)))

        statuses = {status for status, _ in answers}
        assert len([status for status, _ in answers if status == 201]) == 1
        assert statuses == {201} if world.services.database.is_sqlite else statuses <= {201, 409}
        assert count(world, Need) == count(world, IdempotencyKey) == turn + 1
    proved(f"one idempotency key: {turns} × {clients} requests at once, one effect each")


@pytest.mark.parametrize("services", ["postgresql"], indirect=True)
def test_a_request_that_is_still_running_is_not_started_again(world: World) -> None:
    claim = Claim(world.people["盐湖厂马工"], "create_need", KEY["Idempotency-Key"], "0" * 64)

    with world.services.database.writing() as running:
        assert earlier_answer(running, claim) is None
        refused = browser(world).post("/api/needs", json=content(world), headers=KEY)
        with pytest.raises(InProgress), world.services.database.writing() as session:
            earlier_answer(session, claim)

    assert (refused.status_code, refused.json()["code"]) == (409, "in_progress")
    assert browser(world).post("/api/needs", json=content(world), headers=KEY).status_code == 201


def test_answers_are_forgotten_after_a_day_and_not_before(world: World, monday: datetime) -> None:
    client = browser(world)
    client.post("/api/needs", json=content(world), headers=KEY)

    forgotten = []
    for passed in (timedelta(days=1), timedelta(days=1, seconds=1)):
        with stopped_at(monday + passed):
            forgotten.append(prune(world.services)["answers"])

    assert forgotten == [0, 1]
    client.post("/api/needs", json=content(world), headers=KEY)
    assert count(world, Need) == 2


def test_secrets_are_never_kept_and_everything_else_is(world: World) -> None:
    app = create_api(world.services)
    found = [context.original_route for context in iter_route_contexts(app.routes)]
    routes = {route.name: route for route in found if isinstance(route, KeptRoute)}
    kept = {name: route for name, route in routes.items() if route.is_kept}
    writers = {name for name, route in routes.items() if WRITING_METHODS & (route.methods or set())}

    assert set(kept) | NEVER_KEPT | WITHOUT_KEY == writers
    assert {route.name for route in kept.values() if route.response_model in SECRETS} == set()
    calls = {name: {each.call for each in route.dependant.dependencies} for name, route in kept.items()}
    assert {name for name, called in calls.items() if writing not in called} == READERS


def test_a_route_that_is_never_kept_goes_on_as_without_a_key(world: World) -> None:
    client = browser(world)
    token = {"name": "数据同步", "scopes": ["need.list"]}

    answers = [client.post("/api/me/tokens", json=token, headers=KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["token"] != answers[1].json()["token"]
    with world.services.database.reading() as session:
        assert session.exec(select(IdempotencyKey).order_by(col(IdempotencyKey.id))).all() == []

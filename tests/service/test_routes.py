"""Every route stands under a policy, and none lets a stranger or a table through."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from sqlmodel import SQLModel

from service.api.routing import (
    Router,
    policy,
    refuse_routes_done_twice,
    refuse_routes_without_policy,
    route_policies,
)
from service.app import create_api
from service.migrations.run import upgrade
from service.permissions import POLICIES
from service.services import Services
from service.settings import Settings

# Written by hand: what somebody who is not signed in may reach at all.
OPEN_TO_STRANGERS = {
    ("POST", "/api/sign-in"),
    ("POST", "/api/sign-out"),
    ("POST", "/api/register"),
    ("POST", "/api/slips/redeem"),
    ("POST", "/api/password/forgot"),
    ("POST", "/api/password/reset"),
    ("GET", "/api/about/ranking"),
    # Whoever asked for something to be entered comes by the link they were given.
    ("GET", "/api/proxy-links/{token}"),
    ("POST", "/api/proxy-links/{token}"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/api/docs"),
    ("GET", "/api/docs/style.css"),
}
# Pages for people, no part of the interface for programs.
NOT_DESCRIBED = {("get", "/api/docs"), ("get", "/api/docs/style.css")}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    services = Services.of(Settings(data_dir=Path(tmp_path_factory.mktemp("routes"))))
    upgrade(services.database)
    return create_api(services)


def test_every_route_of_the_interface_names_a_policy(app: FastAPI) -> None:
    found = {(method.lower(), route.path) for route in route_policies(app) for method in route.methods}
    described = {(method, path) for path, methods in app.openapi()["paths"].items() for method in methods}

    assert found - NOT_DESCRIBED == described
    assert len(found) > 40
    assert {route.path for route in route_policies(app) if route.policy not in POLICIES} == set()


def test_strangers_get_no_further_than_the_written_list(app: FastAPI) -> None:
    client = TestClient(app, base_url="https://kc.example", headers={"sec-fetch-site": "same-origin"})
    further = set()
    for route in route_policies(app):
        path = re.sub(r"\{\w+\}", "0" * 32, route.path)
        for method in route.methods:
            answer = client.request(method, path, json={} if method in ("POST", "PUT") else None)
            # A body that says nothing may be refused before the person is.
            if answer.status_code != 401 and not (answer.status_code == 422 and route.policy != "public"):
                further.add((method, route.path))

    assert further == OPEN_TO_STRANGERS


def test_an_app_with_a_route_without_a_policy_does_not_start() -> None:
    def leak() -> str:
        return "secret"

    router = APIRouter()
    router.add_api_route("/leak", leak)
    included, direct = FastAPI(openapi_url="/description", docs_url=None, redoc_url=None), FastAPI(docs_url=None)
    included.include_router(router, prefix="/api")
    direct.add_api_route("/leak", leak)

    with pytest.raises(RuntimeError, match="/api/leak"):
        refuse_routes_without_policy(included)
    with pytest.raises(RuntimeError, match="/leak"):
        refuse_routes_without_policy(direct)
    with pytest.raises(KeyError):
        policy("need.everything")


def test_an_app_with_a_writing_route_outside_the_routers_does_not_start() -> None:
    plain, ours = APIRouter(), Router(tags=["试"])
    for router in (plain, ours):
        router.add_api_route("/write", lambda: "written", methods=["POST"])
    app = FastAPI(docs_url=None)
    app.include_router(ours, prefix="/api")
    refuse_routes_done_twice(app)
    app.include_router(plain, prefix="/api/plain")

    with pytest.raises(RuntimeError, match="/api/plain/write"):
        refuse_routes_done_twice(app)


def test_no_table_is_an_input_or_an_answer(app: FastAPI) -> None:
    tables = {mapper.class_.__name__ for mapper in SQLModel._sa_registry.mappers}

    assert tables & set(app.openapi()["components"]["schemas"]) == set()

"""One-click logins: only in demo mode, only over an invented world, only as one of its roles."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.actors import SYSTEM
from service.errors import Conflict
from service.models import AuditEntry
from service.rules.demo_roles import DEMO_ROLES
from service.services import Services
from service.usecases.accounts import create_user
from service.usecases.installation import mark_demo, refuse_other_data
from tests.service.world import a_world
from tests.web.conftest import ADDRESS
from web.app import create_app

ROLE = DEMO_ROLES[0].key


def in_demo_mode(services: Services) -> Services:
    return replace(services, settings=services.settings.model_copy(update={"demo": True}))


@pytest.fixture
def demo(services: Services) -> Services:
    """An invented world with one person in it who has no password."""
    with services.database.writing() as session:
        mark_demo(session)
        create_user(session, SYSTEM, name="马立成", user_name=ROLE)
    return in_demo_mode(services)


def browser(services: Services) -> TestClient:
    headers = {"sec-fetch-site": "same-origin"}
    return TestClient(create_app(services), base_url=ADDRESS, headers=headers, follow_redirects=False)


def test_one_click_signs_in_and_is_audited(demo: Services) -> None:
    visitor = browser(demo)

    answer = visitor.post("/demo/sign-in", data={"role": ROLE, "then": "/needs"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/needs")
    assert visitor.get("/api/me").json()["name"] == "马立成"
    with demo.database.reading() as session:
        assert "sign_in.demo" in session.exec(select(AuditEntry.act)).all()


def test_every_role_has_a_card_that_says_what_to_try(demo: Services) -> None:
    page = browser(demo).get("/sign-in").text

    for role in DEMO_ROLES:
        assert f'value="{role.key}"' in page
        assert role.try_this in page


@pytest.mark.parametrize("role", ["", "马立成", "demo-nobody", DEMO_ROLES[1].key])
def test_nobody_else_is_signed_in_by_it(demo: Services, role: str) -> None:
    visitor = browser(demo)

    assert visitor.post("/demo/sign-in", data={"role": role}).status_code == 404
    assert visitor.get("/api/me").status_code == 401


def test_a_redirect_stays_on_this_site(demo: Services) -> None:
    answer = browser(demo).post("/demo/sign-in", data={"role": ROLE, "then": "https://elsewhere.example/"})

    assert answer.headers["location"] == "/"


def test_outside_demo_mode_there_is_neither_route_nor_card(services: Services) -> None:
    with services.database.writing() as session:
        create_user(session, SYSTEM, name="马立成", user_name=ROLE)
    visitor = browser(services)

    assert visitor.post("/demo/sign-in", data={"role": ROLE}).status_code == 404
    assert "/demo/sign-in" not in visitor.get("/sign-in").text


def test_demo_mode_over_real_data_signs_nobody_in_and_does_not_start(services: Services, monday: object) -> None:
    a_world(services)
    real = in_demo_mode(services)

    assert browser(real).post("/demo/sign-in", data={"role": ROLE}).status_code == 404
    with pytest.raises(Conflict, match="不是演示数据"):
        refuse_other_data(real)


def test_an_installation_in_use_refuses_invented_data_and_takes_its_own(demo: Services) -> None:
    with pytest.raises(Conflict, match="演示数据"):
        refuse_other_data(replace(demo, settings=demo.settings.model_copy(update={"demo": False})))

    refuse_other_data(demo)


def test_invented_data_are_not_put_among_others(services: Services, monday: object) -> None:
    a_world(services)
    refuse_other_data(services)

    with pytest.raises(Conflict, match="已经有内容"), services.database.writing() as session:
        mark_demo(session)

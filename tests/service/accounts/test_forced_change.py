"""A password that somebody else set: nothing goes before changing it, where the installation says so."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from service.api.accounts import router
from service.api.dependencies import BEFORE_CHANGE
from service.settings import Settings
from tests.service.accounts.support import (
    OTHER_PASSWORD,
    PASSWORD,
    World,
    a_slip,
    a_staff_user,
    a_token,
    a_user,
    a_world,
    an_association,
    redeem,
    status_of_me,
)
from web.pages import accounts, me

CHANGE = {"old_password": PASSWORD, "new_password": OTHER_PASSWORD}


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[World]:
    with a_world(tmp_path, partial(Settings, force_password_change=True)) as found:
        yield found


def test_nothing_goes_before_the_change_and_everything_after_it(strict: World) -> None:
    a_user(strict, user_name="zhuoma")
    browser = strict.signed_in("zhuoma")

    refused = {
        (method, route.path): browser.request(method, route.path, json=None if method in ("GET", "DELETE") else {})
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
        if route.name not in BEFORE_CHANGE and not route.path.startswith(("/sign-in", "/register", "/slips/redeem"))
    }
    changed = browser.post("/me/password", json=CHANGE)

    told = {answer.json()["code"] for answer in refused.values() if answer.status_code == 403}
    assert {answer.status_code for answer in refused.values()} == {403}
    assert told == {"password_change_required"}
    assert "请先修改密码" in next(iter(refused.values())).json()["title"]
    assert (changed.status_code, status_of_me(browser)) == (204, 200)
    assert browser.get("/me").json()["must_change_password"] is False


def test_signing_out_is_always_open(strict: World) -> None:
    a_user(strict, user_name="zhuoma")
    browser = strict.signed_in("zhuoma")

    assert browser.post("/sign-out").status_code == 204
    assert status_of_me(browser) == 401


def test_a_token_of_the_same_person_waits_too(strict: World) -> None:
    user = a_user(strict, user_name="zhuoma")
    browser = strict.signed_in("zhuoma")
    browser.post("/me/password", json=CHANGE)
    token = a_token(browser)
    with strict.services.database.writing() as session:
        session.merge(strict.stored(user)).must_change_password = True

    assert strict.browser().get("/me", headers=token).json()["code"] == "password_change_required"


def test_a_password_chosen_by_the_person_is_not_asked_for_again(strict: World) -> None:
    admin = a_user(strict, "马明", user_name="admin", is_administrator=True)
    with strict.services.database.writing() as session:
        session.merge(admin).must_change_password = False
    person = a_user(strict, user_name="zhuoma", password=None)
    strict.browser().post("/register", json={"name": "李青", "user_name": "liqing", "password": PASSWORD})
    browser = strict.browser()

    assert redeem(browser, a_slip(strict.signed_in("admin"), person)) == 200

    assert (status_of_me(browser), status_of_me(strict.signed_in("liqing"))) == (200, 200)


def test_without_the_setting_it_is_only_shown(world: World) -> None:
    a_staff_user(world, "clerk", an_association(world, "西宁市科协"))
    browser = world.signed_in("clerk")

    assert (browser.get("/me").status_code, browser.get("/me").json()["must_change_password"]) == (200, True)


def test_the_routes_open_before_the_change_exist() -> None:
    known = [*router.routes, *accounts.router.routes, *me.router.routes]

    assert {route.name for route in known if isinstance(route, APIRoute)} >= BEFORE_CHANGE

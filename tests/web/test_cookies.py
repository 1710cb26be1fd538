"""Cookies of pages: over https none travels otherwise, and none can be read by scripts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.service.world import World
from tests.web.conftest import signed_in
from web.app import create_app


@pytest.mark.parametrize(("address", "is_secure"), [("https://kc.example", True), ("http://127.0.0.1:8000", False)])
def test_every_cookie_of_a_page_is_secure_over_https(world: World, address: str, is_secure: bool) -> None:
    settings = world.services.settings.model_copy(update={"public_url": address})
    browser = signed_in(world, create_app(replace(world.services, settings=settings)), "盐湖厂马工")
    browser.cookies.set(settings.session_cookie, browser.cookies["kc_session"])

    said = browser.post("/me/large", data={"large": "yes", "back": "/today"})
    given = {
        "kind": "society",
        "society_level": "provincial",
        "name": "青海省农学会（演示数据）",
        "credit_code": "51630000MADEM0022Y",
        "region_code": "632801",
    }
    made = browser.post("/organizations/new", data=given)

    cookies = [*said.headers.get_list("set-cookie"), *made.headers.get_list("set-cookie")]
    assert [cookie.partition("=")[0] for cookie in cookies] == ["kc_large", "kc_said"]
    assert ["; Secure" in cookie for cookie in cookies] == [is_secure] * 2
    assert all("HttpOnly" in cookie for cookie in cookies)

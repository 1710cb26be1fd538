"""Administrators correct the tree of 科协 on its pages."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.models import Post, User
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words


@pytest.fixture
def browser(world: World, browser_of: SignIn) -> TestClient:
    with world.services.database.writing() as session:
        session.get_one(User, world.people["路人吴芳"]).is_administrator = True
    return browser_of("路人吴芳")


def test_a_name_and_a_department_are_corrected(world: World, browser: TestClient, browser_of: SignIn) -> None:
    address = f"/associations/{world.county.id}"
    with world.services.database.reading() as session:
        post = session.exec(select(Post).where(Post.association_id == world.county.id)).one()

    renamed = browser.post(address, data={"version": "1", "name": "格尔木市科学技术协会", "region_code": "632801"})
    moved = browser.post(f"{address}/posts/{post.id}", data={"version": "1", "department": "组织人事部"})
    shown = browser.get(address)
    colleague = words(browser_of("省科协王敏").get(address))

    assert (renamed.status_code, moved.status_code) == (303, 303)
    assert "格尔木市科学技术协会" in words(shown)
    assert typed(shown, "department") == "组织人事部"
    assert "格尔木赵静 经办 组织人事部" in colleague
    assert "改名称或地区" not in colleague


def test_what_was_refused_stands_there_again(world: World, browser: TestClient) -> None:
    address = f"/associations/{world.city.id}"

    refused = browser.post(address, data={"version": "1", "name": "海西州科学技术协会", "region_code": "630100"})
    stale = browser.post(address, data={"version": "7", "name": "海西州科学技术协会", "region_code": "632800"})

    assert (refused.status_code, stale.status_code) == (422, 409)
    assert "下级“格尔木市科协”不在这个地区里" in words(refused)
    assert typed(refused, "name") == "海西州科学技术协会"
    assert "已有别人改动" in words(stale)

"""专委会 on the page of a society, and where experts are put into one."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from service.models import Expert, SocietyBranch
from tests.service.team_steps import a_society
from tests.service.world import World
from tests.web.conftest import SignIn, words

SECRETARY = "路人吴芳"


@pytest.fixture
def address(world: World) -> str:
    return f"/organizations/{a_society(world, SECRETARY, '青海省盐湖学会（演示数据）', '51630000MADEM0021U')}"


def version_of(text: str, branch_id: str) -> str:
    found = re.search(rf'branches/{branch_id}".*?name="version" value="(\d+)"', text, re.S)
    assert found is not None
    return found[1]


def test_a_secretary_sets_up_renames_and_closes_a_branch(world: World, browser_of: SignIn, address: str) -> None:
    browser = browser_of(SECRETARY)
    assert "还没有专委会" in words(browser.get(address))
    assert "省级学会" in words(browser.get(address))

    assert browser.post(f"{address}/branches", data={"name": "盐湖化工专业委员会"}).status_code == 303
    with world.services.database.reading() as session:
        [branch] = session.exec(select(SocietyBranch))
    shown = browser.get(address)
    assert "盐湖化工专业委员会 0 位专家" in words(shown)
    refused = browser.post(f"{address}/branches", data={"name": "盐湖化工专业委员会"})
    assert refused.status_code == 409
    assert "已经有同名的专委会了" in words(refused)
    changed = {"version": version_of(shown.text, branch.id), "name": "盐湖化学专业委员会", "is_closed": "yes"}
    assert browser.post(f"{address}/branches/{branch.id}", data=changed).status_code == 303

    assert "盐湖化学专业委员会 已停用 0 位专家" in words(browser.get(address))


def test_an_expert_is_put_into_a_branch_and_it_is_shown(world: World, browser_of: SignIn, address: str) -> None:
    browser = browser_of(SECRETARY)
    browser.post(f"{address}/branches", data={"name": "盐湖化工专业委员会"})
    with world.services.database.reading() as session:
        [branch] = session.exec(select(SocietyBranch))
    form = browser.get("/experts/new")
    assert "青海省盐湖学会（演示数据） · 盐湖化工专业委员会" in words(form)

    sent = {"name": "李锂", "region_code": "630100", "society_id": address.rpartition("/")[2], "branch_id": branch.id}
    made = browser.post("/experts/new", data=sent)
    assert made.status_code == 303, words(made)
    with world.services.database.reading() as session:
        [expert] = session.exec(select(Expert).where(Expert.name == "李锂"))
    shown = words(browser.get(f"/experts/{expert.id}"))
    assert "青海省盐湖学会（演示数据） · 盐湖化工专业委员会" in shown
    edit = browser.get(f"/experts/{expert.id}/edit").text
    assert re.search(rf'<option value="{branch.id}" selected', edit)


def test_registering_a_society_asks_for_its_level(browser_of: SignIn) -> None:
    given = {
        "kind": "society",
        "name": "青海省农学会（演示数据）",
        "credit_code": "51630000MADEM0022Y",
        "region_code": "630100",
    }

    refused = browser_of("盐湖厂马工").post("/organizations/new", data=given)

    assert refused.status_code == 422
    assert "请选学会的层级" in words(refused)


def test_what_is_left_unchosen_is_nothing(world: World, browser_of: SignIn, address: str) -> None:
    company = {
        "kind": "enterprise",
        "society_level": "",
        "name": "格尔木枸杞加工有限公司（演示数据）",
        "credit_code": "91632801MADEM00291",
        "region_code": "632801",
    }
    assert browser_of("盐湖厂马工").post("/organizations/new", data=company).status_code == 303
    expert = {"name": "李锂", "region_code": "630100", "society_id": address.rpartition("/")[2], "branch_id": ""}
    assert browser_of(SECRETARY).post("/experts/new", data=expert).status_code == 303

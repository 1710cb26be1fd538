"""Teams by forms: founded by a society, joined only by one's own word."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from service.models import Team, TeamMember
from service.services import Services
from tests.service.team_steps import LEADER, MEMBER, SECRETARY, a_world_of_teams, content, expert, found
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words


@pytest.fixture
def world(services: Services) -> World:
    return a_world_of_teams(services)


def test_a_society_founds_a_team_and_changes_it(world: World, browser_of: SignIn) -> None:
    browser = browser_of(SECRETARY)
    listed = browser.get(f"/teams/new?search={LEADER}")
    assert f"/teams/new?leader_id={expert(world, LEADER)}" in listed.text
    form = {name: str(value) for name, value in content(world).items()} | {"once": "d" * 32}
    wrong = browser.post("/teams/new", data=form | {"term_until": "2026-01-01", "name": "盐"})
    made = [browser.post("/teams/new", data=form) for _ in range(2)]

    assert (wrong.status_code, [each.status_code for each in made]) == (422, [303, 303]), words(wrong)
    assert typed(wrong, "name") == "盐"
    path = made[0].headers["location"]
    edited = form | {"name": "格尔木盐湖服务队", "version": typed(browser.get(f"{path}/edit"), "version")}
    assert browser.post(f"{path}/edit", data=edited).status_code == 303
    assert browser.post(f"{path}/edit", data=edited).status_code == 409
    with world.services.database.reading() as session:
        assert [each.name for each in session.exec(select(Team))] == ["格尔木盐湖服务队"]
    assert browser_of("路人吴芳").get(f"{path}/edit").status_code == 403


def test_who_is_asked_answers_in_person(world: World, browser_of: SignIn) -> None:
    path = f"/teams/{found(world)}"
    secretary = browser_of(SECRETARY)
    match = re.search(r'name="expert_id" value="(\w+)"', secretary.get(f"{path}?search={MEMBER}").text)
    assert match is not None
    assert secretary.post(f"{path}/members", data={"expert_id": match[1]}).status_code == 303
    assert secretary.post(f"{path}/members", data={"expert_id": match[1]}).status_code == 409

    member = browser_of(MEMBER)
    assert "请您加入，请答复" in words(member.get("/today"))
    assert path in member.get("/teams?asks_me=true").text
    assert MEMBER not in words(browser_of("路人吴芳").get(path))
    assert browser_of("路人吴芳").post(f"{path}/consent").status_code == 403
    assert member.post(f"{path}/nonsense").status_code == 404
    done = member.post(f"{path}/consent")

    assert (done.status_code, done.headers["location"]) == (303, path)
    assert MEMBER in words(browser_of("路人吴芳").get(path))
    assert "没有等您答复的团队邀请" in words(member.get("/teams?asks_me=true"))
    assert member.post(f"{path}/decline").status_code == 409
    assert member.post(f"{path}/leave").headers["location"] == "/teams"
    leader = browser_of(LEADER)
    assert "请您做负责人" in words(leader.get(path))
    assert leader.post(f"{path}/decline").status_code == 303
    with world.services.database.reading() as session:
        assert [each.left_at is None for each in session.exec(select(TeamMember))] == [False, False]

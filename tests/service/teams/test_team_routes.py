"""Service teams over the API, and what strangers get of them."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from service.actors import STRANGER, Actor
from service.api.dependencies import current_actor
from service.app import create_api
from service.errors import NotSignedIn
from service.schemas.teams import TeamInput
from service.usecases import team_members, teams
from tests.service.team_steps import (
    LEADER,
    MEMBER,
    SECRETARY,
    content,
    expert,
    found,
    member_ids,
)
from tests.service.world import World


def test_strangers_are_asked_to_sign_in_on_every_route(world: World) -> None:
    team_id = found(world)
    browser = TestClient(create_api(world.services))
    member = f"/members/{member_ids(world, team_id)[LEADER]}/remove"

    asked = [
        browser.get("/api/teams"),
        browser.post("/api/teams", json=content(world)),
        browser.get(f"/api/teams/{team_id}"),
        browser.get("/api/teams/nothing"),
        browser.put(f"/api/teams/{team_id}", json=content(world) | {"version": 1}),
        browser.post(f"/api/teams/{team_id}/members", json={"expert_id": "x"}),
        *(browser.post(f"/api/teams/{team_id}{act}") for act in ("/consent", "/decline", "/leave", member)),
    ]

    assert [answer.status_code for answer in asked] == [401] * 10


def test_a_team_is_founded_joined_and_left_over_the_api(world: World) -> None:
    app = create_api(world.services)

    def as_(name: str) -> TestClient:
        def actor() -> Actor:
            with world.services.database.reading() as session:
                return world.actor(session, name)

        app.dependency_overrides[current_actor] = actor
        return TestClient(app)

    made = as_(SECRETARY).post("/api/teams", json=content(world))
    path = f"/api/teams/{made.json()['id']}"
    asked = as_(SECRETARY).post(f"{path}/members", json={"expert_id": expert(world, MEMBER)})
    waiting = as_(MEMBER).get("/api/teams", params={"asks_me": True}).json()
    agreed = as_(MEMBER).post(f"{path}/consent")
    stale = as_(SECRETARY).put(path, json=content(world, term_until="2027-11-30", version=0))
    saved = as_(SECRETARY).put(path, json=content(world, profile="卤水净化", version=1))
    declined = as_(LEADER).post(f"{path}/decline")
    shown = as_("路人吴芳").get(path).json()
    left = as_(MEMBER).post(f"{path}/leave")
    removed = as_(SECRETARY).post(f"{path}/members/{asked.json()['members'][1]['id']}/remove")

    answers = (made, asked, agreed, stale, saved, declined, left, removed)
    assert [given.status_code for given in answers] == [201, 201, 200, 409, 200, 204, 204, 409]
    assert [(line["name"], line["society"]) for line in waiting["items"]] == [
        ("格尔木盐湖提锂服务队", "青海省盐湖学会（演示数据）")
    ]
    assert (stale.json()["code"], stale.json()["theirs"]) == ("stale", {"term_until": "2027-10-31"})
    assert (shown["profile"], shown["leader"], [member["name"] for member in shown["members"]]) == (
        "卤水净化",
        None,
        [MEMBER],
    )


def test_the_use_cases_refuse_strangers_themselves(world: World) -> None:
    team_id, given = found(world), TeamInput.model_validate(content(world, name="又一支服务队"))

    with world.services.database.writing() as session:
        for act in (
            lambda: teams.found(session, world.services, STRANGER, given),
            lambda: teams.find(session, STRANGER, team_id),
            lambda: teams.find(session, STRANGER, "x"),
            lambda: teams.page_of(session, STRANGER),
            lambda: team_members.invite(session, STRANGER, team_id, "x"),
            lambda: team_members.consent(session, STRANGER, team_id),
        ):
            with pytest.raises(NotSignedIn):
                act()

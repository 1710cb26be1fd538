"""Achievements over the API."""

from __future__ import annotations

from fastapi.testclient import TestClient

from service.actors import Actor
from service.api.dependencies import current_actor
from service.app import create_api
from service.worker import Worker
from tests.service.achievements.steps import CONTENT, REVIEWER, SOCIETY
from tests.service.match_steps import a_matched_need
from tests.service.team_steps import SECRETARY
from tests.service.world import World


def test_an_achievement_goes_its_way_over_the_api(world: World, worker: Worker) -> None:
    app = create_api(world.services)

    def as_(name: str) -> TestClient:
        def actor() -> Actor:
            with world.services.database.reading() as session:
                return world.actor(session, name)

        app.dependency_overrides[current_actor] = actor
        return TestClient(app)

    two_owners = CONTENT | {"organization_id": world.people[SOCIETY], "expert_id": "0" * 32}
    assert as_(SECRETARY).post("/api/achievements", json=two_owners).status_code == 422
    upside_down = CONTENT | {"organization_id": world.people[SOCIETY], "price_low_fen": 10**12}
    assert as_(SECRETARY).post("/api/achievements", json=upside_down).status_code == 422
    made = as_(SECRETARY).post("/api/achievements", json=CONTENT | {"organization_id": world.people[SOCIETY]})
    assert made.status_code == 201
    path = f"/api/achievements/{made.json()['id']}"
    saved = as_(SECRETARY).put(path, json=CONTENT | {"version": 1, "trl9": 9})
    stale = as_(SECRETARY).put(path, json=CONTENT | {"version": 1})
    unconfirmed = as_(SECRETARY).post(f"{path}/actions/submit", json={"version": 2})
    handed_in = as_(SECRETARY).post(f"{path}/actions/submit", json={"version": 2, "confirm_no_secrets": True})
    out = as_(REVIEWER).post(f"{path}/actions/publish", json={"version": handed_in.json()["version"]})
    answers = (saved, stale, unconfirmed, handed_in, out)
    assert [answer.status_code for answer in answers] == [200, 409, 409, 200, 200]
    assert stale.json()["theirs"] == {"trl9": 9}

    need_id = a_matched_need(world, worker)

    stranger = as_("路人吴芳")
    listed = stranger.get("/api/achievements?industry_field=F01").json()
    assert [(each["title"], each["owner"]) for each in listed["items"]] == [(CONTENT["title"], SOCIETY)]
    assert stranger.get("/api/achievements?industry_field=F02").json()["total"] == 0
    assert stranger.get("/api/achievements?mine=true").json()["total"] == 0
    assert stranger.get(path).json()["hidden"] == {"ip_status": "invited", "price": "invited"}
    hidden = [f"{path}/history", f"{path}/needs", f"/api/needs/{need_id}/achievements"]
    assert [as_("路人吴芳").get(each).status_code for each in hidden] == [404] * 3
    history = as_(REVIEWER).get(f"{path}/history").json()
    assert [step["label"] for step in history] == ["提交审核", "审核通过，发布"]
    [fitting] = as_("盐湖厂马工").get(f"/api/needs/{need_id}/achievements").json()
    assert (fitting["achievement"]["id"], "容量" in str(fitting["evidence"])) == (made.json()["id"], True)
    [wanted] = as_(SECRETARY).get(f"{path}/needs").json()
    assert (wanted["need"]["id"], wanted["need"]["organization"]) == (need_id, "海西蒙古族藏族自治州某企业")

    assert as_(REVIEWER).post(f"{path}/seal", json={"note": "疑似涉密"}).status_code == 204
    assert as_(SECRETARY).get(path).status_code == 404
    assert as_("盐湖厂马工").get(f"/api/needs/{need_id}/achievements").json() == []
    assert as_("保密办周正").post(f"{path}/unseal", json={"note": "不涉密"}).status_code == 204
    assert as_(SECRETARY).get(path).status_code == 200

"""Self-offers over the API."""

from __future__ import annotations

from fastapi.testclient import TestClient

from service.actors import Actor
from service.api.dependencies import current_actor
from service.app import create_api
from service.worker import Worker
from tests.service.self_offers.steps import OFFER, a_reviewed_need
from tests.service.team_steps import LEADER, MEMBER, expert
from tests.service.world import World


def test_an_offer_goes_its_way_over_the_api(world: World, worker: Worker) -> None:
    need_id, _ = a_reviewed_need(world, worker)
    app = create_api(world.services)

    def as_(name: str) -> TestClient:
        def actor() -> Actor:
            with world.services.database.reading() as session:
                return world.actor(session, name)

        app.dependency_overrides[current_actor] = actor
        return TestClient(app)

    of_need = f"/api/needs/{need_id}/self-offers"
    body = OFFER | {"party_kind": "expert", "party_id": expert(world, LEADER)}
    short = as_(LEADER).post(of_need, json=body | {"plan": "可以做"})
    made = as_(LEADER).post(of_need, json=body)
    again = as_(LEADER).post(of_need, json=body)
    one = f"/api/self-offers/{made.json()['id']}"
    refused = as_("格尔木赵静").post(f"{one}/actions/lapse", json={"version": 1, "reason": "need_ended"})
    foreign = as_("盐湖厂马工").post(f"{one}/actions/put_forward", json={"version": 1})
    stale = as_("格尔木赵静").post(f"{one}/actions/put_forward", json={"version": 0})
    done = as_("格尔木赵静").post(f"{one}/actions/put_forward", json={"version": 1})

    answers = (short, made, again, refused, foreign, stale, done)
    assert [answer.status_code for answer in answers] == [422, 201, 409, 404, 404, 409, 200]
    assert (stale.json()["code"], done.json()["state"]) == ("stale", "put_forward")
    assert as_(LEADER).get("/api/self-offers?state=offered").json()["total"] == 0
    assert [each["id"] for each in as_(LEADER).get("/api/self-offers").json()["items"]] == [made.json()["id"]]
    assert as_(LEADER).get(one).json()["state_label"] == "已推荐"
    assert [as_(name).get(one).status_code for name in (MEMBER, "盐湖厂马工")] == [404, 404]
    assert [each["state"] for each in as_("格尔木赵静").get(of_need).json()] == ["put_forward"]
    assert as_("盐湖厂马工").get(of_need).status_code == 403
    parties = as_("盐湖厂马工").get(f"/api/needs/{need_id}/recommendation").json()["parties"]
    assert [(each["name"], each["source"], each["offered"]) for each in parties] == [
        (MEMBER, "matched", None),
        (LEADER, "self_offer", OFFER),
    ]

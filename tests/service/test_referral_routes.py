"""Referrals over the API, and what strangers and careless callers get of them."""

from __future__ import annotations

from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from service.actors import STRANGER, Actor
from service.api.dependencies import current_actor
from service.app import create_api
from service.errors import NotSignedIn
from service.schemas.common import ActionInput
from service.services import Services
from service.usecases import brokers, referral_acts, referrals
from tests.service import referral_steps as steps
from tests.service.referral_steps import CLERK, FARM, LEADER, OTHER_SECRETARY, OWNER, SALT, SECRETARY, send, to_society
from tests.service.team_steps import expert
from tests.service.world import World


class Browser:
    """Anybody of the small world at a browser."""

    def __init__(self, world: World) -> None:
        self._world, self._app = world, create_api(world.services)

    def __call__(self, name: str) -> TestClient:
        def actor() -> Actor:
            with self._world.services.database.reading() as session:
                return self._world.actor(session, name)

        self._app.dependency_overrides[current_actor] = actor
        return TestClient(self._app)


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return steps.a_world_of_referrals(services)


def test_a_need_is_proposed_sent_declined_nominated_and_passed_on_over_the_api(world: World) -> None:
    need_id, as_ = steps.a_matched_need(world), Browser(world)
    steps.a_match(world, need_id, f"expert:{expert(world, LEADER)}")

    proposed = as_(CLERK).get(f"/api/needs/{need_id}/referrals/proposal").json()
    need = as_(CLERK).get(f"/api/needs/{need_id}").json()
    content = to_society(world, note="请承接", version=need["version"])
    first = as_(CLERK).post(f"/api/needs/{need_id}/referrals", json=content)
    path = f"/api/referrals/{first.json()['id']}"
    chosen = {"version": 1, "expert_ids": [expert(world, LEADER)]}
    nominated = as_(SECRETARY).post(f"{path}/nominate", json=chosen)
    onwards = {"version": 2, "receiver_kind": "society", "receiver_id": world.people[FARM], "note": "换一家"}
    passed = as_(CLERK).post(f"{path}/reassign", json=onwards)
    other = f"/api/referrals/{passed.json()['id']}"
    declined = as_(OTHER_SECRETARY).post(f"{other}/actions/decline", json={"version": 1, "reason": "far"})
    internal = as_(CLERK).post(f"{other}/actions/expire", json={"version": 2})

    assert proposed == {
        "receiver_kind": "society",
        "receiver_kind_label": "学会",
        "receiver_id": world.people[SALT],
        "receiver": SALT,
        "why": f"本会专家{LEADER}在最近一次匹配中排第 1",
    }
    answers = (first, nominated, passed, declined, internal)
    assert [each.status_code for each in answers] == [201, 200, 201, 200, 404]
    assert [each.json()["state_label"] for each in answers[:4]] == ["待接单", "已提名专家", "待接单", "已拒单"]
    assert (first.json()["need"]["id"], passed.json()["receiver"]) == (need_id, FARM)


def test_lists_by_role_and_state(world: World) -> None:
    need_id, as_ = steps.a_matched_need(world), Browser(world)
    first, second = send(world, need_id, to_society(world)), send(world, need_id, to_society(world, FARM))
    steps.answer(world, OTHER_SECRETARY, second, "accept")

    def listed(name: str, **wanted: str) -> list[str]:
        answer = as_(name).get("/api/referrals", params=wanted).json()
        assert answer["total"] == len(answer["items"])
        return [line["id"] for line in answer["items"]]

    assert listed(SECRETARY) == listed(SECRETARY, role="received") == [first]
    assert listed(SECRETARY, role="sent") == []
    assert listed(CLERK) == listed(CLERK, role="sent") == listed(OWNER) == [second, first]
    assert listed(CLERK, state="accepted", need_id=need_id) == [second]
    assert listed(CLERK, need_id="x") == listed(CLERK, role="received") == listed("路人吴芳") == []
    line = as_(SECRETARY).get("/api/referrals").json()["items"][0]
    assert (line["title"], line["need_number"], line["fee_label"]) == (
        "吸附剂用半年就吸不动锂了",
        "XQ-2026-63-00001",
        "公益免费",
    )
    assert as_(CLERK).get("/api/broker/needs").json()["items"] == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"receiver_kind": "expert", "receiver_id": "x"}, "receiver_kind"),
        ({"receiver_kind": "society"}, "body"),
        ({"receiver_kind": "society", "receiver_id": "x", "outside_name": "某学会"}, "body"),
        ({"receiver_kind": "outside", "receiver_id": "x", "outside_name": "某学会"}, "body"),
        ({"receiver_kind": "outside"}, "body"),
        ({"receiver_kind": "society", "receiver_id": "x", "fee_kind": "barter"}, "fee_kind"),
    ],
)
def test_a_referral_that_names_no_one_receiver_is_refused_by_field(
    world: World, given: dict[str, str], field: str
) -> None:
    need_id = steps.a_matched_need(world)

    answer = Browser(world)(CLERK).post(
        f"/api/needs/{need_id}/referrals", json={"version": 1, "fee_kind": "free"} | given
    )

    assert (answer.status_code, [each["field"] for each in answer.json()["fields"]]) == (422, [field])


def test_the_use_cases_refuse_strangers_themselves(world: World) -> None:
    need_id = steps.a_matched_need(world)
    referral_id = send(world, need_id, to_society(world))

    with world.services.database.writing() as session:
        for act in (
            lambda: referrals.find(session, STRANGER, referral_id),
            lambda: referrals.find(session, STRANGER, "x"),
            lambda: referrals.page_of(session, STRANGER),
            lambda: brokers.page_of(session, STRANGER),
            lambda: referral_acts.act(
                session, world.services, STRANGER, referral_id, "accept", ActionInput.model_validate({"version": 1})
            ),
        ):
            with pytest.raises(NotSignedIn):
                act()

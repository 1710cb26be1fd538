"""Personal data over the API: a person decides, looks, and leaves; an administrator does it on somebody's word."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.app import create_api
from service.models import User
from service.passwords import keeper
from tests.service.privacy.erasing import ADMIN, PASSWORD, a_full_life, an_administrator
from tests.service.privacy.lives import places_of
from tests.service.privacy.steps import CLERK
from tests.service.world import World

PROXY = {"asked_by": "扎西·顿珠柏", "channel": "paper", "asked_at": "2026-11-23T08:30:00+08:00"}


def browser(app: FastAPI, name: str) -> TestClient:
    client = TestClient(app, base_url="https://kc.example/api", headers={"sec-fetch-site": "same-origin"})
    answer = client.post("sign-in", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return client


def an_app(world: World) -> FastAPI:
    an_administrator(world)
    with world.services.database.writing() as session:
        for name, user_name in ((ADMIN, "boss"), (CLERK, "clerk")):
            user = session.get_one(User, world.people[name])
            user.user_name, user.password_hash = user_name, keeper().hash(PASSWORD)
    return create_api(world.services)


def test_a_person_decides_looks_and_leaves(world: World) -> None:
    life, app = a_full_life(world), an_app(world)
    person = browser(app, life.canary.mobile)

    consents = {each["purpose"]: each for each in person.get("me/consents").json()}
    assert (consents["recommend"]["given"], consents["recommend"]["entered_by"]) == (True, CLERK)
    said = {"purpose": "recommend", "given": False}
    changed = {each["purpose"]: each["given"] for each in person.post("me/consents", json=said).json()}
    assert changed["recommend"] is False
    assert CLERK in {each["reader"] for each in person.get("me/readers").json()["items"]}
    assert life.canary.word in person.get("me/data?format=html").text
    assert person.get("me/erase").json() == {
        "id": None,
        "version": None,
        "state": None,
        "state_label": None,
        "due_at": None,
        "obstacles": [],
    }
    assert person.post("me/erase", json={"password": "这不是那个密码 umbrella"}).json()["field"] == "password"

    answer = person.post("me/erase", json={"password": PASSWORD})

    assert (answer.status_code, answer.json()["state_label"]) == (200, "已注销")
    assert 'kc_session=""' in answer.headers["set-cookie"]
    assert person.get("me").status_code == 401
    assert places_of(world, life.canary) == set()


def test_staff_enter_what_an_expert_signed_on_paper(world: World) -> None:
    life, app = a_full_life(world), an_app(world)
    clerk, path = browser(app, "clerk"), f"experts/{life.expert_id}/consents"
    given = {"purpose": "contact_to_owner", "given": False, "proxy": PROXY}

    answer = clerk.post(path, json=given)

    assert answer.status_code == 200, answer.text
    shown = {each["purpose"]: each for each in clerk.get(path).json()}
    assert (shown["contact_to_owner"]["given"], shown["contact_to_owner"]["channel"]) == (False, "纸面，代为登记")
    assert clerk.post(path, json=given | {"given": True, "text_version": "2026-11"}).json()["field"] == "confirmed"


def test_only_administrators_erase_somebody_else(world: World) -> None:
    life, app = a_full_life(world), an_app(world)
    wish = {"expert_id": life.expert_id, "reason": "本人来信要求", "proxy": PROXY}
    clerk, boss = browser(app, "clerk"), browser(app, "boss")

    assert [clerk.get("erasures").status_code, clerk.post("erasures", json=wish).status_code] == [403, 403]
    assert boss.post("erasures", json=wish | {"expert_id": "0" * 32}).status_code == 404
    asked = boss.post("erasures", json=wish)
    assert (asked.status_code, asked.json()["user_id"], asked.json()["state"]) == (201, life.user_id, "waiting")
    path, version = f"erasures/{asked.json()['id']}", {"version": asked.json()["version"]}
    assert clerk.post(f"{path}/carry-out", json=version).status_code == 403
    assert boss.post(f"{path}/carry-out", json={"version": 99}).json()["code"] == "stale"
    assert boss.post(f"{path}/withdraw", json=version).json()["state"] == "withdrawn"
    assert boss.get("erasures?state=waiting").json()["total"] == 0

    again = boss.post("erasures", json=wish).json()
    done = boss.post(f"erasures/{again['id']}/carry-out", json={"version": again["version"]})

    assert (done.status_code, done.json()["name"]) == (200, "已注销用户")
    assert places_of(world, life.canary) == set()


def test_no_program_decides_what_only_the_person_decides(world: World) -> None:
    life, app = a_full_life(world), an_app(world)
    client = TestClient(app, base_url="https://kc.example/api")
    token = {"authorization": f"Bearer token-{life.user_id}"}

    refused = [client.get(path, headers=token).status_code for path in ("me/consents", "me/data", "me/erase")]

    assert refused == [403, 403, 403]
    offered = {each["name"] for each in browser(app, life.canary.mobile).get("me/token-scopes").json()}
    assert offered & {"privacy.own", "erasure.handle"} == set()

"""Somebody with a mobile number and no mail, or with a user name only: from registering to a need that is handed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.app import create_api
from service.models import Expert, ExpertState, Membership, MembershipRole, User
from service.services import Services
from tests.journeys.people import Person, who_can_sign_in
from tests.service import team_steps
from tests.service.conftest import monday, postgres_url, services, sqlite_template
from tests.service.referral_steps import LEADER, MEMBER, SECRETARY, UNVERIFIED, a_world_of_referrals
from tests.service.steps import CONTENT
from tests.service.world import World

__all__ = ["monday", "postgres_url", "services", "sqlite_template"]

MOBILE, FIRST, SECOND = "13897123456", "戈壁上的骆驼 lantern 5", "昆仑山口的雪 ladder 8"
COMPANY = {
    "kind": "enterprise",
    "name": "格尔木枸杞加工有限公司（演示数据）",
    "credit_code": "91632801MADEM00291",
    "region_code": "632801",
}


@pytest.fixture
def world(services: Services, monday: datetime) -> Iterator[World]:
    found = a_world_of_referrals(services)
    with who_can_sign_in(found):
        yield found


def browser(app: Any) -> TestClient:
    return TestClient(app, base_url="https://kc.example/api", headers={"sec-fetch-site": "same-origin"})


def signed_in(app: Any, name: str, password: str) -> TestClient:
    client = browser(app)
    assert client.post("sign-in", json={"name": name, "password": password}).status_code == 200
    return client


@pytest.mark.parametrize("names", [{"mobile": MOBILE}, {"user_name": "枸杞老韩"}])
def test_without_mail_a_company_is_registered_confirmed_in_person_and_served(
    world: World, names: dict[str, str]
) -> None:
    app, [name] = create_api(world.services), names.values()
    registered = browser(app).post("register", json={"name": "韩生贵", "password": FIRST, **names})
    again = browser(app).post("register", json={"name": "另一个人", "password": SECOND, **names})
    assert (registered.status_code, registered.content) == (again.status_code, again.content) == (202, again.content)

    # At once: write and save; handing in waits for the 科协, and says so.
    person = signed_in(app, name, FIRST)
    company = person.post("organizations", json=COMPANY).json()
    need = person.post("needs", json=CONTENT | {"organization_id": company["id"]}).json()
    hand_in = f"needs/{need['id']}/actions/submit"
    refused = person.post(hand_in, json={"version": need["version"], "confirm_no_secrets": True})
    assert (refused.status_code, "核验" in refused.json()["title"]) == (409, True)

    # The password is lost. Asking for a link answers alike whether or not there is such an account, and where to go.
    asked = [browser(app).post("password/forgot", json={"name": each}) for each in (name, "13800000001")]
    assert asked[0].content == asked[1].content
    assert "一次性登录单" in asked[0].json()["message"]

    # At the counter: the clerk finds the account by what its owner says, sees who it is and prints the slip.
    clerk = Person(app, "格尔木赵静")
    status, found = clerk.post("/users/find", name=name)
    assert (status, found["name"], found["mobile_confirmed"]) == (200, "韩生贵", False)
    code = clerk.post("/slips", user_id=found["id"])[1]["code"]
    person = browser(app)
    redeemed = person.post("slips/redeem", json={"code": code, "new_password": SECOND})
    assert (redeemed.status_code, redeemed.json()["user_id"]) == (200, found["id"])
    own = person.get("me").json()
    assert (own["mobile_confirmed"], own["mail"]) == ("mobile" in names, None)
    assert own["organizations"] == [{"organization_id": company["id"], "role": "manager"}]

    # The same visit settles the company, and from there everything is as for everybody.
    to_verify = {"version": company["version"], "verified": True, "note": "营业执照、身份证当面核对"}
    assert clerk.post(f"/organizations/{company['id']}/verify", **to_verify)[0] == 200
    handed_in = person.post(hand_in, json={"version": need["version"], "confirm_no_secrets": True})
    assert (handed_in.status_code, handed_in.json()["state"]) == (200, "submitted")
    assert clerk.act(handed_in.json(), "accept")[0] == 200
    assert person.get(f"needs/{need['id']}").json()["state"] == "accepted"


def test_a_society_prints_slips_for_its_own_experts_and_learns_of_no_other_account(world: World) -> None:
    app = create_api(world.services)
    secretary, other = Person(app, SECRETARY), Person(app, team_steps.OTHER_SECRETARY)
    with world.services.database.writing() as session:
        experts = {name: session.get_one(Expert, team_steps.expert(world, name)) for name in (LEADER, MEMBER)}
        unclaimed = session.get_one(Expert, team_steps.expert(world, UNVERIFIED))
        unclaimed.state = ExpertState.UNCLAIMED
        # Who also stands for somebody else is none of the society's business.
        firm = Membership(
            user_id=experts[MEMBER].user_id or "", organization_id=world.company.id, role=MembershipRole.CONTACT
        )
        session.add(firm)

    status, slip = secretary.post("/slips", expert_id=experts[LEADER].id)
    assert status == 201
    redeemed = browser(app).post("slips/redeem", json={"code": slip["code"], "new_password": SECOND})
    assert redeemed.json()["user_id"] == experts[LEADER].user_id

    tries = {
        "of another society": other.post("/slips", expert_id=experts[LEADER].id),
        "also of a company": secretary.post("/slips", expert_id=experts[MEMBER].id),
        "not claimed": secretary.post("/slips", expert_id=unclaimed.id),
        "a stranger": secretary.post("/slips", user_id=world.people["路人吴芳"]),
        "staff": secretary.post("/slips", user_id=world.people["格尔木赵静"]),
        "nobody": secretary.post("/slips", user_id="0" * 32),
        "nothing": secretary.post("/slips"),
    }
    assert {case: status for case, (status, _) in tries.items()} == dict.fromkeys(tries, 404)
    assert len({str(answer["title"]) for _, answer in tries.values()}) == 1


def test_who_registered_with_somebody_elses_number_is_out_once_its_owner_shows_up(world: World) -> None:
    app = create_api(world.services)
    browser(app).post("register", json={"name": "冒名者", "password": FIRST, "mobile": MOBILE})
    squatter = signed_in(app, MOBILE, FIRST)
    token = squatter.post("me/tokens", json={"name": "t", "scopes": ["need.list"], "days": 30}).json()["token"]
    bearer = {"authorization": f"Bearer {token}"}
    assert browser(app).get("needs", headers=bearer).status_code == 200
    with world.services.database.reading() as session:
        assert session.get_one(User, squatter.get("me").json()["id"]).mobile_confirmed_at is None

    clerk = Person(app, "格尔木赵静")
    code = clerk.post("/slips", user_id=clerk.post("/users/find", name=MOBILE)[1]["id"])[1]["code"]
    assert browser(app).post("slips/redeem", json={"code": code, "new_password": SECOND}).status_code == 200

    assert (squatter.get("me").status_code, browser(app).get("needs", headers=bearer).status_code) == (401, 401)
    assert browser(app).post("sign-in", json={"name": MOBILE, "password": FIRST}).status_code == 401

"""Making, finding and disabling accounts of others."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from service.actors import SYSTEM
from service.errors import Conflict, Forbidden, Invalid
from service.models import (
    StatusChange,
    User,
)
from service.usecases import accounts
from service.usecases.sign_in_names import checked
from tests.service.accounts.support import (
    MOBILE,
    PASSWORD,
    World,
    a_slip,
    a_staff_user,
    a_token,
    a_user,
    an_association,
    everybody,
)


def test_a_clerk_makes_an_account_and_its_owner_signs_in_with_a_slip(world: World, clerk: TestClient) -> None:
    made = clerk.post("/users", json={"name": "才仁 · 卓玛", "mobile": "138 9712 3456", "mail": "Zhuoma@Example.cn"})

    person = world.browser("192.0.2.9")
    redeemed = person.post("/slips/redeem", json={"code": a_slip(clerk, User(**made.json())), "new_password": PASSWORD})

    user_id = made.json()["id"]
    assert (made.status_code, made.json()) == (
        201,
        {
            "id": user_id,
            "name": "才仁·卓玛",
            "user_name": None,
            "mobile": "138****3456",
            "mobile_confirmed": False,
            "mail": "z***@example.cn",
            "has_password": False,
            "is_active": True,
        },
    )
    assert (redeemed.status_code, redeemed.json()["user_id"]) == (200, user_id)
    assert person.get("/me").json() == {
        "id": user_id,
        "name": "才仁·卓玛",
        "user_name": None,
        "mobile": MOBILE,
        "mobile_confirmed": True,
        "mail": "zhuoma@example.cn",
        "must_change_password": False,
        "is_administrator": False,
        "posts": [],
        "organizations": [],
        "scopes": None,
    }
    assert world.signed_in(MOBILE)
    assert world.acts() == ["account.create", "sign_in", "account.create", "slip.issue", "slip.redeem", "sign_in"]


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({}, "mobile", "至少填一项"),
        ({"mobile": "0971-1234567"}, "mobile", "11 位数字"),
        ({"mail": "zhuoma"}, "mail", "邮箱格式不对"),
        ({"mail": "zhuo ma@example,cn"}, "mail", "邮箱格式不对"),
        ({"user_name": "ab"}, "user_name", "3—50 个字"),
        ({"user_name": "卓玛@西宁"}, "user_name", "可用汉字"),
        ({"user_name": MOBILE}, "user_name", "不能是手机号"),
        ({"name": "A", "user_name": "zhuoma"}, "name", "姓名应为"),
    ],
)
def test_an_account_with_unusable_names_is_not_made(
    world: World, clerk: TestClient, fields: dict[str, str], field: str, says: str
) -> None:
    answer = clerk.post("/users", json={"name": "才仁卓玛", **fields})

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert says in answer.json()["title"]


@pytest.mark.parametrize("field", ["mobile", "mail", "user_name"])
def test_staff_are_told_which_name_is_taken(world: World, clerk: TestClient, field: str) -> None:
    names = {"mobile": MOBILE, "mail": "zhuoma@example.cn", "user_name": "zhuoma"}
    a_user(world, mobile=MOBILE, mail="zhuoma@example.cn", user_name="zhuoma")

    answer = clerk.post("/users", json={"name": "马明", field: names[field].upper()})

    assert (answer.status_code, answer.json()["field"]) == (409, field)


def test_an_account_is_found_only_by_its_whole_name_and_only_by_staff(world: World, clerk: TestClient) -> None:
    user = a_user(world, mobile=MOBILE)
    a_user(world, user_name="somebody")

    found = clerk.post("/users/find", json={"name": "138-9712-3456"})
    part = clerk.post("/users/find", json={"name": "1389712345"})
    not_staff = world.signed_in("somebody").post("/users/find", json={"name": MOBILE})
    stranger = world.browser().post("/users/find", json={"name": MOBILE})

    assert (found.json()["id"], found.json()["mobile"]) == (user.id, "138****3456")
    assert (part.status_code, not_staff.status_code, stranger.status_code) == (404, 403, 401)


def test_only_the_system_and_administrators_make_administrators(world: World) -> None:
    clerk = a_staff_user(world, "clerk", an_association(world, "西宁市科协"))

    with world.services.database.writing() as session:
        boss = accounts.create_user(session, SYSTEM, name="马明", user_name="boss", is_administrator=True)
        with pytest.raises(Forbidden):
            accounts.create_user(session, world.actor(clerk), name="马明", user_name="bad", is_administrator=True)

    assert world.actor(boss).is_administrator


@given(st.text(max_size=60))
def test_no_user_name_is_ever_a_mobile_number_or_a_mail_address(text: str) -> None:
    try:
        names = checked("", "", text).each()
    except Invalid:
        return

    assert [name.kind for name in names] == ["user_name"]
    assert "@" not in names[0].value
    assert not re.fullmatch(r"1[3-9]\d{9}", names[0].value)


def test_a_disabled_account_is_dead_on_the_next_request(world: World) -> None:
    people = everybody(world)
    browser = world.signed_in("person")
    token, api = a_token(browser), world.browser()
    assert api.get("/me", headers=token).status_code == 200

    answer = world.signed_in("city_lead").post(f"/users/{people['person'].id}/disable", json={"note": " 离职 "})

    assert (answer.status_code, answer.json()["is_active"]) == (200, False)
    assert (browser.get("/me").status_code, api.get("/me", headers=token).status_code) == (401, 401)
    with world.services.database.reading() as session:
        change = session.exec(select(StatusChange)).one()
        assert (change.action, change.source, change.target, change.note) == ("disable", "active", "disabled", "离职")
    assert world.acts()[-1] == "account.disable"


def test_an_account_enabled_again_has_its_password_but_no_session_or_token_of_before(world: World) -> None:
    people = everybody(world)
    boss, browser = world.signed_in("administrator"), world.signed_in("person")
    token = a_token(browser)
    path = f"/users/{people['person'].id}"
    boss.post(f"{path}/disable", json={"note": "离职"})

    answer = boss.post(f"{path}/enable", json={"note": "弄错了"})

    assert (answer.status_code, answer.json()["is_active"]) == (200, True)
    assert (browser.get("/me").status_code, world.browser().get("/me", headers=token).status_code) == (401, 401)
    assert world.signed_in("person")


@pytest.mark.parametrize(
    ("who", "whom", "note", "status"),
    [
        ("person", "other person", "离职", 403),
        ("city clerk", "person", "离职", 403),
        ("city lead", "province clerk", "离职", 403),
        ("province lead", "administrator", "离职", 403),
        ("administrator", "administrator", "离职", 409),
        ("city lead", "person", "  ", 422),
        ("city lead", "city clerk", "离职", 200),
        ("administrator", "other administrator", "离职", 200),
    ],
)
def test_leads_and_administrators_disable_accounts(world: World, who: str, whom: str, note: str, status: int) -> None:
    people = everybody(world)

    answer = world.signed_in(who.replace(" ", "_")).post(f"/users/{people[whom].id}/disable", json={"note": note})

    assert answer.status_code == status, answer.text
    assert world.stored(people[whom]).is_active is (status != 200)


def test_disabling_twice_says_so(world: World) -> None:
    user, boss = a_user(world, mobile=MOBILE), a_user(world, user_name="boss", is_administrator=True)

    with world.services.database.writing() as session:
        accounts.disable_user(session, world.services, world.actor(boss), user.id, "离职")
        with pytest.raises(Conflict, match="不用再办"):
            accounts.disable_user(session, world.services, world.actor(boss), user.id, "离职")

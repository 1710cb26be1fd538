"""Accounts and posts by form: found by what a person signs in with, a slip on paper, appointed and ended."""

from __future__ import annotations

import re

from sqlmodel import select

from service.models import Association, Post, User
from tests.service.world import World
from tests.web.conftest import SignIn, words


def an_administrator(world: World) -> None:
    with world.services.database.writing() as session:
        session.get_one(User, world.people["路人吴芳"]).is_administrator = True


def test_an_account_is_made_found_given_a_slip_and_stopped(world: World, browser_of: SignIn) -> None:
    lead = browser_of("省科协王敏")
    person = {"name": "卓玛", "mobile": "13909791234", "mail": "", "user_name": ""}

    made = lead.post("/users", data=person)
    twice = lead.post("/users", data=person)
    found = lead.post("/users/find", data={"name": "13909791234"})
    user_id = re.findall(r'name="user_id" value="(\w+)"', found.text)[0]
    slip = lead.post("/slips", data={"user_id": user_id})
    silent = lead.post(f"/users/{user_id}/disable", data={"name": "13909791234", "note": ""})
    stopped = lead.post(f"/users/{user_id}/disable", data={"name": "13909791234", "note": "已调离"})

    assert "账号已建好" in words(made)
    assert (twice.status_code, "这个手机号已有账号" in words(twice)) == (409, True)
    assert "139****1234" in words(found)
    assert re.search(r"登录码 [A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", words(slip))
    assert slip.headers["cache-control"] == "no-store"
    assert (silent.status_code, "请写明停用或启用的原因" in words(silent)) == (422, True)
    assert "卓玛 已停用" in words(stopped)
    with world.services.database.reading() as session:
        assert session.get_one(User, user_id).is_active is False
    assert browser_of("盐湖厂马工").get("/users").status_code == 403


def test_an_administrator_founds_an_association_appoints_and_ends(world: World, browser_of: SignIn) -> None:
    an_administrator(world)
    administrator, clerk = browser_of("路人吴芳"), browser_of("格尔木赵静")
    content = {"name": "德令哈市科协", "level": "county", "kind": "regional", "region_code": "632802"}

    wrong = administrator.post("/associations", data=content | {"parent_id": ""})
    done = administrator.post("/associations", data=content | {"parent_id": world.city.id})
    address = done.headers["location"]
    unknown = administrator.post(f"{address}/posts", data={"name": "nobody", "role": "clerk", "since": "2026-11-23"})
    appointed = administrator.post(
        f"{address}/posts", data={"name": "路人吴芳", "role": "clerk", "department": "办公室", "since": "2026-11-23"}
    )

    assert (wrong.status_code, done.status_code) == (422, 303)
    assert "没有人用它登录" in words(unknown)
    assert appointed.status_code == 303
    with world.services.database.reading() as session:
        made = session.exec(select(Association).where(Association.name == "德令哈市科协")).one()
        post = session.exec(select(Post).where(Post.association_id == made.id)).one()
    assert (post.role, post.department) == ("clerk", "办公室")
    end = f"{address}/posts/{post.id}/end"
    assert administrator.post(end, data={"until": "2026-11-01"}).status_code == 422
    assert administrator.post(end, data={"until": "2026-11-23"}).status_code == 303
    assert "路人吴芳 经办 办公室 2026年11月23日，到 2026年11月23日" in words(clerk.get(address))
    assert clerk.post(end, data={"until": "2026-11-23"}).status_code == 403
    assert "任命工作人员" not in words(clerk.get(address))

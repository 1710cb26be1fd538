"""Experts by forms: one's own profile as others see it, entering one for somebody, consents and contact data."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.models import ConsentEntry, Employment, Expert, ExpertState, ProxyEntry, ReadEntry, User, Work
from tests.service.consultations.steps import SECRETARY, a_cared_for_expert
from tests.service.match_steps import an_expert
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

PROFILE = {
    "name": "李锂",
    "professional_title": "正高级工程师",
    "region_code": "632801",
    "profile": "盐湖提锂用吸附剂的失效与再生",
    "mobile": "13997012345",
    "works.0.kind": "paper",
    "works.0.year": "2024",
    "works.0.title": "吸附剂结垢机理",
    "works.1.kind": "",
    "employments.0.organization_name": "青海某研究所",
    "employments.0.since": "2015-07-01",
}
PROXY = {"proxy.asked_by": "李锂", "proxy.channel": "phone", "proxy.asked_at": "2026-11-20T09:00"}


@pytest.fixture
def expert_id(world: World) -> str:
    return an_expert(world, "李锂")


def stored(world: World, expert_id: str) -> Expert:
    with world.services.database.reading() as session:
        return session.get_one(Expert, expert_id)


def test_staff_enter_an_expert_who_then_confirms(world: World, browser_of: SignIn) -> None:
    browser = browser_of("格尔木赵静")
    wrong = browser.post("/experts/new", data=PROFILE | PROXY | {"works.0.title": "", "once": "a" * 32})
    assert wrong.status_code == 422
    assert (typed(wrong, "works.0.year"), typed(wrong, "employments.0.since")) == ("2024", "2015-07-01")
    made = [browser.post("/experts/new", data=PROFILE | PROXY | {"once": "a" * 32}) for _ in range(2)]

    assert [each.status_code for each in made] == [303, 303], words(made[0])
    with world.services.database.writing() as session:
        expert = session.exec(select(Expert)).one()
        assert [(each.kind, each.title) for each in session.exec(select(Work))] == [("paper", "吸附剂结垢机理")]
        assert [each.organization_name for each in session.exec(select(Employment))] == ["青海某研究所"]
        assert [each.asked_by for each in session.exec(select(ProxyEntry))] == ["李锂"]
        user = User(name="李锂", user_name="lili1", mobile="13997012345")
        session.add(user)
        session.flush()
        world.people["李锂"] = user.id
    path = made[0].headers["location"]
    shown = browser.get(path)
    assert "未认领" in words(shown)
    assert "13997012345" not in shown.text
    link = {"sign_in_name": "13997012345", "version": typed(shown, "version")}
    assert browser.post(f"{path}/account", data=link | {"sign_in_name": "nobody1"}).status_code == 404
    assert browser.post(f"{path}/account", data=link).status_code == 303

    own = browser_of("李锂")
    waiting = own.get("/today")
    assert "请核对并确认是您本人" in words(waiting)
    mine = own.get("/experts/me")
    assert "是我本人，确认" in words(mine)
    assert own.post(f"{path}/actions/claim", data={"version": typed(mine, "version")}).status_code == 303
    assert stored(world, expert.id).state is ExpertState.CLAIMED
    verified = browser.post(f"{path}/actions/verify", data={"version": typed(browser.get(path), "version")})
    assert verified.status_code == 303


def test_an_expert_sees_the_profile_as_others_do(world: World, expert_id: str, browser_of: SignIn) -> None:
    own, path = browser_of("李锂"), f"/experts/{expert_id}"
    assert "您没有同意公开展示画像" in words(own.get("/experts/me"))
    assert "盐湖提锂吸附剂" not in words(browser_of("路人吴芳").get(path))

    said = {"purpose": "public_profile", "given": "yes", "text_version": "2026-11"}
    done = own.post(f"{path}/consents", data=said)

    assert (done.status_code, done.headers["location"]) == (303, "/experts/me")
    assert "盐湖提锂吸附剂" in words(browser_of("路人吴芳").get(path))
    with world.services.database.reading() as session:
        entries = session.exec(select(ConsentEntry).where(ConsentEntry.purpose == "public_profile")).all()
    assert [(each.given, each.channel) for each in entries] == [(True, "web")]


def test_the_profile_is_changed_without_losing_anything(world: World, expert_id: str, browser_of: SignIn) -> None:
    own, path = browser_of("李锂"), f"/experts/{expert_id}/edit"
    shown = own.get(path)
    assert typed(shown, "profile") == "盐湖提锂吸附剂容量衰减机理与现场再生"
    form = PROFILE | {"version": typed(shown, "version")}
    assert own.post(path, data=form).status_code == 303

    stale = own.post(path, data=form | {"profile": "换一种说法"})

    assert stale.status_code == 409
    assert (typed(stale, "profile"), typed(stale, "works.0.title")) == ("换一种说法", "吸附剂结垢机理")
    assert own.post(path, data=form | {"profile": "换一种说法", "version": typed(stale, "version")}).status_code == 303
    assert (stored(world, expert_id).profile, stored(world, expert_id).mobile) == ("换一种说法", "13997012345")
    assert browser_of("路人吴芳").get(path).status_code == 404


def test_taking_part_and_capacity(world: World, expert_id: str, browser_of: SignIn) -> None:
    own, path = browser_of("李锂"), f"/experts/{expert_id}"
    shown = own.get("/experts/me")
    assert "技术咨询" in words(shown)
    form = {"version": typed(shown, "version"), "monthly_capacity": "4", "service_types": ["tech_service"]}

    assert own.post(f"{path}/settings", data=form | {"monthly_capacity": "很多"}).status_code == 422
    assert own.post(f"{path}/settings", data=form).status_code == 303

    kept = stored(world, expert_id)
    assert (kept.takes_part, kept.monthly_capacity, kept.service_types) == (False, 4, ["tech_service"])
    assert "您没有打开“参与推荐”" in words(own.get("/experts/me"))
    assert browser_of("路人吴芳").get(path).status_code == 404


def test_reading_contact_data_leaves_a_trace_the_expert_sees(world: World, browser_of: SignIn) -> None:
    expert_id = a_cared_for_expert(world)
    shown = browser_of(SECRETARY).post(f"/experts/{expert_id}/contact")

    assert "13997012345" in shown.text
    assert SECRETARY in words(browser_of("李锂").get("/experts/me"))
    with world.services.database.reading() as session:
        entries = session.exec(select(ReadEntry).where(ReadEntry.subject_id == expert_id)).all()
    assert [each.reader_id for each in entries] == [world.people[SECRETARY]]


def test_a_society_enters_a_consent_only_after_making_sure(world: World, browser_of: SignIn) -> None:
    path = f"/experts/{a_cared_for_expert(world)}"
    browser = browser_of(SECRETARY)
    said = PROXY | {"purpose": "public_profile", "given": "yes", "text_version": "2026-11"}

    hasty = browser.post(f"{path}/consents", data=said)
    done = browser.post(f"{path}/consents", data=said | {"confirmed": "yes"})

    assert (hasty.status_code, done.status_code) == (422, 303)
    assert "请先把授权说明读给本人听" in words(hasty)


def test_the_list_finds_by_name(world: World, expert_id: str, browser_of: SignIn) -> None:
    browser = browser_of("路人吴芳")
    assert f"/experts/{expert_id}" in browser.get("/experts?search=李锂").text
    assert "没有符合条件的专家" in words(browser.get("/experts?search=无此人"))
    assert "您还没有画像" in words(browser.get("/experts/me"))
    assert browser.get("/experts/new").status_code == 200

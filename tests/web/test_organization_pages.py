"""Registering an organisation, verifying it, and who works for it, by pages."""

from __future__ import annotations

import re

from sqlmodel import col, select

from service.models import Membership, Organization, OrganizationState
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

VILLAGE = {
    "kind": "village",
    "name": "乌图美仁乡某村（演示数据）",
    "why_no_code": "村集体没有登记证书",
    "guarantor": "乌图美仁乡政府",
    "region_code": "632801",
}
ASKED = {"proxy.asked_by": "马经理", "proxy.channel": "phone", "proxy.asked_at": "2026-11-20T10:00"}


def organizations_of(world: World) -> list[Organization]:
    with world.services.database.reading() as session:
        return list(session.exec(select(Organization).order_by(col(Organization.created_at))))


def members_of(world: World, organization_id: str) -> list[tuple[str, str]]:
    with world.services.database.reading() as session:
        found = session.exec(
            select(Membership).where(Membership.organization_id == organization_id, col(Membership.ended_at).is_(None))
        )
        names = {user_id: name for name, user_id in world.people.items()}
        return sorted((names[each.user_id], each.role) for each in found)


def test_a_village_without_a_code_registers_once(world: World, browser_of: SignIn) -> None:
    browser = browser_of("路人吴芳")
    sent = VILLAGE | {"once": "c" * 32}

    answers = [browser.post("/organizations/new", data=sent) for _ in range(2)]

    company, village = organizations_of(world)
    assert (village.name, village.credit_code, village.guarantor) == (VILLAGE["name"], None, "乌图美仁乡政府")
    assert {each.headers["location"] for each in answers} == {f"/organizations/{village.id}"}
    shown = words(browser.get(f"/organizations/{village.id}"))
    assert "已登记。当地科协会在 2 个工作日内核验" in shown
    assert "待核验" in shown
    assert "没有的原因 村集体没有登记证书" in shown
    assert members_of(world, village.id) == [("路人吴芳", "manager")]
    assert company.name not in words(browser.get("/organizations"))


def test_a_wrong_code_is_told_at_its_field(world: World, browser_of: SignIn) -> None:
    sent = VILLAGE | {"kind": "enterprise", "credit_code": "91630000MADEM0011M"}

    answer = browser_of("路人吴芳").post("/organizations/new", data=sent)

    assert answer.status_code == 422
    assert 'href="#f-credit_code"' in answer.text
    assert "请对照营业执照或登记证书逐位核对" in words(answer)
    assert typed(answer, "credit_code") == "91630000MADEM0011M"
    assert len(organizations_of(world)) == 1


def test_staff_verify_with_a_reason(world: World, browser_of: SignIn) -> None:
    browser, address = browser_of("格尔木赵静"), f"/organizations/{world.company.id}"
    page = browser.get(address)
    seen = {"version": typed(page, "version"), "verified": "no"}

    silent = browser.post(f"{address}/verify", data=seen)
    told = browser.post(f"{address}/verify", data=seen | {"note": "授权书没有盖章"})

    assert (silent.status_code, told.status_code) == (422, 303)
    assert "不通过请写明原因" in words(silent)
    assert [each.state for each in organizations_of(world)] == [OrganizationState.REFUSED]
    own = browser_of("盐湖厂马工").get(address)
    assert "没有通过核验" in words(own)
    assert "/verify" not in own.text


def test_a_manager_admits_by_the_number_a_colleague_hands_over(world: World, browser_of: SignIn) -> None:
    browser, address = browser_of("盐湖厂马工"), f"/organizations/{world.company.id}"
    sent = {"user_id": world.people["路人吴芳"], "role": "contact"}

    done = browser.post(f"{address}/memberships", data=sent)
    again = browser.post(f"{address}/memberships", data=sent)

    assert (done.status_code, again.status_code) == (303, 409)
    assert "已经是联系人" in words(again)
    assert members_of(world, world.company.id) == [("盐湖厂马工", "manager"), ("路人吴芳", "contact")]


def test_staff_admit_by_sign_in_name_only_with_whose_word_it_is(world: World, browser_of: SignIn) -> None:
    browser, address = browser_of("格尔木赵静"), f"/organizations/{world.company.id}"
    sent = {"sign_in_name": "路人吴芳", "role": "manager"}

    silent = browser.post(f"{address}/memberships", data=sent)
    nobody = browser.post(f"{address}/memberships", data=ASKED | sent | {"sign_in_name": "查无此人"})
    done = browser.post(f"{address}/memberships", data=ASKED | sent)

    assert (silent.status_code, nobody.status_code, done.status_code) == (422, 404, 303)
    assert "受谁委托" in words(silent)
    assert "没有人用它登录" in words(nobody)
    assert members_of(world, world.company.id) == [("盐湖厂马工", "manager"), ("路人吴芳", "manager")]


def test_the_last_manager_stays(world: World, browser_of: SignIn) -> None:
    browser, address = browser_of("盐湖厂马工"), f"/organizations/{world.company.id}"
    found = re.search(r"/memberships/(\w+)/leave", browser.get(address).text)
    assert found is not None
    own = f"{address}/memberships/{found.group(1)}"

    refused = [browser.post(f"{own}/{act}", data={"version": "1", "role": "contact"}) for act in ("role", "leave")]
    browser.post(f"{address}/memberships", data={"user_id": world.people["路人吴芳"], "role": "manager"})
    left = browser.post(f"{own}/leave", data={"version": "1"})

    assert [each.status_code for each in refused] == [409, 409]
    assert "唯一的管理员" in words(refused[0])
    assert left.headers["location"] == "/organizations?mine=true"
    assert members_of(world, world.company.id) == [("路人吴芳", "manager")]
    assert browser.get(address).status_code == 404


def test_staff_find_by_name_and_everybody_prints_the_letter(world: World, browser_of: SignIn) -> None:
    staff = browser_of("西宁孙浩")

    assert world.company.name in words(staff.get("/organizations?name=湖东&state=unverified"))
    assert "没有符合条件的单位" in words(staff.get("/organizations?name=湖西"))
    assert "还没有登记的单位" in words(staff.get("/organizations?mine=true"))
    assert "人员" not in words(staff.get(f"/organizations/{world.company.id}")).split("现在可以做什么")[1]
    assert "授权书" in words(browser_of("").get("/organizations/letter"))
    assert browser_of("").get("/organizations/new").headers["location"] == "/sign-in?then=/organizations/new"

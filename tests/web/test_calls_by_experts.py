"""给我打电话 and 请学会代办 on the pages of an expert: asked there, back there, and called because of it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from httpx2 import Response

from service.models import Team, TeamKind
from tests.service.call_steps import change_expert
from tests.service.match_steps import a_matched_need, an_expert, ranking_by_words
from tests.service.matrix.people import more_people
from tests.service.self_offers.steps import offer
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

CLERK, SECRETARY = "格尔木赵静", "盐湖学会秘书"
PHONE = "0971-6123456"


@pytest.fixture
def expert_id(world: World) -> str:
    more_people(world)
    found = an_expert(world, "李锂")
    change_expert(world, mobile="13909790001")
    return found


def asking(answer: Response) -> list[str]:
    """Where the two buttons lead."""
    return [unescape(each) for each in re.findall(r'href="([^"]*/call-request[^"]*)"', answer.text)]


def a_team(world: World, leader_id: str) -> str:
    with world.services.database.writing() as session:
        team = Team(
            kind=TeamKind.SQUAD,
            name="盐湖提锂服务团",
            society_id=world.people["盐湖学会"],
            leader_id=leader_id,
            region_code="632801",
            term_since=date(2026, 1, 1),
            term_until=date(2027, 12, 31),
        )
        session.add(team)
        session.flush()
        return team.id


def test_every_page_of_an_expert_has_both_buttons_and_the_telephone(
    world: World, expert_id: str, tmp_path: Path, browser_of: SignIn
) -> None:
    need_id = a_matched_need(world, ranking_by_words(world, tmp_path))
    offered = f"/self-offers/{offer(world, '李锂', need_id, 'expert', expert_id)}"
    team, new_offer = f"/teams/{a_team(world, expert_id)}", f"/needs/{need_id}/self-offers/new"
    browser_of("平台管理员").post("/admin/settings/site.phone", data={"version": "0", "value": PHONE})
    own = ("/today", "/experts/me", team, new_offer)
    browser = browser_of("李锂")

    shown = {path: browser.get(path) for path in (*own, offered)}

    for path in own:
        asked = f"/experts/{expert_id}/call-request?"
        assert asking(shown[path]) == [f"{asked}back={path}", f"{asked}wish=do_for_me&back={path}"]
    assert asking(shown[offered]) == [f"{offered}/call-request", f"{offered}/call-request?wish=do_for_me"]
    for answer in shown.values():
        assert "给我打电话 请科协代办" in words(answer)
        assert f"给科协打电话： {PHONE}" in words(answer)
        assert f'class="btn" href="tel:{PHONE}"' in answer.text
    # Who is no expert has their own buttons there, or none.
    others = [browser_of(SECRETARY).get(path) for path in ("/today", team, f"/experts/{expert_id}")]
    assert [(each.status_code, asking(each)) for each in others] == [(200, [])] * 3
    assert asking(browser_of(CLERK).get(offered)) == []


def test_an_expert_asks_from_today_and_the_secretary_enters_what_they_said(
    world: World, expert_id: str, browser_of: SignIn
) -> None:
    change_expert(world, society_id=world.people["盐湖学会"])
    browser, secretary = browser_of("李锂"), browser_of(SECRETARY)
    address = f"/experts/{expert_id}/call-request"
    assert "给我打电话 请学会代办" in words(browser.get("/today"))

    form = browser.get(asking(browser.get("/today"))[1])
    sent = {"wish": "do_for_me", "back": "/today", "free_at": "晚上七点以后"}
    wrong = browser.post(address, data=sent | {"phone": "12"})
    asked = browser.post(address, data=sent)
    again = browser.post(address, data=sent)
    elsewhere = browser.post(address, data=sent | {"back": "https://example.org/"})

    assert "请盐湖学会代办" in words(form)
    assert "不填就打登记的号码：139****0001" in words(form)
    assert (wrong.status_code, typed(wrong, "free_at")) == (422, "晚上七点以后")
    assert [each.text.count('<input type="hidden" name="back" value="/today">') for each in (form, wrong)] == [1, 1]
    assert [each.headers["location"] for each in (asked, again, elsewhere)] == ["/today", "/today", "/"]
    for path in ("/today", "/experts/me"):
        assert "已告诉盐湖学会，会给您打电话（139****0001）。" in words(browser.get(path))
        assert asking(browser.get(path)) == []

    listed = secretary.get("/calls")
    call = re.findall(r'href="(/calls/request/\w+)"', listed.text)[0]
    shown = secretary.get(call)
    why = "关于本人的画像、服务团或待办，请您代办：问清他的意思，替他登记，方便的时间：晚上七点以后"
    assert f"李锂 {why} 关于本人的资料" in words(listed)
    assert f'href="/experts/{expert_id}">关于本人的资料' in listed.text
    assert ("/needs/" in listed.text, "None" in words(listed), "None" in words(shown)) == (False, False, False)
    assert f'<dt>关于</dt><dd><a href="/experts/{expert_id}">本人的资料</a>' in shown.text
    assert 'href="tel:13909790001"' in shown.text
    reached = secretary.post(call, data={"result": "reached"})

    assert reached.headers["location"] == f"/experts/{expert_id}?by=phone"
    assert "已记下：打通了。请把对方说的话录在这里，写明是谁说的。" in words(secretary.get(reached.headers["location"]))
    assert secretary.get(call).status_code == 404
    assert "给我打电话" in words(browser.get("/today"))


def test_only_the_expert_finds_the_form_and_who_has_no_number_must_give_one(
    world: World, expert_id: str, browser_of: SignIn
) -> None:
    other_id = an_expert(world, "赵风")
    change_expert(world, mobile="")
    address, browser = f"/experts/{expert_id}/call-request", browser_of("李锂")

    refused = [browser_of(name).get(address).status_code for name in ("赵风", "路人吴芳", "西宁孙浩", CLERK, "")]
    empty = browser.post(address, data={"wish": "call"})
    asked = browser.post(address, data={"wish": "call", "phone": "0979-8412345"})

    assert refused == [404, 404, 404, 403, 303]
    assert browser.get(f"/experts/{other_id}/call-request").status_code == 404
    assert (empty.status_code, "请填写打给您的号码" in words(empty)) == (422, True)
    assert asked.headers["location"] == "/experts/me"
    assert (
        "0979-8412345"
        in browser_of(CLERK).get(re.findall(r"/calls/request/\w+", browser_of(CLERK).get("/calls").text)[0]).text
    )


def test_what_was_said_about_an_offer_is_entered_on_its_page(
    world: World, expert_id: str, tmp_path: Path, browser_of: SignIn
) -> None:
    need_id = a_matched_need(world, ranking_by_words(world, tmp_path))
    path = f"/self-offers/{offer(world, '李锂', need_id, 'expert', expert_id)}"
    browser, clerk = browser_of("李锂"), browser_of(CLERK)

    asked = browser.post(f"{path}/call-request", data={"wish": "call"})
    call = re.findall(r'href="(/calls/request/\w+)"', clerk.get("/calls").text)[0]
    reached = clerk.post(call, data={"result": "reached"})

    assert asked.headers["location"] == path
    assert reached.headers["location"] == f"{path}?by=phone"

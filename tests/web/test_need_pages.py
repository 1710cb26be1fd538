"""Writing and handing in a need by forms: nothing typed is lost, nothing is done twice."""

from __future__ import annotations

import re

from sqlmodel import select

from service.models import Need, NeedState
from tests.service.steps import a_draft, act, verify
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

CONTENT = {
    "title": "吸附剂用半年就吸不动锂了",
    "industry_field": "F01",
    "service_type": "tech_service",
    "region_code": "632801",
    "scene": "盐湖老卤提锂车间，吸附柱八台",
    "situation": "运行六个月后吸附容量从每克 8 毫克掉到 5 毫克。",
    "targets": "容量年衰减不超过 5%",
    "budget_low_fen": "12.5",
    "budget_high_fen": "20",
    "levels.scene": "signed",
}


def needs_of(world: World) -> list[Need]:
    with world.services.database.reading() as session:
        return list(session.exec(select(Need)))


def test_a_form_sent_twice_makes_one_need(world: World, browser_of: SignIn) -> None:
    browser = browser_of("盐湖厂马工")
    sent = CONTENT | {"organization_id": world.company.id, "once": "a" * 32}

    answers = [browser.post("/needs/new", data=sent) for _ in range(2)]

    made = needs_of(world)
    assert [(need.title, need.budget_low_fen, need.levels) for need in made] == [
        ("吸附剂用半年就吸不动锂了", 12_500_000, {"scene": "signed"})
    ]
    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, f"/needs/{made[0].id}")] * 2
    assert "草稿已保存" in words(browser.get(f"/needs/{made[0].id}"))
    assert "草稿已保存" not in words(browser.get(f"/needs/{made[0].id}"))


def test_a_refused_form_comes_back_as_it_was_typed(world: World, browser_of: SignIn) -> None:
    sent = CONTENT | {"organization_id": world.company.id, "budget_low_fen": "十二", "scene": "车间 <b>二</b>"}

    answer = browser_of("盐湖厂马工").post("/needs/new", data=sent)

    assert answer.status_code == 422
    assert "有 1 处需要修改" in words(answer)
    assert (typed(answer, "budget_low_fen"), typed(answer, "scene")) == ("十二", "车间 <b>二</b>")
    assert "金额“十二”看不懂" in words(answer)
    assert needs_of(world) == []


def test_a_secret_stops_the_form_and_says_whom_to_call(world: World, browser_of: SignIn) -> None:
    sent = CONTENT | {"organization_id": world.company.id, "situation": "机密★五年 吸附剂配方"}

    answer = browser_of("盐湖厂马工").post("/needs/new", data=sent)

    assert answer.status_code == 422
    assert "科协保密办" in words(answer)
    assert needs_of(world) == []


def test_who_was_signed_out_meanwhile_signs_in_and_goes_on(world: World, browser_of: SignIn) -> None:
    sent = CONTENT | {"organization_id": world.company.id, "once": "b" * 32}

    answer = browser_of("").post("/needs/new", data=sent)

    assert answer.status_code == 401
    assert "刚才填写的内容还在" in words(answer)
    assert typed(answer, "then") == "/needs/new"
    kept = typed(answer, "kept")
    assert [pair for pair in CONTENT.items() if f'"{pair[0]}"' not in kept] == []


def test_two_people_on_one_form_see_what_the_other_wrote(world: World, browser_of: SignIn) -> None:
    need_id = a_draft(world)
    browser = browser_of("盐湖厂马工")
    seen = {"version": typed(browser.get(f"/needs/{need_id}/edit"), "version")}
    mine = CONTENT | seen | {"targets": "不超过 3%"}
    browser.post(f"/needs/{need_id}/edit", data=CONTENT | seen | {"targets": "不超过 4%"})

    answer = browser.post(f"/needs/{need_id}/edit", data=mine)

    assert answer.status_code == 409
    assert "别人改过下面这些栏" in words(answer)
    assert "目标指标 不超过 4%" in words(answer)
    assert typed(answer, "targets") == "不超过 3%"
    again = browser.post(f"/needs/{need_id}/edit", data=mine | {"version": typed(answer, "version")})
    assert again.status_code == 303
    assert [need.targets for need in needs_of(world)] == ["不超过 3%"]


def test_handing_in_needs_the_word_about_secrets_and_a_verified_company(world: World, browser_of: SignIn) -> None:
    need_id = a_draft(world)
    browser = browser_of("盐湖厂马工")
    step, seen = f"/needs/{need_id}/actions/submit", {"version": typed(browser.get(f"/needs/{need_id}"), "version")}

    early = browser.post(step, data=seen | {"confirm_no_secrets": "yes"})
    verify(world)
    silent = browser.post(step, data=seen)
    done = browser.post(step, data=seen | {"confirm_no_secrets": "yes"})

    assert (early.status_code, silent.status_code, done.status_code) == (409, 409, 303)
    assert "核验" in words(early)
    assert "不含国家秘密" in words(silent)
    assert [need.state for need in needs_of(world)] == [NeedState.SUBMITTED]


def test_everybody_sees_only_the_acts_that_are_theirs(world: World, browser_of: SignIn) -> None:
    need_id = a_draft(world)
    verify(world)
    act(world, "盐湖厂马工", need_id, "submit")

    shown = {name: browser_of(name).get(f"/needs/{need_id}") for name in ("盐湖厂马工", "格尔木赵静", "路人吴芳")}

    buttons = {
        name: re.findall(r"/actions/(\w+)", answer.text) if answer.status_code == 200 else answer.status_code
        for name, answer in shown.items()
    }
    assert buttons == {
        "盐湖厂马工": ["withdraw"],
        "格尔木赵静": ["accept", "return", "reject"],
        "路人吴芳": 404,
    }

"""What strangers see: nothing that its owner did not mark as public."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from service.disclosure import DEFAULT_LEVELS
from service.models import Need, PublicityLevel, SubProblem
from tests.service.steps import a_draft, a_submitted_need, act
from tests.service.team_steps import a_society
from tests.service.world import World
from tests.web.conftest import SignIn, words

MARKED = {
    name: f"只在{name}栏里的字"
    for name in ("title", "scene", "situation", "targets", "restrictions", "tried", "sub_problems")
}
PAGES = ("/", "/public/needs", "/public/needs?industry_field=F01", "/public/needs?city=632800")
LEVELS = st.dictionaries(st.sampled_from([*DEFAULT_LEVELS]), st.sampled_from([*PublicityLevel]))


def a_public_need(world: World) -> str:
    need_id = a_submitted_need(world)
    act(world, "格尔木赵静", need_id, "accept")
    return need_id


def a_marked_need(world: World) -> str:
    need_id = a_public_need(world)
    with world.services.database.writing() as session:
        need = session.get_one(Need, need_id)
        for name, text in MARKED.items():
            if name != "sub_problems":
                setattr(need, name, text)
        for each in session.exec(select(SubProblem)):
            each.text = MARKED["sub_problems"]
        need.budget_low_fen, need.budget_high_fen, need.region_code = 123_450_000, 123_450_000, "632801"
    return need_id


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(levels=LEVELS)
def test_a_stranger_reads_public_fields_and_no_others(world: World, browser_of: SignIn, levels: dict[str, str]) -> None:
    with world.services.database.reading() as session:
        known = session.exec(select(Need.id)).first()
    need_id = known or a_marked_need(world)
    with world.services.database.writing() as session:
        session.get_one(Need, need_id).levels = {name: str(level) for name, level in levels.items()}
    is_public = {name: levels.get(name, level) == PublicityLevel.PUBLIC for name, level in DEFAULT_LEVELS.items()}
    browser = browser_of("")

    shown = {path: words(browser.get(path)) for path in PAGES}

    for told in shown.values():
        assert [
            name for name, text in MARKED.items() if text in told and not (name == "title" and is_public[name])
        ] == []
        assert (world.company.name in told) <= is_public["organization"]
        assert ("1234.5" in told) <= is_public["budget"]
        assert "格尔木" not in told.replace(world.company.name, "")
    assert (MARKED["title"] in shown["/public/needs"]) is is_public["title"]


def test_only_published_needs_are_shown(world: World, browser_of: SignIn) -> None:
    a_draft(world)
    need_id = a_submitted_need(world)
    stranger = browser_of("")
    before = words(stranger.get("/public/needs"))
    act(world, "格尔木赵静", need_id, "accept")
    after = stranger.get("/public/needs")
    with world.services.database.writing() as session:
        session.get_one(Need, need_id).sealed_at = session.get_one(Need, need_id).created_at
    sealed = words(stranger.get("/public/needs"))

    assert "还没有公开的需求" in before
    assert "吸附剂用半年就吸不动锂了" in words(after)
    assert re.findall(r'href="(/needs/\w+)"', after.text.split("<main")[1]) == [f"/needs/{need_id}"]
    assert "还没有公开的需求" in sealed
    assert stranger.get(f"/needs/{need_id}").headers["location"] == f"/sign-in?then=/needs/{need_id}"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/", "企业写清难题"),
        ("/public/teams", "还没有在任期内的服务团队"),
        ("/public/societies", "还没有核验通过的学会"),
        ("/public/achievements", "还没有公开的成果"),
        ("/about/guide", "审核需求，答复企业 当地科协 3 个工作日"),
        ("/about/ranking", "每一份名单都由人复核"),
        ("/about/privacy", "谁看过我的联系方式"),
    ],
)
def test_everybody_reads_what_this_is(world: World, browser_of: SignIn, path: str, said: str) -> None:
    for name in ("", "盐湖厂马工", "格尔木赵静"):
        answer = browser_of(name).get(path)
        assert answer.status_code == 200
        assert said in words(answer) or (name and path == "/")


def test_the_first_page_says_what_waits(world: World, browser_of: SignIn) -> None:
    a_submitted_need(world)
    a_draft(world, title="还在写的")

    owner, staff, nobody = (words(browser_of(name).get("/")) for name in ("盐湖厂马工", "格尔木赵静", "路人吴芳"))

    assert "轮到您的事（1） 还在写的 需求：草稿，写好后请提交" in owner
    assert "1 件待办" in staff
    assert "现在没有等您办理的事" in nobody


def test_verified_societies_are_shown_with_level_and_branches(world: World, browser_of: SignIn) -> None:
    name = "青海省盐湖学会（演示数据）"
    address = f"/organizations/{a_society(world, '路人吴芳', name, '51630000MADEM0021U')}"
    a_society(world, "盐湖厂马工", "青海省新学会（演示数据）", "52630000MADEM0023Y", verified=False)
    browser_of("路人吴芳").post(f"{address}/branches", data={"name": "盐湖化工专业委员会"})

    shown = words(browser_of("").get("/public/societies"))

    assert f"{name} 省级学会 · 青海省 西宁市 专委会：盐湖化工专业委员会" in shown
    assert "新学会" not in shown
    assert name in words(browser_of("").get("/public/societies?name=yanhu"))
    assert "没有这个名称的学会" in words(browser_of("").get("/public/societies?name=水利"))

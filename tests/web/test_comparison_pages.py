"""Two to four of a list side by side: what is said of each, what differs, and choosing from there."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest
from httpx2 import Response
from sqlmodel import select

from service.models import Expert
from service.services import Services
from tests.service import team_steps
from tests.service.match_steps import KNOWS, a_matched_need, an_expert, list_of, ranking_by_words, review
from tests.service.team_steps import MEMBER, a_world_of_teams
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words
from tests.web.test_recommendation_pages import choices

LITTLE: dict[str, object] = {"service_types": ["tech_service"], "monthly_capacity": 1}
Lines = dict[str, tuple[bool, list[str]]]


def lines_of(answer: Response) -> Lines:
    """What is compared → whether it is marked as different, and what is said of each."""
    found: Lines = {}
    for row in re.findall(r"<tr.*?</tr>", answer.text, re.DOTALL):
        cells = [_text(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)]
        differs = cells[0].endswith(" 不同")
        assert differs == row.startswith('<tr class="differs">')
        found[cells[0].removesuffix(" 不同")] = (differs, cells[1:])
    return found


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def asked(need_id: str, *party_ids: str) -> str:
    return f"/needs/{need_id}/recommendation?" + "&".join(f"compare={each}" for each in party_ids)


def listed(world: World, need_id: str) -> list[str]:
    return [party.id for party in list_of(world, "盐湖厂马工", need_id).parties]


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return a_world_of_teams(services)


@pytest.fixture
def need_id(world: World, tmp_path: Path) -> str:
    """An expert whom the machine found and who offers little, one whom the clerk added, and a team."""
    return a_list(world, tmp_path, an_expert(world, "李锂", **LITTLE), an_expert(world, "赵风"))


def a_list(world: World, folder: Path, *experts: str) -> str:
    worker = ranking_by_words(world, folder)
    team_id = team_steps.found(world)
    team_steps.invite(world, team_id, MEMBER)
    team_steps.answer(world, MEMBER, team_id, "consent")
    found = a_matched_need(world, worker)
    chosen = [*(f"expert:{each}" for each in experts), f"team:{team_id}"]
    review(world, found, "supplement", *chosen, reason="另有熟悉现场的")
    return found


def test_the_company_compares_what_it_may_know(world: World, need_id: str, browser_of: SignIn) -> None:
    lithium, _, team = listed(world, need_id)

    shown = browser_of("盐湖厂马工").get(asked(need_id, lithium, team))
    lines = lines_of(shown)

    place = "青海省 海西蒙古族藏族自治州 格尔木市"
    assert lines.pop("选择")[0] is False
    assert lines == {
        "比什么": (False, ["1. 李锂 比较李锂", "3. 格尔木盐湖提锂服务队 比较格尔木盐湖提锂服务队"]),
        "把握程度": (False, ["按词匹配，未校准", "按词匹配，未校准"]),
        "为什么推荐": (
            True,
            [
                "盐湖提锂吸附剂容量衰减机理与现场再生 1 都提到：容量、衰减、盐湖、提锂",
                "吸附剂再生、卤水净化 1 都提到：再生",
            ],
        ),
        "对应您写的哪几句": (True, ["容量年衰减不超过 5% 盐湖老卤提锂车间，吸附柱八台 1", "怎样现场再生 1"]),
        "对应哪几个子问题": (True, ["没有对应到", "2. 怎样现场再生"]),
        "所在地区": (False, [place, place]),
        "学会、专委会": (True, ["没有写", "青海省盐湖学会（演示数据）"]),
        "团队": (True, ["不是团队", "成员 1 人 服务期 2026年11月1日—2027年10月31日"]),
        "愿意提供的服务": (False, ["技术服务", "技术服务"]),
        "现在能不能邀请": (False, ["可以邀请，本月还能接", "可以邀请，本月还能接"]),
    }
    assert "名单上的其他人 2. 赵风" in words(shown)


def test_who_looks_after_them_also_sees_how_often_and_for_what(world: World, need_id: str, browser_of: SignIn) -> None:
    lithium, wind, _ = listed(world, need_id)

    lines = lines_of(browser_of("格尔木赵静").get(asked(need_id, lithium, wind)))

    assert lines["把握程度"] == (True, ["按词匹配，未校准", "不在机器名单里"])
    assert lines["愿意提供的服务"] == (True, ["技术服务", "各类服务都可以"])
    assert lines["现在能不能邀请"] == (True, ["可以邀请，本月还能接 1 次", "可以邀请，本月还能接 2 次"])


def test_who_cannot_be_asked_any_more_says_why(world: World, need_id: str, browser_of: SignIn) -> None:
    lithium, wind, _ = listed(world, need_id)
    with world.services.database.writing() as session:
        expert = session.exec(select(Expert).where(Expert.name == "赵风")).one()
        expert.takes_part = False
        session.add(expert)

    lines = lines_of(browser_of("盐湖厂马工").get(asked(need_id, lithium, wind)))

    assert lines["现在能不能邀请"] == (True, ["可以邀请，本月还能接", "现在不能邀请：没有同意参与推荐"])
    assert lines["愿意提供的服务"] == (True, ["技术服务", "没有公开"])


def test_one_alone_is_not_compared_and_stays_ticked(world: World, need_id: str, browser_of: SignIn) -> None:
    first = listed(world, need_id)[0]

    shown = browser_of("盐湖厂马工").get(asked(need_id, first))

    assert "再勾选一位才能比较。" in words(shown)
    assert "<table" not in shown.text
    assert f'value="{first}" form="compare" checked' in shown.text


def test_five_are_too_many(world: World, tmp_path: Path, browser_of: SignIn) -> None:
    need_id = a_list(world, tmp_path, *(an_expert(world, name) for name in KNOWS))
    five = listed(world, need_id)
    owner = browser_of("盐湖厂马工")

    everybody, four = (owner.get(asked(need_id, *ids)) for ids in (five, five[:4]))

    assert "一次最多比较四位，请去掉几位。" in words(everybody)
    assert "<table" not in everybody.text
    assert len(lines_of(four)["比什么"][1]) == 4


def test_what_was_chosen_comes_along_to_the_comparison_and_back(world: World, need_id: str, browser_of: SignIn) -> None:
    first, second, third = listed(world, need_id)
    carried = f"&choice.{first}=pick&order.{first}=2&choice.{third}=reject:direction"
    owner = browser_of("盐湖厂马工")

    there, back = (owner.get(asked(need_id, first, second) + carried + fold) for fold in ("", "&fold=yes"))

    assert ("<table" in there.text, "<table" in back.text) == (True, False)
    for shown in (there, back):
        assert '<option value="pick" selected>' in shown.text
        assert '<option value="reject:direction" selected>' in shown.text
        assert typed(shown, f"order.{first}") == "2"
        assert shown.text.count('form="compare" checked') == 2
    assert {choice for _, choice, _, _ in choices(world, need_id)} == {"waiting"}


def test_choosing_from_the_comparison(world: World, need_id: str, browser_of: SignIn) -> None:
    first, second, third = listed(world, need_id)
    owner = browser_of("盐湖厂马工")
    sent = {
        "version": typed(owner.get(asked(need_id, first, second)), "version"),
        "compared": [first, second],
        f"choice.{first}": "reject:other",
        f"choice.{second}": "pick",
        f"choice.{third}": "wait",
    }

    refused = owner.post(f"/needs/{need_id}/recommendation/choose", data=sent)
    done = owner.post(f"/needs/{need_id}/recommendation/choose", data=sent | {f"note.{first}": "做材料的"})
    after = lines_of(owner.get(asked(need_id, first, second)))

    assert (refused.status_code, done.status_code) == (422, 303)
    assert "并排比较" in refused.text
    assert '<option value="reject:other" selected>' in refused.text
    assert choices(world, need_id) == [
        ("赵风", "picked", "", ""),
        ("李锂", "rejected", "other", "做材料的"),
        ("格尔木盐湖提锂服务队", "waiting", "", ""),
    ]
    assert after["选择"] == (False, ["已选定", "没有选 其他，见说明：做材料的"])

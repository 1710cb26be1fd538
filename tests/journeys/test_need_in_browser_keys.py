"""A match review with the keyboard alone, in Chromium: from 待办 to the list for the company, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlmodel import select

from service.models import MatchReview, RecommendedParty
from service.services import Services
from tests.journeys import browser_steps as steps
from tests.journeys.browser_town import Town, town
from tests.service.conftest import monday, sqlite_template
from tests.service.match_steps import an_expert
from tests.service.steps import a_submitted_need, act
from tests.service.team_steps import a_world_of_teams
from tests.service.world import World

__all__ = ["monday", "sqlite_template"]


def _to_review(services: Services) -> World:
    """Three know something of it, two do not."""
    found = a_world_of_teams(services)
    for name in ("李锂", "孙铁", "钱田"):
        an_expert(found, name)
    act(found, "格尔木赵静", a_submitted_need(found), "accept")
    return found


@pytest.fixture
def place(browser: Browser, sqlite_template: Path, tmp_path: Path, monday: datetime) -> Iterator[Town]:
    with town(browser, sqlite_template, tmp_path, _to_review) as found:
        yield found


def test_a_clerk_reviews_a_list_with_the_keyboard_alone(place: Town) -> None:
    clerk = place.someone("格尔木赵静")
    clerk.tabs_to("待办")
    clerk.presses("Enter")
    clerk.reads("请复核匹配名单")
    clerk.tabs_to(steps.TITLE)
    clerk.presses("Enter")
    clerk.tabs_to("匹配名单")
    clerk.presses("Enter")
    clerk.reads("键盘：J、K 上下移动")
    candidate = clerk.part("region", "候选")
    candidate.reads("1. 李锂", "盐湖提锂吸附剂容量衰减机理与现场再生")
    names = [line.inner_text() for line in clerk.page.get_by_role("link", name=". ").all()]
    second = names[1].removeprefix("2. ")

    # Ticked, the next one opened, ticked and thought better of, and the first one is still ticked.
    clerk.presses("1", "j", "Enter")
    candidate.reads(f"2. {second}")
    clerk.presses("2", "2", "3", "k", "Enter")
    candidate.reads("1. 李锂")
    assert [clerk.is_ticked(f"推荐{name[3:]}") for name in names[:3]] == [True, False, True]
    clerk.presses("3")

    clerk.tabs_to("采纳：就从机器名单里推荐")
    clerk.presses("Space")
    clerk.tabs_to("提交复核")
    clerk.presses("Enter")
    clerk.reads("已复核，名单推荐给企业选择。", "待企业选择")

    assert place.trouble() == []
    with place.stored() as session:
        assert session.exec(select(MatchReview.verdict)).all() == ["adopt"]
        assert [each.place for each in session.exec(select(RecommendedParty))] == [1]


def test_what_is_ticked_and_written_stays_while_others_are_looked_for(place: Town) -> None:
    clerk = place.someone("格尔木赵静")
    steps.opens_at_desk(clerk, "请复核匹配名单")
    clerk.clicks("匹配名单")
    clerk.ticks("推荐李锂", "补充：加上机器没有找到的人")
    for name in ("孙铁", "钱田"):
        clerk.types("要加上机器没有找到的专家？按姓名找", name)
        clerk.clicks("找")
        clerk.ticks(f"补充{name}")
    clerk.clicks("提交复核")
    clerk.reads("请写明理由")
    clerk.types("理由", "企业点名要懂冻土的")
    clerk.clicks("提交复核")
    clerk.reads("已复核，名单推荐给企业选择。")

    with place.stored() as session:
        assert session.exec(select(MatchReview.reason)).all() == ["企业点名要懂冻土的"]
        assert len(session.exec(select(RecommendedParty)).all()) == 3

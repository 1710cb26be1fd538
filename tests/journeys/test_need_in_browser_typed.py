"""What was typed stays, in Chromium: after a session that ran out, a double click, Back, and a lost connection."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlmodel import select

from service.models import Consultation, Invitation, Need
from service.services import Services
from tests.journeys import browser_steps as steps
from tests.journeys.browser_town import Town, town
from tests.service.conftest import monday, sqlite_template
from tests.service.match_steps import a_chosen_need, ranking_by_words
from tests.service.steps import CONTENT, verify
from tests.service.world import World, a_world

__all__ = ["monday", "sqlite_template"]
both_ways = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


def _verified(services: Services) -> World:
    found = a_world(services)
    verify(found)
    return found


def _chosen(services: Services) -> World:
    found = a_world(services)
    a_chosen_need(found, ranking_by_words(found, services.settings.data_dir), "李锂")
    return found


@pytest.fixture
def place(browser: Browser, sqlite_template: Path, tmp_path: Path, monday: datetime) -> Iterator[Town]:
    with town(browser, sqlite_template, tmp_path, _verified) as found:
        yield found


@pytest.fixture
def inviting(browser: Browser, sqlite_template: Path, tmp_path: Path, monday: datetime) -> Iterator[Town]:
    with town(browser, sqlite_template, tmp_path, _chosen) as found:
        yield found


def needs_of(place: Town) -> list[tuple[str, str, int | None]]:
    with place.stored() as session:
        return [(each.title, each.situation, each.budget_high_fen) for each in session.exec(select(Need))]


WRITTEN = (steps.TITLE, str(CONTENT["situation"]), 50_000_000)


@both_ways
def test_a_session_that_ran_out_while_writing(place: Town, script: bool) -> None:
    company = place.someone("盐湖厂马工", script=script)
    company.goes("需求")
    company.clicks("写一条需求")
    steps.fills_in(company)

    place.pass_time(minutes=45)
    company.clicks("保存草稿")
    company.reads("您的登录已过期。重新登录后可以接着提交，刚才填写的内容还在。")
    company.enters("盐湖厂马工")
    company.clicks("接着提交")

    company.reads("核对无误后，请点“提交审核”。", str(CONTENT["situation"]))
    assert needs_of(place) == [WRITTEN]
    assert place.trouble() == []


@both_ways
def test_a_double_click_does_it_once(inviting: Town, script: bool) -> None:
    company = inviting.someone("盐湖厂马工", script=script)
    company.goes("需求")
    company.clicks("写一条需求")
    company.types("标题", "另一个问题：反应釜结垢")
    company.clicks("保存草稿", times=2)
    company.reads("草稿已保存。")
    clerk = inviting.someone("格尔木赵静", script=script)
    steps.opens_at_desk(clerk, "请发邀约")
    steps.fills_in_terms(clerk)
    clerk.clicks("发出邀约", times=2)
    clerk.reads("已发出 1 份邀约。")

    assert sorted(title for title, _, _ in needs_of(inviting)) == ["另一个问题：反应釜结垢", steps.TITLE]
    with inviting.stored() as session:
        assert session.exec(select(Invitation.state)).all() == ["sent"]
    assert inviting.trouble() == []


@both_ways
def test_back_after_saving_changes_the_same_need(place: Town, script: bool) -> None:
    company = place.someone("盐湖厂马工", script=script)
    steps.writes(company)
    company.goes_back()
    assert (company.has("标题"), company.has("预算上限")) == (steps.TITLE, "50")
    company.types("标题", "改过的标题：吸附剂衰减")
    company.clicks("保存草稿")
    company.reads("这份表单刚才已经保存成一条草稿。")
    company.clicks("保存草稿")
    company.reads("已保存。核对无误后，请点“提交审核”。", "改过的标题：吸附剂衰减")

    assert needs_of(place) == [("改过的标题：吸附剂衰减", *WRITTEN[1:])]
    # Another one is another one.
    steps.writes(company)
    assert len(needs_of(place)) == 2
    assert place.trouble() == []


@both_ways
def test_back_after_accepting_does_not_accept_again(inviting: Town, script: bool) -> None:
    clerk = inviting.someone("格尔木赵静", script=script)
    steps.opens_at_desk(clerk, "请发邀约")
    steps.invites(clerk)
    clerk.around("row", "李锂").clicks("邀约")
    expert = inviting.someone(script=script, phone=True)
    expert.opens(steps.link_handed_out(clerk))
    steps.agrees(expert)
    expert.reads("已收到，谢谢您接受邀约")
    expert.goes_back()
    if expert.may("接受邀约"):
        expert.ticks("我与这家企业没有利益冲突", "看到的内容我会保密")
        expert.clicks("接受邀约")
    expert.reads("您已经接受了这份邀约，谢谢。")
    assert inviting.trouble() == []
    with inviting.stored() as session:
        assert len(session.exec(select(Consultation)).all()) == 1


def test_a_lost_connection_loses_nothing(place: Town) -> None:
    company = place.someone("盐湖厂马工")
    company.goes("需求")
    company.clicks("写一条需求")
    steps.fills_in(company)
    company.context.set_offline(True)
    company.clicks("保存草稿")
    company.reads("连接断开，没有提交，您填写的都在本页。连上以后请再点一次。")
    company.context.set_offline(False)
    company.clicks("保存草稿")
    company.reads("核对无误后，请点“提交审核”。")
    assert needs_of(place) == [WRITTEN]

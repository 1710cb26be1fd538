"""Two people at two browsers want the same at the same moment: one gets it, the other is told and loses no word."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlmodel import select

from service.models import Consultation, Invitation, MatchReview, Recommendation, StatusChange
from service.services import Services
from tests.journeys import browser_steps as steps
from tests.journeys.browser import Someone
from tests.journeys.browser_town import town
from tests.service.conftest import monday, sqlite_template
from tests.service.match_steps import a_matched_need, an_expert, ranking_by_words
from tests.service.races.test_last_slot import invitations_of_one_expert
from tests.service.steps import a_submitted_need
from tests.service.world import World, a_world

__all__ = ["monday", "sqlite_template"]
REASON = "只有这一位做过盐湖现场"
NOTE = "请写明卤水的镁锂比和近三个月的温度，再附一份化验单。"


@pytest.fixture
def folder(tmp_path: Path, monday: datetime) -> Path:
    return tmp_path


def at_once(*people: Someone, name: str) -> None:
    """All of them press this button, and only then does anything reach the server."""
    for person in people:
        person.holds()
    for person in people:
        person.clicks(name, waits=False)
    for person in people:
        person.lets_go()
    for person in people:
        person.page.wait_for_load_state()


def _last_slot(services: Services) -> World:
    found = a_world(services)
    invitations_of_one_expert(found, services.settings.data_dir, 2)
    return found


def test_the_last_slot_of_the_month_goes_to_one_of_two_needs(
    browser: Browser, sqlite_template: Path, folder: Path
) -> None:
    """One expert, two invitations open on telephone and computer, both accepted at once."""
    with town(browser, sqlite_template, folder, _last_slot) as place:
        clerk = place.someone("格尔木赵静")
        people = []
        for number in range(2):
            clerk.goes("邀约")
            clerk.part("main", "").root.get_by_role("link", name=steps.TITLE).nth(number).click()
            expert = place.someone(phone=number == 0)
            expert.opens(steps.link_handed_out(clerk))
            expert.ticks("我与这家企业没有利益冲突", "看到的内容我会保密")
            people.append(expert)

        at_once(*people, name="接受邀约")

        told = sorted("已收到，谢谢您接受邀约" in each.told() for each in people)
        assert told == [False, True]
        loser = next(each for each in people if "已收到" not in each.told())
        loser.reads("本月已经接满 1 次，这一份没有办成。")
        # Nothing is lost, and another answer can be given at once.
        assert (loser.is_ticked("我与这家企业没有利益冲突"), loser.is_ticked("看到的内容我会保密")) == (True, True)
        loser.ticks("以后再约，写明哪天以后")
        loser.types("以后再约：哪天以后", "2026-12-15")
        loser.clicks("谢绝")
        loser.reads("已收到，谢谢您的答复")
        assert place.trouble() == []
        with place.stored() as session:
            assert sorted(session.exec(select(Invitation.state))) == ["accepted", "declined"]
            assert len(session.exec(select(Consultation)).all()) == 1


def _handed_in(services: Services) -> World:
    found = a_world(services)
    a_submitted_need(found)
    return found


def test_two_clerks_answer_one_need_and_what_the_second_wrote_is_still_there(
    browser: Browser, sqlite_template: Path, folder: Path
) -> None:
    with town(browser, sqlite_template, folder, _handed_in) as place:
        first, second = place.someone("格尔木赵静"), place.someone("省科协王敏")
        for clerk in (first, second):
            clerk.goes("需求")
            clerk.clicks(steps.TITLE)
        second.unfolds("退回补正")
        second.ticks("缺少必要的材料")
        second.types("说明", NOTE)

        first.clicks("受理")
        first.reads("已办理：受理。")
        second.clicks("退回补正")

        second.reads("您打开之后，这条需求有了变化。", "您刚才写的没有提交", NOTE, "已受理")
        assert place.trouble() == []
        with place.stored() as session:
            taken = select(StatusChange.action).where(StatusChange.subject_kind == "need")
            assert session.exec(taken).all()[:2] == ["submit", "accept"]


def _to_review(services: Services) -> World:
    found = a_world(services)
    for name in ("李锂", "赵风"):
        an_expert(found, name)
    a_matched_need(found, ranking_by_words(found, services.settings.data_dir))
    return found


def test_one_list_is_reviewed_once(browser: Browser, sqlite_template: Path, folder: Path) -> None:
    """Adopted by one, judged wrong by the other, at the same moment."""
    with town(browser, sqlite_template, folder, _to_review) as place:
        people = place.someone("格尔木赵静"), place.someone("省科协王敏")
        for clerk in people:
            clerk.goes("需求")
            clerk.clicks(steps.TITLE)
            clerk.clicks("匹配名单")
            clerk.ticks("推荐李锂", "改判：名单不对，换成我选的")
            clerk.types("理由", REASON)

        at_once(*people, name="提交复核")

        loser = next(each for each in people if "已复核，名单推荐给企业选择。" not in each.told())
        loser.reads("这份名单刚刚由别人复核过了", "您刚才写的没有提交", REASON)
        assert place.trouble() == []
        with place.stored() as session:
            assert len(session.exec(select(MatchReview)).all()) == 1
            assert len(session.exec(select(Recommendation)).all()) == 1

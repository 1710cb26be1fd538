"""The story of one need in Chromium, by clicks alone: with JavaScript, and the very same without."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlmodel import Session, col, select

from service.audit import first_broken
from service.models import AuditEntry, Consultation, Invitation, Minutes, Need, ProxyEntry, Rating, Recommendation
from service.services import Services
from service.usecases.histories import changes_of
from service.workflow.needs import NEED
from tests.journeys import browser_steps as steps
from tests.journeys.browser_town import Town, town, without_account
from tests.service.conftest import monday, sqlite_template
from tests.service.match_steps import an_expert
from tests.service.steps import CONTENT, verify
from tests.service.team_steps import MEMBER, a_world_of_teams
from tests.service.walks.replay import standing_elsewhere
from tests.service.world import World

__all__ = ["monday", "sqlite_template"]


def _with_experts(services: Services) -> World:
    """One of them is in the catalogue and never signed in."""
    found = a_world_of_teams(services)
    verify(found)
    without_account(found, an_expert(found, "李锂"))
    return found


@pytest.fixture
def place(browser: Browser, sqlite_template: Path, tmp_path: Path, monday: datetime) -> Iterator[Town]:
    with town(browser, sqlite_template, tmp_path, _with_experts, models=True) as found:
        yield found


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_everybody_does_their_part_by_clicks(place: Town, script: bool) -> None:
    company, clerk = place.someone("盐湖厂马工", script=script), place.someone("格尔木赵静", script=script)
    steps.writes(company)
    steps.hands_in(company)
    steps.accepts(clerk)
    steps.recommends(clerk, "李锂", MEMBER)
    company.comes()
    company.clicks(steps.TITLE)
    steps.chooses(company, "李锂", MEMBER)
    steps.opens_at_desk(clerk, "请发邀约")
    steps.invites(clerk)
    clerk.around("row", "李锂").clicks("邀约")

    expert = place.someone(script=script, phone=True)
    expert.opens(steps.link_handed_out(clerk))
    expert.reads("李锂，您好：", steps.TITLE, steps.QUESTION)
    expert.unfolds("看看企业怎么说").reads(str(CONTENT["situation"]))
    steps.agrees(expert)
    expert.reads("已收到，谢谢您接受邀约")
    expert.clicks("看企业的联系方式，接着办")
    expert.clicks("看对方的联系方式")
    expert.reads("盐湖厂马工，青海湖东盐化有限公司（演示数据）")
    place.pass_time(minutes=20)
    steps.gets_in_touch(expert, "李锂")
    steps.attests(expert)
    steps.arranges(expert)

    place.pass_time(days=3)
    expert.reloads()
    steps.meets(expert, steps.MINUTES)
    steps.asks_to_close(expert)
    company.signs_in("盐湖厂马工")
    company.clicks(steps.TITLE)
    company.reads(steps.MINUTES)
    steps.confirms(company)
    expert.reloads()
    steps.rates_the_owner(expert)
    clerk.signs_in("格尔木赵静")
    clerk.goes("需求")
    clerk.clicks(steps.TITLE)
    clerk.reads("已办结", "已经办完")
    assert place.trouble() == []
    with place.stored() as session:
        _everything_is_on_record(session)


def _everything_is_on_record(session: Session) -> None:
    need, invitation = session.exec(select(Need)).one(), session.exec(select(Invitation)).one()
    consultation, minutes = session.exec(select(Consultation)).one(), session.exec(select(Minutes)).one()
    assert (need.state, need.resolution, need.title) == ("closed", "solved", steps.TITLE)
    assert (need.budget_low_fen, need.budget_high_fen) == (20_000_000, 50_000_000)
    assert (session.exec(select(Recommendation)).one().state, invitation.state) == ("chosen", "accepted")
    assert (consultation.state, consultation.second_job) == ("completed", "not_applicable_retired")
    assert minutes.text == steps.MINUTES
    marks = [(each.side, each.skill, each.response, each.cooperation) for each in session.exec(select(Rating))]
    assert sorted(marks) == [("holder", None, None, 5), ("owner", 5, 4, None)]
    moves = [change.action for change in changes_of(session, NEED, need.id)]
    assert moves == ["submit", "accept", "match", "recommend", "release", "ask", "engage", "complete"]
    assert session.exec(select(ProxyEntry)).first() is None
    assert first_broken(session.exec(select(AuditEntry).order_by(col(AuditEntry.seq)))) is None
    # The experts of these tests were put there verified.
    assert {thing.kind for thing in standing_elsewhere(session)} <= {"expert"}

"""More ways through the story of a need in Chromium: a new company, the telephone, a society, a team, a refusal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlmodel import col, select

from service.models import (
    Consultation,
    Invitation,
    Need,
    Organization,
    ProxyEntry,
    Referral,
    TeamMember,
)
from service.services import Services
from tests.journeys import browser_steps as steps
from tests.journeys.browser import Someone
from tests.journeys.browser_town import town, without_account
from tests.service import team_steps
from tests.service.conftest import monday, sqlite_template
from tests.service.match_steps import an_expert
from tests.service.referral_steps import LEADER, MEMBER, SALT, SECRETARY, a_matched_need, a_world_of_referrals
from tests.service.steps import verify
from tests.service.team_steps import a_world_of_teams
from tests.service.world import World, a_world

__all__ = ["monday", "sqlite_template"]
MOBILE, PASSWORD = "13897123456", "戈壁上的骆驼 lantern 5"
COMPANY = "格尔木枸杞加工有限公司（演示数据）"


@pytest.fixture
def folder(tmp_path: Path, monday: datetime) -> Path:
    return tmp_path


def test_a_company_nobody_knows_comes_in(browser: Browser, sqlite_template: Path, folder: Path) -> None:
    with town(browser, sqlite_template, folder, a_world) as place:
        company = place.someone()
        company.comes()
        company.clicks("注册")
        company.types("姓名", "韩生贵")
        company.types("手机号", MOBILE)
        company.types("密码", PASSWORD)
        company.clicks("注册")
        company.enters(MOBILE, PASSWORD)
        company.clicks("登记我的单位")
        company.picks("单位类型", "企业")
        company.types("单位全称", COMPANY)
        company.types("统一社会信用代码", "91632801MADEM00291")
        company.picks("所在地", "青海省 海西蒙古族藏族自治州 格尔木市")
        company.clicks("登记")
        company.reads(COMPANY, "待核验", "轮到：格尔木市科协")

        # It may write before anybody has looked at its papers, and learns why it cannot hand in.
        steps.writes(company)
        company.ticks(steps.SECRETS)
        company.clicks("提交审核")
        company.reads("还没有通过核验。内容已经保存")

        clerk = place.someone("格尔木赵静")
        clerk.goes("待办")
        clerk.follows("单位核验")
        clerk.clicks(COMPANY)
        clerk.ticks("通过：执照（证书）、授权书和登记的一致")
        clerk.types("核验依据，或不通过的原因", "营业执照、身份证当面核对")
        clerk.clicks("提交核验")
        clerk.reads("已核验")

        steps.hands_in(company)
        assert place.trouble() == []
        with place.stored() as session:
            need = session.exec(select(Need)).one()
            owner = session.get_one(Organization, need.organization_id)
            assert (need.state, owner.name, owner.state) == ("submitted", COMPANY, "verified")


def _by_telephone(services: Services) -> World:
    found = a_world_of_teams(services)
    verify(found)
    without_account(found, an_expert(found, "李锂"))
    return found


def test_a_clerk_on_the_telephone_does_everything_for_both_sides(
    browser: Browser, sqlite_template: Path, folder: Path
) -> None:
    with town(browser, sqlite_template, folder, _by_telephone) as place:
        clerk = place.someone("格尔木赵静")
        steps.writes(clerk, asked_by="马工", owner=place.world.company.name)
        steps.hands_in(clerk, asked_by="马工")
        steps.accepts(clerk)
        steps.recommends(clerk, "李锂", MEMBER)
        clerk.clicks("推荐专家")
        steps.chooses(clerk, "李锂", MEMBER, asked_by="马工")
        steps.invites(clerk)
        clerk.around("row", "李锂").clicks("邀约")
        clerk.unfolds("代答：接受")
        steps.agrees(clerk, asked_by="李锂")
        clerk.clicks("去对接咨询")
        place.pass_time(minutes=15)
        steps.gets_in_touch(clerk, "李锂", asked_by="李锂")
        steps.attests(clerk, asked_by="李锂")
        steps.arranges(clerk, asked_by="李锂")

        place.pass_time(days=3)
        clerk.signs_in("格尔木赵静")
        clerk.goes("对接咨询")
        clerk.clicks(steps.TITLE)
        steps.meets(clerk, steps.MINUTES, asked_by="李锂")
        steps.asks_to_close(clerk, asked_by="李锂")
        steps.confirms(clerk, asked_by="马工")
        steps.rates_the_owner(clerk, asked_by="李锂")

        assert place.trouble() == []
        with place.stored() as session:
            assert session.exec(select(Need.state)).one() == "closed"
            entries = session.exec(select(ProxyEntry).order_by(col(ProxyEntry.created_at), col(ProxyEntry.id))).all()
            assert sorted(each.asked_by for each in entries) == ["李锂"] * 8 + ["马工"] * 4


def _referrals(services: Services) -> World:
    """A need that is matched, two experts of a society, and a team that one of them leads."""
    found = a_world_of_referrals(services)
    team_id = team_steps.found(found)
    team_steps.answer(found, LEADER, team_id, "consent")
    a_matched_need(found)
    return found


def _refer(clerk: Someone, receiver: str) -> None:
    clerk.goes("需求")
    clerk.clicks(steps.TITLE)
    clerk.clicks("派单")
    clerk.picks("派给谁", receiver)
    clerk.ticks("公益免费")
    clerk.clicks("派单")
    clerk.reads("已派单")


def test_a_society_names_two_experts_one_declines_and_the_next_is_asked(
    browser: Browser, sqlite_template: Path, folder: Path
) -> None:
    with town(browser, sqlite_template, folder, _referrals) as place:
        clerk = place.someone("格尔木赵静")
        _refer(clerk, SALT)
        society = place.someone(SECRETARY)
        society.clicks(steps.TITLE)
        society.clicks("提名本会专家")
        society.ticks(f"提名{LEADER}", f"提名{MEMBER}")
        society.clicks("提名勾选的专家")
        society.reads("已提名专家")

        company = place.someone("盐湖厂马工")
        company.clicks(steps.TITLE)
        for number, name in enumerate((MEMBER, LEADER), start=1):
            party = company.part("region", f". {name}")
            party.reads("学会提名")
            party.picks("我的选择", "请邀请这一位")
            party.types("选几位时，第几个邀请", number)
        company.clicks("提交我的选择")
        steps.opens_at_desk(clerk, "请发邀约")
        steps.invites(clerk)

        first = place.someone(MEMBER, phone=True)
        first.goes("今日待办")
        first.clicks(f"去办：邀约，{steps.TITLE}")
        first.unfolds("这次不参加")
        first.ticks("时间冲突")
        first.types("还想说的", "这个月都在野外。")
        first.clicks("谢绝")
        first.reads("已谢绝。")

        second = place.someone(LEADER, phone=True)
        second.waits_for(f"去办：邀约，{steps.TITLE}", at="今日待办")
        second.clicks(f"去办：邀约，{steps.TITLE}")
        second.unfolds("接受邀约")
        steps.agrees(second)
        second.reads("已接受邀约，谢谢。")
        company.comes()
        company.goes("对接咨询")
        company.reads(LEADER)
        assert place.trouble() == []
        with place.stored() as session:
            sent = session.exec(select(Invitation).order_by(col(Invitation.created_at), col(Invitation.id))).all()
            assert sorted((each.state, each.question) for each in sent) == [
                ("accepted", steps.QUESTION),
                ("declined", steps.QUESTION),
            ]


def test_a_leader_takes_a_need_for_the_team_and_its_society_asks_somebody_to_join(
    browser: Browser, sqlite_template: Path, folder: Path
) -> None:
    with town(browser, sqlite_template, folder, _referrals) as place:
        clerk = place.someone("格尔木赵静")
        _refer(clerk, "格尔木盐湖提锂服务队")
        leader = place.someone(LEADER, phone=True)
        leader.clicks(steps.TITLE)
        leader.clicks("接单")
        leader.reads("已接单")
        society = place.someone(SECRETARY)
        society.goes("服务团队")
        society.clicks("格尔木盐湖提锂服务队")
        society.types("姓名", MEMBER)
        society.clicks("查找")
        society.clicks(f"邀请：{MEMBER}")
        society.reads("等本人同意")

        member = place.someone(MEMBER, phone=True)
        member.goes("今日待办")
        member.reads("格尔木盐湖提锂服务队")
        member.clicks("去办：服务团队，格尔木盐湖提锂服务队")
        member.clicks("同意加入")
        member.reads("已同意加入")
        assert place.trouble() == []
        with place.stored() as session:
            assert (
                session.exec(select(Referral.state)).one(),
                session.exec(select(Consultation.holder_kind)).one(),
            ) == (
                "accepted",
                "team",
            )
            assert len(session.exec(select(TeamMember).where(col(TeamMember.consented_at).is_not(None))).all()) == 2

"""Administrators set deadlines, footer, calendar and dictionaries on pages; the next page already shows it."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from service.models import User
from service.settings import CalendarDay, CalendarYear
from tests.service.steps import a_draft
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

STATUTORY = (("2027-01-01", "元旦"), ("2027-05-01", "劳动节"), ("2027-05-02", "劳动节"), ("2027-10-01", "国庆节"))


@pytest.fixture
def browser(world: World, browser_of: SignIn) -> TestClient:
    with world.services.database.writing() as session:
        session.get_one(User, world.people["路人吴芳"]).is_administrator = True
    return browser_of("路人吴芳")


def test_a_deadline_is_set_shown_and_given_back(world: World, browser: TestClient, browser_of: SignIn) -> None:
    saved = browser.post("/admin/settings/deadlines.review_need", data={"version": "0", "value": "５"})
    shown = words(browser.get("/admin/parameters"))
    promised = words(browser_of("盐湖厂马工").get("/needs/new?key=k"))
    back = browser.post("/admin/settings/deadlines.review_need/restore", data={"version": "1"})
    after = words(browser.get("/admin/parameters"))

    assert saved.headers["location"] == "/admin/parameters#s-deadlines-review_need"
    assert "已保存，马上生效。已经开始的期限不变。" in shown
    assert "需求：待审核 3 个工作日 5 个工作日 路人吴芳，11月23日 1—60 个工作日 保存 恢复默认" in shown
    assert "5 个工作日" in promised
    assert back.status_code == 303
    assert "需求：待审核 3 个工作日 3 个工作日 路人吴芳，11月23日恢复默认 1—60 个工作日 保存" in after


def test_what_was_refused_stands_in_its_row_with_the_reason(browser: TestClient) -> None:
    refused = browser.post("/admin/settings/deadlines.review_need", data={"version": "0", "value": "900"})
    stale = browser.post("/admin/settings/site.phone", data={"version": "3", "value": "0971-6123456"})

    assert refused.status_code == 422
    assert "“需求：待审核”填的是 900，应当在 1 到 60 个工作日之间；请改一个数。" in words(refused)
    assert 'value="900" aria-label="改需求：待审核" aria-invalid="true"' in refused.text
    assert stale.status_code == 409
    assert "这一项已有改动" in words(stale)
    assert 'value="0971-6123456"' in stale.text


def test_the_footer_says_what_was_set_on_every_page(world: World, browser: TestClient, browser_of: SignIn) -> None:
    for name, value in (
        ("name", "青海科创对接"),
        ("association", "青海省科学技术协会"),
        ("organizer", "青海省科学技术协会"),
        ("support", "某某信息中心"),
        ("phone", "（0971）6123456"),
        ("record_number", "青ICP备00000000号"),
    ):
        assert browser.post(f"/admin/settings/site.{name}", data={"version": "0", "value": value}).status_code == 303

    for page in (browser_of("").get("/"), browser_of("").get("/没有这一页")):
        shown = words(page)
        assert "· 青海科创对接" in shown
        assert shown.count("青海省科学技术协会") == 1
        assert "技术支持：某某信息中心 咨询电话： 0971-6123456 青ICP备00000000号" in shown


def test_a_year_is_entered_day_by_day_and_then_no_guess(world: World, browser: TestClient) -> None:
    early = browser.post("/admin/calendar/years", data={"version": "0", "year": "2027", "source": "国办发明电"})
    for version, (day, name) in enumerate(STATUTORY):
        sent = {"version": str(version), "since": day, "kind": "off", "name": name}
        if day == "2027-10-01":
            sent["until"] = "2027-10-07"
        assert browser.post("/admin/calendar/days", data=sent).status_code == 303
    browser.post("/admin/calendar/days", data={"version": "4", "since": "2027-01-02", "kind": "work", "name": "调休"})
    done = browser.post("/admin/calendar/years", data={"version": "5", "year": "2027", "source": "国办发明电"})
    shown = words(browser.get("/admin/calendar"))
    broken = browser.post("/admin/calendar/days/remove", data={"version": "6", "day": "2027-05-01"})

    assert early.status_code == 422
    assert "2027 年还没有录全：1月1日、5月1日、5月2日、10月1日、10月2日、10月3日 是法定节假日" in words(early)
    assert done.status_code == 303
    assert "2027 年 已录全 国办发明电 改回没有录全" in shown
    assert "2027年1月2日（周六） 上班 调休 删去" in shown
    assert "录入的日子（11）" in shown
    assert broken.status_code == 422
    kept = world.services.present().settings.calendar
    assert kept.years == (CalendarYear(year=2027, source="国办发明电"),)
    assert kept.days[:2] == (
        CalendarDay(day=kept.days[0].day, is_off=True, name="元旦"),
        CalendarDay(day=kept.days[1].day, is_off=False, name="调休"),
    )
    calendar = world.services.present().clockwork.calendar
    assert calendar.is_published(2027)
    assert calendar.is_working_day(kept.days[1].day)


def test_days_that_cannot_be_are_refused_with_what_was_typed(browser: TestClient) -> None:
    sent = {"version": "0", "since": "2026-12-05", "until": "2026-12-01", "kind": "off", "name": "那达慕"}

    refused = browser.post("/admin/calendar/days", data=sent)

    assert refused.status_code == 422
    assert "最后一天早于第一天，请核对。" in words(refused)
    assert typed(refused, "name") == "那达慕"


def test_a_word_is_renamed_added_and_no_longer_offered(world: World, browser: TestClient, browser_of: SignIn) -> None:
    need_id = a_draft(world)
    owner = browser_of("盐湖厂马工")
    words_of = "/admin/dictionaries/industry_fields"
    browser.post(words_of, data={"version": "0", "code": "F01", "label": "盐湖与锂", "is_offered": "yes"})
    browser.post(words_of, data={"version": "1", "code": "F02", "label": "清洁能源"})
    browser.post(words_of, data={"version": "2", "code": "", "label": "冷湖天文"})
    twice = browser.post(words_of, data={"version": "3", "code": "", "label": "冷湖天文"})
    shown = words(browser.get("/admin/dictionaries"))
    form = owner.get("/needs/new?key=k").text
    choices = re.findall(r'<option value="(F\d\d)"', form)

    assert "已经有“冷湖天文”了" in words(twice)
    assert "产业领域（14）" in shown
    assert "盐湖与锂 盐湖资源" in shown
    assert "清洁能源 已停用 一样" in shown
    assert "冷湖天文 本会增加" in shown
    assert "盐湖与锂" in words(owner.get(f"/needs/{need_id}"))
    assert (choices[0], choices[1], choices[-2:]) == ("F01", "F03", ["F50", "F99"])
    assert "派单：谢绝" in shown or "派单" in shown


def test_a_word_that_was_chosen_before_stays_choosable_there(
    world: World, browser: TestClient, browser_of: SignIn
) -> None:
    need_id = a_draft(world)
    browser.post("/admin/dictionaries/industry_fields", data={"version": "0", "code": "F01", "label": "盐湖资源"})

    edited = browser_of("盐湖厂马工").get(f"/needs/{need_id}/edit").text

    assert '<option value="F01" selected>盐湖资源</option>' in edited
    assert '<option value="F01"' not in browser_of("盐湖厂马工").get("/needs/new?key=k").text


def test_the_checklist_follows_what_is_there_and_a_step_is_skipped_and_taken_back(
    world: World, browser: TestClient
) -> None:
    home = words(browser.get("/"))
    browser.post("/admin/settings/site.association", data={"version": "0", "value": "青海省科协"})
    browser.post("/admin/start", data={"version": "0", "key": "deadlines", "skip": "yes"})
    skipped = words(browser.get("/admin/start"))
    browser.post("/admin/start", data={"version": "1", "key": "deadlines"})
    back = words(browser.get("/admin/start"))

    assert "开始使用 还有 7 步没有办。" in home
    assert "行政区划 办好了 青海省，已设 2 个市州、1 个县市区科协。" in home
    assert "处室与人员 办好了 4 人在岗。" in home
    assert "本会名称 还没有办 还没有填，写在页脚里。 去办 跳过" in home
    assert "工作日历 还没有办 2027 年放假调休安排尚未录入" in home
    assert "本会名称 办好了 青海省科协 看一看" in skipped
    assert "还有 5 步没有办。" in skipped
    assert "时限参数 已跳过" in skipped
    assert "已重新列出。" in back
    assert "还有 6 步没有办。" in back


def test_a_stranger_on_a_new_installation_is_told_how_the_first_administrator_comes_in(
    world: World, browser_of: SignIn
) -> None:
    before = words(browser_of("").get("/"))
    with world.services.database.writing() as session:
        session.get_one(User, world.people["路人吴芳"]).is_administrator = True
    after = words(browser_of("").get("/"))

    assert "这是新装的平台，还没有管理员。" in before
    assert "make admin" in before
    assert "还没有管理员" not in after

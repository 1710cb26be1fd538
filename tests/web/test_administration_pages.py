"""What administrators see: jobs, index, parameters, the audit log and whether its chain holds."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlmodel import select

from service.jobs import MOST_ATTEMPTS, enqueue
from service.models import AuditEntry, Job, User
from tests.service.steps import a_submitted_need
from tests.service.world import World
from tests.web.conftest import SignIn, words


@pytest.fixture
def administrator(world: World) -> str:
    with world.services.database.writing() as session:
        session.get_one(User, world.people["路人吴芳"]).is_administrator = True
    return "路人吴芳"


def test_only_administrators_get_in(world: World, administrator: str, browser_of: SignIn) -> None:
    pages = ("", "/start", "/site", "/parameters", "/calendar", "/dictionaries", "/audit")
    places = [f"/admin{page}" for page in pages]

    got = {
        name: [browser_of(name).get(place).status_code for place in places] for name in (administrator, "省科协王敏")
    }

    assert got == {administrator: [200] * len(places), "省科协王敏": [403] * len(places)}


def test_what_failed_stands_on_the_page_in_words_and_is_tried_again(
    world: World, administrator: str, browser_of: SignIn
) -> None:
    with world.services.database.writing() as session:
        for key in ("need:x", "need:z"):
            session.add(Job(name="match.suggest", key=key, attempts=MOST_ATTEMPTS, error="OSError: no space left"))
        enqueue(session, "notify", key="need:y")
    browser = browser_of(administrator)

    shown = words(browser.get("/admin"))
    one = browser.post("/admin/jobs/2/retry")
    every = browser.post("/admin/jobs/retry")
    after = words(browser.get("/admin"))

    assert "失败的任务（2）" in shown
    assert "匹配专家 第 2 件 5 次 磁盘满了。请腾出空间，然后再试。" in shown
    assert "不再自动重试 再试一次" in shown
    assert "match.suggest" not in shown
    assert [each.headers["location"] for each in (one, every)] == ["/admin", "/admin"]
    assert "1 件任务已重新排队，马上再试。" in after
    assert "失败的任务" not in after
    with world.services.database.reading() as session:
        tried = session.exec(select(Job.attempts).where(Job.name == "match.suggest")).all()
        audited = session.exec(select(AuditEntry.subject_id).where(AuditEntry.act == "job.retry")).all()
    assert (tried, audited) == ([0, 0], ["2", "3"])


def test_the_index_is_built_anew_once_at_a_time(world: World, administrator: str, browser_of: SignIn) -> None:
    browser = browser_of(administrator)

    before = words(browser.get("/admin"))
    browser.post("/admin/index/rebuild")
    after = words(browser.get("/admin"))
    browser.post("/admin/index/rebuild")
    again = words(browser.get("/admin"))

    assert "启动以后还没有匹配过" in before
    assert "重建索引" in before
    assert "已开始重建索引" in after
    assert "正在重建索引" in after
    assert "已经在重建了" in again
    with world.services.database.reading() as session:
        assert len(session.exec(select(Job).where(Job.name == "index.rebuild")).all()) == 1


def test_the_log_is_searched_by_person_and_kind_and_hides_what_the_reader_may_not_see(
    world: World, administrator: str, browser_of: SignIn
) -> None:
    a_submitted_need(world)
    browser = browser_of(administrator)

    hers = words(browser.get("/admin/audit?who=盐湖厂马工&about=need"))
    nobodys = words(browser.get("/admin/audit?who=没有这个人"))
    tomorrow = words(browser.get("/admin/audit?since=2026-11-24"))

    assert "盐湖厂马工 需求：提交审核 您无权查看" in hers
    assert "吸附剂用半年就吸不动锂了" not in hers
    assert "单位：" not in hers.partition("对什么")[2]
    assert "没有符合条件的记录" in nobodys
    assert "没有符合条件的记录" in tomorrow


def test_a_changed_entry_is_found(world: World, administrator: str, browser_of: SignIn) -> None:
    a_submitted_need(world)
    browser = browser_of(administrator)
    whole = words(browser.get("/admin/audit?check=true"))
    # Who changes the file itself is not stopped by a trigger.
    with world.services.database.write_engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            names = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'")
            ).scalars()
            for name in list(names):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        connection.execute(text("UPDATE audit_entry SET act = 'need.forged' WHERE seq = 3"))

    broken = words(browser.get("/admin/audit?check=true"))

    assert "日志完整" in whole
    assert "日志从第 3 条起接不上" in broken

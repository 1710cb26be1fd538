"""Invitations by forms: read in a glance, answered by the invited or for them, handed out by staff."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import select

from service.models import Invitation, InvitationState, ProxyEntry
from tests.service.match_steps import a_chosen_need, invite, ranking_by_words
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

YES = {"answer": "accept", "scope": "full", "no_conflict": "yes", "keeps_secret": "yes"}


@dataclass(frozen=True)
class Invited:
    world: World
    id: str

    @property
    def path(self) -> str:
        return f"/invitations/{self.id}"

    @property
    def kept(self) -> Invitation:
        with self.world.services.database.reading() as session:
            return session.exec(select(Invitation).where(Invitation.id == self.id)).one()


@pytest.fixture
def invited(world: World, tmp_path: Path) -> Invited:
    need_id, listed = a_chosen_need(world, ranking_by_words(world, tmp_path), "李锂", "赵风")
    return Invited(world, invite(world, "格尔木赵静", need_id, listed[0])[0])


def test_the_invited_finds_it_and_accepts_a_part(invited: Invited, browser_of: SignIn) -> None:
    browser = browser_of("李锂")
    assert invited.path in browser.get("/invitations").text
    shown = browser.get(invited.path)
    for said in ("邀请您", "请看看吸附剂容量为什么半年就掉。", "4 小时", "公益免费", "给赵静打电话", "还剩 5 个工作日"):
        assert said in words(shown)
    assert "为何推荐您" in words(shown)
    assert "盐湖提锂吸附剂容量衰减机理与现场再生" in words(shown)
    form = YES | {"version": typed(shown, "version"), "scope": "sub_problems", "sub_problems": ["1"]}

    answer = browser.post(f"{invited.path}/answer", data=form)

    assert (answer.status_code, answer.headers["location"]) == (303, invited.path)
    kept = invited.kept
    assert (kept.state, kept.sub_problems) == (InvitationState.PARTLY, [1])
    after = browser.get(invited.path)
    assert "已接受邀约，谢谢" in words(after)
    assert "只接受这些子问题：怎样现场再生" in words(after)
    assert "/consultations/" in after.text


def test_a_half_answer_comes_back_as_it_was(invited: Invited, browser_of: SignIn) -> None:
    browser = browser_of("李锂")
    form = {"version": "1", "answer": "decline", "reason": "later", "note": "春天 <b>再说", "suggested": "赵风"}

    answer = browser.post(f"{invited.path}/answer", data=form)

    assert (answer.status_code, invited.kept.state) == (422, InvitationState.SENT)
    assert "“以后再约”请写明哪天以后方便。" in words(answer)
    assert (typed(answer, "note"), typed(answer, "suggested")) == ("春天 <b>再说", "赵风")
    assert browser.post(f"{invited.path}/answer", data=form | {"later_on": "2027-03-01"}).status_code == 303
    assert invited.kept.state is InvitationState.DECLINED


def test_staff_answer_only_on_somebodys_word(invited: Invited, browser_of: SignIn) -> None:
    browser = browser_of("格尔木赵静")
    assert "代答：接受" in words(browser.get(invited.path))
    silent = browser.post(f"{invited.path}/answer", data=YES | {"version": "1"})
    proxy = {"proxy.asked_by": "李锂", "proxy.channel": "phone", "proxy.asked_at": "2026-11-23T09:00"}

    done = browser.post(f"{invited.path}/answer", data=YES | {"version": "1"} | proxy)

    assert (silent.status_code, done.status_code) == (422, 303)
    assert "代答请写明受谁委托" in words(silent)
    with invited.world.services.database.reading() as session:
        entries = session.exec(select(ProxyEntry).where(ProxyEntry.subject_id == invited.id)).all()
    assert [(each.asked_by, each.channel) for each in entries] == [("李锂", "phone")]


def test_staff_take_it_along_on_paper_and_take_it_back(invited: Invited, browser_of: SignIn) -> None:
    browser = browser_of("格尔木赵静")
    shown, paper = browser.get(invited.path), browser.get(f"{invited.path}/print")
    for each in (shown, paper):
        assert each.status_code == 200
        assert "<svg" in each.text
        assert "/r/invitation/" in each.text
    assert browser_of("李锂").get(f"{invited.path}/print").status_code == 404

    silent = browser.post(f"{invited.path}/actions/cancel", data={"version": "1"})
    done = browser.post(f"{invited.path}/actions/cancel", data={"version": "1", "note": "企业改了主意"})

    assert (silent.status_code, done.status_code) == (422, 303)
    assert invited.kept.state is InvitationState.CANCELLED
    assert "企业改了主意" in words(browser.get(invited.path))


def test_large_shows_one_act_per_screen_and_stays(invited: Invited, browser_of: SignIn) -> None:
    browser = browser_of("李锂")
    answer = browser.post("/me/large", data={"large": "yes", "back": invited.path})
    assert (answer.status_code, answer.headers["location"]) == (303, invited.path)
    shown = browser.get(invited.path)
    assert '<body class="large">' in shown.text
    assert f"{invited.path}?act=accept" in shown.text
    assert "我愿意" not in words(shown)

    one = browser.get(f"{invited.path}?act=accept")

    assert "我愿意" in words(one)
    assert "谢绝" not in words(one)
    assert "请科协代办" in words(one)
    assert browser.post("/me/large", data={"back": "//elsewhere.example"}).headers["location"] == "/"
    assert '<body class="">' in browser.get(invited.path).text


def test_strangers_and_others_see_nothing(invited: Invited, browser_of: SignIn) -> None:
    assert browser_of("赵风").get(invited.path).status_code == 404
    assert browser_of("").get(invited.path).status_code == 303
    assert "还没有收到邀约" in words(browser_of("赵风").get("/invitations"))

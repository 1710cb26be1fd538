"""自荐 by forms: offered from the need's page, for oneself or for somebody, and answered in any case."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from service.models import ProxyEntry, SelfOffer, SelfOfferState
from tests.service.match_steps import a_matched_need, an_expert, ranking_by_words
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

SAID = {
    "plan": "先取三台柱的料做元素分析，再现场再生",
    "evidence": "给某盐湖企业做过同类吸附剂再生",
    "timing": "下周可以去现场",
}
PROXY = {"proxy.asked_by": "李锂", "proxy.channel": "phone", "proxy.asked_at": "2026-11-23T09:00"}


@pytest.fixture
def need_id(world: World, tmp_path: Path) -> str:
    an_expert(world, "赵风")
    return a_matched_need(world, ranking_by_words(world, tmp_path))


def offers(world: World) -> list[SelfOffer]:
    with world.services.database.reading() as session:
        return list(session.exec(select(SelfOffer)))


def test_an_expert_offers_and_gets_an_answer(world: World, need_id: str, browser_of: SignIn) -> None:
    an_expert(world, "李锂")
    browser, path = browser_of("李锂"), f"/needs/{need_id}/self-offers/new"
    assert path in browser.get(f"/needs/{need_id}").text
    assert path not in browser_of("盐湖厂马工").get(f"/needs/{need_id}").text
    shown = browser.get(path)
    form = SAID | {"party": typed(shown, "party"), "once": "e" * 32}

    short = browser.post(path, data=form | {"plan": "能做"})
    made = [browser.post(path, data=form) for _ in range(2)]

    assert (short.status_code, [each.status_code for each in made]) == (422, [303, 303])
    assert (typed(short, "plan"), typed(short, "timing")) == ("能做", "下周可以去现场")
    assert [(each.plan, each.state) for each in offers(world)] == [(SAID["plan"], SelfOfferState.OFFERED)]
    own = made[0].headers["location"]
    assert own in browser.get("/self-offers").text
    assert "撤回自荐" in words(browser.get(own))
    clerk = browser_of("格尔木赵静")
    silent = clerk.post(f"{own}/actions/decline", data={"version": "1", "reason": "timing"})
    done = clerk.post(f"{own}/actions/decline", data={"version": "1", "reason": "timing", "note": "年前要完成"})

    assert (silent.status_code, done.status_code) == (422, 303)
    answered = words(browser.get(own))
    assert "时间赶不上 年前要完成" in answered
    assert "撤回自荐" not in answered
    assert browser_of("路人吴芳").get(own).status_code == 404


def test_staff_offer_for_somebody_on_their_word(world: World, need_id: str, browser_of: SignIn) -> None:
    browser, path = browser_of("格尔木赵静"), f"/needs/{need_id}/self-offers/new"
    assert "请先按姓名找到要替他写的专家" in words(browser.get(path))
    form = SAID | {"party": typed(browser.get(f"{path}?search=赵风"), "party")}
    silent = browser.post(path, data=form)
    done = browser.post(path, data=form | PROXY)

    assert (silent.status_code, done.status_code) == (422, 303), words(done)
    with world.services.database.reading() as session:
        assert [each.asked_by for each in session.exec(select(ProxyEntry))] == ["李锂"]
    assert len(offers(world)) == 1

"""Pages of what staff answer for: confirmations of 代录, questions about the ranking, 注销."""

from __future__ import annotations

from sqlmodel import select

from service.models import ErasureRequest, ProxyEntry, RankingObjection
from service.schemas.needs import NewNeed
from service.usecases import needs
from tests.service.match_steps import an_expert
from tests.service.steps import CONTENT
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

PROXY = {"asked_by": "马工", "channel": "phone", "asked_at": "2026-11-23T08:30:00+08:00"}


def test_a_clerk_hands_out_the_text_and_marks_the_call_back(world: World, browser_of: SignIn) -> None:
    with world.services.database.writing() as session:
        content = NewNeed.model_validate(CONTENT | {"organization_id": world.company.id, "proxy": PROXY})
        needs.create(session, world.services, world.actor(session, "格尔木赵静"), content)
        entry_id = session.exec(select(ProxyEntry.id)).one()
    clerk = browser_of("格尔木赵静")

    listed, shown = clerk.get("/proxies"), clerk.get(f"/proxies/{entry_id}")
    silent = clerk.post(f"/proxies/{entry_id}/call-back", data={"agreed": "no", "note": ""})
    done = clerk.post(f"/proxies/{entry_id}/call-back", data={"agreed": "yes", "note": "电话里说的"})

    assert "需求：登记 马工" in words(listed)
    assert "代您办理了“需求：登记”" in words(shown)
    assert (silent.status_code, done.status_code) == (422, 303)
    assert "请写明情况" in words(silent)
    assert "没有要确认的代录、代答" in words(clerk.get("/proxies"))
    assert "已确认" in words(clerk.get("/proxies?checked=true"))
    assert browser_of("路人吴芳").get(f"/proxies/{entry_id}").status_code == 404


def test_an_expert_asks_about_the_ranking_and_is_answered(world: World, browser_of: SignIn) -> None:
    an_expert(world, "李锂")
    expert, clerk = browser_of("李锂"), browser_of("格尔木赵静")

    short = expert.post("/ranking-objections", data={"kind": "review", "text": "查"})
    asked = expert.post("/ranking-objections", data={"kind": "review", "text": "请看看为什么没有我", "once": "c" * 32})
    with world.services.database.reading() as session:
        objection = session.exec(select(RankingObjection)).one()
    answer = {"version": typed(clerk.get("/ranking-objections"), "version"), "note": "已看过：那条需求不在您的地区"}
    done = clerk.post(f"/ranking-objections/{objection.id}/actions/answer", data=answer)

    assert (short.status_code, typed(short, "text"), asked.status_code, done.status_code) == (422, "查", 303, 303)
    assert "已看过：那条需求不在您的地区" in words(expert.get("/ranking-objections"))


def test_an_administrator_sees_what_stands_in_the_way(world: World, browser_of: SignIn) -> None:
    with world.services.database.writing() as session:
        session.add(ErasureRequest(user_id=world.people["路人吴芳"], requested_by_id=world.people["路人吴芳"]))
    clerk = browser_of("格尔木赵静")

    assert clerk.get("/erasures").status_code == 403

"""What waits for a clerk, what they did, absences and handing over, on pages."""

from __future__ import annotations

import re
from datetime import date

from sqlmodel import select

from service.actors import SYSTEM
from service.models import Absence, Need, PostRole
from service.usecases import associations
from tests.service.steps import a_submitted_need
from tests.service.world import LONG_AGO, World
from tests.web.conftest import SignIn, words


def a_colleague(world: World) -> None:
    with world.services.database.writing() as session:
        associations.appoint(
            session,
            world.services,
            SYSTEM,
            user_id=world.people["路人吴芳"],
            association_id=world.county.id,
            department="学会部",
            role=PostRole.CLERK,
            since=LONG_AGO,
        )


def counts(text: str) -> dict[str, int]:
    """Tab → number on it."""
    return {
        name: int(count)
        for name, count in re.findall(r'href="/desk\?tab=(\w+)"[^>]*>[^<]*<span class="[^"]*">(\d+)</span>', text)
    }


def test_the_desk_counts_what_waits_and_says_why_and_until_when(world: World, browser_of: SignIn) -> None:
    clerk = browser_of("格尔木赵静")
    assert counts(clerk.get("/desk").text) == {"needs": 0, "referrals": 0, "organizations": 1}
    assert "青海湖东盐化有限公司（演示数据）" in words(clerk.get("/desk?tab=organizations"))

    need_id = a_submitted_need(world)

    shown = clerk.get("/desk")
    assert counts(shown.text) == {"needs": 1, "referrals": 0, "organizations": 0}
    assert f'href="/needs/{need_id}"' in shown.text
    assert "请审核：受理、退回补正，或者不予受理" in words(shown)
    assert "还剩 3 个工作日" in words(shown)
    assert counts(browser_of("西宁孙浩").get("/desk").text) == {"needs": 0, "referrals": 0, "organizations": 0}
    assert browser_of("盐湖厂马工").get("/desk").status_code == 403


def test_what_somebody_did_is_listed_and_not_what_others_did(world: World, browser_of: SignIn) -> None:
    need_id = a_submitted_need(world)
    clerk = browser_of("格尔木赵静")
    version = re.search(r'name="version" value="(\d+)"', clerk.get(f"/needs/{need_id}").text)
    assert version is not None
    clerk.post(f"/needs/{need_id}/actions/accept", data={"version": version.group(1)})

    shown = clerk.get("/desk/done")

    assert "需求：受理 吸附剂用半年就吸不动锂了" in words(shown)
    assert f'href="/needs/{need_id}"' in shown.text
    assert "您还没有办过什么" in words(browser_of("西宁孙浩").get("/desk/done"))


def test_taking_leave_and_coming_back(world: World, browser_of: SignIn) -> None:
    a_colleague(world)
    clerk = browser_of("格尔木赵静")
    sent = {"deputy_id": world.people["路人吴芳"], "since": "2026-11-24", "until": "2026-11-25", "once": "c" * 32}

    wrong = clerk.post("/desk/absences", data=sent | {"until": "2026-11-23"})
    done = [clerk.post("/desk/absences", data=sent).status_code for _ in range(2)]

    assert (wrong.status_code, done) == (422, [303, 303])
    assert "结束日期早于开始日期" in words(wrong)
    with world.services.database.reading() as session:
        kept = session.exec(select(Absence)).all()
    assert [(each.since, each.until) for each in kept] == [(date(2026, 11, 24), date(2026, 11, 25))]
    assert "路人吴芳 2026年11月24日—2026年11月25日" in words(clerk.get("/desk/absences"))
    assert clerk.post(f"/desk/absences/{kept[0].id}/end").status_code == 303
    with world.services.database.reading() as session:
        assert session.exec(select(Absence)).all() == []


def test_a_lead_hands_over_what_is_ticked(world: World, browser_of: SignIn) -> None:
    a_colleague(world)
    need_id = a_submitted_need(world)
    with world.services.database.writing() as session:
        session.get_one(Need, need_id).handler_id = world.people["格尔木赵静"]
    lead, address = browser_of("省科协王敏"), f"/desk/hand-over?user={world.people['格尔木赵静']}"
    assert "吸附剂用半年就吸不动锂了" in words(lead.get(address))
    sent = {"need_ids": need_id, "successor_id": world.people["路人吴芳"], "note": "调离"}

    wrong = lead.post(address, data=sent | {"note": ""})
    done = lead.post(address, data=sent)

    assert (wrong.status_code, done.status_code) == (422, 303)
    with world.services.database.reading() as session:
        assert session.get_one(Need, need_id).handler_id == world.people["路人吴芳"]
    assert "这位同事手上没有未办完的需求" in words(lead.get(address))
    assert browser_of("格尔木赵静").get(address).status_code == 403

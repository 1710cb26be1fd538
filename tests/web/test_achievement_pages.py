"""Achievements by form: written, reviewed, published, sealed."""

from __future__ import annotations

import re

from sqlmodel import select

from service.models import Achievement
from tests.service.steps import verify
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

CONTENT = {
    "title": "铝系吸附剂现场再生工艺",
    "summary": "停机四小时，容量恢复到新料的九成，已在两条线上应用。",
    "industry_field": "F01",
    "trl9": "8",
    "cooperation_modes": ["license", "service"],
    "price_low_fen": "30",
    "price_high_fen": "50",
    "ip_status": "专利一件，权属清楚，没有质押",
}


def stored(world: World) -> list[Achievement]:
    with world.services.database.reading() as session:
        return list(session.exec(select(Achievement)))


def test_an_achievement_is_written_once_reviewed_and_published(world: World, browser_of: SignIn) -> None:
    verify(world)
    owner, clerk = browser_of("盐湖厂马工"), browser_of("格尔木赵静")
    sent = CONTENT | {"owner": f"organization:{world.company.id}", "once": "a" * 32}

    wrong = owner.post("/achievements/new", data=sent | {"owner": "", "once": ""})
    made = [owner.post("/achievements/new", data=sent) for _ in range(2)]
    address = made[0].headers["location"]
    submit = {"version": typed(owner.get(address), "version"), "confirm_no_secrets": "yes"}
    handed_in = owner.post(f"{address}/actions/submit", data=submit)
    seen = clerk.get(address)
    listed = words(clerk.get("/desk?tab=achievements"))
    published = clerk.post(f"{address}/actions/publish", data={"version": typed(seen, "version")})

    assert (wrong.status_code, typed(wrong, "price_low_fen")) == (422, "30")
    assert [each.status_code for each in made] == [303, 303]
    assert handed_in.status_code == 303
    assert re.findall(r"/actions/(\w+)", seen.text) == ["return", "reject", "publish"]
    assert "铝系吸附剂现场再生工艺" in listed
    assert published.status_code == 303
    assert [(each.state, each.price_low_fen, each.trl9) for each in stored(world)] == [("published", 30_000_000, 8)]
    public = browser_of("路人吴芳").get(address)
    assert "8 级：定型，通过试验" in words(public)
    assert "许可、技术服务" in words(browser_of("路人吴芳").get("/achievements"))
    assert browser_of("路人吴芳").get(f"{address}/edit").status_code == 404


def test_a_sealed_achievement_is_for_the_secrecy_officer_alone(world: World, browser_of: SignIn) -> None:
    verify(world)
    owner, clerk, officer = browser_of("盐湖厂马工"), browser_of("格尔木赵静"), browser_of("保密办周正")
    sent = CONTENT | {"owner": f"organization:{world.company.id}"}
    address = owner.post("/achievements/new", data=sent).headers["location"]
    submit = {"version": typed(owner.get(address), "version"), "confirm_no_secrets": "yes"}
    owner.post(f"{address}/actions/submit", data=submit)

    short = clerk.post(f"{address}/seal", data={"note": ""})
    done = clerk.post(f"{address}/seal", data={"note": "疑似涉及未公开的工艺"})

    assert (short.status_code, done.status_code) == (422, 303)
    assert clerk.get(address).status_code == 404
    assert clerk.get(f"/sealed{address}").status_code == 404
    assert "铝系吸附剂现场再生工艺" in words(officer.get(f"/sealed{address}"))
    assert officer.post(f"/sealed{address}", data={"note": "已核对，不涉密"}).status_code == 303
    assert [each.sealed_at for each in stored(world)] == [None]

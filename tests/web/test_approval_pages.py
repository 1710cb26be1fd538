"""审签 by form: three people, one paper, its scan."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.models import Approval, Attachment
from service.services import Services
from tests.service.attachments.documents import a_png
from tests.service.steps import a_submitted_need
from tests.service.test_approvals import CLERK, LEAD, OTHER_LEAD, RELEASE, with_approvals
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words


@pytest.fixture
def world(services: Services, monday: object) -> World:
    return with_approvals(services)


def test_three_people_take_three_steps_and_the_paper_is_kept(world: World, browser_of: SignIn) -> None:
    need_id = a_submitted_need(world)
    clerk, reviewer, issuer = browser_of(CLERK), browser_of(LEAD), browser_of(OTHER_LEAD)
    form = clerk.get(f"/approvals/new?kind={RELEASE}&subject=need:{need_id}")
    sent = {"kind": RELEASE, "subject_kind": "need", "subject_id": need_id, "title": "名单", "once": "b" * 32}

    short = clerk.post("/approvals/new", data=sent | {"title": "", "once": ""})
    made = [clerk.post("/approvals/new", data=sent) for _ in range(2)]
    address = made[0].headers["location"]
    own = clerk.get(address)
    reviewed = reviewer.post(f"{address}/actions/review", data={"version": typed(reviewer.get(address), "version")})
    twice = reviewer.get(address)
    version = typed(issuer.get(address), "version")
    issue = {"version": version, "document_number": "青科协发〔2026〕12号", "issued_on": "2026-11-23"}
    late = issuer.post(f"{address}/actions/issue", data=issue | {"issued_on": "2026-11-30"})
    issued = issuer.post(f"{address}/actions/issue", data=issue)

    assert typed(form, "subject_id") == need_id
    assert (short.status_code, [each.status_code for each in made]) == (422, [303, 303])
    assert "/actions/review" not in own.text
    assert reviewed.status_code == 303
    assert "签发日期" not in words(twice)
    assert (late.status_code, typed(late, "document_number")) == (422, "青科协发〔2026〕12号")
    assert issued.status_code == 303
    with world.services.database.reading() as session:
        kept = session.exec(select(Approval)).all()
    assert [(each.state, each.document_number, str(each.issued_on)) for each in kept] == [
        ("issued", "青科协发〔2026〕12号", "2026-11-23")
    ]
    assert "名单 把推荐名单发给企业 已签发" in words(clerk.get("/approvals"))
    assert browser_of("盐湖厂马工").get("/approvals").status_code == 403
    nothing = clerk.post(f"{address}/scans", files={"other": ("a.txt", b"x")})
    assert (nothing.status_code, "没有收到文件" in words(nothing)) == (422, True)
    scan = {"file": ("签章件.png", a_png(), "image/png")}
    assert clerk.post(f"{address}/scans", files=scan).status_code == 303
    with world.services.database.reading() as session:
        assert [each.file_name for each in session.exec(select(Attachment))] == ["签章件.png"]
    assert "签章件.png" in words(clerk.get(address))

"""Files of a need by forms, who read it, and following it."""

from __future__ import annotations

import re

from sqlmodel import select

from service.models import Attachment, NeedFollower, PublicityLevel
from service.schemas.organizations import OrganizationInput
from service.usecases import organizations
from tests.service.attachments.documents import a_docx
from tests.service.steps import a_draft, act, verify
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

TEXT = "离心泵轴承三个月一换"


def attachments_of(world: World) -> list[Attachment]:
    with world.services.database.reading() as session:
        return list(session.exec(select(Attachment)))


def test_a_file_goes_up_by_form_is_corrected_and_removed(world: World, browser_of: SignIn) -> None:
    need_id = a_draft(world)
    browser = browser_of("盐湖厂马工")
    up = f"/needs/{need_id}/attachments"

    document = a_docx(TEXT)
    sent = browser.post(up, files={"file": ("记录.docx", document)}, data={"publicity_level": "signed"})

    (stored,) = attachments_of(world)
    assert (sent.status_code, stored.file_name, stored.publicity_level) == (303, "记录.docx", PublicityLevel.SIGNED)
    assert "记录.docx" in words(browser.get(f"/needs/{need_id}"))
    address = f"/attachments/{stored.id}"
    shown = browser.get(address)
    assert TEXT in typed(shown, "extracted_text")
    seen = {"version": typed(shown, "version")}
    browser.post(address, data=seen | {"extracted_text": "改过", "publicity_level": "invited"})
    (corrected,) = attachments_of(world)
    assert (corrected.extracted_text, corrected.publicity_level) == ("改过", PublicityLevel.INVITED)
    assert browser.get(f"{address}/content").content == document
    stale = browser.post(f"{address}/remove", data=seen)
    gone = browser.post(f"{address}/remove", data={"version": str(corrected.version)})
    assert (stale.status_code, gone.status_code, browser.get(address).status_code) == (409, 303, 404)


def test_no_file_and_a_wrong_file_are_told_on_the_page(world: World, browser_of: SignIn) -> None:
    need_id = a_draft(world)
    browser = browser_of("盐湖厂马工")
    up = f"/needs/{need_id}/attachments"

    none = browser.post(up, files={"file": ("", b"")}, data={})
    wrong = browser.post(up, files={"file": ("a.exe", b"MZ" * 20)}, data={})
    large = browser.post(up, files={"file": ("a.pdf", b"0" * (22 << 20))}, data={})
    stranger = browser_of("").post(up, files={"file": ("a.docx", b"x")}, data={})

    assert [each.status_code for each in (none, wrong, large)] == [422, 422, 422]
    assert "没有收到文件。请选择一个文件，再点“上传”。" in words(none)
    assert "文件超过 20 MB 的上限" in words(large)
    assert stranger.headers["location"].startswith("/sign-in?then=")
    assert attachments_of(world) == []


def test_the_owner_sees_who_opened_it(world: World, browser_of: SignIn) -> None:
    verify(world)
    need_id = a_draft(world)
    act(world, "盐湖厂马工", need_id, "submit")
    owner = browser_of("盐湖厂马工")

    before = words(owner.get(f"/needs/{need_id}/readers"))
    browser_of("格尔木赵静").get(f"/needs/{need_id}")
    after = words(owner.get(f"/needs/{need_id}/readers"))

    assert "还没有人打开过" in before
    assert "格尔木赵静 打开了需求全文" in after
    assert browser_of("路人吴芳").get(f"/needs/{need_id}/readers").status_code == 404


def test_another_company_follows_and_stops(world: World, browser_of: SignIn) -> None:
    with world.services.database.writing() as session:
        given = {"kind": "village", "name": "某村（演示数据）", "region_code": "632801"}
        given |= {"why_no_code": "没有", "guarantor": "乡政府"}
        actor = world.actor(session, "路人吴芳")
        village = organizations.register(session, world.services, actor, OrganizationInput.model_validate(given)).id
    verify(world)
    need_id = a_draft(world)
    act(world, "盐湖厂马工", need_id, "submit")
    act(world, "格尔木赵静", need_id, "accept")
    browser = browser_of("路人吴芳")

    offered = re.findall(rf"/needs/{need_id}/(\w*follow)", browser.get(f"/needs/{need_id}").text)
    done = browser.post(f"/needs/{need_id}/follow", data={"organization_id": village})

    assert (offered, done.status_code) == (["follow"], 303)
    assert re.findall(rf"/needs/{need_id}/(\w*follow)", browser.get(f"/needs/{need_id}").text) == ["unfollow"]
    browser.post(f"/needs/{need_id}/unfollow", data={"organization_id": village})
    with world.services.database.reading() as session:
        assert session.exec(select(NeedFollower)).all() == []
    own = browser_of("盐湖厂马工").get(f"/needs/{need_id}").text
    assert re.findall(rf"/needs/{need_id}/(\w*follow)", own) == []

"""The reply page of an invitation: opening it changes nothing, sending it answers, and nothing typed is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.models import Invitation, InvitationState, LinkPurpose
from service.usecases.signed_links import address, link_to
from service.worker import Worker
from tests.service.conftest import monday, postgres_url, services, sqlite_template, world
from tests.service.match_steps import a_chosen_need, invite, ranking_by_words
from tests.service.world import World
from web.app import create_app

__all__ = ["monday", "postgres_url", "services", "sqlite_template", "world"]


@pytest.fixture
def worker(world: World, tmp_path: Path) -> Worker:
    return ranking_by_words(world, tmp_path)


@pytest.fixture
def browser(world: World) -> TestClient:
    return TestClient(create_app(world.services), base_url="https://kc.example")


def an_invitation(world: World, worker: Worker) -> tuple[str, str]:
    """(its id, path of its page)."""
    need_id, listed = a_chosen_need(world, worker, "李锂", "赵风")
    invitation_id = invite(world, "格尔木赵静", need_id, listed[0])[0]
    with world.services.database.reading() as session:
        link = link_to(session, LinkPurpose.INVITATION, invitation_id)
        assert link is not None
        return invitation_id, address(world.services, link).removeprefix("http://127.0.0.1:8000")


def kept(world: World, invitation_id: str) -> tuple[InvitationState, int | None]:
    with world.services.database.reading() as session:
        found = session.exec(select(Invitation).where(Invitation.id == invitation_id)).one()
        return found.state, found.version


def test_opening_the_link_shows_everything_and_changes_nothing(
    world: World, worker: Worker, browser: TestClient
) -> None:
    invitation_id, path = an_invitation(world, worker)
    before = kept(world, invitation_id)

    answers = [browser.get(path) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    for words in (
        "李锂，您好",
        "请看看吸附剂容量为什么半年就掉。",
        "大约需要",
        "公益免费",
        "2026年11月30日（还有 5 个工作日）",
        "tel:0979-8412345",
        "青海湖东盐化有限公司（演示数据）",
        "怎样现场再生",
    ):
        assert words in answers[0].text
    assert answers[0].headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answers[0].headers["content-security-policy"]
    assert kept(world, invitation_id) == before


def test_accepting_on_the_page(world: World, worker: Worker, browser: TestClient) -> None:
    invitation_id, path = an_invitation(world, worker)
    form = {"version": "1", "answer": "accept", "scope": "full", "no_conflict": "yes", "keeps_secret": "yes"}

    answer = browser.post(path, data=form)

    assert (answer.status_code, kept(world, invitation_id)[0]) == (200, InvitationState.ACCEPTED)
    assert "谢谢您接受邀约" in answer.text
    # Who has neither mail nor account goes on from here; the link of the invitation does not lead there again.
    onward = re.findall(r'href="http://127.0.0.1:8000(/r/consultation/[^"]+)"', answer.text)
    assert ["现在可以做什么" in browser.get(each).text for each in onward] == [True]
    assert "/r/consultation/" not in browser.get(path).text
    assert "您已经接受了这份邀约" in browser.get(path).text


def test_a_refused_form_comes_back_with_what_was_typed(world: World, worker: Worker, browser: TestClient) -> None:
    invitation_id, path = an_invitation(world, worker)
    form = {"version": "1", "answer": "decline", "reason": "later", "note": "春天再说 <b>", "suggested": "赵风"}

    answer = browser.post(path, data=form)

    assert (answer.status_code, kept(world, invitation_id)[0]) == (422, InvitationState.SENT)
    assert "“以后再约”请写明哪天以后方便。" in answer.text
    assert "春天再说 &lt;b&gt;" in answer.text
    assert 'value="赵风"' in answer.text
    assert browser.post(path, data=form | {"later_on": "someday"}).status_code == 422

    answer = browser.post(path, data=form | {"later_on": "2027-03-01"})

    assert (answer.status_code, kept(world, invitation_id)[0]) == (200, InvitationState.DECLINED)
    assert "有效期" in browser.get(path).text
    assert browser.get(path).status_code == 410


@pytest.mark.parametrize("form", [{}, {"version": "1", "answer": "maybe"}, {"answer": "accept", "version": "x"}])
def test_a_form_that_says_nothing_is_refused(
    world: World, worker: Worker, browser: TestClient, form: dict[str, str]
) -> None:
    invitation_id, path = an_invitation(world, worker)

    assert browser.post(path, data=form).status_code == 422
    assert kept(world, invitation_id)[0] is InvitationState.SENT


def test_a_link_that_is_none_says_what_to_do(services: object, world: World, browser: TestClient) -> None:
    answer = browser.get("/r/invitation/nonsense")

    assert answer.status_code == 404
    assert "打电话给邀约上的联系人" in answer.text
    assert browser.get("/static/reply.css").headers["content-type"].startswith("text/css")
    assert browser.get("/static/app.py").status_code == 404


def test_who_is_asked_by_a_link_may_ask_to_be_called(world: World, worker: Worker, browser: TestClient) -> None:
    _, path = an_invitation(world, worker)

    form = browser.get(f"{path}/call-request", params={"wish": "do_for_me"})
    answer = browser.post(f"{path}/call-request", data={"wish": "do_for_me", "phone": "0979-8412345"})

    assert "请格尔木市科协代办" in form.text
    assert "已告诉格尔木市科协，会给您打电话" in answer.text
    assert f"{path}/call-request" not in answer.text


def test_in_the_demo_world_the_page_of_a_link_says_that_all_is_invented(world: World) -> None:
    settings = world.services.settings.model_copy(update={"demo": True})
    stranger = TestClient(create_app(replace(world.services, settings=settings)), base_url="https://kc.example")

    shown = stranger.get("/r/invitation/gone")

    assert shown.status_code == 404
    assert "演示数据：人员、单位、代码均为虚构" in shown.text
    assert world.services.settings.site.name in shown.text

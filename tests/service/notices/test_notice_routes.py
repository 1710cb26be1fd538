"""One's own notices over the API, what staff hand on, and what administrators see of failed mails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.app import create_api
from service.clock import stopped_at
from service.models import Delivery, DeliveryState, ReadEntry, User
from service.passwords import Cost, Keeper, kept_by
from service.usecases import need_acts
from service.worker import Worker
from tests.service.match_steps import invite
from tests.service.notices.notice_steps import a_released_need, has_mail, notices_of, tell
from tests.service.notices.postbox import Postbox
from tests.service.steps import a_submitted_need, act
from tests.service.world import World

PASSWORD = "盐湖边的风车 harbour 9"
NUMBER = "XQ-2026-63-00001"


@pytest.fixture
def people(world: World) -> Iterator[dict[str, TestClient]]:
    """A browser for everybody who is signed in when first looked for."""
    keeper = Keeper(Cost(memory_kib=8, rounds=1, lanes=1))
    app = create_api(world.services)

    class Browsers(dict[str, TestClient]):
        def __missing__(self, name: str) -> TestClient:
            with world.services.database.writing() as session:
                session.get_one(User, world.people[name]).password_hash = keeper.hash(PASSWORD)
            client = TestClient(app, base_url="https://kc.example.cn", headers={"sec-fetch-site": "same-origin"})
            assert client.post("/api/sign-in", json={"name": name, "password": PASSWORD}).status_code == 200
            self[name] = client
            return client

    with kept_by(keeper):
        yield Browsers()


def listed(client: TestClient) -> tuple[list[tuple[str, bool]], int]:
    """([(title, is read)], unread)."""
    answer: Any = client.get("/api/notices").json()
    return [(each["title"], each["read_at"] is not None) for each in answer["items"]], answer["unread"]


def a_story(world: World) -> str:
    """A need that went back and forth once, everybody told."""
    need_id = a_submitted_need(world)
    tell(world, f"need:{need_id}")
    with stopped_at(now_of(world) + timedelta(minutes=1)):
        act(world, "格尔木赵静", need_id, "return", reason="unclear", note="请补充卤水成分")
        tell(world, f"need:{need_id}")
    with stopped_at(now_of(world) + timedelta(minutes=2)):
        act(world, "盐湖厂马工", need_id, "withdraw", note="不需要了")
        tell(world, f"need:{need_id}")
    return need_id


def now_of(world: World) -> Any:
    return world.company.created_at


def test_unread_notices_come_first_and_are_read_by_their_owner_alone(
    world: World, people: dict[str, TestClient]
) -> None:
    a_story(world)
    submitted, withdrawn = (f"需求 {NUMBER}：{step}" for step in ("提交审核", "撤回"))
    clerk = people["格尔木赵静"]
    assert listed(clerk) == ([(withdrawn, False), (submitted, False)], 2)
    newest = notices_of(world, "格尔木赵静")[-1].id

    assert people["盐湖厂马工"].post(f"/api/notices/{newest}/read").status_code == 404
    assert clerk.post(f"/api/notices/{newest}/read").status_code == 204
    assert listed(clerk) == ([(submitted, False), (withdrawn, True)], 1)
    assert clerk.post("/api/notices/read-all").status_code == 204
    assert listed(clerk) == ([(withdrawn, True), (submitted, True)], 0)
    assert listed(people["盐湖厂马工"])[1] == 1


def test_sealing_a_need_takes_its_notices_away_from_everybody(world: World, people: dict[str, TestClient]) -> None:
    need_id = a_story(world)
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, "格尔木赵静"), need_id, note="疑似涉密")
    [notice, *_] = notices_of(world, "格尔木赵静")

    assert listed(people["格尔木赵静"]) == listed(people["盐湖厂马工"]) == ([], 0)
    assert people["格尔木赵静"].post(f"/api/notices/{notice.id}/read").status_code == 404
    assert people["格尔木赵静"].get(f"/api/notices/{notice.id}/text").status_code == 404


def test_staff_of_a_case_see_who_was_reached_and_copy_the_text_with_the_link(
    world: World, worker: Worker, people: dict[str, TestClient]
) -> None:
    need_id, parties = a_released_need(world, worker, "李锂")
    invite(world, "格尔木赵静", need_id, parties[0])
    worker.run_pending()
    [notice] = notices_of(world, "专家李锂")
    clerk = people["格尔木赵静"]

    shown = clerk.get(f"/api/needs/{need_id}/notices").json()["items"]
    text = clerk.get(f"/api/notices/{notice.id}/text").json()["text"]

    assert {"李锂"} <= {each["recipient"] for each in shown}
    head, _, link = text.partition(" https://")
    assert head == f"【科创揭榜台】邀约（需求 {NUMBER}）：请您答复"
    assert link.startswith("kc.example.cn/r/invitation/")
    for name in ("盐湖厂马工", "西宁孙浩", "路人吴芳", "李锂"):
        assert people[name].get(f"/api/notices/{notice.id}/text").status_code == 404
        assert people[name].get(f"/api/needs/{need_id}/notices").status_code in (403, 404)
    with world.services.database.reading() as session:
        taken = session.exec(select(ReadEntry.reader_id).where(ReadEntry.subject_id == notice.id)).all()
    assert taken == [world.people["格尔木赵静"]]


def test_administrators_see_what_could_not_be_sent_but_not_what_it_said(
    world: World, people: dict[str, TestClient], postbox: Postbox, worker: Worker
) -> None:
    need_id = a_submitted_need(world)
    has_mail(world, "格尔木赵静", "nobody@kx.example.cn")
    tell(world, f"need:{need_id}")
    worker.run_pending()
    with world.services.database.writing() as session:
        session.get_one(User, world.people["路人吴芳"]).is_administrator = True
        assert {each.state for each in session.exec(select(Delivery))} == {DeliveryState.FAILED}

    shown = people["路人吴芳"].get("/api/notices/undelivered")

    assert [(each["recipient"], each["delivery"]["error"]) for each in shown.json()["items"]] == [
        ("格尔木赵静", "550 no such user")
    ]
    assert NUMBER not in shown.text
    assert people["格尔木赵静"].get("/api/notices/undelivered").status_code == 403

"""A forgotten password set anew by mail, and an address shown to be the person's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from service.app import create_api
from service.clock import stopped_at
from service.models import AuditEntry, Job, User
from service.passwords import Cost, Keeper, kept_by
from service.usecases import tokens
from service.worker import Worker
from tests.service.notices.notice_steps import has_mail, notices_of
from tests.service.notices.postbox import Postbox, text_of
from tests.service.world import World

OLD, NEW = "盐湖边的风车 harbour 9", "青稞地里的雪豹 tram 5"
MAIL = "ma@salt.example.cn"


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    keeper = Keeper(Cost(memory_kib=8, rounds=1, lanes=1))
    with kept_by(keeper):
        with world.services.database.writing() as session:
            session.get_one(User, world.people["盐湖厂马工"]).password_hash = keeper.hash(OLD)
        has_mail(world, "盐湖厂马工", MAIL)
        yield a_browser(world)


def a_browser(world: World) -> TestClient:
    return TestClient(
        create_api(world.services), base_url="https://kc.example.cn", headers={"sec-fetch-site": "same-origin"}
    )


def sign_in(client: TestClient, password: str) -> int:
    return client.post("/api/sign-in", json={"name": "盐湖厂马工", "password": password}).status_code


def forget(client: TestClient, name: str) -> tuple[int, str]:
    answer = client.post("/api/password/forgot", json={"name": name})
    return answer.status_code, answer.text


def reset(client: TestClient, token: str, password: str = NEW) -> int:
    return client.post("/api/password/reset", json={"token": token, "password": password}).status_code


def token_in(postbox: Postbox) -> str:
    found = re.search(r"https://kc\.example\.cn/mail/\w+/(\S+)", text_of(postbox.mails[-1]))
    assert found
    return found[1]


def a_token(client: TestClient, worker: Worker, postbox: Postbox) -> str:
    assert forget(client, MAIL)[0] == 202
    worker.run_pending()
    return token_in(postbox)


def test_a_new_password_by_mail_ends_everything_the_old_one_opened(
    world: World, client: TestClient, worker: Worker, postbox: Postbox
) -> None:
    assert sign_in(client, OLD) == 200
    with world.services.database.writing() as session:
        actor = world.actor(session, "盐湖厂马工")
        secret = tokens.create_token(session, world.services, actor, name="同步", scopes=["need.list"], days=9)[1]

    token = a_token(client, worker, postbox)
    assert [str(mail["Subject"]) for mail in postbox.mails] == ["重设密码"]
    assert reset(client, token) == 204

    assert client.get("/api/me").status_code == 401
    assert client.get("/api/needs", headers={"authorization": f"Bearer {secret}"}).status_code == 401
    assert (sign_in(client, OLD), sign_in(client, NEW)) == (401, 200)
    assert [notice.title for notice in notices_of(world, "盐湖厂马工")] == ["您的登录密码已经重设"]
    with world.services.database.reading() as session:
        acts = session.exec(select(AuditEntry.act).order_by(col(AuditEntry.seq).desc()).limit(3)).all()
    assert "password.reset" in acts


def test_a_link_works_once_for_half_an_hour_and_only_the_newest(
    world: World, client: TestClient, worker: Worker, postbox: Postbox, monday: datetime
) -> None:
    first, second = a_token(client, worker, postbox), a_token(client, worker, postbox)

    assert reset(client, first) == 422
    assert reset(client, second[:-1]) == 422
    assert reset(client, second, "1234567890") == 422
    assert reset(client, second) == 204
    assert reset(client, second) == 422

    late = a_token(client, worker, postbox)
    with stopped_at(monday + timedelta(minutes=30)):
        assert reset(client, late) == 422


def test_nobody_learns_from_the_answer_who_has_an_account(
    world: World, client: TestClient, worker: Worker, postbox: Postbox
) -> None:
    has_mail(world, "格尔木赵静", "zhao@kx.example.cn", confirmed=False)
    with world.services.database.writing() as session:
        session.get_one(User, world.people["西宁孙浩"]).is_active = False

    answers = {forget(client, name) for name in (MAIL, "没有这个人", "zhao@kx.example.cn", "西宁孙浩", "省科协王敏")}
    with world.services.database.reading() as session:
        promised = len(session.exec(select(Job).where(Job.name == "password.link")).all())
    worker.run_pending()

    assert len(answers) == 1
    assert promised == 5
    assert postbox.told() == [(MAIL, "重设密码")]


def test_asking_again_and_again_is_stopped(client: TestClient) -> None:
    assert [forget(client, MAIL)[0] for _ in range(6)] == [202] * 5 + [429]


def test_a_mail_server_that_is_down_gets_the_link_later(
    client: TestClient, worker: Worker, postbox: Postbox, monday: datetime
) -> None:
    postbox.answers = ["451 try later"]
    assert forget(client, MAIL)[0] == 202
    worker.run_pending()
    assert postbox.mails == []

    with stopped_at(monday + timedelta(seconds=30)):
        worker.run_pending()
        assert reset(client, token_in(postbox)) == 204


def test_an_address_counts_once_its_owner_signed_in_and_followed_the_link(
    world: World, client: TestClient, worker: Worker, postbox: Postbox
) -> None:
    has_mail(world, "盐湖厂马工", MAIL, confirmed=False)
    assert sign_in(client, OLD) == 200
    assert client.get("/api/me/mail").json() == {"by_mail": True, "mail_confirmed": False}
    assert client.post("/api/me/mail/confirmation").status_code == 202
    worker.run_pending()
    confirm = {"token": token_in(postbox)}

    # Whoever reads the mail without being able to sign in gets no further.
    assert a_browser(world).post("/api/me/mail/confirm", json=confirm).status_code == 401
    assert reset(client, confirm["token"]) == 422
    assert client.post("/api/me/mail/confirm", json=confirm).status_code == 204
    assert client.post("/api/me/mail/confirm", json=confirm).status_code == 422

    assert client.get("/api/me/mail").json() == {"by_mail": True, "mail_confirmed": True}
    assert client.put("/api/me/mail", json={"by_mail": False}).json() == {"by_mail": False, "mail_confirmed": True}


def test_a_link_to_an_address_that_changed_since_proves_nothing(
    world: World, client: TestClient, worker: Worker, postbox: Postbox
) -> None:
    has_mail(world, "盐湖厂马工", MAIL, confirmed=False)
    assert sign_in(client, OLD) == 200
    client.post("/api/me/mail/confirmation")
    worker.run_pending()
    has_mail(world, "盐湖厂马工", "other@salt.example.cn", confirmed=False)

    assert client.post("/api/me/mail/confirm", json={"token": token_in(postbox)}).status_code == 422


def test_who_registers_is_asked_to_confirm_and_whose_address_it_was_is_not_bothered(
    world: World, client: TestClient, worker: Worker, postbox: Postbox
) -> None:
    for mail in ("new@example.cn", MAIL):
        given = {"name": "才仁卓玛", "mail": mail, "password": NEW}
        assert client.post("/api/register", json=given).status_code == 202

    worker.run_pending()

    assert postbox.told() == [("new@example.cn", "请确认您的邮箱")]

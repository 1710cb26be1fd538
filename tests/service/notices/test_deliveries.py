"""What goes out by mail and SMS, to whom, and what happens when the server refuses or is not there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select

from service.channels.sms import sms_of
from service.clock import now, stopped_at
from service.models import DeliveryState, Expert, User
from service.rules.phone import check_phone
from service.settings import MailSettings, SmsSettings
from service.usecases import need_acts
from service.usecases.deliveries import deliver
from service.worker import Worker
from tests.service.match_steps import invite, ranking_by_words
from tests.service.notices.notice_steps import (
    a_released_need,
    deliveries,
    forget_notices,
    has_mail,
    notices_of,
    tell,
)
from tests.service.notices.postbox import Postbox, open_at, text_of
from tests.service.steps import a_submitted_need, act
from tests.service.world import World

NUMBER = "XQ-2026-63-00001"
CLERK, COMPANY = "zhao@kx.example.cn", "ma@salt.example.cn"


def a_submitted_need_with_mail(world: World) -> str:
    has_mail(world, "格尔木赵静", CLERK)
    has_mail(world, "盐湖厂马工", COMPANY)
    return a_submitted_need(world)


def states(world: World) -> list[tuple[DeliveryState, int, str]]:
    return [(each.state, each.attempts, each.error) for each in deliveries(world)]


def test_a_notice_arrives_as_a_mail_in_plain_chinese(world: World, postbox: Postbox) -> None:
    need_id = a_submitted_need_with_mail(world)
    tell(world, f"need:{need_id}")
    [delivery] = deliveries(world)

    deliver(world.services, None, delivery.id)

    [mail] = postbox.mails
    [notice] = notices_of(world, "格尔木赵静")
    assert postbox.told() == [(CLERK, f"需求 {NUMBER}：提交审核")]
    assert str(mail["From"]) == "科创揭榜台 <jiebang@kx.example.cn>"
    assert mail["Message-ID"] == f"<notice.{notice.id}@kx.example.cn>"
    assert mail["Date"] == "Mon, 23 Nov 2026 09:00:00 +0800"
    assert text_of(mail).split("\n") == [
        "格尔木赵静，您好：",
        "",
        f"需求 {NUMBER}：提交审核",
        "",
        *notice.text.split("\n"),
        "",
        f"查看和办理：https://kc.example.cn/needs/{need_id}",
        "",
        "这封邮件由平台自动发出，请不要直接回复。有账号的，可以在“我的账号”里关闭邮件通知。",
        "",
    ]
    assert states(world) == [(DeliveryState.SENT, 1, "")]


def test_a_mail_that_was_sent_is_not_sent_again(world: World, postbox: Postbox) -> None:
    tell(world, f"need:{a_submitted_need_with_mail(world)}")
    [delivery] = deliveries(world)

    for _ in range(3):
        deliver(world.services, None, delivery.id)

    assert len(postbox.mails) == 1


def test_an_expert_without_an_account_gets_a_link_of_their_own(world: World, worker: Worker, postbox: Postbox) -> None:
    need_id, listed = a_released_need(world, worker, "李锂")
    with world.services.database.writing() as session:
        expert = session.exec(select(Expert).where(Expert.name == "李锂")).one()
        expert.user_id, expert.mail = None, "li@salt-lake.example.cn"
    invite(world, "格尔木赵静", need_id, listed[0])
    worker.run_pending()

    [mail] = postbox.mails

    assert postbox.told() == [("li@salt-lake.example.cn", f"邀约（需求 {NUMBER}）：请您答复")]
    assert "查看和办理：https://kc.example.cn/r/invitation/" in text_of(mail)
    assert "想请教：请看看吸附剂容量为什么半年就掉。" in text_of(mail)


@pytest.mark.parametrize(
    "changes", [{"confirmed": False}, {"wants_mail": False}], ids=["not shown to be theirs", "turned off"]
)
def test_no_mail_goes_where_it_must_not(world: World, postbox: Postbox, changes: dict[str, bool]) -> None:
    need_id = a_submitted_need(world)
    has_mail(world, "格尔木赵静", CLERK, **changes)

    tell(world, f"need:{need_id}")

    assert deliveries(world) == []
    assert len(notices_of(world, "格尔木赵静")) == 1


def test_what_changed_while_the_mail_waited_counts(world: World, postbox: Postbox) -> None:
    need_id = a_submitted_need_with_mail(world)
    tell(world, f"need:{need_id}")
    has_mail(world, "格尔木赵静", CLERK, wants_mail=False)
    act(world, "格尔木赵静", need_id, "return", reason="unclear", note="请补充卤水成分")
    tell(world, f"need:{need_id}")
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, "格尔木赵静"), need_id, note="疑似涉密")

    for delivery in deliveries(world):
        deliver(world.services, None, delivery.id)

    assert postbox.mails == []
    assert states(world) == [(DeliveryState.DROPPED, 1, "")] * 2


def test_people_who_left_get_no_mail(world: World, postbox: Postbox) -> None:
    need_id = a_submitted_need_with_mail(world)
    tell(world, f"need:{need_id}")
    with world.services.database.writing() as session:
        session.get_one(User, world.people["格尔木赵静"]).is_active = False

    deliver(world.services, None, deliveries(world)[0].id)

    assert postbox.mails == []


def test_staff_are_mailed_what_calls_on_them_and_see_the_rest_in_the_app(
    world: World, worker: Worker, postbox: Postbox
) -> None:
    need_id = a_submitted_need_with_mail(world)
    worker.run_pending()
    act(world, "盐湖厂马工", need_id, "withdraw", note="不需要了")
    worker.run_pending()

    assert [notice.title for notice in notices_of(world, "格尔木赵静")][-1] == f"需求 {NUMBER}：撤回"
    assert (CLERK, f"需求 {NUMBER}：撤回") not in postbox.told()
    assert (CLERK, f"需求 {NUMBER}：提交审核") in postbox.told()


def test_a_server_that_says_not_now_is_asked_again(
    world: World, worker: Worker, postbox: Postbox, monday: datetime
) -> None:
    a_submitted_need_with_mail(world)
    postbox.answers = ["451 greylisted, try again later"] * 2
    worker.run_pending()
    assert (DeliveryState.WAITING, 1, "451 greylisted, try again later") in states(world)

    with stopped_at(monday + timedelta(minutes=1)):
        worker.run_pending()
    with stopped_at(monday + timedelta(minutes=2)):
        worker.run_pending()
    assert len(postbox.mails) == len(deliveries(world))
    assert (CLERK, f"需求 {NUMBER}：提交审核") in postbox.told()
    assert {state for state, _, _ in states(world)} == {DeliveryState.SENT}


def test_a_server_that_is_down_and_comes_up_again_loses_nothing(
    world: World, worker: Worker, port: int, monday: datetime
) -> None:
    tell(world, f"need:{a_submitted_need_with_mail(world)}")
    worker.run_pending()
    [(state, attempts, error), *_] = states(world)
    assert (state, attempts, "ConnectionRefusedError" in error) == (DeliveryState.WAITING, 1, True)

    postbox = Postbox()
    with open_at(postbox, port), stopped_at(monday + timedelta(minutes=1)):
        worker.run_pending()

    assert {state for state, _, _ in states(world)} == {DeliveryState.SENT}
    assert (CLERK, f"需求 {NUMBER}：提交审核") in postbox.told()


def test_after_the_last_attempt_it_is_given_up_with_the_reason(world: World, worker: Worker, monday: datetime) -> None:
    tell(world, f"need:{a_submitted_need_with_mail(world)}")
    moment = monday
    for pause in (0, *world.services.settings.delivery_retry_minutes):
        moment += timedelta(minutes=pause)
        with stopped_at(moment):
            worker.run_pending()

    assert moment - monday == timedelta(minutes=1 + 5 + 30 + 120 + 480 + 1440)
    assert {(state, attempts) for state, attempts, _ in states(world)} == {(DeliveryState.FAILED, 7)}
    with stopped_at(moment + timedelta(days=9)):
        worker.run_pending()
    assert deliveries(world)[0].attempts == 7


def test_an_address_that_nobody_has_is_not_tried_again(world: World, postbox: Postbox) -> None:
    need_id = a_submitted_need(world)
    has_mail(world, "格尔木赵静", "nobody@kx.example.cn")
    tell(world, f"need:{need_id}")

    deliver(world.services, None, deliveries(world)[0].id)

    assert states(world) == [(DeliveryState.FAILED, 1, "550 no such user")]


def test_without_a_mail_server_notices_stay_in_the_app(world: World, tmp_path: Path) -> None:
    settings = world.services.settings.model_copy(update={"mail": MailSettings()})
    silent = replace(world, services=replace(world.services, settings=settings))
    need_id = a_submitted_need_with_mail(silent)

    ranking_by_words(silent, tmp_path).run_pending()

    assert deliveries(silent) == []
    assert f"需求 {NUMBER}：提交审核" in [notice.title for notice in notices_of(silent, "格尔木赵静")]
    assert need_id


@contextmanager
def a_gateway(answers: list[int]) -> Iterator[tuple[str, list[Any]]]:
    """(its address, what it took); answers: the status of each, 200 when there are no more."""
    taken: list[Any] = []

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status = answers.pop(0) if answers else 200
            if status == 200:
                taken.append((self.headers["authorization"], body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send", taken
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_sms_goes_to_whose_turn_it_is_through_the_gateway_of_the_settings(world: World) -> None:
    need_id = a_submitted_need(world)
    with a_gateway([503]) as (url, taken):
        sms = SmsSettings(url=url, token=SecretStr("geheim"))
        settings = world.services.settings.model_copy(update={"sms": sms, "mail": MailSettings()})
        reached = replace(world, services=replace(world.services, settings=settings))
        with reached.services.database.writing() as session:
            clerk = session.get_one(User, world.people["格尔木赵静"])
            clerk.mobile, clerk.mobile_confirmed_at = check_phone("13897123456").phone, now()
        tell(reached, f"need:{need_id}")
        [delivery] = deliveries(reached)

        deliver(reached.services, sms_of(sms), delivery.id)
        assert states(reached) == [(DeliveryState.WAITING, 1, "HTTP 503")]
        deliver(reached.services, sms_of(sms), delivery.id)

    text = f"【科创揭榜台】需求 {NUMBER}：提交审核 https://kc.example.cn/needs/{need_id}"
    assert taken == [("Bearer geheim", {"mobile": "13897123456", "text": text})]
    assert states(reached) == [(DeliveryState.SENT, 2, "")]
    forget_notices(reached)

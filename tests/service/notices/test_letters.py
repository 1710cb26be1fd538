"""A letter holds what it was made of and nothing more, whatever people typed."""

from __future__ import annotations

from contextlib import suppress
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from service.channels import Undelivered
from service.channels.mail import Letter, compose
from service.models import NeedState
from service.settings import MailSettings
from service.usecases.notice_texts import SHORT_CHARS, TITLE_CHARS, Told, of_change, of_reminder, short
from service.workflow.needs import NEED

MAIL = MailSettings(host="127.0.0.1", sender="jiebang@kx.example.cn")
HEADERS = ["To", "From", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "MIME-Version"]
words = st.text(st.characters(codec="utf-8"), max_size=200)


@given(words, words)
def test_no_subject_adds_a_header_and_every_text_arrives_whole(subject: str, text: str) -> None:
    sent = compose(MAIL, Letter("notice.1", "ma@salt.example.cn", subject, text)).as_bytes()

    arrived = message_from_bytes(sent, policy=default)

    assert sorted(arrived.keys()) == sorted([*HEADERS, "Content-Transfer-Encoding"])
    assert str(arrived["To"]) == "ma@salt.example.cn"
    assert arrived["Message-ID"] == "<notice.1@kx.example.cn>"
    body = arrived.get_content()
    assert "".join(body.split()) == "".join(text.split())


@given(words)
def test_a_letter_goes_to_one_address_or_nowhere(address: str) -> None:
    with suppress(Undelivered):
        sent = compose(MAIL, Letter("notice.1", address, "标题", "内容"))
        assert len(sent["To"].addresses) == 1
        assert sorted(sent.keys()) == sorted([*HEADERS, "Content-Transfer-Encoding"])


@pytest.mark.parametrize("bad", ["ma@salt.example.cn\r\nBcc: all@example.cn", "a@b, c@d", "", "没有", "@", "a@"])
def test_an_address_that_hides_another_header_is_refused(bad: str) -> None:
    with pytest.raises(Undelivered):
        compose(MAIL, Letter("notice.1", bad, "标题", "内容"))


@given(words)
def test_titles_fit_whatever_things_are_called(name: str) -> None:
    told = Told(name, name, NEED.states[NeedState.SUBMITTED], None, is_reader=True)

    for made in (of_change(told, name, None, None), of_reminder(told, "提醒", "今天到期")):
        assert len(made.title) <= TITLE_CHARS
        assert len(short(made.title)) <= SHORT_CHARS


def test_a_mail_server_without_a_sender_stops_the_start() -> None:
    with pytest.raises(ValidationError, match="KC_MAIL_SENDER"):
        MailSettings(host="mail.example.cn")

"""A real SMTP server on a free port, which keeps what it takes and refuses what it is told to refuse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from socket import socket
from typing import Any

from aiosmtpd.controller import Controller

from service.settings import MailSettings


class Postbox:
    """mails: as they arrived. answers: what the next letters are answered with instead of being taken."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        if self.answers:
            return self.answers.pop(0)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, _: Any) -> str:  # noqa: N802
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def told(self) -> list[tuple[str, str]]:
        """(to whom, subject), in the order of arrival."""
        return [(str(mail["To"]), str(mail["Subject"])) for mail in self.mails]


@contextmanager
def open_at(postbox: Postbox, port: int) -> Iterator[None]:
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def a_free_port() -> int:
    with socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def mail_through(port: int) -> MailSettings:
    return MailSettings(host="127.0.0.1", port=port, sender="jiebang@kx.example.cn", security="none")


def text_of(mail: EmailMessage) -> str:
    body: str = mail.get_content()
    return body.replace("\r\n", "\n")

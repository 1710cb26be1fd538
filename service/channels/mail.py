"""Plain-text mail through the SMTP server of the settings."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from service.channels import Undelivered
from service.clock import beijing, now
from service.settings import MailSettings

SENDER_NAME = "科创揭榜台"


@dataclass(frozen=True)
class Letter:
    """id: stays the same when the letter is sent again, so that a repeat can be recognised by its Message-ID."""

    id: str
    to: str
    subject: str
    text: str


def send(mail: MailSettings, letter: Letter) -> None:
    """Returns once the server has taken it. Raises Undelivered."""
    message = compose(mail, letter)
    try:
        with _server(mail) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise Undelivered(_told(code, words), is_final=_is_final(code)) from None
    except smtplib.SMTPDataError as error:
        raise Undelivered(_told(error.smtp_code, error.smtp_error), is_final=_is_final(error.smtp_code)) from None
    except smtplib.SMTPResponseException as error:
        # The server as such refuses us, not this letter: somebody will set it right.
        raise Undelivered(_told(error.smtp_code, error.smtp_error)) from None
    except (OSError, smtplib.SMTPException) as error:
        raise Undelivered(f"{type(error).__name__}: {error}") from None


def compose(mail: MailSettings, letter: Letter) -> EmailMessage:
    """Raises Undelivered if the address is none."""
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = Address(addr_spec=letter.to)
    except (ValueError, IndexError, MessageError):
        raise Undelivered("邮箱地址不成立", is_final=True) from None
    message["From"] = Address(SENDER_NAME, addr_spec=mail.sender)
    # A subject with a line end in it would start a header of its own; the library refuses it, we need not fail.
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(beijing(now()))
    message["Message-ID"] = f"<{letter.id}@{_domain(mail)}>"
    # No out-of-office reply is to answer this.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, charset="utf-8", cte="base64")
    return message


@contextmanager
def _server(mail: MailSettings) -> Iterator[smtplib.SMTP]:
    # Our own name is given: to find it out could wait for a name server that is not there.
    name, timeout = _domain(mail), mail.timeout_seconds
    server: smtplib.SMTP
    if mail.security == "tls":
        context = ssl.create_default_context()
        server = smtplib.SMTP_SSL(mail.host, mail.port, local_hostname=name, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(mail.host, mail.port, local_hostname=name, timeout=timeout)
    with server:
        if mail.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if mail.user:
            server.login(mail.user, mail.password.get_secret_value())
        yield server


def _domain(mail: MailSettings) -> str:
    return mail.sender.rpartition("@")[2]


def _is_final(code: int) -> bool:
    return 500 <= code < 600


def _told(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"

"""Telling somebody something: a notice in the app, and a promise to send it where the person can be reached."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, select

from service.jobs import enqueue
from service.models import Announcement, Delivery, DeliveryChannel, Notice
from service.rules.consent_purposes import NOTICES_BY_SMS
from service.services import Services
from service.settings import Settings
from service.usecases.notice_texts import Words
from service.usecases.recipients import Recipient, address_of, wants


@dataclass(frozen=True)
class About:
    """What a notice is about. need_id: of the need it hangs on. path: of the page, relative."""

    kind: str
    id: str
    path: str
    need_id: str | None = None


def is_new(session: Session, key: str) -> bool:
    """Whether this is told for the first time; from now on it is not.

    Two at once cannot both tell it: the second finds the key taken when it writes, and is done again later.
    """
    if session.exec(select(Announcement.id).where(Announcement.key == key)).first():
        return False
    session.add(Announcement(key=key))
    session.flush()
    return True


def tell(
    session: Session,
    services: Services,
    recipient: Recipient,
    key: str,
    about: About,
    words: Words,
    *,
    calls: bool = False,
    outside: bool = True,
) -> None:
    """Once for each key. calls: it is this person's turn. outside: also by mail, and by SMS if it calls."""
    told = select(Notice.id).where(
        Notice.recipient_kind == recipient.kind, Notice.recipient_id == recipient.id, Notice.key == key
    )
    if session.exec(told).first():
        return
    notice = Notice(
        recipient_kind=recipient.kind,
        recipient_id=recipient.id,
        key=key,
        subject_kind=about.kind,
        subject_id=about.id,
        need_id=about.need_id,
        title=words.title,
        text=words.text,
        path=about.path,
        calls=calls,
    )
    session.add(notice)
    session.flush()
    for channel in _channels(session, services.settings, recipient, calls=calls) if outside else ():
        delivery = Delivery(notice_id=notice.id, channel=channel)
        session.add(delivery)
        enqueue(session, "notice.deliver", key=f"delivery:{delivery.id}")
    session.flush()


def _channels(session: Session, settings: Settings, recipient: Recipient, *, calls: bool) -> list[DeliveryChannel]:
    address = address_of(session, recipient)
    by_mail = settings.mail.host and address.mail
    by_sms = settings.sms.url and address.mobile and calls and wants(session, recipient, NOTICES_BY_SMS)
    return [DeliveryChannel.MAIL] * bool(by_mail) + [DeliveryChannel.SMS] * bool(by_sms)

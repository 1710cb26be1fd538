"""Sending notices by mail and SMS, outside any transaction: at least once, and recognisable if twice.

A failure is recorded together with the promise of the next attempt; after the last one it stays, for administrators.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from service.channels import Undelivered
from service.channels.mail import Letter
from service.channels.mail import send as send_mail
from service.channels.sms import Sms
from service.clock import now
from service.jobs import enqueue
from service.models import Delivery, DeliveryChannel, DeliveryState, Need, Notice
from service.rules.characters import showable
from service.rules.consent_purposes import NOTICES_BY_SMS
from service.services import Services
from service.usecases.notices import link, recipient_of, short_text
from service.usecases.recipients import Address, address_of, wants

_ERROR_CHARS = 500


def deliver(services: Services, sms: Sms | None, delivery_id: str) -> None:
    """Does nothing if it was sent, dropped or given up, or its reader was erased."""
    with services.database.reading() as session:
        delivery = session.get(Delivery, delivery_id)
        if delivery is None or delivery.state is not DeliveryState.WAITING:
            return
        notice = session.get_one(Notice, delivery.notice_id)
        to = _address(session, notice)
        wants_sms = wants(session, recipient_of(notice), NOTICES_BY_SMS)
        letter = _letter(session, services, notice, to)
        text = short_text(session, services, notice)
    try:
        if delivery.channel is DeliveryChannel.MAIL and to.mail and services.settings.mail.host:
            send_mail(services.settings.mail, letter)
        elif delivery.channel is DeliveryChannel.SMS and to.mobile and wants_sms and sms is not None:
            sms.send(to.mobile, text)
        else:
            _settle(services, delivery, DeliveryState.DROPPED)
            return
    except Undelivered as error:
        _failed(services, delivery, error)
    else:
        _settle(services, delivery, DeliveryState.SENT)


def _address(session: Session, notice: Notice) -> Address:
    """As it is now; none once the case is sealed."""
    need = session.get_one(Need, notice.need_id) if notice.need_id else None
    if need is not None and need.sealed_at is not None:
        return Address("")
    return address_of(session, recipient_of(notice))


def _letter(session: Session, services: Services, notice: Notice, to: Address) -> Letter:
    lines = [
        f"{to.name}，您好：",
        "",
        notice.title,
        "",
        *([notice.text, ""] if notice.text else []),
        f"查看和办理：{link(session, services, notice)}",
        "",
        "这封邮件由平台自动发出，请不要直接回复。有账号的，可以在“我的账号”里关闭邮件通知。",
    ]
    return Letter(f"notice.{notice.id}", to.mail, notice.title, "\n".join(lines))


def _settle(services: Services, delivery: Delivery, state: DeliveryState) -> None:
    sent_at = now() if state is DeliveryState.SENT else None
    with services.database.writing() as session:
        _change(session, delivery, state=state, attempts=delivery.attempts + 1, error="", sent_at=sent_at)


def _failed(services: Services, delivery: Delivery, error: Undelivered) -> None:
    pauses = services.settings.delivery_retry_minutes
    gives_up = error.is_final or delivery.attempts >= len(pauses)
    state = DeliveryState.FAILED if gives_up else DeliveryState.WAITING
    reason = showable(error.reason)[:_ERROR_CHARS]
    with services.database.writing() as session:
        _change(session, delivery, state=state, attempts=delivery.attempts + 1, error=reason)
        if not gives_up:
            again = now() + timedelta(minutes=pauses[delivery.attempts])
            enqueue(session, "notice.deliver", key=f"delivery:{delivery.id}", run_after=again)


def _change(session: Session, delivery: Delivery, **values: object) -> None:
    """Only from WAITING: should it have been sent twice, the first account of it stays."""
    waiting = (col(Delivery.id) == delivery.id) & (col(Delivery.state) == DeliveryState.WAITING)
    session.exec(update(Delivery).where(waiting).values(**values))

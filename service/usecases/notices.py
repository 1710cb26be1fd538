"""Notices as their readers find them, as staff hand them on, and as administrators see what could not be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from service.actors import Actor
from service.case_facts import NoticeCase
from service.clock import now
from service.models import (
    ConsentChannel,
    Delivery,
    DeliveryState,
    LinkPurpose,
    Need,
    Notice,
    ReadEntry,
    RecipientKind,
    User,
)
from service.permissions import require
from service.rules.consent_purposes import NOTICES_BY_MAIL
from service.services import Services
from service.usecases.consent_log import keep
from service.usecases.lookup import existing, together
from service.usecases.needs import find as find_need
from service.usecases.notice_texts import short
from service.usecases.paging import Orders, by, count_of, in_order, page_of_rows
from service.usecases.recipients import Address, Recipient, address_of, people
from service.usecases.signed_links import address, link_to
from service.visibility import own_notices

ORDERS: Orders = {
    "unread": by("未读", col(Notice.read_at).is_(None), col(Notice.created_at), col(Notice.id), newest_first=True),
    "created": by("时间", col(Notice.created_at), col(Notice.id), newest_first=True),
}
_LINKED = {"invitation": LinkPurpose.INVITATION, "consultation": LinkPurpose.CONSULTATION}


@dataclass(frozen=True)
class Way:
    """A notice with how it goes outside the app. deliveries: none if it stays inside."""

    notice: Notice
    recipient: Address
    deliveries: list[Delivery]


def page_of(
    session: Session, actor: Actor, *, is_unread: bool = False, sort: str = "", page: int
) -> tuple[list[Notice], int]:
    """(notices of this page, how many in all). is_unread: only those."""
    require(actor, "notice.list")
    wanted = own_notices(actor)
    if is_unread:
        wanted = wanted.where(col(Notice.read_at).is_(None))
    return page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)


def unread(session: Session, actor: Actor) -> int:
    require(actor, "notice.list")
    wanted = own_notices(actor).where(col(Notice.read_at).is_(None))
    return count_of(session, wanted)


def find(session: Session, actor: Actor, notice_id: str, policy: str = "notice.read") -> Notice:
    notice = existing(session, actor, Notice, notice_id)
    need = session.get_one(Need, notice.need_id) if notice.need_id else None
    require(actor, policy, NoticeCase(notice, need))
    return notice


def mark_read(session: Session, actor: Actor, notice_id: str) -> None:
    _mark(session, [find(session, actor, notice_id).id])


def mark_all_read(session: Session, actor: Actor) -> None:
    require(actor, "notice.list")
    _mark(session, [notice.id for notice in session.exec(own_notices(actor).where(col(Notice.read_at).is_(None)))])


def want_mail(session: Session, actor: Actor, *, wants_mail: bool) -> User:
    """Notices by mail, on or off. What somebody asks for in that moment, such as a new password, is mailed anyway."""
    require(actor, "account.own")
    user = session.get_one(User, actor.user_id)
    if user.wants_mail is not wants_mail:
        keep(session, user, NOTICES_BY_MAIL, given=wants_mail, channel=ConsentChannel.WEB, by=user.id)
    session.flush()
    return user


def of_need(session: Session, actor: Actor, need_id: str, *, page: int) -> tuple[list[Way], int]:
    """Who was told what in this case, the newest first: for its staff, who call where nothing arrives."""
    need = find_need(session, actor, need_id, "notice.follow")
    wanted = select(Notice).where(Notice.need_id == need.id)
    found, total = page_of_rows(session, wanted, col(Notice.created_at).desc(), col(Notice.id), page=page)
    ids = sorted(notice.id for notice in found)
    sent: dict[str, list[Delivery]] = {each: [] for each in ids}
    for delivery in session.exec(select(Delivery).where(col(Delivery.notice_id).in_(ids)).order_by(Delivery.channel)):
        sent[delivery.notice_id].append(delivery)
    return _ways(session, [(notice, sent[notice.id]) for notice in found]), total


def hand_out(session: Session, services: Services, actor: Actor, notice_id: str) -> str:
    """Text to copy into SMS or 微信. It may hold the reader's own link, so it is on record who took it out."""
    notice = find(session, actor, notice_id, "notice.hand_out")
    session.add(ReadEntry(reader_id=actor.user_id or "", subject_kind="notice", subject_id=notice.id, what="text link"))
    return short_text(session, services, notice)


def short_text(session: Session, services: Services, notice: Notice) -> str:
    return f"{short(notice.title)} {link(session, services, notice)}"


def link(session: Session, services: Services, notice: Notice) -> str:
    """Where the reader goes on: by their own signed link if there is one that works, else by the page, signed in."""
    purpose = _LINKED.get(notice.subject_kind)
    is_for_expert = notice.recipient_kind is RecipientKind.EXPERT
    signed = link_to(session, purpose, notice.subject_id, notice.recipient_id) if purpose and is_for_expert else None
    if signed is not None and signed.expires_at > now():
        return address(services, signed)
    return f"{services.settings.public_url.rstrip('/')}{notice.path}"


def undelivered(session: Session, actor: Actor, *, page: int) -> tuple[list[Way], int]:
    """What could not be sent although tried again and again, the newest first."""
    require(actor, "notice.undelivered")
    wanted = select(Delivery).where(Delivery.state == DeliveryState.FAILED)
    found, total = page_of_rows(session, wanted, col(Delivery.created_at).desc(), col(Delivery.id), page=page)
    _held = together(session, (delivery.notice_id for delivery in found), Notice)
    failed = [(session.get_one(Notice, delivery.notice_id), [delivery]) for delivery in found]
    return _ways(session, failed), total


def recipient_of(notice: Notice) -> Recipient:
    return Recipient(notice.recipient_kind, notice.recipient_id)


def _ways(session: Session, found: Sequence[tuple[Notice, list[Delivery]]]) -> list[Way]:
    _held = people(session, [recipient_of(notice) for notice, _ in found])
    return [Way(notice, address_of(session, recipient_of(notice)), deliveries) for notice, deliveries in found]


def _mark(session: Session, ids: list[str]) -> None:
    """Without the version: reading in two windows at once is no conflict."""
    unread_ones = col(Notice.id).in_(ids) & col(Notice.read_at).is_(None)
    session.exec(update(Notice).where(unread_ones).values(read_at=now()))

"""Whether somebody really asked for what was entered for them: they say so by a link, or are called back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.clock import beijing, now
from service.errors import Conflict, Gone, Invalid, NotFound
from service.field_visibility import has_part
from service.jobs import enqueue
from service.models import LinkPurpose, Need, ProxyCheck, ProxyEntry, Row, User
from service.permissions import require
from service.schemas.common import Channel
from service.schemas.invitations import HandOutOut
from service.schemas.proxy_checks import CallBackInput, ProxyAnswerInput, ProxyEntryOut
from service.services import Services
from service.usecases.concerned import KINDS
from service.usecases.histories import ACTS_BESIDE
from service.usecases.lookup import existing, together
from service.usecases.paging import Orders, by, in_order, page_of_rows
from service.usecases.qr_codes import qr_svg
from service.usecases.secrecy import refuse_secrets
from service.visibility import visible_proxy_entries

CHANNELS = {
    Channel.PHONE: "电话",
    Channel.WECHAT: "微信",
    Channel.PAPER: "纸面",
    Channel.IN_PERSON: "当面",
}
# Things without a lifecycle, and acts that are no step of one.
_THINGS = {
    "organization": "单位",
    "membership": "单位的人员",
    "attachment": "附件",
    "follow_up": "回访",
}
_ACTS = {"create": "登记", "answer": "答复", "choose": "选择", "register": "登记", "verify": "核验", "offer": "自荐"}


_ENTERED_BY = select(User.name).where(col(User.id) == col(ProxyEntry.entered_by_id)).scalar_subquery()
ORDERS: Orders = {
    "created": by("代办", col(ProxyEntry.created_at), col(ProxyEntry.id), newest_first=True),
    "asked": by("委托", col(ProxyEntry.asked_at), col(ProxyEntry.id), newest_first=True),
    "asked_by": by("委托人", col(ProxyEntry.asked_by), col(ProxyEntry.id)),
}


def page_of(
    session: Session, actor: Actor, *, is_open: bool, search: str = "", sort: str = "", page: int
) -> tuple[list[ProxyEntryOut], int]:
    """(entries of this page, how many in all). is_open: only those nobody has checked; search: a part of the
    name of who asked for it or entered it."""
    require(actor, "proxy.list")
    wanted = visible_proxy_entries(actor)
    if is_open:
        wanted = wanted.where(col(ProxyEntry.confirmed_at).is_(None), col(ProxyEntry.denied_at).is_(None))
    wanted = wanted.where(has_part(search, col(ProxyEntry.asked_by), _ENTERED_BY))
    found, total = page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)
    return shown(session, found), total


def find(session: Session, actor: Actor, entry_id: str) -> ProxyEntry:
    """Raises NotFound, also while its need is sealed."""
    entry = existing(session, actor, ProxyEntry, entry_id)
    require(actor, "proxy.check", entry)
    _refuse_sealed(session, entry)
    return entry


def shown(session: Session, entries: Sequence[ProxyEntry]) -> list[ProxyEntryOut]:
    ids = [each_id for entry in entries for each_id in (entry.entered_by_id, entry.checked_by_id, entry.subject_id)]
    tables = {kind.table for entry in entries if (kind := KINDS.get(entry.subject_kind))}
    _held = together(session, ids, User, *sorted(tables, key=lambda table: table.__name__))
    return [
        ProxyEntryOut(
            id=each.id,
            what=_what(session, each),
            need_id=each.need_id,
            asked_by=each.asked_by,
            channel=CHANNELS[Channel(each.channel)],
            asked_at=each.asked_at,
            entered_by=session.get_one(User, each.entered_by_id).name,
            entered_at=each.created_at,
            confirmed_at=each.confirmed_at,
            denied_at=each.denied_at,
            checked_how=each.checked_how,
            checked_by=session.get_one(User, each.checked_by_id).name if each.checked_by_id else None,
            note=each.note,
        )
        for each in entries
    ]


def hand_out(session: Session, services: Services, actor: Actor, entry_id: str) -> HandOutOut:
    """What is sent to whoever asked: text, link and QR code. Raises Conflict once it is checked."""
    entry = find(session, actor, entry_id)
    _refuse_checked(entry)
    token = services.links.token(entry.id, LinkPurpose.PROXY)
    link = f"{services.settings.public_url.rstrip('/')}/r/{LinkPurpose.PROXY}/{token}"
    day = beijing(entry.asked_at)
    text = (
        f"{entry.asked_by}：科协按您{day.month}月{day.day}日的委托（{CHANNELS[Channel(entry.channel)]}）"
        f"代您办理了“{_what(session, entry)}”。请点开确认，不用登录：{link} 如不是您委托的，也请点开说明。"
    )
    return HandOutOut(text=text, link=link, qr_svg=qr_svg(link, "确认委托"), expires_at=_expires(services, entry))


def call_back(session: Session, services: Services, actor: Actor, entry_id: str, given: CallBackInput) -> ProxyEntry:
    """The mark that somebody was called back and what they said. Raises Conflict once it is checked."""
    refuse_secrets({"说明": given.note}, services.settings.secrecy_officer)
    entry = find(session, actor, entry_id)
    if not given.agreed and not given.note:
        raise Invalid("本人说没有委托过的，请写明情况。", field="note")
    _check(session, entry, agreed=given.agreed, note=given.note, how=ProxyCheck.CALL_BACK, by=actor.user_id)
    return entry


def by_link(session: Session, services: Services, token: str) -> ProxyEntry:
    """What the link is about. Raises NotFound for one that is none, Gone for one that is over."""
    entry_id = services.links.link_id(token, LinkPurpose.PROXY)
    entry = session.get(ProxyEntry, entry_id) if entry_id else None
    if entry is None:
        raise NotFound("这个链接不完整或者已经作废。请回到短信里重新点开，或者打电话给替您办理的工作人员。")
    _refuse_sealed(session, entry)
    if _expires(services, entry) < now():
        raise Gone("这个链接已经过了有效期。请打电话给替您办理的工作人员，当面或电话确认。")
    return entry


def answer_by_link(session: Session, services: Services, token: str, given: ProxyAnswerInput) -> ProxyEntry:
    """Once. Raises Conflict if it is answered."""
    refuse_secrets({"说明": given.note}, services.settings.secrecy_officer)
    entry = by_link(session, services, token)
    _check(session, entry, agreed=given.agreed, note=given.note, how=ProxyCheck.LINK, by=None)
    return entry


def _check(session: Session, entry: ProxyEntry, *, agreed: bool, note: str, how: ProxyCheck, by: str | None) -> None:
    _refuse_checked(entry)
    if agreed:
        entry.confirmed_at = now()
    else:
        entry.denied_at = now()
        enqueue(session, "notify", key=f"proxy_entry:{entry.id}")
    entry.checked_how, entry.checked_by_id, entry.note = how, by, note
    session.add(entry)
    act = "proxy.confirm" if agreed else "proxy.deny"
    audit.record(session, actor_id=by, act=act, subject_kind="proxy_entry", subject_id=entry.id, content=note)


def _refuse_checked(entry: ProxyEntry) -> None:
    if entry.confirmed_at or entry.denied_at:
        raise Conflict("这件事已经确认过了，不用再确认。")


def _refuse_sealed(session: Session, entry: ProxyEntry) -> None:
    if entry.need_id and session.get_one(Need, entry.need_id).sealed_at is not None:
        raise NotFound()


def _expires(services: Services, entry: ProxyEntry) -> datetime:
    return entry.created_at + timedelta(days=services.settings.confirm_proxy_days)


def _what(session: Session, entry: ProxyEntry) -> str:
    """For example “需求 XQ-2026-63-00001：提交审核”."""
    kind = KINDS.get(entry.subject_kind)
    thing = kind.lifecycle.label if kind else _THINGS.get(entry.subject_kind, "")
    steps = {each.action: each.label for each in kind.lifecycle.transitions} if kind else {}
    act = steps.get(entry.act) or ACTS_BESIDE.get(entry.act) or _ACTS.get(entry.act, "办理")
    subject: Row | None = session.get(kind.table, entry.subject_id) if kind else None
    number = getattr(subject, "number", None) or ""
    return f"{thing} {number}：{act}" if number else f"{thing}：{act}"

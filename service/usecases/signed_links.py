"""Links with which an expert answers without an account."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from service.actors import Actor, actor_by_link
from service.clock import now
from service.errors import Gone, NotFound
from service.models import Consultation, Invitation, LinkPurpose, SignedLink
from service.services import Services

# What a link lets its holder do, by what it is for; the policies and facts decide about the one subject.
SCOPES = {
    LinkPurpose.INVITATION: frozenset(
        {"invitation.view", "invitation.act", "call.ask", "need.view", "attachment.open"}
    ),
    LinkPurpose.CONSULTATION: frozenset(
        {
            "consultation.view",
            "consultation.act",
            "consultation.commit",
            "consultation.contact",
            "consultation.members",
            "consultation.serve",
            "call.ask",
            "need.view",
            "attachment.open",
            "attachment.change",
        }
    ),
}


def give_link(
    session: Session, purpose: LinkPurpose, subject_id: str, expert_id: str, *, expires_at: datetime
) -> SignedLink:
    link = SignedLink(purpose=purpose, subject_id=subject_id, expert_id=expert_id, expires_at=expires_at)
    session.add(link)
    session.flush()
    return link


def link_to(session: Session, purpose: LinkPurpose, subject_id: str, expert_id: str | None = None) -> SignedLink | None:
    """The newest that has not been taken back, of this expert or of anybody."""
    wanted = select(SignedLink).where(
        SignedLink.purpose == purpose, SignedLink.subject_id == subject_id, col(SignedLink.revoked_at).is_(None)
    )
    if expert_id is not None:
        wanted = wanted.where(SignedLink.expert_id == expert_id)
    return session.exec(wanted.order_by(col(SignedLink.created_at).desc()).limit(1)).first()


def address(services: Services, link: SignedLink) -> str:
    """What goes into a message or a QR code."""
    token = services.links.token(link.id, link.purpose)
    return f"{services.settings.public_url.rstrip('/')}/r/{link.purpose}/{token}"


def revoke_links(session: Session, purpose: LinkPurpose, subject_id: str, expert_id: str | None = None) -> None:
    """Of this expert, or all."""
    for link in _live(session, purpose, subject_id):
        if expert_id not in (None, link.expert_id):
            continue
        link.revoked_at = now()
        session.add(link)


def shorten_links(session: Session, purpose: LinkPurpose, subject_id: str, *, expires_at: datetime) -> None:
    for link in _live(session, purpose, subject_id):
        link.expires_at = min(link.expires_at, expires_at)
        session.add(link)


def _live(session: Session, purpose: LinkPurpose, subject_id: str) -> list[SignedLink]:
    wanted = select(SignedLink).where(SignedLink.subject_id == subject_id, SignedLink.purpose == purpose)
    return list(session.exec(wanted.where(col(SignedLink.revoked_at).is_(None))))


def actor_by_address(services: Services, path: str) -> Actor:
    """The expert who came by a link. path: “purpose/token”, the end of what `address` gives out.

    Raises NotFound for a link that is none, Gone for one that is over.
    """
    purpose, _, token = path.partition("/")
    link_id = services.links.link_id(token, purpose) if purpose in SCOPES else None
    with services.database.reading() as session:
        link = session.get(SignedLink, link_id) if link_id else None
        if link is None:
            raise NotFound("这个链接不完整或者已经作废。请回到短信或邮件里重新点开，或者打电话给邀约上的联系人。")
        if link.revoked_at is not None or link.expires_at < now():
            raise Gone("这个链接已经过了有效期，没有办理。请打电话给邀约上的联系人，请他代您登记或重新发链接。")
        about = f"{link.purpose}:{link.subject_id}"
        return actor_by_link(session, link.expert_id, about, _need_of(session, link), SCOPES[link.purpose])


def _need_of(session: Session, link: SignedLink) -> str:
    if link.purpose is LinkPurpose.INVITATION:
        return session.get_one(Invitation, link.subject_id).need_id
    return session.get_one(Consultation, link.subject_id).need_id

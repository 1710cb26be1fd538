"""Groups of people that something may concern: staff of a place, an organisation's people, who answers for a party."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session, col, or_, select

from service.actors import HANDLING
from service.clock import today
from service.models import (
    Absence,
    Association,
    Expert,
    HolderKind,
    Membership,
    Organization,
    Post,
    PostRole,
    Team,
    User,
)
from service.usecases.recipients import Recipient

Posts = list[tuple[str, str, PostRole]]


def clerks(session: Session, path: str, besides: Collection[str] = ()) -> list[Recipient]:
    """Of the 科协 at this path, or the nearest above that has staff; where there are no clerks, whoever leads it.

    besides: user ids that do not count.
    """
    found = _nearest(_posts(session, path, HANDLING), besides)
    at_work = [user_id for user_id, role in found if role is PostRole.CLERK]
    return _users(at_work or [user_id for user_id, _ in found])


def handlers(session: Session, path: str, besides: Collection[str] = ()) -> list[Recipient]:
    """As above, clerks and who leads alike."""
    return _users([user_id for user_id, _ in _nearest(_posts(session, path, HANDLING), besides)])


def leads(session: Session, path: str, besides: Collection[str] = ()) -> list[Recipient]:
    """Who leads the 科协 at this path, or the nearest above that has somebody."""
    return _users([user_id for user_id, _ in _nearest(_posts(session, path, (PostRole.LEAD,)), besides)])


def officers(session: Session, path: str) -> list[Recipient]:
    """Everybody who guards secrets at this place in the tree or above."""
    return _users([user_id for user_id, _, _ in _posts(session, path, (PostRole.SECRECY_OFFICER,))])


def administrators(session: Session) -> list[Recipient]:
    wanted = select(User.id).where(col(User.is_administrator), col(User.is_active)).order_by(User.id)
    return _users(list(session.exec(wanted)))


def members(session: Session, organization_id: str) -> list[Recipient]:
    wanted = (
        select(Membership.user_id)
        .join(User, col(User.id) == col(Membership.user_id))
        .where(Membership.organization_id == organization_id, col(Membership.ended_at).is_(None), col(User.is_active))
        .order_by(Membership.user_id)
    )
    return _users(list(session.exec(wanted)))


def active(session: Session, user_id: str) -> list[Recipient]:
    """The person, unless they left."""
    user = session.get(User, user_id)
    return [Recipient.user(user.id)] if user is not None and user.is_active else []


def standing_in(session: Session, user_id: str) -> list[Recipient]:
    """请假代办: who does this person's work today."""
    day = today()
    wanted = select(Absence.deputy_id).where(
        Absence.user_id == user_id, col(Absence.since) <= day, col(Absence.until) >= day
    )
    return [each for deputy_id in session.exec(wanted).all() for each in active(session, deputy_id)]


def behind(session: Session, kind: str, party_id: str) -> list[Recipient]:
    """The people who answer for an expert, team, society, 科协 or 技术经理人 (HolderKind); nobody for OUTSIDE."""
    if kind == HolderKind.EXPERT:
        return [Recipient.expert(party_id)]
    if kind == HolderKind.TEAM:
        return [Recipient.expert(session.get_one(Team, party_id).leader_id)]
    if kind == HolderKind.SOCIETY:
        return members(session, party_id)
    if kind == HolderKind.ASSOCIATION:
        return clerks(session, session.get_one(Association, party_id).path)
    return active(session, party_id) if kind == HolderKind.TECH_MANAGER else []


def party_name(session: Session, kind: str, party_id: str) -> str:
    """For those who may know it; "" for OUTSIDE."""
    if kind == HolderKind.EXPERT:
        return session.get_one(Expert, party_id).name
    if kind == HolderKind.TEAM:
        return session.get_one(Team, party_id).name
    if kind == HolderKind.SOCIETY:
        return session.get_one(Organization, party_id).name
    if kind == HolderKind.ASSOCIATION:
        return session.get_one(Association, party_id).name
    return session.get_one(User, party_id).name if kind == HolderKind.TECH_MANAGER else ""


def _users(ids: Collection[str]) -> list[Recipient]:
    return [Recipient.user(user_id) for user_id in dict.fromkeys(ids)]


def _nearest(posts: Posts, besides: Collection[str]) -> list[tuple[str, PostRole]]:
    """Those at the lowest place of all."""
    counted = [(user_id, path, role) for user_id, path, role in posts if user_id not in besides]
    lowest = max((path for _, path, _ in counted), key=len, default="")
    return [(user_id, role) for user_id, path, role in counted if path == lowest]


def _posts(session: Session, path: str, roles: tuple[PostRole, ...]) -> Posts:
    """(user id, path, role) of who holds such a post today, at this place in the tree or above."""
    day = today()
    ids = path.rstrip("/").split("/")
    above = ["/".join(ids[: depth + 1]) + "/" for depth in range(len(ids))]
    wanted = (
        select(Post.user_id, Association.path, Post.role)
        .join(Association, col(Association.id) == col(Post.association_id))
        .join(User, col(User.id) == col(Post.user_id))
        .where(col(Association.path).in_(above), col(Post.role).in_(roles), col(User.is_active))
        .where(col(Post.since) <= day, or_(col(Post.until).is_(None), col(Post.until) >= day))
        .order_by(Post.user_id)
    )
    return [(user_id, at, PostRole(role)) for user_id, at, role in session.exec(wanted)]

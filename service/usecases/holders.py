"""Who serves: their name, and how to reach them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from service.actors import HANDLING
from service.clock import today
from service.models import (
    Association,
    Consultation,
    Expert,
    HolderKind,
    Invitation,
    Membership,
    MembershipRole,
    Need,
    Organization,
    Post,
    Referral,
    Side,
    Team,
    User,
)
from service.schemas.consultation_views import ContactPersonOut, PartyOut
from service.usecases.lookup import together
from service.usecases.named import by_name


@dataclass(frozen=True)
class Contact:
    """Whose contact data it is, by kind (user, expert) and id; both "" for whom an invitation only names."""

    kind: str
    id: str
    shown: ContactPersonOut


def party(session: Session, consultation: Consultation, kind: HolderKind, holder_id: str) -> PartyOut:
    name, organization = _named(session, consultation, kind, holder_id)
    return PartyOut(kind=kind, id=holder_id, name=name, organization=organization)


def parties(session: Session, rows: Sequence[Consultation]) -> dict[str, PartyOut]:
    """Who serves, by consultation, in as many queries for one as for many."""
    _held = together(session, (row.holder_id for row in rows), Expert, Team, Organization, Association, User)
    return {row.id: party(session, row, row.holder_kind, row.holder_id) for row in rows}


def holders_contacts(session: Session, consultation: Consultation) -> list[Contact]:
    """The expert or leader, or the people of the organisation that serves; empty for a society outside the platform."""
    kind, holder_id = consultation.holder_kind, consultation.holder_id
    if kind in (HolderKind.EXPERT, HolderKind.TEAM):
        expert_id = holder_id if kind is HolderKind.EXPERT else session.get_one(Team, holder_id).leader_id
        expert = session.get_one(Expert, expert_id)
        shown = ContactPersonOut(
            side=Side.HOLDER,
            name=expert.name,
            organization=expert.organization_name,
            mobile=expert.mobile,
            mail=expert.mail,
        )
        return [Contact("expert", expert.id, shown)]
    users, name = [], _named(session, consultation, kind, holder_id)[0]
    if kind is HolderKind.SOCIETY:
        users = _managers(session, holder_id)
    elif kind is HolderKind.ASSOCIATION:
        users = _staff(session, holder_id)
    elif kind is HolderKind.TECH_MANAGER:
        users = [session.get_one(User, holder_id)]
    return _people(Side.HOLDER, users, name)


def owners_contacts(session: Session, consultation: Consultation, need: Need) -> list[Contact]:
    """Who wrote the need if still there, else those who manage the organisation, else whom the invitation names."""
    organization = session.get_one(Organization, need.organization_id)
    author = select(User).join(Membership, col(Membership.user_id) == col(User.id))
    author = author.where(
        Membership.organization_id == organization.id,
        Membership.user_id == need.created_by_id,
        col(Membership.ended_at).is_(None),
    )
    users = list(session.exec(author)) or _managers(session, organization.id)
    if users or not consultation.invitation_id:
        return _people(Side.OWNER, users, organization.name)
    invitation = session.get_one(Invitation, consultation.invitation_id)
    shown = ContactPersonOut(
        side=Side.OWNER,
        name=invitation.contact_name,
        organization=organization.name,
        mobile=invitation.contact_phone,
        mail="",
    )
    return [Contact("", "", shown)]


def _named(session: Session, consultation: Consultation, kind: HolderKind, holder_id: str) -> tuple[str, str]:
    """(name, where an expert works)."""
    if kind is HolderKind.EXPERT:
        expert = session.get_one(Expert, holder_id)
        return expert.name, expert.organization_name
    if kind is HolderKind.TEAM:
        return session.get_one(Team, holder_id).name, ""
    if kind is HolderKind.SOCIETY:
        return session.get_one(Organization, holder_id).name, ""
    if kind is HolderKind.ASSOCIATION:
        return session.get_one(Association, holder_id).name, ""
    if kind is HolderKind.TECH_MANAGER:
        return session.get_one(User, holder_id).name, ""
    return session.get_one(Referral, consultation.referral_id).outside_name, ""


def _managers(session: Session, organization_id: str) -> list[User]:
    wanted = select(User).join(Membership, col(Membership.user_id) == col(User.id))
    wanted = wanted.where(
        Membership.organization_id == organization_id,
        Membership.role == MembershipRole.MANAGER,
        col(Membership.ended_at).is_(None),
    )
    return list(session.exec(wanted.order_by(*by_name(User))))


def _staff(session: Session, association_id: str) -> list[User]:
    day = today()
    wanted = select(User, Post).join(Post, col(Post.user_id) == col(User.id))
    wanted = wanted.where(Post.association_id == association_id, col(Post.role).in_(HANDLING), col(Post.since) <= day)
    found = session.exec(wanted.order_by(*by_name(User)))
    return [user for user, post in found if post.until is None or post.until >= day]


def _people(side: Side, users: Iterable[User], organization: str) -> list[Contact]:
    found = []
    for user in users:
        mobile, mail = user.mobile or "", user.mail or ""
        shown = ContactPersonOut(side=side, name=user.name, organization=organization, mobile=mobile, mail=mail)
        found.append(Contact("user", user.id, shown))
    return found

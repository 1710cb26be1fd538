"""Whom a need can be given to: 学会, 服务团, 科协, 技术经理人 or somebody outside the province."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, select

from service.actors import actor_of
from service.clock import today
from service.models import (
    Association,
    HolderKind,
    Need,
    Organization,
    OrganizationKind,
    OrganizationState,
    PartyKind,
    PostRole,
    Referral,
    Team,
    User,
)
from service.rules.plain_text import identity_key
from service.usecases.brokers import broker_for
from service.usecases.eligibility import obstacle
from service.verdict import RULES


@dataclass(frozen=True)
class Receiver:
    """outside_name: of OUTSIDE only, which has no id."""

    kind: HolderKind
    id: str = ""
    outside_name: str = ""

    def is_same_as(self, other: Receiver) -> bool:
        names = identity_key(self.outside_name), identity_key(other.outside_name)
        return (self.kind, self.id) == (other.kind, other.id) and names[0] == names[1]


def receiver_of(referral: Referral) -> Receiver:
    return Receiver(referral.receiver_kind, referral.receiver_id, referral.outside_name)


def name_of(session: Session, receiver: Receiver) -> str:
    if receiver.kind is HolderKind.OUTSIDE:
        return receiver.outside_name
    if receiver.kind is HolderKind.TEAM:
        return session.get_one(Team, receiver.id).name
    if receiver.kind is HolderKind.ASSOCIATION:
        return session.get_one(Association, receiver.id).name
    if receiver.kind is HolderKind.TECH_MANAGER:
        return session.get_one(User, receiver.id).name
    return session.get_one(Organization, receiver.id).name


def referrals_of(session: Session, need: Need) -> list[Referral]:
    """Of this round, oldest first."""
    wanted = select(Referral).where(Referral.need_id == need.id, Referral.round == need.round)
    return list(session.exec(wanted.order_by(Referral.number)))


def unfit(session: Session, need: Need, receiver: Receiver) -> str | None:
    """Why this need cannot be given to this receiver, in words for who tried; None if it can."""
    if receiver.kind is HolderKind.SOCIETY:
        return _society(session, need, receiver.id)
    if receiver.kind is HolderKind.TEAM:
        return _team(session, need, receiver.id)
    if receiver.kind is HolderKind.ASSOCIATION:
        return _association(session, need, receiver.id)
    if receiver.kind is HolderKind.TECH_MANAGER:
        return _tech_manager(session, need, receiver.id)
    return None


def _society(session: Session, need: Need, society_id: str) -> str | None:
    society = session.get(Organization, society_id)
    if society is None or society.kind is not OrganizationKind.SOCIETY:
        return "没有这个学会。请从组织清单里选择学会、协会或研究会。"
    if society.id == need.organization_id:
        return "需求方自己不能承接。请另选一个学会。"
    if society.state is not OrganizationState.VERIFIED:
        return f"“{society.name}”还没有核验通过。请先由当地科协核验，或另选一个学会。"
    return None


def _team(session: Session, need: Need, team_id: str) -> str | None:
    team = session.get(Team, team_id)
    if team is None:
        return "没有这支服务团队。请从服务团队清单里选择。"
    if team.society_id == need.organization_id:
        return "需求方自己牵头的服务团队不能承接。请另选一支。"
    if not team.term_since <= today() <= team.term_until:
        return f"“{team.name}”不在服务期内。请先延长服务期，或另选一支。"
    rule = obstacle(session, need, PartyKind.TEAM, team.id)
    return f"“{team.name}”现在不能承接，它的负责人{RULES[rule]}。请另选一支。" if rule else None


def _association(session: Session, need: Need, association_id: str) -> str | None:
    if session.get(Association, association_id) is None:
        return "没有这个科协。请从科协清单里选择。"
    if association_id == need.association_id:
        return "这条需求就由该科协受理。请选择另一个科协，或派给学会、服务团。"
    return None


def _tech_manager(session: Session, need: Need, user_id: str) -> str | None:
    user = session.get(User, user_id)
    if user is None or not user.is_active:
        return "没有这位技术经理人，或其账号已停用。请重新选择。"
    standing = actor_of(session, user)
    if need.organization_id in standing.organizations:
        return "需求方自己的人不能承接。请另选一位技术经理人。"
    if any(post.role is PostRole.TECH_MANAGER for post in standing.posts) or need.broker_id == user.id:
        return None
    stands_in = broker_for(session, need)
    if stands_in is not None and stands_in.id == user.id:
        return None
    return f"“{user.name}”不是技术经理人，也不是代行的经办人。请重新选择。"

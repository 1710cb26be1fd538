"""What somebody must end or hand over before they can be erased: nobody else may be left hanging."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from service.models import (
    Consultation,
    ErasureRequest,
    HolderKind,
    Invitation,
    Membership,
    MembershipRole,
    Need,
    Organization,
    Referral,
    ReferralState,
    Team,
    User,
)
from service.workflow import consultations, invitations
from service.workflow.needs import NEED

_UNFINISHED = tuple(state for state, note in NEED.states.items() if not note.is_final)


@dataclass(frozen=True)
class Obstacle:
    """kind, subject_id: the thing; told: what it is and what to do."""

    kind: str
    subject_id: str
    told: str


def obstacles(session: Session, request: ErasureRequest) -> list[Obstacle]:
    """All of them, in the order in which they are best dealt with."""
    found: list[Obstacle] = []
    if request.expert_id is not None:
        found += _of_expert(session, request.expert_id)
    if request.user_id is not None:
        found += _handled(session, request.user_id)
        found += _of_organizations(session, request.user_id)
        found += _of_administrator(session, request.user_id)
    return found


def nothing_is_open(session: Session, request: ErasureRequest) -> str | None:
    """A guard: see engine.Guard."""
    found = obstacles(session, request)
    return f"还有 {len(found)} 件事要先办结或移交：{'；'.join(each.told for each in found[:5])}。" if found else None


def _of_expert(session: Session, expert_id: str) -> list[Obstacle]:
    parties = [expert_id, *session.exec(select(Team.id).where(Team.leader_id == expert_id))]
    asked = select(Invitation).where(col(Invitation.party_id).in_(parties), col(Invitation.state).in_(invitations.OPEN))
    served = select(Consultation).where(
        col(Consultation.holder_id).in_(parties), col(Consultation.state).in_(consultations.OPEN)
    )
    return [
        Obstacle("invitation", each.id, f"有一份邀约待答复（{each.question[:20]}），请答复")
        for each in session.exec(asked.order_by(col(Invitation.created_at), col(Invitation.id)))
    ] + [_consultation(each) for each in session.exec(served.order_by(col(Consultation.number)))]


def _handled(session: Session, user_id: str) -> list[Obstacle]:
    """As clerk or as 技术经理人."""
    handled = select(Need).where(
        (col(Need.handler_id) == user_id) | (col(Need.broker_id) == user_id), col(Need.state).in_(_UNFINISHED)
    )
    referred = select(Referral).where(
        Referral.receiver_kind == HolderKind.TECH_MANAGER,
        Referral.receiver_id == user_id,
        Referral.state == ReferralState.PENDING,
    )
    served = select(Consultation).where(
        Consultation.holder_kind == HolderKind.TECH_MANAGER,
        Consultation.holder_id == user_id,
        col(Consultation.state).in_(consultations.OPEN),
    )
    return [
        *(
            Obstacle("need", each.id, f"经办的需求 {each.number or '（草稿）'} 没有办结，请移交给同事")
            for each in session.exec(handled.order_by(col(Need.created_at), col(Need.id)))
        ),
        *(
            Obstacle("referral", each.id, f"派单 {each.number} 待接单，请接单、拒单或转派")
            for each in session.exec(referred.order_by(col(Referral.number)))
        ),
        *(_consultation(each) for each in session.exec(served.order_by(col(Consultation.number)))),
    ]


def _consultation(consultation: Consultation) -> Obstacle:
    told = f"对接咨询 {consultation.number} 没有办结，请办结，或请经办的科协换人"
    return Obstacle("consultation", consultation.id, told)


def _of_organizations(session: Session, user_id: str) -> list[Obstacle]:
    """Who is alone ends the needs first; a sole manager with colleagues makes one of them manager."""
    found = []
    current = col(Membership.ended_at).is_(None)
    mine = session.exec(select(Membership).where(Membership.user_id == user_id, current).order_by(col(Membership.id)))
    for membership in mine.all():
        organization = session.get_one(Organization, membership.organization_id)
        others = session.exec(
            select(Membership.role)
            .join(User, col(User.id) == col(Membership.user_id))
            .where(Membership.organization_id == organization.id, current, User.id != user_id, col(User.is_active))
        ).all()
        if not others:
            found += _left_alone(session, organization)
        elif membership.role is MembershipRole.MANAGER and MembershipRole.MANAGER not in others:
            told = f"您是“{organization.name}”唯一的管理员，请先把一位同事设为管理员"
            found.append(Obstacle("organization", organization.id, told))
    return found


def _left_alone(session: Session, organization: Organization) -> list[Obstacle]:
    open_needs = select(Need).where(Need.organization_id == organization.id, col(Need.state).in_(_UNFINISHED))
    return [
        Obstacle(
            "need",
            need.id,
            f"“{organization.name}”的需求 {need.number or '（草稿）'} 没有办结，又没有别的联系人：请撤回，或加一位同事",
        )
        for need in session.exec(open_needs.order_by(col(Need.created_at), col(Need.id)))
    ]


def _of_administrator(session: Session, user_id: str) -> list[Obstacle]:
    if not session.get_one(User, user_id).is_administrator:
        return []
    others = select(User.id).where(User.id != user_id, col(User.is_administrator), col(User.is_active))
    if session.exec(others).first() is not None:
        return []
    return [Obstacle("user", user_id, "您是唯一的平台管理员，请先设立另一位")]

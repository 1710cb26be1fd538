"""What is to be called about today, as far as the clock says so; what people ask for themselves is in asked_calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from service.clock import now, today
from service.models import (
    CallKind,
    CallSubject,
    Consultation,
    ConsultationState,
    Expert,
    FollowUp,
    Invitation,
    InvitationState,
    Need,
    Organization,
    Rating,
    Row,
    Side,
    Team,
    User,
)
from service.services import Services
from service.usecases.holders import parties
from service.usecases.invitation_views import party_name
from service.usecases.lookup import together
from service.usecases.openings import expert_of

# Of a clock that ran so far without an answer, a call may still help.
_MOST = 0.8


@dataclass(frozen=True)
class Call:
    """need: None about an expert's own affairs. about: where what was said is entered, of a request."""

    kind: CallKind
    subject_id: str
    need: Need | None
    whom: str
    why: str
    due_at: datetime | None
    about: tuple[CallSubject, str] | None = None


def calls_due(session: Session, services: Services, needs: dict[str, Need]) -> Iterator[Call]:
    ids = sorted(needs)
    yield from _invitations(session, needs, ids)
    yield from _first_contacts(session, needs, ids)
    yield from _follow_ups(session, services, needs, ids)
    yield from _ratings(session, services, needs, ids)


def _invitations(session: Session, needs: dict[str, Need], ids: list[str]) -> Iterator[Call]:
    wanted = select(Invitation).where(
        col(Invitation.need_id).in_(ids), Invitation.state == InvitationState.SENT, col(Invitation.due_at) > now()
    )
    found = session.exec(wanted).all()
    _held = together(session, (row.party_id for row in found), Expert, Team)
    _leaders = together(session, (each.leader_id for each in _held if isinstance(each, Team)), Expert)
    people = [each.user_id for each in (*_held, *_leaders) if isinstance(each, Expert)]
    _users = together(session, people, User)
    for row in found:
        expert = expert_behind(session, row)
        name = party_name(session, row.party_kind, row.party_id)
        if expert is not None and _hears_of_nothing(session, expert):
            yield Call(
                CallKind.INVITATION, row.id, needs[row.need_id], name, "没有账号，也没有邮箱，只能打电话", row.due_at
            )
        elif row.entered_at and row.due_at and _has_run(row.entered_at, row.due_at):
            yield Call(CallKind.INVITATION, row.id, needs[row.need_id], name, "邀约快到期了，还没有答复", row.due_at)


def _first_contacts(session: Session, needs: dict[str, Need], ids: list[str]) -> Iterator[Call]:
    wanted = select(Consultation).where(
        col(Consultation.need_id).in_(ids),
        Consultation.state == ConsultationState.TO_CONTACT,
        col(Consultation.due_at) < now(),
    )
    found = session.exec(wanted).all()
    named = parties(session, found)
    for row in found:
        why = "首次联系已经过期，请问联系上企业没有"
        yield Call(CallKind.FIRST_CONTACT, row.id, needs[row.need_id], named[row.id].name, why, row.due_at)


def _follow_ups(session: Session, services: Services, needs: dict[str, Need], ids: list[str]) -> Iterator[Call]:
    """Once the company had its time to answer by itself."""
    latest = today() - timedelta(days=services.settings.follow_up_phone_days)
    wanted = select(FollowUp).where(
        col(FollowUp.need_id).in_(ids),
        col(FollowUp.due_on) <= latest,
        col(FollowUp.done_at).is_(None),
        col(FollowUp.cancelled_at).is_(None),
    )
    found = session.exec(wanted).all()
    _held = _owners(session, needs, (row.need_id for row in found))
    for row in found:
        need = needs[row.need_id]
        why = f"办结满 {row.days} 天的回访，企业没有回音"
        yield Call(CallKind.FOLLOW_UP, row.id, need, _owner(session, need), why, None)


def _ratings(session: Session, services: Services, needs: dict[str, Need], ids: list[str]) -> Iterator[Call]:
    """In the second half of the time in which the company may still rate by its link."""
    days = services.settings.rate_by_link_days
    rated = select(Rating.consultation_id).where(Rating.side == Side.OWNER)
    wanted = select(Consultation).where(
        col(Consultation.need_id).in_(ids),
        Consultation.state == ConsultationState.COMPLETED,
        col(Consultation.closed_at) > now() - timedelta(days=days),
        col(Consultation.closed_at) <= now() - timedelta(days=days / 2),
        col(Consultation.id).not_in(rated),
    )
    found = session.exec(wanted).all()
    _held = _owners(session, needs, (row.need_id for row in found))
    for row in found:
        need = needs[row.need_id]
        yield Call(CallKind.RATING, row.id, need, _owner(session, need), "已经办结，企业还没有评价", None)


def expert_behind(session: Session, invitation: Invitation) -> Expert | None:
    expert_id = expert_of(session, invitation.party_kind, invitation.party_id)
    return session.get_one(Expert, expert_id) if expert_id else None


def _hears_of_nothing(session: Session, expert: Expert) -> bool:
    user = session.get(User, expert.user_id) if expert.user_id else None
    return (user is None or not user.is_active) and not expert.mail


def _has_run(start: datetime, end: datetime) -> bool:
    return now() >= start + (end - start) * _MOST


def _owners(session: Session, needs: dict[str, Need], need_ids: Iterable[str]) -> list[Row]:
    return together(session, (needs[need_id].organization_id for need_id in need_ids), Organization)


def _owner(session: Session, need: Need) -> str:
    return session.get_one(Organization, need.organization_id).name

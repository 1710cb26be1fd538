"""The recorded moments of a need that reports are made of: 提交, 入库, … 办结, 重新打开, 评价."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from service.actors import Actor
from service.models import (
    Consultation,
    FirstContact,
    Invitation,
    MatchRun,
    Rating,
    Recommendation,
    Referral,
    StatusChange,
)
from service.schemas.consultation_views import MilestoneOut
from service.usecases.needs import find

LABELS = {
    "submitted": "提交",
    "accepted": "入库",
    "reviewed": "复核",
    "recommended": "推荐",
    "referred": "派单",
    "taken": "接单",
    "contacted": "首次联系",
    "signed": "签约",
    "closed": "办结",
    "reopened": "重新打开",
    "rated": "评价",
}
# (lifecycle, action) → milestone.
_STEPS = {
    ("need", "submit"): "submitted",
    ("need", "accept"): "accepted",
    ("match_run", "review"): "reviewed",
    ("referral", "accept"): "taken",
    ("invitation", "accept"): "taken",
    ("invitation", "accept_partly"): "taken",
    ("need", "complete"): "closed",
    ("need", "close"): "closed",
    ("need", "reopen"): "reopened",
}


def milestones(session: Session, actor: Actor, need_id: str) -> list[MilestoneOut]:
    """Oldest first; what happened several times is there several times. 派单 is also an invitation sent directly."""
    need = find(session, actor, need_id, "need.history")
    referrals = session.exec(select(Referral).where(Referral.need_id == need.id)).all()
    invitations = session.exec(select(Invitation).where(Invitation.need_id == need.id)).all()
    recommendations = session.exec(select(Recommendation).where(Recommendation.need_id == need.id)).all()
    runs = session.exec(select(MatchRun.id).where(MatchRun.need_id == need.id)).all()
    asked = [*(each.id for each in referrals), *(each.id for each in invitations)]
    found = [
        *_steps(session, [need.id, *runs, *asked]),
        *(_moment("recommended", each.created_at, "recommendation", each.id) for each in recommendations),
        *(_moment("referred", each.created_at, "referral", each.id) for each in referrals),
        *(_moment("referred", each.created_at, "invitation", each.id) for each in invitations),
        *_of_consultations(session, need.id),
    ]
    order = list(LABELS)
    return sorted(found, key=lambda each: (each.at, order.index(each.milestone), each.subject_id))


def _steps(session: Session, subject_ids: list[str]) -> Iterable[MilestoneOut]:
    changes = session.exec(select(StatusChange).where(col(StatusChange.subject_id).in_(subject_ids)))
    for change in changes:
        milestone = _STEPS.get((change.subject_kind, change.action))
        if milestone:
            yield _moment(milestone, change.at, change.subject_kind, change.subject_id)


def _of_consultations(session: Session, need_id: str) -> Iterable[MilestoneOut]:
    served = session.exec(select(Consultation).where(Consultation.need_id == need_id)).all()
    ids = [each.id for each in served]
    for contact in session.exec(select(FirstContact).where(col(FirstContact.consultation_id).in_(ids))):
        yield _moment("contacted", contact.made_at, "consultation", contact.consultation_id)
    for each in served:
        if each.signed_at is not None:
            yield _moment("signed", each.signed_at, "consultation", each.id)
    for rating in session.exec(select(Rating).where(col(Rating.consultation_id).in_(ids))):
        yield _moment("rated", rating.created_at, "rating", rating.id)


def _moment(milestone: str, at: datetime, subject_kind: str, subject_id: str) -> MilestoneOut:
    return MilestoneOut(
        milestone=milestone, label=LABELS[milestone], at=at, subject_kind=subject_kind, subject_id=subject_id
    )

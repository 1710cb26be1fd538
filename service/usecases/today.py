"""今日待办: what waits for an expert, a company or a society, and nothing else, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_

from service.actors import Actor
from service.clock import beijing
from service.clock import today as day_of_now
from service.desk_visibility import referrals_to_answer
from service.models import (
    Consultation,
    ConsultationState,
    Expert,
    ExpertState,
    HolderKind,
    Invitation,
    InvitationState,
    Need,
    NeedState,
    PartyKind,
    Referral,
)
from service.permissions import require
from service.services import Services
from service.usecases import consultation_views, consultations, invitation_views, need_views, needs, teams
from service.usecases.lookup import together
from service.visibility import is_assigned, own_consultations, visible_invitations
from service.workflow.consultations import CONSULTATION
from service.workflow.engine import Turn

_MINE = [state for state, note in CONSULTATION.states.items() if note.turn is Turn.EXPERT]
_NEED = {
    NeedState.DRAFT: "草稿，写好后请提交",
    NeedState.MORE_INFO: "请补充后再提交",
    NeedState.RECOMMENDED: "请从推荐名单里选",
}
_CASE = {
    ConsultationState.TO_CONTACT: "请首次联系企业",
    ConsultationState.CONTACTED: "请约定时间",
    ConsultationState.SCHEDULED: "已约好，见面以后请登记",
    ConsultationState.TO_MINUTE: "见过面了，请写纪要",
    ConsultationState.ONGOING: "正在服务，办完请申请办结",
    ConsultationState.TO_CONFIRM: "请确认是否办结",
}
# What a member of a team, named for it, does where the leader has the word.
_OF_MEMBER = {ConsultationState.ONGOING: "正在服务，办完请告诉负责人"}
_UNTITLED = "（还没有标题）"
_MOST = 50


@dataclass(frozen=True)
class Waiting:
    """One thing to do: what kind it is, whose, what to do, on which page, until when."""

    kind: str
    title: str
    what: str
    address: str
    due_at: datetime | None = None
    days_left: int | None = None


def waiting_for(session: Session, services: Services, actor: Actor) -> list[Waiting]:
    """What waits for the actor's own word; what waits for staff as such is on their desk."""
    require(actor, "signed_in")
    found = [] if actor.is_staff else [*_referrals(session, services, actor)]
    if actor.organizations:
        found += [
            *_needs(session, services, actor),
            *_cases(session, services, actor, consultations.waiting_for_us(session, actor)),
        ]
    if actor.expert_id is not None:
        found += [
            *_profile(session, actor),
            *_invitations(session, services, actor),
            *_consultations(session, services, actor),
            *_teams(session, actor),
        ]
    return sorted(found, key=lambda each: (each.days_left is None, each.days_left or 0))


def _referrals(session: Session, services: Services, actor: Actor) -> Iterator[Waiting]:
    rows = session.exec(referrals_to_answer(actor).order_by(col(Referral.due_at), col(Referral.id)).limit(_MOST)).all()
    _held = together(session, (row.need_id for row in rows), Need)
    for row in rows:
        left = _left(services, row.due_at)
        yield Waiting(
            "派单", session.get_one(Need, row.need_id).title, "请接单或拒单", f"/referrals/{row.id}", row.due_at, left
        )


def _needs(session: Session, services: Services, actor: Actor) -> Iterator[Waiting]:
    for line in need_views.lines(session, actor, needs.waiting_for_owner(session, actor)):
        chooses = line.state == NeedState.RECOMMENDED
        place = f"/needs/{line.id}/recommendation" if chooses else f"/needs/{line.id}"
        left = _left(services, line.due_at)
        yield Waiting("需求", line.title or _UNTITLED, _NEED[line.state], place, line.due_at, left)


def _profile(session: Session, actor: Actor) -> Iterator[Waiting]:
    expert = session.get_one(Expert, actor.expert_id)
    if expert.state is ExpertState.UNCLAIMED:
        yield Waiting("我的画像", f"{expert.name}的画像", "请核对并确认是您本人", "/experts/me")
    elif expert.state is ExpertState.DORMANT:
        yield Waiting("我的画像", f"{expert.name}的画像", "正在休眠，要接邀约请恢复", "/experts/me")


def _invitations(session: Session, services: Services, actor: Actor) -> Iterator[Waiting]:
    own = _held(actor, col(Invitation.party_kind), col(Invitation.party_id), PartyKind)
    wanted = visible_invitations(actor).where(col(Invitation.state) == InvitationState.SENT, own)
    rows = session.exec(wanted.order_by(col(Invitation.due_at), col(Invitation.id)).limit(_MOST)).all()
    for line in invitation_views.lines(session, actor, rows):
        left = _left(services, line.due_at)
        yield Waiting("邀约", line.title, "请答复邀约", f"/invitations/{line.id}", line.due_at, left)


def _consultations(session: Session, services: Services, actor: Actor) -> Iterator[Waiting]:
    own = or_(_held(actor, col(Consultation.holder_kind), col(Consultation.holder_id), HolderKind), is_assigned(actor))
    wanted = own_consultations(actor).where(col(Consultation.state).in_(_MINE), own)
    rows = session.exec(wanted.order_by(col(Consultation.due_at), col(Consultation.id)).limit(_MOST)).all()
    yield from _cases(session, services, actor, rows)


def _cases(session: Session, services: Services, actor: Actor, rows: Sequence[Consultation]) -> Iterator[Waiting]:
    for line in consultation_views.lines(session, actor, rows):
        left = _left(services, line.due_at)
        is_members = line.id in actor.assigned and line.state in _OF_MEMBER
        what = _OF_MEMBER[line.state] if is_members else _CASE[line.state]
        yield Waiting("对接咨询", line.title, what, f"/consultations/{line.id}", line.due_at, left)


def _teams(session: Session, actor: Actor) -> Iterator[Waiting]:
    for team, society in teams.page_of(session, actor, asks_me=True)[0]:
        yield Waiting("服务团队", team.name, f"{society}请您加入，请答复", f"/teams/{team.id}")


def _held(actor: Actor, kind: Any, holder_id: Any, kinds: Any) -> ColumnElement[bool]:
    """By the expert, or by a team they lead."""
    by_team = and_(kind == kinds.TEAM, holder_id.in_(sorted(actor.team_ids)))
    return or_(and_(kind == kinds.EXPERT, holder_id == actor.expert_id), by_team)


def _left(services: Services, due: datetime | None) -> int | None:
    if due is None:
        return None
    return services.clockwork.calendar.working_days_between(day_of_now(), beijing(due).date())

"""今日待办: what waits for an expert, and nothing else, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_

from service.actors import Actor
from service.clock import beijing
from service.clock import today as day_of_now
from service.models import Consultation, Expert, ExpertState, HolderKind, Invitation, InvitationState, PartyKind
from service.permissions import require
from service.services import Services
from service.usecases import consultation_views, invitation_views, teams
from service.visibility import own_consultations, visible_invitations
from service.workflow.consultations import CONSULTATION
from service.workflow.engine import Turn

_MINE = [state for state, note in CONSULTATION.states.items() if note.turn is Turn.EXPERT]
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
    require(actor, "signed_in")
    if actor.expert_id is None:
        return []
    found = [
        *_profile(session, actor),
        *_invitations(session, services, actor),
        *_consultations(session, services, actor),
        *_teams(session, actor),
    ]
    return sorted(found, key=lambda each: (each.days_left is None, each.days_left or 0))


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
    own = _held(actor, col(Consultation.holder_kind), col(Consultation.holder_id), HolderKind)
    wanted = own_consultations(actor).where(col(Consultation.state).in_(_MINE), own)
    rows = session.exec(wanted.order_by(col(Consultation.due_at), col(Consultation.id)).limit(_MOST)).all()
    for line in consultation_views.lines(session, actor, rows):
        left = _left(services, line.due_at)
        yield Waiting("对接咨询", line.title, line.state_label, f"/consultations/{line.id}", line.due_at, left)


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

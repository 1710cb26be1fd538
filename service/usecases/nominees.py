"""A society's own experts and how busy they are, for naming them in answer to a referral."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import Session, col, select

from service.actors import Actor
from service.case_facts import Case
from service.errors import Conflict
from service.models import Expert, ExpertState, HolderKind, Referral, Reservation
from service.permissions import require
from service.schemas.referrals import NomineeOut
from service.usecases.capacity import this_month
from service.usecases.eligibility import obstacles
from service.usecases.named import by_name
from service.verdict import RULES


def nominees(session: Session, actor: Actor, case: Case) -> list[NomineeOut]:
    """Who may be named first, the least busy first. obstacle: why not, in words."""
    require(actor, "referral.pass_on", case)
    referral: Referral = case.subject
    if referral.receiver_kind is not HolderKind.SOCIETY:
        raise Conflict("只有学会可以提名本会专家。请接单，或拒单并写明原因。")
    wanted = select(Expert).where(Expert.society_id == referral.receiver_id, Expert.state != ExpertState.LEFT)
    experts = session.exec(wanted.order_by(*by_name(Expert))).all()
    busy = _taken(session, [each.id for each in experts])
    forbidden = obstacles(session, case.need, experts)
    shown = []
    for each in experts:
        rule = forbidden.get(f"expert:{each.id}")
        shown.append(
            NomineeOut(
                id=each.id,
                name=each.name,
                professional_title=each.professional_title,
                organization_name=each.organization_name,
                taken=busy.get(each.id, 0),
                monthly_capacity=each.monthly_capacity,
                obstacle=RULES[rule] if rule else "",
            )
        )
    return sorted(shown, key=lambda each: (bool(each.obstacle), each.taken - each.monthly_capacity))


def _taken(session: Session, expert_ids: list[str]) -> dict[str, int]:
    """Slots of this month."""
    counted = (
        select(Reservation.expert_id, func.count())
        .where(col(Reservation.expert_id).in_(expert_ids), Reservation.month == this_month())
        .group_by(col(Reservation.expert_id))
    )
    return dict(session.exec(counted).all())

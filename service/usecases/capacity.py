"""The slots of an expert's month. Two people taking the last one at once: one gets it, the other is told."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import Session, select

from service.clock import today
from service.errors import Conflict
from service.models import Expert, Reservation


def this_month() -> str:
    """“2026-11”, by the calendar in Beijing."""
    return today().strftime("%Y-%m")


def reserve(session: Session, expert_id: str, invitation_id: str) -> None:
    """Take the lowest free slot of this month. Raises Conflict if the month is full.

    The expert's row is locked first, so that takers queue where the database writes in parallel; the unique key would
    stop a second taker of the same slot even without it.
    """
    expert = session.exec(select(Expert).where(Expert.id == expert_id).with_for_update()).one()
    session.refresh(expert)
    month = this_month()
    taken = set(
        session.exec(select(Reservation.slot).where(Reservation.expert_id == expert_id, Reservation.month == month))
    )
    free = next((slot for slot in range(1, expert.monthly_capacity + 1) if slot not in taken), None)
    if free is None:
        raise Conflict(
            f"本月已经接满 {expert.monthly_capacity} 次，这一份没有办成。可以调整“每月接单量”，或选“以后再约”。"
        )
    session.add(Reservation(expert_id=expert_id, month=month, slot=free, invitation_id=invitation_id))
    session.flush()


def left_this_month(session: Session, expert: Expert) -> int:
    """How many more the expert can accept."""
    taken = select(func.count()).where(Reservation.expert_id == expert.id, Reservation.month == this_month())
    return max(0, expert.monthly_capacity - session.exec(taken).one())


def give_back(session: Session, invitation_id: str) -> None:
    found = session.exec(select(Reservation).where(Reservation.invitation_id == invitation_id)).first()
    if found is not None:
        session.delete(found)
        session.flush()

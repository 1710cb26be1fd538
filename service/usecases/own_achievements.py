"""What becomes of an expert's own achievements once he is not to be found any more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from service.actors import SYSTEM
from service.models import Achievement, AchievementState
from service.services import Services
from service.workflow.achievements import ACHIEVEMENT
from service.workflow.engine import perform


def withdraw_achievements(session: Session, services: Services, expert_ids: Sequence[str], note: str) -> None:
    """For good: who left can hand in nothing more."""
    for achievement in _of(session, expert_ids):
        if not ACHIEVEMENT.states[achievement.state].is_final:
            perform(
                session,
                ACHIEVEMENT,
                achievement,
                "withdraw",
                SYSTEM,
                services.clockwork,
                note=note,
                as_consequence=True,
            )


def unpublish_achievements(session: Session, services: Services, expert_id: str, note: str) -> None:
    """Back to drafts, to be handed in again once the expert agrees again to be found."""
    for achievement in _of(session, [expert_id]):
        if achievement.state is AchievementState.PUBLISHED:
            clockwork = services.clockwork
            perform(session, ACHIEVEMENT, achievement, "revise", SYSTEM, clockwork, note=note, as_consequence=True)
            achievement.no_secrets_confirmed_at = None


def _of(session: Session, expert_ids: Sequence[str]) -> Sequence[Achievement]:
    wanted = select(Achievement).where(col(Achievement.expert_id).in_(expert_ids))
    return session.exec(wanted.order_by(col(Achievement.id))).all()

"""An achievement as one reader may see it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from service.actors import Actor
from service.clock import beijing, today
from service.disclosure import ACHIEVEMENT_LEVELS, Access, access_to_achievement, level_of, may_read, owner_label
from service.models import Achievement, Association, CooperationMode, Expert, Organization
from service.schemas.achievements import AchievementLine, AchievementOut
from service.schemas.common import ActionOut
from service.usecases.achievements import owner_of
from service.usecases.lookup import together
from service.workflow.achievements import ACHIEVEMENT
from service.workflow.engine import Clockwork, available


def show(session: Session, clockwork: Clockwork, actor: Actor, achievement: Achievement) -> AchievementOut:
    """Fields above the reader's rights are absent and named in ``hidden``."""
    access = access_to_achievement(actor, achievement)
    readable: dict[str, object] = {
        name: getattr(achievement, name) for name in ("summary", "ip_status") if may_read(access, achievement, name)
    }
    if may_read(access, achievement, "price"):
        readable |= {"price_low_fen": achievement.price_low_fen, "price_high_fen": achievement.price_high_fen}
    levels = {name: level_of(achievement, name) for name in ACHIEVEMENT_LEVELS}
    due = achievement.due_at if access is Access.ALL else None
    return AchievementOut(
        **line(session, actor, achievement).model_dump(),
        version=achievement.version or 0,
        days_left=clockwork.calendar.working_days_between(today(), beijing(due).date()) if due else None,
        association=session.get_one(Association, achievement.association_id).name,
        hidden={name: level for name, level in levels.items() if not may_read(access, achievement, name)},
        levels=levels if access is Access.ALL else {},
        actions=[ActionOut.of(transition) for transition in available(ACHIEVEMENT, achievement, actor)],
        **readable,  # type: ignore[arg-type]
    )


def lines(session: Session, actor: Actor, found: Sequence[Achievement]) -> list[AchievementLine]:
    owners = (each.organization_id or each.expert_id for each in found)
    _held = together(session, owners, Organization, Expert)
    return [line(session, actor, achievement) for achievement in found]


def line(session: Session, actor: Actor, achievement: Achievement) -> AchievementLine:
    access, state = access_to_achievement(actor, achievement), ACHIEVEMENT.states[achievement.state]
    return AchievementLine(
        id=achievement.id,
        number=achievement.number,
        title=achievement.title if may_read(access, achievement, "title") else "（标题受邀可见）",
        state=achievement.state,
        state_label=state.label,
        turn=state.turn,
        due_at=achievement.due_at if access is Access.ALL else None,
        owner=owner_label(owner_of(session, achievement), access, achievement),
        industry_field=achievement.industry_field,
        trl9=achievement.trl9,
        cooperation_modes=[CooperationMode(mode) for mode in achievement.cooperation_modes],
        created_at=achievement.created_at,
    )

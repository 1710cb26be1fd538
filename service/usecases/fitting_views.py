"""What fits what, as the one who asked may see it. Every hit is looked up again: it must be there and say the same."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service.actors import Actor
from service.models import Achievement, AchievementResult, MatchRun, Need, NeedResult
from service.schemas.achievements import FittingAchievementOut, FittingNeedOut
from service.usecases import achievement_views, achievements, needs
from service.usecases.achievement_matches import offered_achievements
from service.usecases.need_views import lines
from service.visibility import published_needs


def achievements_for(session: Session, actor: Actor, need_id: str) -> list[FittingAchievementOut]:
    """Of the newest matching of the need; none if it was not matched yet."""
    need = needs.find(session, actor, need_id, "match.achievements")
    newest = select(MatchRun.id).where(MatchRun.need_id == need.id).order_by(col(MatchRun.created_at).desc()).limit(1)
    found = select(AchievementResult).where(AchievementResult.run_id == session.exec(newest).first())
    results = session.exec(found.order_by(col(AchievementResult.rank))).all()
    wanted = offered_achievements().where(col(Achievement.id).in_([result.achievement_id for result in results]))
    there = {achievement.id: achievement for achievement in session.exec(wanted)}
    kept = [
        (result, achievement)
        for result in results
        if (achievement := there.get(result.achievement_id)) is not None
        and achievement.content_version == result.achievement_content_version
    ]
    told = achievement_views.lines(session, actor, [achievement for _, achievement in kept])
    return [
        FittingAchievementOut(rank=result.rank, achievement=shown, evidence=result.evidence)
        for (result, _), shown in zip(kept, told, strict=True)
    ]


def needs_for(session: Session, actor: Actor, achievement_id: str) -> list[FittingNeedOut]:
    """Nothing while the achievement is not published, or says something else than when needs were looked for."""
    achievement = achievements.find(session, actor, achievement_id, "achievement.needs")
    if session.exec(offered_achievements().where(Achievement.id == achievement.id)).first() is None:
        return []
    found = select(NeedResult).where(
        NeedResult.achievement_id == achievement.id,
        NeedResult.achievement_content_version == achievement.content_version,
    )
    results = session.exec(found.order_by(col(NeedResult.rank))).all()
    wanted = published_needs().where(col(Need.id).in_([result.need_id for result in results]))
    there = {need.id: need for need in session.exec(wanted)}
    kept = [
        (result, need)
        for result in results
        if (need := there.get(result.need_id)) is not None and need.content_version == result.need_content_version
    ]
    told = lines(session, actor, [need for _, need in kept])
    return [
        FittingNeedOut(rank=result.rank, need=shown, evidence=result.evidence)
        for (result, _), shown in zip(kept, told, strict=True)
    ]

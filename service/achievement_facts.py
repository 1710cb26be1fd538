"""Facts about a person and an achievement, as facts.py has them about needs."""

from __future__ import annotations

from service.actors import Actor
from service.facts import all_of, any_of, is_signed_in
from service.models import Achievement, AchievementState, PostRole


def is_achievement_owner(actor: Actor, achievement: Achievement) -> bool:
    """One of the organisation's people, or the expert (not by a link: those are for one other thing)."""
    by_expert = achievement.expert_id is not None and achievement.expert_id == actor.expert_id and actor.link is None
    return by_expert or achievement.organization_id in actor.organizations


def entered_achievement(actor: Actor, achievement: Achievement) -> bool:
    return actor.user_id is not None and achievement.created_by_id == actor.user_id


def handles_achievement(actor: Actor, achievement: Achievement) -> bool:
    """Staff of the 科协 responsible, or of one above; a draft is its owner's own affair."""
    is_theirs = achievement.number is not None or entered_achievement(actor, achievement)
    return is_theirs and actor.handles(achievement.association_path)


def is_not_an_owner(actor: Actor, achievement: Achievement) -> bool:
    return not is_achievement_owner(actor, achievement)


def guards_secrets_of_achievement(actor: Actor, achievement: Achievement) -> bool:
    return actor.has_in_scope(achievement.association_path, PostRole.SECRECY_OFFICER)


def achievement_is_published(_: Actor, achievement: Achievement) -> bool:
    return achievement.state is AchievementState.PUBLISHED


def achievement_is_not_sealed(_: Actor, achievement: Achievement) -> bool:
    return achievement.sealed_at is None


def achievement_is_sealed(_: Actor, achievement: Achievement) -> bool:
    return achievement.sealed_at is not None


entered_achievement_for_owner = all_of(entered_achievement, handles_achievement)
owns_achievement = all_of(any_of(is_achievement_owner, entered_achievement_for_owner), achievement_is_not_sealed)
reviews_achievement = all_of(handles_achievement, is_not_an_owner, achievement_is_not_sealed)
sees_all_of_achievement = all_of(any_of(is_achievement_owner, handles_achievement), achievement_is_not_sealed)
sees_achievement = all_of(
    any_of(sees_all_of_achievement, all_of(is_signed_in, achievement_is_published)), achievement_is_not_sealed
)

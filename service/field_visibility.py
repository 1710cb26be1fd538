"""What of a row this person may read, as SQL, for orders and searches: by a field kept back nothing is found or sorted.

As service.disclosure says it of single rows; compared in tests/service/lists/test_fields.py.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, or_, true
from sqlmodel import col, select

from service.actors import Actor
from service.disclosure import ACHIEVEMENT_LEVELS, DEFAULT_LEVELS
from service.models import Achievement, Expert, Need, Organization, PublicityLevel
from service.visibility import sees_all_of_achievements, sees_all_of_needs, sees_needs


def readable_in_needs(actor: Actor, field: str) -> ColumnElement[bool]:
    level = func.coalesce(col(Need.levels)[field].as_string(), DEFAULT_LEVELS[field])
    signed = {need_id for need_id, granted in actor.grants.items() if granted is PublicityLevel.SIGNED}
    invited = {need_id for need_id, granted in actor.grants.items() if granted is PublicityLevel.INVITED}
    within = or_(
        sees_all_of_needs(actor),
        col(Need.id).in_(sorted(signed)),
        and_(level == PublicityLevel.INVITED, col(Need.id).in_(sorted(invited | actor.co_owned))),
    )
    return or_(level == PublicityLevel.PUBLIC, and_(col(Need.sealed_at).is_(None), within))


def need_title(actor: Actor) -> ColumnElement[Any]:
    """NULL where it is kept back, as all of these."""
    return case((readable_in_needs(actor, "title"), col(Need.title)))


def title_of_seen_need(actor: Actor) -> ColumnElement[Any]:
    """For what may be seen on when its need is not: after the end its title is not everybody's any more."""
    return case((and_(sees_needs(actor), readable_in_needs(actor, "title")), col(Need.title)))


def need_owner(actor: Actor) -> ColumnElement[Any]:
    """The name of the organisation, as it is put in order."""
    name = select(Organization.pinyin).where(col(Organization.id) == col(Need.organization_id)).scalar_subquery()
    return case((readable_in_needs(actor, "organization"), name))


def need_deadline(actor: Actor) -> ColumnElement[Any]:
    return case((and_(sees_all_of_needs(actor), col(Need.sealed_at).is_(None)), col(Need.due_at)))


def readable_in_achievements(actor: Actor, field: str) -> ColumnElement[bool]:
    level = func.coalesce(col(Achievement.levels)[field].as_string(), ACHIEVEMENT_LEVELS[field])
    within = and_(sees_all_of_achievements(actor), col(Achievement.sealed_at).is_(None))
    return or_(level == PublicityLevel.PUBLIC, within)


def achievement_title(actor: Actor) -> ColumnElement[Any]:
    return case((readable_in_achievements(actor, "title"), col(Achievement.title)))


def achievement_owner(actor: Actor) -> ColumnElement[Any]:
    of_organization = (
        select(Organization.pinyin).where(col(Organization.id) == col(Achievement.organization_id)).scalar_subquery()
    )
    of_expert = select(Expert.pinyin).where(col(Expert.id) == col(Achievement.expert_id)).scalar_subquery()
    return case((readable_in_achievements(actor, "owner"), func.coalesce(of_organization, of_expert)))


def achievement_deadline(actor: Actor) -> ColumnElement[Any]:
    within = and_(sees_all_of_achievements(actor), col(Achievement.sealed_at).is_(None))
    return case((within, col(Achievement.due_at)))


def has_part(part: str, *shown: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Whether what was looked for stands in one of these; upper and lower case of Latin letters are one.

    Nothing looked for: every row, as a column without a value holds no part at all.
    """
    looked_for = part.strip()
    return or_(*(each.icontains(looked_for, autoescape=True) for each in shown)) if looked_for else true()

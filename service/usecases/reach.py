"""Whose sign-in somebody may decide about."""

from __future__ import annotations

from sqlmodel import Session, select

from service.actors import Actor, actor_of
from service.errors import NotFound
from service.models import (
    ErasureRequest,
    ErasureState,
    Expert,
    ExpertState,
    MembershipRole,
    Organization,
    OrganizationKind,
    OrganizationState,
    PostRole,
    User,
)

_UNCLAIMED_OR_LEFT = (ExpertState.UNCLAIMED, ExpertState.LEFT)


def person(session: Session, user_id: str) -> tuple[User, Actor]:
    """A user, and where that person stands. Raises NotFound."""
    user = session.get(User, user_id)
    if not user:
        raise NotFound()
    return user, actor_of(session, user)


def is_erased(session: Session, user_id: str) -> bool:
    done = select(ErasureRequest.id).where(ErasureRequest.user_id == user_id, ErasureRequest.state == ErasureState.DONE)
    return session.exec(done).first() is not None


def may_reset(actor: Actor, standing: Actor) -> bool:
    """Whoever sets somebody's password can act as that person: only from the same height or above."""
    if actor.is_administrator or standing.is_administrator:
        return actor.is_administrator
    if standing.is_staff:
        return all(actor.has_in_scope(post.path, PostRole.LEAD) for post in standing.posts)
    return actor.is_staff


def vouches_for(session: Session, actor: Actor, standing: Actor) -> bool:
    """The secretary of a verified society, for an expert of that society who claimed the profile and stands for nothing
    else: a society must not get at accounts that it merely connects to a profile, nor at another organisation's."""
    if standing.is_staff or standing.is_administrator or standing.expert_id is None:
        return False
    expert = session.get_one(Expert, standing.expert_id)
    society_id = expert.society_id or ""
    if actor.organizations.get(society_id) is not MembershipRole.MANAGER or expert.state in _UNCLAIMED_OR_LEFT:
        return False
    society = session.get_one(Organization, society_id)
    is_one = society.kind is OrganizationKind.SOCIETY and society.state is OrganizationState.VERIFIED
    return is_one and standing.organizations.keys() <= {society_id}


def may_disable(actor: Actor, standing: Actor) -> bool:
    leads = any(post.role == PostRole.LEAD for post in actor.posts)
    return may_reset(actor, standing) and (leads or actor.is_administrator)

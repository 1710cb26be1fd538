"""Whose sign-in somebody may decide about."""

from __future__ import annotations

from sqlmodel import Session, select

from service.actors import Actor, actor_of
from service.errors import NotFound
from service.models import ErasureRequest, ErasureState, PostRole, User


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


def may_disable(actor: Actor, standing: Actor) -> bool:
    leads = any(post.role == PostRole.LEAD for post in actor.posts)
    return may_reset(actor, standing) and (leads or actor.is_administrator)

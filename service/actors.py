"""Who acts: a person with the posts and memberships that hold at this moment, as a value that rules can look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from service.clock import today
from service.models import Association, Membership, MembershipRole, Post, PostRole, User


@dataclass(frozen=True)
class Standing:
    """A post: where in the tree (path of ids, see Association) and as what."""

    association_id: str
    path: str
    department: str
    role: PostRole


@dataclass(frozen=True)
class Actor:
    """user_id: None for the system and for strangers. organizations: id → role, as far as they last.

    scopes: of the token used, None if no token; a token narrows what its user may do.
    """

    user_id: str | None
    is_system: bool = False
    is_administrator: bool = False
    posts: tuple[Standing, ...] = ()
    organizations: dict[str, MembershipRole] = field(default_factory=dict)
    scopes: frozenset[str] | None = None

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def is_staff(self) -> bool:
        return bool(self.posts)

    def has_in_scope(self, path: str, *roles: PostRole) -> bool:
        """Whether one of the actor's posts (in one of these roles, or any) is at this place in the tree or above."""
        return any(path.startswith(post.path) for post in self.posts if not roles or post.role in roles)


STRANGER = Actor(None)
SYSTEM = Actor(None, is_system=True)


def actor_of(session: Session, user: User, scopes: frozenset[str] | None = None) -> Actor:
    """The actor this user is today."""
    day = today()
    held = session.exec(
        select(Post, Association)
        .join(Association, col(Association.id) == col(Post.association_id))
        .where(Post.user_id == user.id, col(Post.since) <= day)
        .order_by(Association.path, Post.id)
    ).all()
    posts = tuple(
        Standing(post.association_id, association.path, post.department, post.role)
        for post, association in held
        if post.until is None or post.until >= day
    )
    mine = session.exec(select(Membership).where(Membership.user_id == user.id, col(Membership.ended_at).is_(None)))
    return Actor(
        user.id,
        is_administrator=user.is_administrator,
        posts=posts,
        organizations={membership.organization_id: membership.role for membership in mine},
        scopes=scopes,
    )

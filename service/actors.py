"""Who acts: a person with the posts and memberships that hold at this moment, as a value that rules can look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from service.clock import today
from service.models import (
    Association,
    DisclosureGrant,
    Expert,
    HolderKind,
    Membership,
    MembershipRole,
    NeedOwner,
    Post,
    PostRole,
    PublicityLevel,
    Team,
    User,
)

# Posts that handle needs; the others look on, or decide about one thing.
HANDLING = (PostRole.CLERK, PostRole.LEAD)


@dataclass(frozen=True)
class Standing:
    """A post: where in the tree (path of ids, see Association) and as what."""

    association_id: str
    path: str
    department: str
    role: PostRole


@dataclass(frozen=True)
class Actor:
    """user_id: None for the system, for strangers and for who came by a signed link. organizations: id → role, as far
    as they last. expert_id: the expert this person is; team_ids: the teams they lead.

    grants: need id → how far it may be read, besides what posts and memberships allow (DisclosureGrant).
    must_change_password: somebody else set it.
    co_owned: needs of others that became a 共性需求 with one of the actor's organisations (NeedOwner).
    scopes: of the token or link used, None if neither; it narrows what its user may do. link: “purpose:subject id”, the
    one thing a signed link is for. name: of the account, for the person to see.
    """

    user_id: str | None
    is_system: bool = False
    is_administrator: bool = False
    posts: tuple[Standing, ...] = ()
    organizations: dict[str, MembershipRole] = field(default_factory=dict)
    expert_id: str | None = None
    team_ids: frozenset[str] = frozenset()
    grants: Mapping[str, PublicityLevel] = field(default_factory=dict)
    must_change_password: bool = False
    co_owned: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    link: str | None = None
    name: str = ""

    @property
    def signature(self) -> str | None:
        """Whom history and audit name: the account, or the expert who came by a link; None for the system."""
        return self.user_id or self.expert_id

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def is_known(self) -> bool:
        """Signed in, or here by a link: signing in would not change the answer."""
        return self.is_signed_in or self.is_system or self.link is not None

    @property
    def is_staff(self) -> bool:
        return bool(self.posts)

    @property
    def handled_paths(self) -> list[str]:
        """The places in the tree whose affairs, and those below, this person handles."""
        return [post.path for post in self.posts if post.role in HANDLING]

    def handles(self, path: str) -> bool:
        return self.has_in_scope(path, *HANDLING)

    def has_in_scope(self, path: str, *roles: PostRole) -> bool:
        """Whether one of the actor's posts (in one of these roles, or any) is at this place in the tree or above."""
        return any(path.startswith(post.path) for post in self.posts if not roles or post.role in roles)

    def acts_for(self, kind: str, holder_id: str) -> bool:
        """Whether this person answers for that expert, team, society, 科协 or 技术经理人 (HolderKind)."""
        if kind == HolderKind.EXPERT:
            return holder_id == self.expert_id
        if kind == HolderKind.TEAM:
            return holder_id in self.team_ids
        if kind == HolderKind.SOCIETY:
            return holder_id in self.organizations
        if kind == HolderKind.ASSOCIATION:
            return any(post.association_id == holder_id and post.role in HANDLING for post in self.posts)
        return kind == HolderKind.TECH_MANAGER and holder_id == self.user_id


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
    organizations = {membership.organization_id: membership.role for membership in mine}
    expert_id = session.exec(select(Expert.id).where(Expert.user_id == user.id)).first()
    team_ids = teams_led_by(session, expert_id) if expert_id else frozenset()
    shared = select(NeedOwner.need_id).where(col(NeedOwner.organization_id).in_(sorted(organizations)))
    return Actor(
        user.id,
        is_administrator=user.is_administrator,
        posts=posts,
        organizations=organizations,
        expert_id=expert_id,
        team_ids=team_ids,
        grants=_grants(
            session,
            [
                holder_key(HolderKind.TECH_MANAGER, user.id),
                *([holder_key(HolderKind.EXPERT, expert_id)] if expert_id else []),
                *(holder_key(HolderKind.TEAM, team_id) for team_id in sorted(team_ids)),
                *(holder_key(HolderKind.SOCIETY, each) for each in sorted(organizations)),
                *(holder_key(HolderKind.ASSOCIATION, post.association_id) for post in posts if post.role in HANDLING),
            ],
        ),
        must_change_password=user.must_change_password,
        co_owned=frozenset(session.exec(shared)) if organizations else frozenset(),
        scopes=scopes,
        name=user.name,
    )


def actor_by_link(session: Session, expert_id: str, link: str, need_id: str, scopes: frozenset[str]) -> Actor:
    """The expert who came by a signed link: for this one thing, and the need it is about."""
    team_ids = teams_led_by(session, expert_id)
    keys = [holder_key(HolderKind.EXPERT, expert_id), *(holder_key(HolderKind.TEAM, each) for each in team_ids)]
    found = _grants(session, keys)
    grants = {need_id: found[need_id]} if need_id in found else {}
    return Actor(None, expert_id=expert_id, team_ids=team_ids, grants=grants, scopes=scopes, link=link)


def holder_key(kind: HolderKind, holder_id: str) -> str:
    """As DisclosureGrant names who may read."""
    return f"{kind}:{holder_id}"


def teams_led_by(session: Session, expert_id: str) -> frozenset[str]:
    """Only while their term runs."""
    day = today()
    led = select(Team.id).where(Team.leader_id == expert_id, col(Team.term_since) <= day, col(Team.term_until) >= day)
    return frozenset(session.exec(led))


def _grants(session: Session, holders: list[str]) -> dict[str, PublicityLevel]:
    found: dict[str, PublicityLevel] = {}
    wanted = select(DisclosureGrant).where(
        col(DisclosureGrant.holder).in_(holders), col(DisclosureGrant.ended_at).is_(None)
    )
    for grant in session.exec(wanted):
        if found.get(grant.need_id) is not PublicityLevel.SIGNED:
            found[grant.need_id] = grant.level
    return found

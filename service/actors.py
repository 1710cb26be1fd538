"""Who acts: a person with the posts and memberships that hold at this moment, as a value that rules can look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy
from sqlalchemy import (
    Cast,
    CompoundSelect,
    Date,
    Select,
    SQLColumnExpression,
    String,
    bindparam,
    cast,
    literal_column,
    or_,
    union_all,
)
from sqlmodel import Session, col, select

from service.clock import today
from service.models import (
    Association,
    Consultation,
    ConsultationMember,
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
    as they last. expert_id: the expert this person is; team_ids: the teams they lead. assigned: consultations of teams
    for which the leader named them (ConsultationMember).

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
    assigned: frozenset[str] = frozenset()
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
    held = _held(session, user_id=user.id)
    return Actor(
        user.id,
        is_administrator=user.is_administrator,
        posts=tuple(held.posts),
        organizations=held.organizations,
        expert_id=held.expert_id,
        team_ids=frozenset(held.team_ids),
        assigned=frozenset(held.assigned),
        grants=held.grants,
        must_change_password=user.must_change_password,
        co_owned=frozenset(held.co_owned),
        scopes=scopes,
        name=user.name,
    )


def actor_by_link(session: Session, expert_id: str, link: str, need_id: str, scopes: frozenset[str]) -> Actor:
    """The expert who came by a signed link: for this one thing, and the need it is about."""
    held = _held(session, expert_id=expert_id)
    grants = {need_id: held.grants[need_id]} if need_id in held.grants else {}
    return Actor(
        None,
        expert_id=expert_id,
        team_ids=frozenset(held.team_ids),
        assigned=frozenset(held.assigned),
        grants=grants,
        scopes=scopes,
        link=link,
    )


def holder_key(kind: HolderKind, holder_id: str) -> str:
    """As DisclosureGrant names who may read."""
    return f"{kind}:{holder_id}"


@dataclass
class _Held:
    """What a person holds today, as Actor describes it."""

    posts: list[Standing] = field(default_factory=list)
    organizations: dict[str, MembershipRole] = field(default_factory=dict)
    expert_id: str | None = None
    team_ids: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    grants: dict[str, PublicityLevel] = field(default_factory=dict)
    co_owned: set[str] = field(default_factory=set)


class _Part(StrEnum):
    """What a row of _HOLDINGS tells of."""

    POST = "post"
    ORGANIZATION = "organization"
    EXPERT = "expert"
    TEAM = "team"
    ASSIGNED = "assigned"
    GRANT = "grant"
    CO_OWNED = "co_owned"


def _constant(text: str) -> SQLColumnExpression[str]:
    """Words of this file, not values: so many parameters would be bound anew each time."""
    return literal_column(f"'{text}'", String)


def _row(part: _Part, *texts: SQLColumnExpression[str]) -> Select[*tuple[Any, ...]]:
    columns = (_constant(part), *texts, *[_constant("")] * 5)[:5]
    return sqlalchemy.select(*(column.label(name) for column, name in zip(columns, "pabcd", strict=True)))


def _as_text(column: Any) -> Cast[str]:
    """A role or level as it is stored: in one column with others it is no longer of its own type."""
    return cast(column, String)


def _key(kind: HolderKind, holder_id: SQLColumnExpression[str]) -> Select[str]:
    """`holder_key` as SQL."""
    key: SQLColumnExpression[str] = _constant(f"{kind}:").concat(holder_id)
    return sqlalchemy.select(key)


def _holdings() -> CompoundSelect[Any]:
    """All that decides what a person may do, in one statement: it is asked with every request, and one statement for
    each part would take longer than what most requests are about.

    Parameters: day, user_id; for who has no account user_id is None and expert_id is given.
    """
    user_id, expert_id = bindparam("user_id", type_=String), bindparam("expert_id", type_=String)
    day = bindparam("day", type_=Date)
    posts = (
        select(Post.association_id, Association.path, Post.department, _as_text(Post.role).label("role"))
        .join(Association, col(Association.id) == col(Post.association_id))
        .where(Post.user_id == user_id, col(Post.since) <= day, or_(col(Post.until).is_(None), col(Post.until) >= day))
        .cte("posts")
    )
    organizations = (
        select(Membership.organization_id, _as_text(Membership.role).label("role"))
        .where(Membership.user_id == user_id, col(Membership.ended_at).is_(None))
        .cte("organizations")
    )
    expert = select(Expert.id).where(or_(col(Expert.user_id) == user_id, col(Expert.id) == expert_id)).cte("own_expert")
    # Only while their term runs.
    teams = (
        select(Team.id)
        .join(expert, col(Team.leader_id) == expert.c.id)
        .where(col(Team.term_since) <= day, col(Team.term_until) >= day)
        .cte("teams")
    )
    # As the team itself: while its term runs, and it is the one that serves.
    assigned = (
        select(ConsultationMember.consultation_id, Consultation.need_id, Consultation.holder_id)
        .join(expert, col(ConsultationMember.expert_id) == expert.c.id)
        .join(Consultation, col(Consultation.id) == col(ConsultationMember.consultation_id))
        .join(Team, col(Team.id) == col(Consultation.holder_id))
        .where(
            col(ConsultationMember.ended_at).is_(None),
            col(Consultation.holder_kind) == HolderKind.TEAM,
            col(Team.term_since) <= day,
            col(Team.term_until) >= day,
        )
        .cte("assigned")
    )
    # Who was named reads what the team reads, as far and as long: there is no grant of their own to keep in step.
    of_team = _constant(f"{HolderKind.TEAM}:").concat(assigned.c.holder_id)
    holders = union_all(
        _key(HolderKind.TECH_MANAGER, user_id),
        _key(HolderKind.EXPERT, expert.c.id),
        _key(HolderKind.TEAM, teams.c.id),
        _key(HolderKind.SOCIETY, organizations.c.organization_id),
        _key(HolderKind.ASSOCIATION, posts.c.association_id).where(posts.c.role.in_(HANDLING)),
    )
    return union_all(
        _row(_Part.POST, posts.c.path, posts.c.association_id, posts.c.department, posts.c.role),
        _row(_Part.ORGANIZATION, organizations.c.organization_id, organizations.c.role),
        _row(_Part.EXPERT, expert.c.id),
        _row(_Part.TEAM, teams.c.id),
        _row(_Part.GRANT, col(DisclosureGrant.need_id), _as_text(DisclosureGrant.level)).where(
            col(DisclosureGrant.holder).in_(holders), col(DisclosureGrant.ended_at).is_(None)
        ),
        _row(_Part.ASSIGNED, assigned.c.consultation_id),
        _row(_Part.GRANT, col(DisclosureGrant.need_id), _as_text(DisclosureGrant.level))
        .join(assigned, col(DisclosureGrant.need_id) == assigned.c.need_id)
        .where(col(DisclosureGrant.holder) == of_team, col(DisclosureGrant.ended_at).is_(None)),
        _row(_Part.CO_OWNED, col(NeedOwner.need_id)).where(
            col(NeedOwner.organization_id).in_(select(organizations.c.organization_id))
        ),
    )


# Put together once: that takes longer than to run it.
_HOLDINGS = _holdings()


def _held(session: Session, *, user_id: str | None = None, expert_id: str | None = None) -> _Held:
    # What was just added must count too; a statement that loads no rows of the session would not see to it.
    session.flush()
    held = _Held()
    given = {"user_id": user_id, "expert_id": expert_id, "day": today()}
    for part, *texts in sorted(tuple(row) for row in session.execute(_HOLDINGS, given)):
        _take(held, part, *texts)
    return held


def _take(held: _Held, part: str, first: str, second: str, third: str, fourth: str) -> None:
    match part:
        case _Part.POST:
            held.posts.append(Standing(second, first, third, PostRole(fourth)))
        case _Part.ORGANIZATION:
            held.organizations[first] = MembershipRole(second)
        case _Part.EXPERT:
            held.expert_id = first
        case _Part.TEAM:
            held.team_ids.add(first)
        case _Part.ASSIGNED:
            held.assigned.add(first)
        case _Part.GRANT if held.grants.get(first) is not PublicityLevel.SIGNED:
            held.grants[first] = PublicityLevel(second)
        case _Part.CO_OWNED:
            held.co_owned.add(first)

"""The tree of 科协 and the posts of its staff."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.errors import Invalid, NotFound
from service.models import Association, AssociationKind, AssociationLevel, Post, PostRole, User
from service.permissions import require
from service.rules.region import contains
from service.usecases.successors import fall_back

_BELOW = {
    AssociationLevel.PROVINCE: (AssociationLevel.CITY, AssociationLevel.MEMBER),
    AssociationLevel.CITY: (AssociationLevel.COUNTY, AssociationLevel.MEMBER),
    AssociationLevel.COUNTY: (AssociationLevel.MEMBER,),
    AssociationLevel.MEMBER: (),
}


def found(
    session: Session,
    actor: Actor,
    *,
    name: str,
    level: AssociationLevel,
    region_code: str,
    kind: AssociationKind = AssociationKind.REGIONAL,
    parent_id: str | None = None,
) -> Association:
    """Add one to the tree. Raises Invalid if it cannot stand at this place."""
    require(actor, "association.change")
    parent = _association(session, parent_id) if parent_id else None
    if (parent is None) != (level is AssociationLevel.PROVINCE):
        raise Invalid("省科协没有上级，其余各级科协都要写明上级。", field="parent")
    if parent is not None:
        if level not in _BELOW[parent.level]:
            raise Invalid(f"“{parent.name}”下面不能直接设这一级科协。请重新选择上级。", field="parent")
        if not contains(parent.region_code, region_code):
            raise Invalid(f"这个地区不在“{parent.name}”的范围内。请重新选择上级或地区。", field="region_code")
    association = Association(name=name, level=level, kind=kind, region_code=region_code, parent_id=parent_id, path="")
    association.path = f"{parent.path if parent else ''}{association.id}/"
    session.add(association)
    session.flush()
    audit.record(
        session,
        actor_id=actor.user_id,
        act="association.found",
        subject_kind="association",
        subject_id=association.id,
    )
    return association


def appoint(
    session: Session, actor: Actor, *, user_id: str, association_id: str, department: str, role: PostRole, since: date
) -> Post:
    """Give somebody a post."""
    require(actor, "association.change")
    _association(session, association_id)
    if session.get(User, user_id) is None:
        raise NotFound()
    post = Post(user_id=user_id, association_id=association_id, department=department, role=role, since=since)
    session.add(post)
    session.flush()
    audit.record(session, actor_id=actor.user_id, act="post.appoint", subject_kind="post", subject_id=post.id)
    return post


def end_post(session: Session, actor: Actor, post_id: str, *, until: date) -> Post:
    """Raises Invalid if it would end before it began."""
    require(actor, "association.change")
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound()
    if until < post.since:
        raise Invalid("离岗日期早于到岗日期，请核对。", field="until")
    post.until = until
    session.add(post)
    audit.record(session, actor_id=actor.user_id, act="post.end", subject_kind="post", subject_id=post.id)
    fall_back(session, post.user_id)
    return post


def posts(session: Session, actor: Actor, association_id: str) -> list[tuple[Post, str]]:
    """(post, name of who holds it) of one association, ended ones too, by beginning."""
    require(actor, "association.posts")
    wanted = (
        select(Post, User.name)
        .join(User, col(User.id) == col(Post.user_id))
        .where(Post.association_id == association_id)
        .order_by(col(Post.since), col(Post.id))
    )
    return [(post, name) for post, name in session.exec(wanted)]


def all_of(session: Session, actor: Actor) -> list[Association]:
    """The whole tree, parents before children."""
    require(actor, "signed_in")
    return list(session.exec(select(Association).order_by(col(Association.path))))


def _association(session: Session, association_id: str) -> Association:
    association = session.get(Association, association_id)
    if association is None:
        raise NotFound()
    return association

"""The tree of 科协 and the posts of its staff."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.clock import today
from service.errors import Conflict, Invalid, NotFound, Stale
from service.models import Association, AssociationKind, AssociationLevel, Post, PostRole, User
from service.permissions import require
from service.rules.region import contains
from service.schemas.associations import AssociationChange, DepartmentInput
from service.services import Services
from service.usecases.secrecy import refuse_secrets
from service.usecases.successors import fall_back
from service.usecases.words import line, region

_BELOW = {
    AssociationLevel.PROVINCE: (AssociationLevel.CITY, AssociationLevel.MEMBER),
    AssociationLevel.CITY: (AssociationLevel.COUNTY, AssociationLevel.MEMBER),
    AssociationLevel.COUNTY: (AssociationLevel.MEMBER,),
    AssociationLevel.MEMBER: (),
}


def found(
    session: Session,
    services: Services,
    actor: Actor,
    *,
    name: str,
    level: AssociationLevel,
    region_code: str,
    kind: AssociationKind = AssociationKind.REGIONAL,
    parent_id: str | None = None,
) -> Association:
    """Add one to the tree. Raises Invalid if it cannot stand at this place."""
    refuse_secrets({"名称": name}, services.settings.secrecy_officer)
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


def change(
    session: Session, services: Services, actor: Actor, association_id: str, given: AssociationChange
) -> Association:
    """Its name and region. Raises Invalid where the region does not fit those above and below, Stale."""
    refuse_secrets({"名称": given.name}, services.settings.secrecy_officer)
    require(actor, "association.change")
    association = _association(session, association_id)
    name, region_code = line(given.name, "name", 100), region(given.region_code)
    _refuse_stale(association, given.version, {"name": association.name, "region_code": association.region_code})
    parent = session.get(Association, association.parent_id) if association.parent_id else None
    if parent is not None and not contains(parent.region_code, region_code):
        raise Invalid(f"这个地区不在“{parent.name}”的范围内。请重新选择地区。", field="region_code")
    for below in session.exec(select(Association).where(Association.parent_id == association_id)):
        if not contains(region_code, below.region_code):
            raise Invalid(f"下级“{below.name}”不在这个地区里。请重新选择，或者先改下级的地区。", field="region_code")
    association.name, association.region_code = name, region_code
    session.add(association)
    session.flush()
    audit.record(
        session,
        actor_id=actor.user_id,
        act="association.change",
        subject_kind="association",
        subject_id=association.id,
        content="\x1f".join((name, region_code)),
    )
    return association


def appoint(
    session: Session,
    services: Services,
    actor: Actor,
    *,
    user_id: str,
    association_id: str,
    department: str,
    role: PostRole,
    since: date,
) -> Post:
    """Give somebody a post."""
    refuse_secrets({"部门": department}, services.settings.secrecy_officer)
    require(actor, "association.change")
    _association(session, association_id)
    if session.get(User, user_id) is None:
        raise NotFound()
    post = Post(user_id=user_id, association_id=association_id, department=department, role=role, since=since)
    session.add(post)
    session.flush()
    audit.record(session, actor_id=actor.user_id, act="post.appoint", subject_kind="post", subject_id=post.id)
    return post


def change_department(session: Session, services: Services, actor: Actor, post_id: str, given: DepartmentInput) -> Post:
    """Of a post that goes on. Another role is another post. Raises Conflict if it has ended, Stale."""
    refuse_secrets({"部门": given.department}, services.settings.secrecy_officer)
    require(actor, "association.change")
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound()
    _refuse_stale(post, given.version, {"department": post.department})
    if post.until is not None and post.until < today():
        raise Conflict("这个岗位已经离岗，不能再改部门。")
    post.department = line(given.department, "department", 50)
    session.add(post)
    session.flush()
    audit.record(
        session,
        actor_id=actor.user_id,
        act="post.change",
        subject_kind="post",
        subject_id=post.id,
        content=post.department,
    )
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


def _refuse_stale(row: Association | Post, version: int, theirs: dict[str, object]) -> None:
    if row.version != version:
        details = {"version": row.version, "theirs": theirs}
        raise Stale("您打开之后，已有别人改动。请核对现在的内容，再改一次。", details=details)

"""Who works where, for choosing a colleague: a deputy, a new 经办人, whose work is handed over."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, false
from sqlmodel import Session, col, or_, select

from service.actors import HANDLING, Actor
from service.clock import today
from service.models import Association, Need, Post, PostRole, User
from service.permissions import require
from service.usecases.named import by_name

# Id → “name（科协，部门）”.
Choices = dict[str, str]


def colleagues(session: Session, actor: Actor) -> Choices:
    """Who may stand in for the actor: holds a post at one of the same 科协."""
    require(actor, "desk.use")
    at = sorted({post.association_id for post in actor.posts})
    found = _posts(session, col(Post.association_id).in_(at))
    found.pop(actor.user_id or "", None)
    return found


def led_staff(session: Session, actor: Actor) -> Choices:
    """Who works, or worked, at a 科协 that the actor leads or below: who left is whose work is handed over."""
    require(actor, "desk.hand_over")
    led = [post.path for post in actor.posts if post.role is PostRole.LEAD]
    return _posts(session, or_(false(), *(col(Association.path).startswith(path) for path in led)), past=True)


def handlers(session: Session, actor: Actor, need: Need) -> Choices:
    """Who may become 经办人: handles needs at its 科协 or at one above."""
    require(actor, "need.assign", need)
    return holders_of_post(session, need, HANDLING)


def holders_of_post(session: Session, need: Need, roles: Collection[PostRole]) -> Choices:
    """Who holds such a post at the need's 科协 or at one above; whoever asks was let in."""
    upwards = [each for each in need.association_path.split("/") if each]
    return _posts(session, col(Post.association_id).in_(upwards), roles=roles)


def _posts(
    session: Session, where: ColumnElement[bool], *, roles: Collection[PostRole] = (), past: bool = False
) -> Choices:
    """By place and name."""
    day = today()
    wanted = (
        select(User.id, User.name, Association.name, Post.department)
        .join(Post, col(Post.user_id) == col(User.id))
        .join(Association, col(Association.id) == col(Post.association_id))
        .where(where)
    )
    if roles:
        wanted = wanted.where(col(Post.role).in_(roles))
    if not past:
        wanted = wanted.where(
            col(User.is_active), col(Post.since) <= day, or_(col(Post.until).is_(None), col(Post.until) >= day)
        )
    found: Choices = {}
    for user_id, name, association, department in session.exec(wanted.order_by(col(Association.path), *by_name(User))):
        found.setdefault(user_id, f"{name}（{'，'.join(each for each in (association, department) if each)}）")
    return found

"""技术经理人: who looks further where nobody fits. Until there is one, a named clerk does."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from service import audit
from service.actors import Actor, actor_of
from service.clock import today
from service.errors import Conflict
from service.facts import reviews_need
from service.field_visibility import has_part, need_title
from service.models import Association, Membership, Need, NeedState, Post, PostRole, User
from service.permissions import require
from service.services import Services
from service.usecases import needs
from service.usecases.paging import Orders, in_order, page_of_rows
from service.workflow.engine import perform
from service.workflow.needs import NEED

# The most urgent first.
ORDERS: Orders = {"due": needs.ORDERS["due"], **needs.ORDERS}


def broker_for(session: Session, need: Need) -> User | None:
    """The nearest 技术经理人; else the 经办人; else who has served longest at the need's 科协 or the nearest above.

    None if nobody works there. Nobody looks further for their own firm.
    """
    return (
        _nearest(session, need, PostRole.TECH_MANAGER)
        or _handler(session, need)
        or _nearest(session, need, PostRole.LEAD, PostRole.CLERK)
    )


def send_to_broker(session: Session, services: Services, actor: Actor, need: Need) -> User:
    """暂无合适: it becomes one person's task with a clock. A consequence: whoever decided that was allowed to."""
    broker = broker_for(session, need)
    if broker is None:
        raise Conflict("受理的科协还没有工作人员可以接手。请联系省科协，先任命技术经理人或经办人。")
    need.broker_id = broker.id
    perform(session, NEED, need, "send_to_broker", actor, services.clockwork, as_consequence=True)
    audit.record(
        session,
        actor_id=actor.signature,
        act="need.broker",
        subject_kind="need",
        subject_id=need.id,
        content=broker.id,
    )
    return broker


def page_of(
    session: Session,
    actor: Actor,
    *,
    state: NeedState | None = None,
    search: str = "",
    sort: str = "",
    page: int = 1,
) -> tuple[list[Need], int]:
    """(unfinished needs the actor looks further for, how many in all). search: a part of the number or the title."""
    require(actor, "need.list")
    unfinished = [each for each, note in NEED.states.items() if not note.is_final]
    wanted = select(Need).where(
        Need.broker_id == actor.user_id, col(Need.state).in_(unfinished), col(Need.sealed_at).is_(None)
    )
    if state is not None:
        wanted = wanted.where(Need.state == state)
    wanted = wanted.where(has_part(search, col(Need.number), need_title(actor)))
    return page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)


def _nearest(session: Session, need: Need, *roles: PostRole) -> User | None:
    """Who holds such a post at the need's 科协 or the nearest above, longest there first."""
    day = today()
    upwards = [each for each in need.association_path.split("/") if each]
    own_people = select(Membership.user_id).where(
        Membership.organization_id == need.organization_id, col(Membership.ended_at).is_(None)
    )
    wanted = (
        select(User)
        .join(Post, col(Post.user_id) == col(User.id))
        .join(Association, col(Association.id) == col(Post.association_id))
        .where(
            col(Association.id).in_(upwards),
            col(Post.role).in_(roles),
            col(Post.since) <= day,
            or_(col(Post.until).is_(None), col(Post.until) >= day),
            col(User.is_active),
            col(User.id).not_in(own_people),
        )
        .order_by(func.length(Association.path).desc(), col(Post.since), col(User.id))
    )
    return session.exec(wanted.limit(1)).first()


def _handler(session: Session, need: Need) -> User | None:
    user = session.get(User, need.handler_id) if need.handler_id else None
    return user if user and user.is_active and reviews_need(actor_of(session, user), need) else None

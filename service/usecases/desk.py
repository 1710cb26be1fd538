"""A clerk's desk: whose turn it is, who stands in during an absence, and handing everything over at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from service import audit
from service.actors import HANDLING, Actor, actor_of
from service.clock import today
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.facts import handles_need
from service.jobs import enqueue
from service.models import Absence, Need, Post, StatusChange, User
from service.permissions import require
from service.services import Services
from service.usecases.secrecy import refuse_secrets
from service.usecases.successors import UNFINISHED, hand_tasks, looked_after_by, may_look_further
from service.visibility import own_or_handled_needs
from service.workflow.engine import Turn
from service.workflow.needs import NEED

_OURS = [state for state, note in NEED.states.items() if note.turn is Turn.STAFF]


def queue(session: Session, actor: Actor) -> list[tuple[Need, str | None]]:
    """(need, the absent colleague's name if it is here for them), most urgent first.

    What the actor handles, what nobody at work handles at the actor's own 科协, and what absent colleagues handle.
    """
    require(actor, "desk.use")
    absent = _absent(session, actor)
    mine = col(Need.handler_id).in_(sorted({*absent, actor.user_id or ""}))
    at_home = col(Need.association_id).in_(sorted({post.association_id for post in actor.posts}))
    wanted = (
        own_or_handled_needs(actor)
        .where(col(Need.state).in_(_OURS), or_(mine, at_home & _is_nobodys()))
        .order_by(col(Need.due_at), col(Need.id))
    )
    return [(need, absent.get(need.handler_id or "")) for need in session.exec(wanted)]


def take_leave(session: Session, actor: Actor, absence: Absence) -> Absence:
    """Raises Invalid unless the deputy works where the actor does, Conflict if the period is taken already."""
    require(actor, "desk.use")
    deputy = session.get(User, absence.deputy_id)
    if deputy is None or not deputy.is_active or deputy.id == actor.user_id:
        raise Invalid("请选择一位在岗的同事代办。", field="deputy_id")
    shared = {post.association_id for post in actor_of(session, deputy).posts}
    if not shared & {post.association_id for post in actor.posts}:
        raise Invalid("代办人须与您在同一个科协任职，否则看不到您的待办。请另选一位。", field="deputy_id")
    others = select(Absence.id).where(
        Absence.user_id == actor.user_id, col(Absence.since) <= absence.until, col(Absence.until) >= absence.since
    )
    if session.exec(others).first():
        raise Conflict("这段时间您已经登记过请假。请先取消原来的，再重新登记。")
    session.add(absence)
    session.flush()
    audit.record(session, actor_id=actor.user_id, act="absence.take", subject_kind="absence", subject_id=absence.id)
    return absence


def come_back(session: Session, actor: Actor, absence_id: str) -> None:
    require(actor, "desk.use")
    absence = session.get(Absence, absence_id)
    if absence is None or absence.user_id != actor.user_id:
        raise NotFound()
    session.delete(absence)
    audit.record(session, actor_id=actor.user_id, act="absence.cancel", subject_kind="absence", subject_id=absence_id)


def absences(session: Session, actor: Actor) -> list[Absence]:
    """The actor's own and those in which the actor stands in, that are not over."""
    require(actor, "desk.use")
    concerned = or_(col(Absence.user_id) == actor.user_id, col(Absence.deputy_id) == actor.user_id)
    wanted = select(Absence).where(concerned, col(Absence.until) >= today())
    return list(session.exec(wanted.order_by(col(Absence.since), col(Absence.id))))


def hand_over_list(session: Session, actor: Actor, user_id: str) -> list[Need]:
    """Everything unfinished that this person handles, or looks further for as a 技术经理人, and that the actor leads,
    oldest first."""
    require(actor, "desk.hand_over")
    wanted = (
        own_or_handled_needs(actor)
        .where(or_(col(Need.handler_id) == user_id, looked_after_by([user_id])), col(Need.state).in_(UNFINISHED))
        .order_by(col(Need.created_at), col(Need.id))
    )
    return [need for need in session.exec(wanted) if handles_need(actor, need)]


def hand_over(
    session: Session,
    services: Services,
    actor: Actor,
    user_id: str,
    *,
    successor_id: str,
    need_ids: Sequence[str],
    note: str,
) -> int:
    """All of the list or nothing: how many. Raises Conflict if the list is no longer what was shown."""
    refuse_secrets({"说明": note}, services.settings.secrecy_officer)
    listed = {need.id: need for need in hand_over_list(session, actor, user_id)}
    chosen = sorted(set(need_ids))
    if not set(chosen) <= set(listed):
        raise Conflict("清单已有变化，没有移交任何一条。请刷新移交清单，核对后再移交。")
    successor = session.get(User, successor_id)
    if successor is None or not successor.is_active:
        raise Invalid("请选择一位在岗的同事接手。", field="successor_id")
    able = actor_of(session, successor)
    beyond = [listed[need_id].number or "草稿" for need_id in chosen if not _may_take(able, listed[need_id], user_id)]
    if beyond:
        raise Forbidden(f"“{successor.name}”不在受理这些需求的科协：{'、'.join(beyond)}。请另选，或分开移交。")
    for need_id in chosen:
        need = listed[need_id]
        hand_tasks(session, actor, need, user_id, successor, note)
        if need.handler_id != user_id:
            continue
        need.handler_id = successor.id
        session.add(need)
        change = StatusChange(
            subject_kind="need",
            subject_id=need.id,
            action="hand_over",
            source=need.state,
            target=need.state,
            actor_id=actor.user_id,
            note=note,
            due_at=need.due_at,
        )
        audit.record_change(session, change, content="\x1f".join((user_id, successor.id, note)))
        enqueue(session, "notify", key=f"need:{need.id}")
    return len(chosen)


def _may_take(able: Actor, need: Need, leaver_id: str) -> bool:
    """A 技术经理人 takes over what a 技术经理人 did; what a clerk handled needs a clerk."""
    return handles_need(able, need) if need.handler_id == leaver_id else may_look_further(able, need)


def _is_nobodys() -> ColumnElement[bool]:
    """Never taken, or its 经办人 holds no post any more."""
    day = today()
    at_work = (
        select(Post.user_id)
        .join(User, col(User.id) == col(Post.user_id))
        .where(
            col(User.is_active),
            col(Post.role).in_(HANDLING),
            col(Post.since) <= day,
            or_(col(Post.until).is_(None), col(Post.until) >= day),
        )
    )
    return or_(col(Need.handler_id).is_(None), col(Need.handler_id).not_in(at_work))


def _absent(session: Session, actor: Actor) -> dict[str, str]:
    """id → name, of those whom the actor stands in for today."""
    day = today()
    wanted = (
        select(User.id, User.name)
        .join(Absence, col(Absence.user_id) == col(User.id))
        .where(Absence.deputy_id == actor.user_id, col(Absence.since) <= day, col(Absence.until) >= day)
    )
    return dict(session.exec(wanted).all())

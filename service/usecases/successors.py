"""A 技术经理人, or the clerk who stands in, leaves: his tasks go to whoever is named, else to whoever is next."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service import audit
from service.actors import HANDLING, SYSTEM, Actor, actor_of
from service.errors import Conflict
from service.jobs import enqueue
from service.models import (
    Consultation,
    HolderKind,
    Need,
    NeedState,
    PostRole,
    Referral,
    ReferralState,
    StatusChange,
    User,
)
from service.services import Services
from service.usecases.brokers import broker_for
from service.usecases.grants import pass_grants
from service.usecases.referrals import cause_of
from service.workflow import consultations
from service.workflow.needs import NEED

UNFINISHED = tuple(state for state, note in NEED.states.items() if not note.is_final)
_LOOK_FURTHER = (PostRole.TECH_MANAGER, *HANDLING)
_LEFT = "原来的技术经理人已离岗或停用"


def looked_after_by(user_ids: Sequence[str]) -> ColumnElement[bool]:
    """Of needs: one of these people looks further for it, is asked to take it, or serves."""
    asked = select(Referral.need_id).where(*_asked(user_ids))
    served = select(Consultation.need_id).where(*_served(user_ids))
    return or_(col(Need.broker_id).in_(user_ids), col(Need.id).in_(asked), col(Need.id).in_(served))


def may_look_further(actor: Actor, need: Need) -> bool:
    """At work at the need's 科协 or above, and not for their own firm; `actor` is somebody's standing today."""
    return actor.has_in_scope(need.association_path, *_LOOK_FURTHER) and _is_not_of_the_firm(actor, need)


def hand_tasks(session: Session, actor: Actor, need: Need, leaver_id: str, successor: User, note: str) -> None:
    """All that the leaver has to do for it as a 技术经理人, with its clocks as they run. Raises Conflict.

    Whether the successor may take it is the caller's question.
    """
    if need.broker_id == leaver_id:
        _give_broker(session, actor, need, successor.id, note)
    for referral in session.exec(_referrals(need, leaver_id)).all():
        if _has_one_waiting(session, need, successor.id):
            raise Conflict(f"“{successor.name}”手上已有这条需求的派单（{need.number}）。请另选一位，或先办完那张派单。")
        _give_referral(session, actor, referral, successor.id, note)
    for consultation in session.exec(_consultations(need, leaver_id)).all():
        _give_consultation(session, actor, consultation, successor.id, note)


def fall_back(session: Session, user_id: str) -> None:
    """What nobody was named for goes to the nearest 技术经理人 or named clerk, as far as the person cannot do it."""
    user = session.get_one(User, user_id)
    standing = actor_of(session, user) if user.is_active else Actor(user_id)
    held = select(Need).where(col(Need.state).in_(UNFINISHED), looked_after_by([user_id]))
    for need in session.exec(held.order_by(col(Need.id))).all():
        found = broker_for(session, need)
        next_id = found.id if found else None
        if need.broker_id == user_id and not may_look_further(standing, need):
            _give_broker(session, SYSTEM, need, next_id, _LEFT)
        if found is not None and not _may_serve(standing, need):
            _fall_back_as_receiver(session, need, user_id, found)


def relieve(services: Services) -> None:
    """Posts also end by the calendar, and needs come back from being closed: nobody's task stays with who is gone."""
    with services.database.reading() as session:
        held = _holders(session)
        nobodys = select(Need.id).where(Need.state == NeedState.BROKER, col(Need.broker_id).is_(None))
        waiting = session.exec(nobodys.order_by(col(Need.id))).all()
    for user_id in held:
        with services.database.writing() as session:
            fall_back(session, user_id)
    for need_id in waiting:
        with services.database.writing() as session:
            need = session.get_one(Need, need_id)
            found = broker_for(session, need)
            if found is not None and need.state is NeedState.BROKER and need.broker_id is None:
                _give_broker(session, SYSTEM, need, found.id, _LEFT)


def _holders(session: Session) -> list[str]:
    """Everybody who has such a task."""
    unfinished = select(Need.id).where(col(Need.state).in_(UNFINISHED))
    brokers = select(Need.broker_id).where(col(Need.broker_id).is_not(None), col(Need.state).in_(UNFINISHED))
    asked = select(Referral.receiver_id).where(
        Referral.receiver_kind == HolderKind.TECH_MANAGER,
        Referral.state == ReferralState.PENDING,
        col(Referral.need_id).in_(unfinished),
    )
    served = select(Consultation.holder_id).where(
        Consultation.holder_kind == HolderKind.TECH_MANAGER,
        col(Consultation.state).in_(consultations.OPEN),
        col(Consultation.need_id).in_(unfinished),
    )
    found = {user_id for wanted in (brokers, asked, served) for user_id in session.exec(wanted) if user_id}
    return sorted(found)


def _is_not_of_the_firm(actor: Actor, need: Need) -> bool:
    return need.organization_id not in actor.organizations


def _may_serve(actor: Actor, need: Need) -> bool:
    """A need may be given to a 技术经理人 of anywhere."""
    return any(post.role in _LOOK_FURTHER for post in actor.posts) and _is_not_of_the_firm(actor, need)


def _fall_back_as_receiver(session: Session, need: Need, user_id: str, successor: User) -> None:
    """A referral that the successor has waiting already is left to its clock: silence proposes the next."""
    for referral in session.exec(_referrals(need, user_id)).all():
        if not _has_one_waiting(session, need, successor.id):
            _give_referral(session, SYSTEM, referral, successor.id, _LEFT)
    for consultation in session.exec(_consultations(need, user_id)).all():
        _give_consultation(session, SYSTEM, consultation, successor.id, _LEFT)


def _give_broker(session: Session, actor: Actor, need: Need, successor_id: str | None, note: str) -> None:
    before, need.broker_id = need.broker_id, successor_id
    session.add(need)
    _keep(session, actor, "need", need, "change_broker", before or "", successor_id or "", note)


def _give_referral(session: Session, actor: Actor, referral: Referral, successor_id: str, note: str) -> None:
    before, referral.receiver_id = referral.receiver_id, successor_id
    session.add(referral)
    pass_grants(session, cause_of(referral), HolderKind.TECH_MANAGER, successor_id)
    _keep(session, actor, "referral", referral, "hand_over", before, successor_id, note)


def _give_consultation(
    session: Session, actor: Actor, consultation: Consultation, successor_id: str, note: str
) -> None:
    """With the referral it came from: the successor reads what the leaver read."""
    before, consultation.holder_id = consultation.holder_id, successor_id
    if (consultation.lead_kind, consultation.lead_id) == (HolderKind.TECH_MANAGER, before):
        consultation.lead_id = successor_id
    session.add(consultation)
    referral = session.get(Referral, consultation.referral_id) if consultation.referral_id else None
    if referral is not None and referral.receiver_id == before:
        _give_referral(session, actor, referral, successor_id, note)
    _keep(session, actor, "consultation", consultation, "hand_over", before, successor_id, note)


def _keep(
    session: Session,
    actor: Actor,
    kind: str,
    subject: Need | Referral | Consultation,
    action: str,
    before: str,
    after: str,
    note: str,
) -> None:
    change = StatusChange(
        subject_kind=kind,
        subject_id=subject.id,
        action=action,
        source=subject.state,
        target=subject.state,
        actor_id=actor.signature,
        note=note,
        due_at=subject.due_at,
    )
    audit.record_change(session, change, content="\x1f".join((before, after, note)))
    enqueue(session, "notify", key=f"{kind}:{subject.id}")


def _asked(user_ids: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Referral.receiver_kind) == HolderKind.TECH_MANAGER,
        col(Referral.receiver_id).in_(user_ids),
        col(Referral.state) == ReferralState.PENDING,
    )


def _served(user_ids: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Consultation.holder_kind) == HolderKind.TECH_MANAGER,
        col(Consultation.holder_id).in_(user_ids),
        col(Consultation.state).in_(consultations.OPEN),
    )


def _referrals(need: Need, user_id: str) -> SelectOfScalar[Referral]:
    return select(Referral).where(Referral.need_id == need.id, *_asked([user_id])).order_by(col(Referral.number))


def _consultations(need: Need, user_id: str) -> SelectOfScalar[Consultation]:
    wanted = select(Consultation).where(Consultation.need_id == need.id, *_served([user_id]))
    return wanted.order_by(col(Consultation.number))


def _has_one_waiting(session: Session, need: Need, user_id: str) -> bool:
    return session.exec(_referrals(need, user_id)).first() is not None

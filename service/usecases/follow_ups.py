"""回访 30, 90 and 180 days after closing: whose turn it is today, and what the company said."""

from __future__ import annotations

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service import audit
from service.actors import Actor
from service.case_facts import Case, is_not_the_holder
from service.clock import now, today
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.facts import is_need_owner
from service.models import Consultation, ConsultationState, FollowUp, Need, Side
from service.permissions import require
from service.schemas.outcomes import FollowUpInput, FollowUpOutcome
from service.services import Services
from service.usecases import outcomes, words
from service.usecases.lookup import existing
from service.usecases.proxies import record_proxy
from service.usecases.secrecy import refuse_secrets
from service.visibility import own_or_handled_needs

DueFollowUp = tuple[FollowUp, Need]


def due(session: Session, actor: Actor) -> list[DueFollowUp]:
    """今天要做的回访, the oldest first: of the actor's organisations, and what the actor handles or nobody does."""
    require(actor, "follow_up.list")
    seen = own_or_handled_needs(actor).subquery()
    at_home = col(Need.association_id).in_(sorted({post.association_id for post in actor.posts}))
    mine = or_(
        col(Need.organization_id).in_(sorted(actor.organizations)),
        col(Need.handler_id) == actor.user_id,
        at_home & col(Need.handler_id).is_(None),
    )
    wanted = (
        select(FollowUp, Need)
        .join(Need, col(Need.id) == col(FollowUp.need_id))
        .where(
            col(Need.id).in_(select(seen.c.id)),
            mine,
            col(FollowUp.due_on) <= today(),
            col(FollowUp.done_at).is_(None),
            col(FollowUp.cancelled_at).is_(None),
        )
        .order_by(col(FollowUp.due_on), col(FollowUp.id))
    )
    return [(follow_up, need) for follow_up, need in session.exec(wanted)]


def answer(session: Session, services: Services, actor: Actor, follow_up_id: str, given: FollowUpInput) -> DueFollowUp:
    """By the company, or by staff who asked it. Raises Conflict before its day, once answered, or once cancelled."""
    refuse_secrets({"说明": given.note} | outcomes.texts_of(given.outcomes), services.settings.secrecy_officer)
    follow_up = existing(session, actor, FollowUp, follow_up_id)
    need = session.get_one(Need, follow_up.need_id)
    require(actor, "follow_up.answer", Case(follow_up, need))
    _refuse_untimely(follow_up, given)
    if not is_need_owner(actor, need):
        _refuse_holder(session, actor, need, follow_up)
        if given.proxy is None:
            raise Invalid("代答请写明是谁说的、用什么方式、什么时候。", field="proxy")
        record_proxy(
            session, services, actor, "answer", subject_kind="follow_up", subject_id=follow_up.id, proxy=given.proxy
        )
    follow_up.done_at, follow_up.done_by = now(), actor.signature
    follow_up.still_works = given.still_works
    follow_up.note = words.paragraphs(given.note, "note", 2_000)
    session.add(follow_up)
    session.flush()
    for each in given.outcomes:
        served = _served(session, follow_up, each)
        outcomes.add(session, actor, served, Side.OWNER, str(follow_up.days), [each])
    audit.record(
        session,
        actor_id=actor.signature,
        act="follow_up.answer",
        subject_kind="follow_up",
        subject_id=follow_up.id,
        content="\x1f".join((str(given.still_works), follow_up.note)),
    )
    return follow_up, need


def cancel_open(session: Session, need: Need) -> None:
    """The case is open again: what was promised for its end is asked after the next one."""
    wanted = select(FollowUp).where(
        FollowUp.need_id == need.id, col(FollowUp.done_at).is_(None), col(FollowUp.cancelled_at).is_(None)
    )
    for each in session.exec(wanted):
        each.cancelled_at = now()
        session.add(each)


def _refuse_untimely(follow_up: FollowUp, given: FollowUpInput) -> None:
    if follow_up.cancelled_at is not None:
        raise Conflict("需求已经重新打开，这次回访取消了，不用再办。")
    if follow_up.done_at is not None:
        raise Conflict("这次回访已经做过，不用再办。请刷新页面。")
    if follow_up.due_on > today():
        raise Conflict(f"这次回访在 {follow_up.due_on} 以后做。")
    if follow_up.version != given.version:
        raise Stale("您打开之后，这次回访有了变化。请刷新页面。", details={"version": follow_up.version})


def _refuse_holder(session: Session, actor: Actor, need: Need, follow_up: FollowUp) -> None:
    for served in session.exec(_completed(follow_up)):
        if not is_not_the_holder(actor, Case(served, need)):
            raise Forbidden("您是承接方，不能代需求方答复回访。请同事或上级科协回访。")


def _completed(follow_up: FollowUp) -> SelectOfScalar[Consultation]:
    return select(Consultation).where(
        Consultation.need_id == follow_up.need_id,
        Consultation.round == follow_up.round,
        Consultation.state == ConsultationState.COMPLETED,
    )


def _served(session: Session, follow_up: FollowUp, given: FollowUpOutcome) -> Consultation:
    """The consultation it came of."""
    wanted = _completed(follow_up)
    if given.consultation_id:
        wanted = wanted.where(Consultation.id == given.consultation_id)
    found = session.exec(wanted).all()
    if len(found) != 1:
        raise Invalid("请写明是哪一次对接咨询的成效。", field="outcomes")
    return found[0]

"""纪要: written after a meeting, corrected while the consultation goes on, added to once it is over."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.case_facts import Case
from service.clock import now
from service.errors import Conflict, Stale
from service.jobs import enqueue
from service.models import Consultation, FormerMinutes, Minutes, MinutesAddendum, Side
from service.permissions import require
from service.schemas.consultations import AddendumInput, CorrectedMinutes, MinutesInput
from service.services import Services
from service.usecases import words
from service.usecases.consultation_cases import (
    POLICY_OF,
    appointments,
    find,
    find_to_act,
    keep_proxy,
    note_change,
    step,
)
from service.usecases.lookup import existing
from service.usecases.secrecy import refuse_secrets
from service.workflow.consultations import CONSULTATION, OPEN


def write(session: Session, services: Services, actor: Actor, consultation_id: str, given: MinutesInput) -> Case:
    """Of the meeting that was held last."""
    case = find_to_act(session, services, actor, consultation_id, given.version, {"纪要": given.text})
    step(session, services, actor, case, "write_minutes", side=Side.HOLDER, proxy=given.proxy)
    minutes = Minutes(
        consultation_id=case.subject.id,
        meeting=appointments(session, case.subject)[-1].meeting,
        text=words.paragraphs(given.text, "text"),
        written_by=actor.signature or "",
    )
    session.add(minutes)
    session.flush()
    _audit(session, actor, minutes, "write", minutes.text)
    return case


def correct(session: Session, services: Services, actor: Actor, minutes_id: str, given: CorrectedMinutes) -> Case:
    """By the side that wrote them, until it is over; what they said before stays. Raises Stale with what is stored."""
    refuse_secrets({"纪要": given.text, "更正的原因": given.reason}, services.settings.secrecy_officer)
    minutes, case = _find(session, actor, minutes_id)
    if case.subject.state not in OPEN:
        raise Conflict("这次对接咨询已经办结，纪要不能再改。请写补充说明。")
    text, reason = words.paragraphs(given.text, "text"), words.paragraphs(given.reason, "reason", 2_000)
    if minutes.version != given.version:
        theirs = {"text": minutes.text} if minutes.text != text else {}
        raise Stale(
            "您打开之后，别人已经改过这份纪要。两边的内容都在：请对照后再保存。",
            details={"version": minutes.version, "theirs": theirs},
        )
    if text == minutes.text:
        raise Conflict("纪要和原来的一样，没有改动，不用保存。")
    former = FormerMinutes(
        minutes_id=minutes.id,
        text=minutes.text,
        written_by=minutes.written_by,
        written_at=minutes.written_at,
        replaced_by=actor.signature or "",
        reason=reason,
    )
    minutes.text, minutes.written_by, minutes.written_at = text, actor.signature or "", now()
    session.add_all((former, minutes))
    _keep(session, services, actor, case, minutes, "correct", text, reason=reason, given=given)
    return case


def add(session: Session, services: Services, actor: Actor, minutes_id: str, given: AddendumInput) -> Case:
    """补充说明, by the side that wrote them, once it is over."""
    refuse_secrets({"补充说明": given.text}, services.settings.secrecy_officer)
    minutes, case = _find(session, actor, minutes_id)
    if case.subject.state in OPEN:
        raise Conflict("还没有办结，请直接更正纪要。")
    text = words.paragraphs(given.text, "text")
    session.add(MinutesAddendum(minutes_id=minutes.id, text=text, written_by=actor.signature or ""))
    _keep(session, services, actor, case, minutes, "add_to", text, reason="", given=given)
    return case


def of_consultation(session: Session, consultation: Consultation) -> list[Minutes]:
    """In the order of the meetings."""
    wanted = select(Minutes).where(Minutes.consultation_id == consultation.id)
    return list(session.exec(wanted.order_by(col(Minutes.meeting))))


def former_of(session: Session, minutes: Minutes) -> list[FormerMinutes]:
    """Oldest first."""
    wanted = select(FormerMinutes).where(FormerMinutes.minutes_id == minutes.id)
    return list(session.exec(wanted.order_by(col(FormerMinutes.created_at), col(FormerMinutes.id))))


def addenda_of(session: Session, minutes: Minutes) -> list[MinutesAddendum]:
    """Oldest first."""
    wanted = select(MinutesAddendum).where(MinutesAddendum.minutes_id == minutes.id)
    return list(session.exec(wanted.order_by(col(MinutesAddendum.created_at), col(MinutesAddendum.id))))


def _find(session: Session, actor: Actor, minutes_id: str) -> tuple[Minutes, Case]:
    """Locked with its consultation, so that nothing is corrected while that ends."""
    minutes = existing(session, actor, Minutes, minutes_id)
    session.exec(select(Consultation.id).where(Consultation.id == minutes.consultation_id).with_for_update()).all()
    case = find(session, actor, minutes.consultation_id)
    require(actor, POLICY_OF[Side.HOLDER], case)
    session.refresh(minutes)
    return minutes, case


def _keep(
    session: Session,
    services: Services,
    actor: Actor,
    case: Case,
    minutes: Minutes,
    act: str,
    text: str,
    *,
    reason: str,
    given: CorrectedMinutes | AddendumInput,
) -> None:
    keep_proxy(session, services, actor, case, f"{act}_minutes", side=Side.HOLDER, proxy=given.proxy)
    note_change(session, actor, case.subject, f"{act}_minutes", reason)
    session.flush()
    _audit(session, actor, minutes, act, text)
    enqueue(session, "notify", key=f"{CONSULTATION.name}:{case.subject.id}")


def _audit(session: Session, actor: Actor, minutes: Minutes, act: str, content: str) -> None:
    audit.record(
        session,
        actor_id=actor.signature,
        act=f"minutes.{act}",
        subject_kind="minutes",
        subject_id=minutes.id,
        content=content,
    )

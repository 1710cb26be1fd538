"""What every act on a consultation needs: finding it with its need, whose word it is, and keeping the step."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.case_facts import Case, is_named_member, serves
from service.errors import Invalid, Stale
from service.facts import is_need_owner
from service.models import (
    Appointment,
    Consultation,
    Expert,
    FirstContact,
    Need,
    Side,
    StatusChange,
)
from service.permissions import require
from service.schemas.common import ProxyInput
from service.services import Services
from service.usecases.lookup import existing
from service.usecases.openings import expert_of
from service.usecases.proxies import record_proxy
from service.usecases.secrecy import refuse_secrets
from service.workflow.consultations import CONSULTATION
from service.workflow.engine import perform

# What one side does, and what it commits itself to: in a team, the leader's word alone.
POLICY_OF = {Side.HOLDER: "consultation.serve", Side.OWNER: "consultation.answer"}
COMMITS = POLICY_OF | {Side.HOLDER: "consultation.commit"}
LEADERS_OWN = frozenset({"attest", "request_closing", "rate", "name_members", "take_off_member"})
SIDES = {Side.HOLDER: "承接方", Side.OWNER: "需求方"}


def case_of(session: Session, consultation: Consultation) -> Case:
    """With the need, and the society that looks after the expert or the team's leader."""
    need = session.get_one(Need, consultation.need_id)
    expert_id = expert_of(session, consultation.holder_kind, consultation.holder_id)
    society_id = session.get_one(Expert, expert_id).society_id if expert_id else None
    return Case(consultation, need, society_id)


def find(session: Session, actor: Actor, consultation_id: str, policy: str = "consultation.view") -> Case:
    """Raises NotFound alike for what does not exist and for what this person may not see."""
    case = case_of(session, existing(session, actor, Consultation, consultation_id))
    require(actor, policy, case)
    return case


def find_to_act(
    session: Session, services: Services, actor: Actor, consultation_id: str, version: int, texts: Mapping[str, str]
) -> Case:
    """texts: what was written, by label; refused before anything is stored if it bears a mark of secrecy."""
    refuse_secrets(texts, services.settings.secrecy_officer)
    case = find(session, actor, consultation_id, "consultation.act")
    refuse_stale(case.subject, version)
    return case


def refuse_stale(consultation: Consultation, version: int) -> None:
    if consultation.version != version:
        raise Stale(
            "您打开之后，这次对接咨询有了变化。请刷新页面，核对后再办理；您填写的内容还在页面上。",
            details={"version": consultation.version, "theirs": {"state": consultation.state}},
        )


def is_own_word(actor: Actor, case: Case, side: Side | None, act: str = "") -> bool:
    """Whether this person is that side (either, if None) and not somebody who acts for it.

    A member whom a team's leader named is, but for LEADERS_OWN.
    """
    by_member = act not in LEADERS_OWN and is_named_member(actor, case)
    as_holder = side is not Side.OWNER and (serves(actor, case) or by_member)
    return as_holder or (side is not Side.HOLDER and is_need_owner(actor, case.need))


def keep_proxy(
    session: Session,
    services: Services,
    actor: Actor,
    case: Case,
    act: str,
    *,
    side: Side | None,
    proxy: ProxyInput | None,
) -> None:
    """代录, 代答: whoever is not that side says who asked for it. Raises Invalid."""
    if is_own_word(actor, case, side, act):
        return
    if proxy is None:
        raise Invalid("代办请写明受谁委托、用什么方式、什么时候。", field="proxy")
    record_proxy(session, services, actor, act, subject_kind="consultation", subject_id=case.subject.id, proxy=proxy)


def step(
    session: Session,
    services: Services,
    actor: Actor,
    case: Case,
    action: str,
    *,
    side: Side | None,
    proxy: ProxyInput | None,
    reason: str = "",
    note: str = "",
) -> None:
    """One step of the lifecycle that has a use case of its own, with whose word it is."""
    perform(
        session,
        CONSULTATION,
        case.subject,
        action,
        actor,
        services.clockwork,
        reason=reason,
        note=note,
        by_own_form=True,
        seen=case,
    )
    keep_proxy(session, services, actor, case, action, side=side, proxy=proxy)


def note_change(session: Session, actor: Actor, consultation: Consultation, action: str, note: str = "") -> None:
    """History and audit of an act that leaves the state as it is."""
    session.add(consultation)
    change = StatusChange(
        subject_kind=CONSULTATION.name,
        subject_id=consultation.id,
        action=action,
        source=consultation.state,
        target=consultation.state,
        actor_id=actor.signature,
        note=note,
        due_at=consultation.due_at,
    )
    audit.record_change(session, change, content="\x1f".join((consultation.state, note)))


def cause_of(consultation: Consultation) -> str:
    """What the holder may read the need through, as grants name it."""
    if consultation.invitation_id:
        return f"invitation:{consultation.invitation_id}"
    return f"referral:{consultation.referral_id}"


def appointments(session: Session, consultation: Consultation) -> list[Appointment]:
    """In order."""
    wanted = select(Appointment).where(Appointment.consultation_id == consultation.id)
    return list(session.exec(wanted.order_by(col(Appointment.meeting))))


def first_contact(session: Session, consultation: Consultation) -> FirstContact | None:
    return session.exec(select(FirstContact).where(FirstContact.consultation_id == consultation.id)).first()

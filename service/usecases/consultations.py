"""Consultations: finding them, 承诺, 首次联系, 签约, and the plain steps."""

from __future__ import annotations

from datetime import datetime, time
from enum import StrEnum

from sqlmodel import Session, and_, col, or_

from service.actors import SYSTEM, Actor
from service.case_facts import Case
from service.clock import BEIJING, beijing, now, today
from service.errors import Conflict, Invalid
from service.field_visibility import has_part, need_owner, need_title
from service.jobs import enqueue
from service.models import (
    Consultation,
    ConsultationState,
    FirstContact,
    HolderKind,
    Invitation,
    Need,
    Referral,
    Resolution,
    Side,
)
from service.permissions import require
from service.schemas.common import ActionInput
from service.schemas.consultations import AttestInput, FirstContactInput, SignInput
from service.services import Services
from service.usecases import words
from service.usecases.consultation_cases import (
    COMMITS,
    POLICY_OF,
    case_of,
    cause_of,
    find_to_act,
    keep_proxy,
    note_change,
    step,
)
from service.usecases.endings import finish, finish_aborted
from service.usecases.grants import raise_to_signed
from service.usecases.paging import Order, Orders, by, by_state, in_order, page_of_rows
from service.visibility import handled_consultations, own_consultations, visible_consultations
from service.workflow.consultations import AT_WORK, CONSULTATION, OPEN
from service.workflow.engine import Turn, perform
from service.workflow.guards import is_attested


class Which(StrEnum):
    """MINE: of those who serve or need. HANDLED: of staff."""

    ALL = "all"
    MINE = "mine"
    HANDLED = "handled"


_OF_OWNER = [state for state, note in CONSULTATION.states.items() if note.turn is Turn.OWNER]
_OF_HOLDER = [state for state, note in CONSULTATION.states.items() if note.turn is Turn.EXPERT]
_LISTS = {Which.ALL: visible_consultations, Which.MINE: own_consultations, Which.HANDLED: handled_consultations}
ORDERS: Orders = {
    "created": by("建立", col(Consultation.created_at), col(Consultation.id), newest_first=True),
    "number": by("编号", col(Consultation.number), col(Consultation.id)),
    "title": Order("标题", lambda actor: (need_title(actor), col(Consultation.id))),
    "state": by("状态", by_state(col(Consultation.state), CONSULTATION.states), col(Consultation.id)),
    "due": by("期限", col(Consultation.due_at), col(Consultation.id)),
    "organization": Order("需求方", lambda actor: (need_owner(actor), col(Consultation.id))),
}


def page_of(
    session: Session,
    actor: Actor,
    *,
    which: Which = Which.ALL,
    state: ConsultationState | None = None,
    search: str = "",
    sort: str = "",
    page: int = 1,
) -> tuple[list[Consultation], int]:
    """(consultations of this page, how many in all). search: a part of its number, or the need's number or title."""
    require(actor, "consultation.list")
    wanted = _LISTS[which](actor)
    if state is not None:
        wanted = wanted.where(Consultation.state == state)
    wanted = wanted.where(has_part(search, col(Consultation.number), col(Need.number), need_title(actor)))
    return page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)


def waiting_for_us(session: Session, actor: Actor) -> list[Consultation]:
    """Whose next step is one of the actor's organisations', the one that needs or serves; the most urgent first."""
    require(actor, "consultation.list")
    mine = sorted(actor.organizations)
    needs = and_(col(Consultation.state).in_(_OF_OWNER), col(Need.organization_id).in_(mine))
    serves = and_(
        col(Consultation.state).in_(_OF_HOLDER),
        col(Consultation.holder_kind) == HolderKind.SOCIETY,
        col(Consultation.holder_id).in_(mine),
    )
    urgent_first = (col(Consultation.due_at).is_(None), col(Consultation.due_at), col(Consultation.id))
    return page_of_rows(session, own_consultations(actor).where(or_(needs, serves)), *urgent_first, page=1)[0]


def attest(session: Session, services: Services, actor: Actor, consultation_id: str, given: AttestInput) -> Case:
    """无利益冲突, 保密, 兼职报备: before anything but the first contact."""
    case = find_to_act(session, services, actor, consultation_id, given.version, {})
    require(actor, COMMITS[Side.HOLDER], case)
    _refuse_over(case, OPEN)
    if not (given.no_conflict and given.confidential):
        raise Invalid(
            "有利益冲突或不能保密的，不能承接。请告诉受理的科协工作人员，由他中止这次对接。", field="no_conflict"
        )
    case.subject.attested_at, case.subject.second_job = now(), given.second_job
    keep_proxy(session, services, actor, case, "attest", side=Side.HOLDER, proxy=given.proxy)
    note_change(session, actor, case.subject, "attest")
    session.flush()
    return case


def contact(session: Session, services: Services, actor: Actor, consultation_id: str, given: FirstContactInput) -> Case:
    """首次联系, once: who, when, how, one line."""
    texts = {"联系人": given.made_by, "一句话": given.line}
    case = find_to_act(session, services, actor, consultation_id, given.version, texts)
    step(session, services, actor, case, "contact", side=Side.HOLDER, proxy=given.proxy)
    if given.made_at > now():
        raise Invalid("首次联系的时间还没有到。请填实际联系的时间。", field="made_at")
    if given.made_at < _asked_at(session, case.subject):
        raise Invalid("首次联系早于邀约或派单，请核对时间。", field="made_at")
    made = FirstContact(
        consultation_id=case.subject.id,
        made_by=words.line(given.made_by, "made_by", 50),
        made_at=given.made_at,
        channel=given.channel,
        line=words.line(given.line, "line"),
    )
    session.add(made)
    session.flush()
    return case


def sign(session: Session, services: Services, actor: Actor, consultation_id: str, given: SignInput) -> Case:
    """签约, once and by the company's word: from now on the holder reads what it kept until then."""
    case = find_to_act(session, services, actor, consultation_id, given.version, {"说明": given.note})
    require(actor, POLICY_OF[Side.OWNER], case)
    consultation: Consultation = case.subject
    if consultation.signed_at is not None:
        raise Conflict("已经登记过签约，不用再办。")
    if consultation.state is ConsultationState.TO_CONTACT:
        raise Conflict("还没有首次联系，不能登记签约。请承接方先登记首次联系。")
    _refuse_over(case, AT_WORK)
    obstacle = is_attested(session, consultation)
    if obstacle:
        raise Conflict(obstacle)
    if not beijing(consultation.created_at).date() <= given.signed_on <= today():
        raise Invalid("签约日期应在接单之后、今天或以前。请核对。", field="signed_on")
    # A day is all that is known; on the first it is not before the consultation itself.
    consultation.signed_at = max(datetime.combine(given.signed_on, time(0), BEIJING), consultation.created_at)
    keep_proxy(session, services, actor, case, "sign", side=Side.OWNER, proxy=given.proxy)
    note_change(session, actor, consultation, "sign", given.note)
    enqueue(session, "notify", key=f"{CONSULTATION.name}:{consultation.id}")
    raise_to_signed(session, cause_of(consultation))
    session.flush()
    return case


def act(
    session: Session, services: Services, actor: Actor, consultation_id: str, action: str, given: ActionInput
) -> Case:
    """The steps that ask for no more than a reason and a note: dispute, resume, abort."""
    case = find_to_act(session, services, actor, consultation_id, given.version, {"说明": given.note})
    perform(
        session,
        CONSULTATION,
        case.subject,
        action,
        actor,
        services.clockwork,
        reason=given.reason,
        note=given.note,
        seen=case,
    )
    if action == "dispute":
        keep_proxy(session, services, actor, case, action, side=Side.OWNER, proxy=given.proxy)
    elif action == "resume":
        case.subject.proposed = None
    elif action == "abort":
        finish_aborted(session, services, actor, case, reason=given.reason, note=given.note)
    session.flush()
    return case


def close_unconfirmed(session: Session, services: Services, consultation_id: str) -> Consultation:
    """By the clock: the company said nothing in time. Raises Conflict if that is not so (any more)."""
    consultation = session.get_one(Consultation, consultation_id)
    if consultation.due_at is not None and consultation.due_at > now():
        raise Conflict("企业确认的期限还没有到，不能按“企业未确认”办结。请等期限届满。")
    case = case_of(session, consultation)
    perform(
        session,
        CONSULTATION,
        consultation,
        "close_unconfirmed",
        SYSTEM,
        services.clockwork,
        by_own_form=True,
        seen=case,
    )
    consultation.resolution = Resolution.UNCONFIRMED
    finish(session, services, case)
    session.flush()
    return consultation


def _asked_at(session: Session, consultation: Consultation) -> datetime:
    if consultation.invitation_id:
        return session.get_one(Invitation, consultation.invitation_id).created_at
    return session.get_one(Referral, consultation.referral_id).created_at


def _refuse_over(case: Case, states: tuple[ConsultationState, ...]) -> None:
    if case.subject.state not in states:
        label = CONSULTATION.states[case.subject.state].label
        raise Conflict(f"现在是“{label}”，不能再办这一步。请刷新页面，看看轮到谁、下一步是什么。")

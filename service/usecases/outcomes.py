"""成效: reported by either side, verified by staff; only what is verified counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.case_facts import Case
from service.clock import now
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.jobs import enqueue
from service.models import (
    Consultation,
    ConsultationState,
    FollowUp,
    Outcome,
    OutcomeKind,
    OutcomeState,
    Side,
    StatusChange,
)
from service.permissions import require
from service.schemas.outcomes import CorrectedOutcome, OutcomeInput, ReportInput, VerifyOutcomeInput
from service.services import Services
from service.usecases import words
from service.usecases.consultation_cases import POLICY_OF, case_of, find, keep_proxy
from service.usecases.lookup import existing
from service.usecases.secrecy import refuse_secrets

CLOSING = "closing"
_AT_CLOSING = (
    ConsultationState.TO_CONFIRM,
    ConsultationState.DISPUTED,
    ConsultationState.COMPLETED,
    ConsultationState.UNCONFIRMED,
)
_CONTENT = ("kind", "quantity", "amount_fen", "text")


@dataclass(frozen=True)
class Total:
    """reports: how many; quantity: of persons, households, items; amount_fen: money."""

    reports: int
    quantity: int
    amount_fen: int


def report(
    session: Session, services: Services, actor: Actor, consultation_id: str, given: ReportInput
) -> list[Outcome]:
    """By one side, at closing or at a follow-up."""
    refuse_secrets(texts_of(given.outcomes), services.settings.secrecy_officer)
    case = find(session, actor, consultation_id)
    require(actor, POLICY_OF[given.side], case)
    _refuse_too_soon(session, case.subject, given.occasion)
    keep_proxy(session, services, actor, case, "report", side=given.side, proxy=given.proxy)
    return add(session, actor, case.subject, given.side, given.occasion, given.outcomes)


def add(
    session: Session,
    actor: Actor,
    consultation: Consultation,
    side: Side,
    occasion: str,
    outcomes: Sequence[OutcomeInput],
) -> list[Outcome]:
    """What was said together with something else; the caller has asked whether this person may and for secrets."""
    rows = []
    for each in outcomes:
        row = Outcome(
            need_id=consultation.need_id,
            consultation_id=consultation.id,
            occasion=occasion,
            side=side,
            kind=each.kind,
            reported_by=actor.signature or "",
        )
        _fill(row, each)
        session.add(row)
        session.flush()
        _audit(session, actor, row, "report")
        rows.append(row)
    if rows:
        enqueue(session, "notify", key=f"outcomes:{consultation.id}")
    return rows


def correct(session: Session, services: Services, actor: Actor, outcome_id: str, given: CorrectedOutcome) -> Outcome:
    """By the side that reported it, until staff have decided. Raises Stale with what is stored."""
    refuse_secrets(texts_of([given]), services.settings.secrecy_officer)
    row, case = _find(session, actor, outcome_id)
    require(actor, POLICY_OF[row.side], case)
    _refuse_decided(row)
    if row.version != given.version:
        theirs = {name: getattr(row, name) for name in _CONTENT if getattr(row, name) != getattr(given, name)}
        raise Stale(
            "您打开之后，别人已经改过这一项。两边的内容都在：请对照后再保存。",
            details={"version": row.version, "theirs": theirs},
        )
    row.kind, row.reported_by = given.kind, actor.signature or ""
    _fill(row, given)
    session.add(row)
    keep_proxy(session, services, actor, case, "correct", side=row.side, proxy=given.proxy)
    session.flush()
    _audit(session, actor, row, "correct")
    return row


def verify(session: Session, services: Services, actor: Actor, outcome_id: str, given: VerifyOutcomeInput) -> Outcome:
    """已核实 or 核实未通过, by staff of neither side, and never by who entered it."""
    refuse_secrets({"说明": given.note}, services.settings.secrecy_officer)
    row, case = _find(session, actor, outcome_id)
    require(actor, "outcome.verify", case)
    if row.reported_by == actor.signature:
        raise Forbidden("这一项是您填报或代填的，不能自己核实。请同事或上级科协核实。")
    _refuse_decided(row)
    if row.version != given.version:
        raise Stale("您打开之后，这一项改过了。请刷新后核对，再核实。", details={"version": row.version})
    if given.verified:
        _refuse_counted_twice(session, row)
    source = row.state
    row.state = OutcomeState.VERIFIED if given.verified else OutcomeState.REFUSED
    row.verified_by_id, row.verified_at, row.verify_note = actor.user_id, now(), given.note
    session.add(row)
    change = StatusChange(
        subject_kind="outcome",
        subject_id=row.id,
        action="verify" if given.verified else "refuse",
        source=source,
        target=row.state,
        actor_id=actor.signature,
        note=given.note,
    )
    audit.record_change(session, change, content="\x1f".join((source, row.state, given.note)))
    enqueue(session, "notify", key=f"outcomes:{row.consultation_id}")
    return row


def listed(session: Session, consultation: Consultation) -> list[Outcome]:
    wanted = select(Outcome).where(Outcome.consultation_id == consultation.id)
    in_order = wanted.order_by(col(Outcome.created_at), col(Outcome.side), col(Outcome.kind), col(Outcome.id))
    return list(session.exec(in_order))


def verified_totals(session: Session, need_ids: Collection[str]) -> dict[OutcomeKind, Total]:
    """What may be counted, by kind; kinds without anything verified are absent."""
    sums = (
        select(Outcome.kind, func.count(), func.sum(Outcome.quantity), func.sum(Outcome.amount_fen))
        .where(col(Outcome.need_id).in_(sorted(need_ids)), Outcome.state == OutcomeState.VERIFIED)
        .group_by(Outcome.kind)
    )
    return {
        OutcomeKind(kind): Total(reports, int(quantity), int(amount))
        for kind, reports, quantity, amount in session.exec(sums)
    }


def texts_of(outcomes: Sequence[OutcomeInput]) -> dict[str, str]:
    """What was written, by label."""
    return {"成效说明": "\n".join(each.text for each in outcomes)}


def _find(session: Session, actor: Actor, outcome_id: str) -> tuple[Outcome, Case]:
    row = existing(session, actor, Outcome, outcome_id)
    case = case_of(session, session.get_one(Consultation, row.consultation_id))
    require(actor, "consultation.view", case)
    return row, case


def _fill(row: Outcome, given: OutcomeInput) -> None:
    row.quantity, row.amount_fen = given.quantity, given.amount_fen
    row.text = words.paragraphs(given.text, "text", 2_000)


def _refuse_too_soon(session: Session, consultation: Consultation, occasion: str) -> None:
    if occasion == CLOSING:
        if consultation.state not in _AT_CLOSING:
            raise Conflict("还没有办结申请，不能填报成效。请承接方先提出办结申请。")
        return
    promised = select(FollowUp.id).where(
        FollowUp.need_id == consultation.need_id,
        FollowUp.round == consultation.round,
        FollowUp.days == (int(occasion) if occasion.isdecimal() else -1),
        col(FollowUp.cancelled_at).is_(None),
    )
    if session.exec(promised).first() is None:
        raise Invalid("没有这一次回访。请从页面列出的回访里选择。", field="occasion")
    if consultation.state is not ConsultationState.COMPLETED:
        raise Conflict("这次对接咨询没有经企业确认办结，不能填报回访成效。")


def _refuse_decided(row: Outcome) -> None:
    if row.state is not OutcomeState.REPORTED:
        raise Conflict("这一项已经核实过，不能再改。如有新的成效，请另报一项。")


def _refuse_counted_twice(session: Session, row: Outcome) -> None:
    """Both sides often report the same thing."""
    other = select(Outcome.id).where(
        Outcome.consultation_id == row.consultation_id,
        Outcome.occasion == row.occasion,
        Outcome.kind == row.kind,
        Outcome.side != row.side,
        Outcome.state == OutcomeState.VERIFIED,
    )
    if session.exec(other).first():
        raise Conflict("这一类成效已经按另一方的填报核实过。为免重复计数，这一项请选“不予认定”，并写明已按另一方计。")


def _audit(session: Session, actor: Actor, row: Outcome, act: str) -> None:
    content = "\x1f".join((row.kind, str(row.quantity), str(row.amount_fen), row.text))
    audit.record(
        session,
        actor_id=actor.signature,
        act=f"outcome.{act}",
        subject_kind="outcome",
        subject_id=row.id,
        content=content,
    )

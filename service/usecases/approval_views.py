"""审签 as its readers see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from service.actors import Actor
from service.approval_facts import ApprovalCase
from service.models import Approval, FileSubject, Need, User
from service.schemas.approvals import ApprovalOut
from service.schemas.common import ActionOut
from service.usecases.file_holders import counted
from service.workflow.approvals import APPROVAL, KINDS
from service.workflow.engine import available


def show(session: Session, actor: Actor, case: ApprovalCase) -> ApprovalOut:
    scans = counted(session, FileSubject.APPROVAL, [case.approval.id])
    return _shown(_names(session, [case.approval]), scans, actor, case)


def lines(session: Session, actor: Actor, approvals: Sequence[Approval]) -> list[ApprovalOut]:
    names = _names(session, approvals)
    wanted = sorted({each.need_id for each in approvals if each.need_id})
    found = {need.id: need for need in session.exec(select(Need).where(col(Need.id).in_(wanted)))}
    scans = counted(session, FileSubject.APPROVAL, [each.id for each in approvals])
    return [_shown(names, scans, actor, ApprovalCase(each, found.get(each.need_id or ""))) for each in approvals]


def _names(session: Session, approvals: Sequence[Approval]) -> dict[str, str]:
    people = {person for each in approvals for person in (each.drafter_id, each.reviewer_id, each.issuer_id) if person}
    return {user.id: user.name for user in session.exec(select(User).where(col(User.id).in_(sorted(people))))}


def _shown(names: dict[str, str], scans: Mapping[str, int], actor: Actor, case: ApprovalCase) -> ApprovalOut:
    approval = case.approval
    state = APPROVAL.states[approval.state]
    return ApprovalOut(
        id=approval.id,
        version=approval.version or 0,
        kind=approval.kind,
        kind_label=KINDS[approval.kind],
        subject_kind=approval.subject_kind,
        subject_id=approval.subject_id,
        title=approval.title,
        state=approval.state,
        state_label=state.label,
        turn=state.turn,
        due_at=approval.due_at,
        drafter=names[approval.drafter_id],
        reviewer=names.get(approval.reviewer_id or ""),
        issuer=names.get(approval.issuer_id or ""),
        issued_on=approval.issued_on,
        document_number=approval.document_number,
        attachments=scans.get(approval.id, 0),
        created_at=approval.created_at,
        actions=[ActionOut.of(each) for each in available(APPROVAL, approval, actor, case)],
    )

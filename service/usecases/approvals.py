"""审签: drafting, reviewing, issuing; and the question every act asks that may have to be issued first."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.approval_facts import ApprovalCase
from service.clock import today
from service.errors import Conflict, Invalid, Stale
from service.field_visibility import has_part
from service.jobs import enqueue
from service.models import Approval, ApprovalState, MatchRun, Need, StatusChange
from service.permissions import require
from service.rules.document_number import check_document_number
from service.schemas.approvals import ApprovalActionInput, NewApproval, SavedApproval
from service.services import Services
from service.usecases import needs, words
from service.usecases.histories import changes_of
from service.usecases.lookup import existing
from service.usecases.paging import Orders, by, by_state, in_order, page_of_rows
from service.usecases.secrecy import refuse_secrets
from service.visibility import visible_approvals
from service.workflow.approvals import APPROVAL, KINDS
from service.workflow.engine import perform

_OPEN = (ApprovalState.DRAFTED, ApprovalState.REVIEWED, ApprovalState.RETURNED)
ORDERS: Orders = {
    "created": by("拟稿", col(Approval.created_at), col(Approval.id), newest_first=True),
    "title": by("标题", col(Approval.title), col(Approval.id)),
    "state": by("状态", by_state(col(Approval.state), APPROVAL.states), col(Approval.id)),
    "due": by("期限", col(Approval.due_at), col(Approval.id)),
    "number": by("文号", col(Approval.document_number), col(Approval.id)),
}


def require_issued(session: Session, services: Services, kind: str, subject_kind: str, subject_id: str) -> None:
    """Raises Conflict if this kind of act is switched on and was not issued for this subject.

    subject: the very thing the act is done to, not what it belongs to: one issue is good for one list, not the next.
    """
    if kind not in services.settings.approval_kinds:
        return
    latest = session.exec(
        select(Approval)
        .where(Approval.kind == kind, Approval.subject_kind == subject_kind, Approval.subject_id == subject_id)
        .where(Approval.state != ApprovalState.WITHDRAWN)
        .order_by(col(Approval.state) != ApprovalState.ISSUED, col(Approval.created_at).desc())
    ).first()
    if latest is None:
        raise Conflict(f"这一步要先签发：{KINDS[kind]}之前，请在“审签”里拟稿，由另外两位同事审核、签发。")
    if latest.state is not ApprovalState.ISSUED:
        label = APPROVAL.states[latest.state].label
        raise Conflict(f"这一步要先签发：审签“{latest.title}”现在是“{label}”，签发之后再办。")


def draft(session: Session, services: Services, actor: Actor, content: NewApproval) -> ApprovalCase:
    """Raises Invalid, NotFound (no such subject), Forbidden, Conflict (another one is open)."""
    refuse_secrets({"标题": content.title}, services.settings.secrecy_officer)
    require(actor, "approval.list")
    if content.kind not in services.settings.approval_kinds:
        raise Invalid("这一类事项没有开启审签，可以直接办理。", field="kind")
    need = _need_of(session, actor, content)
    require(actor, "approval.draft", need.association_path)
    _refuse_second(session, content)
    approval = Approval(
        kind=content.kind,
        subject_kind=content.subject_kind,
        subject_id=content.subject_id,
        need_id=need.id,
        association_path=need.association_path,
        title=words.line(content.title, "title"),
        drafter_id=actor.user_id or "",
    )
    _enter(services, approval)
    session.add(approval)
    session.flush()
    _record(session, actor, approval, "draft")
    enqueue(session, "notify", key=f"approval:{approval.id}")
    return ApprovalCase(approval, need)


def save(session: Session, services: Services, actor: Actor, approval_id: str, content: SavedApproval) -> ApprovalCase:
    """While it is with the drafter: what was reviewed and issued is what was read."""
    refuse_secrets({"标题": content.title}, services.settings.secrecy_officer)
    case = find(session, actor, approval_id, "approval.edit")
    _refuse_stale(case.approval, content.version)
    if case.approval.state is not ApprovalState.RETURNED:
        raise Conflict("已经送审，不能再改。请审核的同事退回之后修改，或者撤回后重新拟稿。")
    case.approval.title = words.line(content.title, "title")
    session.add(case.approval)
    session.flush()
    _record(session, actor, case.approval, "save")
    return case


def act(
    session: Session, services: Services, actor: Actor, approval_id: str, action: str, given: ApprovalActionInput
) -> ApprovalCase:
    """One step of the lifecycle. date and 文号 count for "issue" only."""
    refuse_secrets({"说明": given.note, "文号": given.document_number}, services.settings.secrecy_officer)
    case = find(session, actor, approval_id, "approval.act")
    approval = case.approval
    _refuse_stale(approval, given.version)
    perform(session, APPROVAL, approval, action, actor, services.clockwork, note=given.note, seen=case)
    if action == "review":
        approval.reviewer_id = actor.user_id
    if action == "redraft":
        # Reviewed anew, by the same colleague or another.
        approval.reviewer_id = None
    if action == "issue":
        _issue(session, actor, approval, given)
    session.add(approval)
    session.flush()
    return case


def find(session: Session, actor: Actor, approval_id: str, policy: str = "approval.view") -> ApprovalCase:
    """Raises NotFound alike for what does not exist and for what this person may not see."""
    approval = existing(session, actor, Approval, approval_id)
    case = ApprovalCase(approval, session.get(Need, approval.need_id) if approval.need_id else None)
    require(actor, policy, case)
    return case


def page_of(
    session: Session,
    actor: Actor,
    *,
    state: ApprovalState | None = None,
    search: str = "",
    sort: str = "",
    page: int = 1,
) -> tuple[list[Approval], int]:
    """(approvals of this page, how many in all). search: a part of the title or of the number it was issued under."""
    require(actor, "approval.list")
    wanted = visible_approvals(actor)
    if state is not None:
        wanted = wanted.where(Approval.state == state)
    wanted = wanted.where(has_part(search, col(Approval.title), col(Approval.document_number)))
    return page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)


def history(session: Session, actor: Actor, approval_id: str) -> list[StatusChange]:
    """All steps, oldest first."""
    approval = find(session, actor, approval_id).approval
    return changes_of(session, APPROVAL, approval.id)


def _match_run_need(session: Session, actor: Actor, run_id: str) -> Need:
    return needs.find(session, actor, existing(session, actor, MatchRun, run_id).need_id)


# How to find what an approval may be about, as this person may see it.
_SUBJECTS: dict[str, Callable[[Session, Actor, str], Need]] = {"need": needs.find, "match_run": _match_run_need}


def _need_of(session: Session, actor: Actor, content: NewApproval) -> Need:
    if content.subject_kind not in _SUBJECTS:
        raise Invalid(f"不能对它拟稿。可以是：{'、'.join(_SUBJECTS)}。", field="subject_kind")
    return _SUBJECTS[content.subject_kind](session, actor, content.subject_id)


def _refuse_second(session: Session, content: NewApproval) -> None:
    same = (
        Approval.kind == content.kind,
        Approval.subject_kind == content.subject_kind,
        Approval.subject_id == content.subject_id,
    )
    if session.exec(select(Approval.id).where(*same, col(Approval.state).in_(_OPEN))).first():
        raise Conflict("这件事已经有一件审签在办。请接着办那一件，或者先撤回它。")


def _issue(session: Session, actor: Actor, approval: Approval, given: ApprovalActionInput) -> None:
    day = given.issued_on or today()
    if day > today():
        raise Invalid("签发日期还没有到，请核对。", field="issued_on")
    if given.document_number.strip():
        found = check_document_number(given.document_number)
        if found.error:
            raise Invalid(found.error, field="document_number")
        if session.exec(select(Approval.id).where(Approval.document_number == found.number)).first():
            raise Conflict(f"文号“{found.number}”已经用过了，请核对。", field="document_number")
        approval.document_number = found.number
    approval.issuer_id, approval.issued_on = actor.user_id, day


def _enter(services: Services, approval: Approval) -> None:
    approval.entered_at = approval.created_at
    approval.due_at = services.clockwork.due(APPROVAL.states[APPROVAL.initial], approval.created_at)


def _record(session: Session, actor: Actor, approval: Approval, act: str) -> None:
    audit.record(
        session,
        actor_id=actor.user_id,
        act=f"approval.{act}",
        subject_kind=APPROVAL.name,
        subject_id=approval.id,
        content=approval.title,
    )


def _refuse_stale(approval: Approval, version: int) -> None:
    if approval.version != version:
        raise Stale(
            "您打开之后，这件审签有了变化。请刷新页面，核对后再办；您填写的内容还在页面上。",
            details={"version": approval.version, "theirs": {"title": approval.title, "state": approval.state}},
        )

"""What happened to one thing, step by step, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from service.models import Expert, StatusChange, User
from service.schemas.common import StepOut
from service.workflow.engine import Lifecycle

# Acts that leave the state as it is.
ACTS_BESIDE = {
    "send": "发出",
    "send_outside": "转省外单位",
    "pass": "转交",
    "assign": "换经办人",
    "seal": "封存",
    "unseal": "解除封存",
    "hand_over": "移交",
    "change_broker": "换技术经理人",
    "attest": "作承诺",
    "sign": "登记签约",
    "name_members": "派成员",
    "take_off_member": "撤下成员",
    "correct_minutes": "更正纪要",
    "add_to_minutes": "补充纪要",
    "join": "并入一条相似的需求",
    "leave": "撤出一条合并的需求",
}


def changes_of(session: Session, lifecycle: Lifecycle[Any], subject_id: str) -> list[StatusChange]:
    """All steps of one thing, oldest first; who may see them was asked before."""
    wanted = select(StatusChange).where(
        StatusChange.subject_kind == lifecycle.name, StatusChange.subject_id == subject_id
    )
    return list(session.exec(wanted.order_by(col(StatusChange.seq))))


def steps(session: Session, changes: Sequence[StatusChange], lifecycle: Lifecycle[Any]) -> list[StepOut]:
    """The history in words. The person is named only by name; erased people have none."""
    wanted = sorted({change.actor_id for change in changes if change.actor_id})
    names = {user.id: user.name for user in session.exec(select(User).where(col(User.id).in_(wanted)))}
    # Who came by a signed link has no account.
    names |= {expert.id: expert.name for expert in session.exec(select(Expert).where(col(Expert.id).in_(wanted)))}
    labels = {t.action: t.label for t in lifecycle.transitions} | ACTS_BESIDE
    return [
        StepOut(
            at=change.at,
            action=change.action,
            label=labels.get(change.action, change.action),
            source=change.source,
            target=change.target,
            actor=names.get(change.actor_id or "", "系统"),
            reason=change.reason,
            note=change.note,
            due_at=change.due_at,
        )
        for change in changes
    ]

"""What files belong to: finding it with what its rules look at, and whether files may come and go now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from service.actors import Actor
from service.approval_facts import ApprovalCase
from service.errors import Conflict, Forbidden, Invalid
from service.facts import is_need_owner
from service.file_facts import FileCase
from service.models import (
    Approval,
    ApprovalState,
    Attachment,
    Consultation,
    FileSubject,
    Minutes,
    Need,
    Outcome,
    OutcomeState,
    Row,
    Side,
)
from service.permissions import require
from service.schemas.common import ProxyInput
from service.services import Services
from service.usecases import needs
from service.usecases.consultation_cases import case_of, is_own_word
from service.usecases.lookup import existing
from service.usecases.proxies import record_proxy
from service.workflow.consultations import OPEN


@dataclass(frozen=True)
class FileHolder:
    """row: what the files belong to; case: the same, as policies look at it.

    traced_on: (kind, id) of what the readings are kept with.
    """

    row: Any
    case: FileCase
    traced_on: tuple[str, str]

    @property
    def kind(self) -> FileSubject:
        return self.case.kind


def find(session: Session, actor: Actor, kind: FileSubject, subject_id: str, policy: str) -> FileHolder:
    """Raises NotFound alike for what does not exist and for what this person may not see."""
    table, holder_of = _KINDS[kind]
    holder = holder_of(session, existing(session, actor, table, subject_id))
    require(actor, policy, holder.case)
    return holder


def lock(session: Session, kind: FileSubject, subject_id: str) -> None:
    """So that what two people do to its files at once is done one after the other."""
    table: Any = _KINDS[kind][0]
    session.exec(select(table.id).where(table.id == subject_id).with_for_update()).all()


def refuse_unless_open(holder: FileHolder, *, removing: bool) -> None:
    """Whether files may be handed in, or taken away, now. Raises Forbidden or Conflict."""
    row = holder.row
    if isinstance(row, Need):
        needs.refuse_unless_editable(row)
    elif isinstance(row, Outcome) and row.state is not OutcomeState.REPORTED:
        raise Conflict("这一项成效已经核实过，佐证材料不能再增减。如有新的成效，请另报一项。")
    elif isinstance(row, Minutes) and removing and holder.case.seen.subject.state not in OPEN:
        raise Conflict("这次对接咨询已经办结，纪要的附件不能再移除。如有错误，请写补充说明。")
    elif isinstance(row, Approval) and row.state is not ApprovalState.ISSUED:
        raise Conflict("签发之后才有签章件。请签发后再上传扫描件。")


def is_open(holder: FileHolder, *, removing: bool = False) -> bool:
    try:
        refuse_unless_open(holder, removing=removing)
    except (Conflict, Forbidden):
        return False
    return True


def keep_proxy(
    session: Session,
    services: Services,
    actor: Actor,
    holder: FileHolder,
    attachment: Attachment,
    act: str,
    proxy: ProxyInput | None,
) -> None:
    """代录: whoever is not the side whose word it is says who asked for it. Raises Invalid."""
    if holder.case.side is None or is_own_word(actor, holder.case.seen, holder.case.side):
        return
    if proxy is None:
        raise Invalid("代办请写明受谁委托、用什么方式、什么时候。", field="proxy")
    record_proxy(session, services, actor, act, subject_kind="attachment", subject_id=attachment.id, proxy=proxy)


def leaves_trace(actor: Actor, holder: FileHolder) -> bool:
    """Whose own it is leaves none."""
    case = holder.case
    if case.kind is FileSubject.NEED:
        return not is_need_owner(actor, case.seen)
    return case.side is None or not is_own_word(actor, case.seen, case.side)


def files_of(session: Session, kind: FileSubject, subject_id: str) -> list[Attachment]:
    """All that were not removed, oldest first."""
    wanted = select(Attachment).where(
        Attachment.subject_kind == kind, Attachment.subject_id == subject_id, col(Attachment.removed_at).is_(None)
    )
    return list(session.exec(wanted.order_by(col(Attachment.created_at), col(Attachment.id))))


def counted(session: Session, kind: FileSubject, subject_ids: Collection[str]) -> dict[str, int]:
    """How many each has; absent where there are none."""
    wanted = (
        select(Attachment.subject_id, func.count())
        .where(
            Attachment.subject_kind == kind,
            col(Attachment.subject_id).in_(sorted(subject_ids)),
            col(Attachment.removed_at).is_(None),
        )
        .group_by(Attachment.subject_id)
    )
    return dict(session.exec(wanted).all())


def _of_need(_: Session, row: Any) -> FileHolder:
    return FileHolder(row, FileCase(FileSubject.NEED, row), ("need", row.id))


def _of_minutes(session: Session, row: Any) -> FileHolder:
    return _of_consultation(session, row, FileSubject.MINUTES, Side.HOLDER)


def _of_outcome(session: Session, row: Any) -> FileHolder:
    return _of_consultation(session, row, FileSubject.OUTCOME, row.side)


def _of_consultation(session: Session, row: Any, kind: FileSubject, side: Side) -> FileHolder:
    case = case_of(session, session.get_one(Consultation, row.consultation_id))
    return FileHolder(row, FileCase(kind, case, side), ("need", case.need.id))


def _of_approval(session: Session, row: Any) -> FileHolder:
    need = session.get_one(Need, row.need_id) if row.need_id else None
    return FileHolder(row, FileCase(FileSubject.APPROVAL, ApprovalCase(row, need)), ("approval", row.id))


_KINDS: Mapping[FileSubject, tuple[type[Row], Callable[[Session, Any], FileHolder]]] = MappingProxyType(
    {
        FileSubject.NEED: (Need, _of_need),
        FileSubject.MINUTES: (Minutes, _of_minutes),
        FileSubject.OUTCOME: (Outcome, _of_outcome),
        FileSubject.APPROVAL: (Approval, _of_approval),
    }
)

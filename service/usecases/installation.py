"""Whether a database holds an invented world (演示数据). Real and invented data never share one.

The mark is the first entry of the audit log, which nobody can change or take out.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from service import audit
from service.errors import Conflict
from service.models import AuditEntry
from service.services import Services

_ACT = "installation.demo"


def mark_demo(session: Session) -> None:
    """Raises Conflict unless nothing has happened in this database yet."""
    if session.exec(select(AuditEntry.seq).limit(1)).first() is not None:
        raise Conflict("这个数据库里已经有内容，不能再放演示数据。请换一个空的数据目录。")
    audit.record(session, actor_id=None, act=_ACT, subject_kind="installation", subject_id="demo")


def holds_demo(session: Session) -> bool:
    first = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq)).limit(1)).first()
    return first is not None and first.act == _ACT


def refuse_other_data(services: Services) -> None:
    """Raises Conflict where the demo would show real data, or an installation in use invented ones."""
    with services.database.reading() as session:
        is_demo = holds_demo(session)
    if services.settings.demo and not is_demo:
        raise Conflict("KC_DEMO 只用于演示数据，而这个数据库不是演示数据。请用 make demo，或者去掉 KC_DEMO。")
    if is_demo and not services.settings.demo:
        raise Conflict("这个数据库里是演示数据，不能当正式系统运行。请换一个数据目录（KC_DATA_DIR、KC_DATABASE_URL）。")

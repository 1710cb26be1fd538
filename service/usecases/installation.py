"""Whether a database holds an invented world (演示数据). Real and invented data never share one.

The mark is the first entry of the audit log, which nobody can change or take out.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from service import audit
from service.errors import Conflict, NotFound
from service.models import AuditEntry, User
from service.rules.demo_roles import demo_role
from service.services import Services
from service.usecases import sessions
from service.usecases.sessions import Opened

_ACT = "installation.demo"


def mark_demo(session: Session) -> None:
    """Raises Conflict unless nothing has happened in this database yet."""
    if session.exec(select(AuditEntry.seq).limit(1)).first() is not None:
        raise Conflict("这个数据库里已经有内容，不能再放演示数据。请换一个空的数据目录。")
    audit.record(session, actor_id=None, act=_ACT, subject_kind="installation", subject_id="demo")


def holds_demo(session: Session) -> bool:
    first = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq)).limit(1)).first()
    return first is not None and first.act == _ACT


def has_administrator(session: Session) -> bool:
    """Whether somebody can sign in and set this installation up."""
    wanted = select(User.id).where(col(User.is_administrator), col(User.is_active)).limit(1)
    return session.exec(wanted).first() is not None


def refuse_other_data(services: Services) -> None:
    """Raises Conflict where the demo would show real data, or an installation in use invented ones."""
    with services.database.reading() as session:
        is_demo = holds_demo(session)
    if services.settings.demo and not is_demo:
        raise Conflict("KC_DEMO 只用于演示数据，而这个数据库不是演示数据。请用 make demo，或者去掉 KC_DEMO。")
    if is_demo and not services.settings.demo:
        raise Conflict("这个数据库里是演示数据，不能当正式系统运行。请换一个数据目录（KC_DATA_DIR、KC_DATABASE_URL）。")


def sign_in_as(session: Session, services: Services, key: str, *, replaces: str | None) -> Opened:
    """As one of DEMO_ROLES, without a password. Raises NotFound outside a demo world, and for anybody else."""
    role = demo_role(key)
    if role is None or not services.settings.demo or not holds_demo(session):
        raise NotFound()
    user = session.exec(select(User).where(User.user_name == role.key, col(User.is_active))).first()
    if user is None:
        raise NotFound("这个演示账号已经停用或注销。请删除演示数据的目录后重新运行 make demo。")
    opened = sessions.open_session(session, services.settings, user, replaces=replaces)
    audit.record(session, actor_id=user.id, act="sign_in.demo", subject_kind="user", subject_id=user.id)
    return opened

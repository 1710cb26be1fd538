"""一次性登录单: a printed code with which somebody without a password, or who forgot it, sets a new one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.audit import digest_of
from service.clock import now
from service.errors import Busy, Conflict, Forbidden, Invalid, NotFound
from service.models import Expert, OneTimeSlip, User
from service.passwords import keeper, refuse_weak
from service.permissions import require
from service.rules.characters import half_width
from service.services import Services
from service.usecases import attempts, sessions, tokens
from service.usecases.reach import may_reset, person, vouches_for
from service.usecases.sessions import Opened
from service.usecases.sign_in import personal_of, set_password

# Nobody mistakes one of these for another on paper: no 0 O, 1 I L. 31¹² codes are 59 bits.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_CHARS = 12
_GROUP = 4
_WORTHLESS = "这个登录码不能用：可能输错了、已经用过或者过期了。请对照登录单重新输入；还不行，请科协工作人员重新打印。"


@dataclass(frozen=True)
class Slip:
    """code: in groups, for printing; known only now."""

    user: User
    code: str
    expires_at: datetime


def issue_slip(session: Session, services: Services, actor: Actor, user_id: str, *, expert_id: str = "") -> Slip:
    """For an account, or for the account of an expert; whoever hands it over has seen who it is. Earlier slips of this
    person are void. Raises NotFound, Forbidden, Conflict (disabled, or oneself)."""
    require(actor, "slip.issue")
    expert = session.get(Expert, expert_id) if expert_id else None
    user, standing = person(session, (expert.user_id or "") if expert else user_id)
    user_id = user.id
    if user_id == actor.user_id:
        raise Conflict("不能给自己打印登录单。改密码请到“我的账号”，忘记密码请找同事打印。")
    if not (actor.is_staff or actor.is_administrator or vouches_for(session, actor, standing)):
        # A society learns nothing about accounts that are none of its business.
        raise NotFound()
    if not (may_reset(actor, standing) or vouches_for(session, actor, standing)):
        raise Forbidden("您不能给这位用户打印登录单。工作人员的由本级或上级科协负责人打印，管理员的由其他管理员打印。")
    if not user.is_active:
        raise Conflict("这个账号已停用，不能打印登录单。需要恢复的，请先由负责人或管理员启用。")
    void_slips(session, user_id)
    plain = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARS))
    expires_at = now() + timedelta(hours=services.settings.slip_hours)
    slip = OneTimeSlip(
        user_id=user_id, code_digest=digest_of(plain), issued_by_id=actor.user_id or "", expires_at=expires_at
    )
    session.add(slip)
    session.flush()
    audit.record(
        session, actor_id=actor.user_id, act="slip.issue", subject_kind="slip", subject_id=slip.id, content=user_id
    )
    return Slip(user, _in_groups(plain), expires_at)


def redeem_slip(
    services: Services, code: str, new_password: str, *, network: str, replaces: str | None = None
) -> Opened:
    """Set the password, end every session, sign in. Raises Invalid (one answer for all worthless codes), TooMany."""
    digest = digest_of(_plain(code))
    attempt = attempts.begin(services, "slip.redeem", digest, network)
    personal = _owner(services, digest)
    with attempts.excused(services, attempt, Busy, Invalid):
        refuse_weak(new_password, personal, field="new_password")
        new_hash = keeper().hash(new_password)
    with services.database.writing() as session:
        slip = _usable(session, digest)
        if not slip:
            raise Invalid(_WORTHLESS, field="code")
        slip.used_at = now()
        void_slips(session, slip.user_id)
        user = set_password(session, slip.user_id, new_hash)
        # Somebody else may have registered with this number before, and made tokens.
        tokens.revoke_all(session, slip.user_id)
        user.mobile_confirmed_at = now() if user.mobile else None
        attempts.clear(session, attempt.account)
        audit.record(session, actor_id=user.id, act="slip.redeem", subject_kind="slip", subject_id=slip.id)
        return sessions.open_session(session, services.settings, user, replaces=replaces)


def void_slips(session: Session, user_id: str) -> None:
    unused = (col(OneTimeSlip.user_id) == user_id, col(OneTimeSlip.used_at).is_(None))
    session.exec(update(OneTimeSlip).where(*unused).values(used_at=now()))


def _owner(services: Services, digest: str) -> tuple[str | None, ...]:
    with services.database.reading() as session:
        slip = _usable(session, digest)
        user = session.get(User, slip.user_id) if slip else None
        if not user:
            raise Invalid(_WORTHLESS, field="code")
        return personal_of(user)


def _usable(session: Session, digest: str) -> OneTimeSlip | None:
    return session.exec(
        select(OneTimeSlip)
        .join(User, col(User.id) == col(OneTimeSlip.user_id))
        .where(
            OneTimeSlip.code_digest == digest,
            col(OneTimeSlip.used_at).is_(None),
            col(OneTimeSlip.expires_at) > now(),
            col(User.is_active),
        )
    ).first()


def _in_groups(plain: str) -> str:
    return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))


def _plain(code: str) -> str:
    """Case, width, blanks and dashes make no difference."""
    return "".join(char for char in half_width(code).upper() if char in ALPHABET)

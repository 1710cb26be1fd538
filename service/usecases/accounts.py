"""Accounts of people: making, finding, disabling them; and whose a session or token is."""

from __future__ import annotations

from sqlmodel import Session

from service import audit
from service.actors import Actor
from service.errors import Busy, Conflict, Forbidden, Invalid, NotFound
from service.jobs import enqueue
from service.models import StatusChange, User, new_id
from service.passwords import keeper, refuse_weak
from service.permissions import require
from service.rules.person_name import check_person_name
from service.services import Services
from service.usecases import attempts, sessions, tokens
from service.usecases.reach import is_erased, may_disable, person
from service.usecases.secrecy import refuse_secrets
from service.usecases.sessions import actor_by_session
from service.usecases.sign_in_names import Kind, SignInNames, checked, first_taken, read, user_called
from service.usecases.slips import void_slips
from service.usecases.successors import fall_back
from service.usecases.tokens import actor_by_token

__all__ = ["actor_by_session", "actor_by_token"]

_TAKEN = {
    Kind.MOBILE: "这个手机号已有账号。请先按手机号查找；本人忘记密码的，给这个账号打印一次性登录单。",
    Kind.MAIL: "这个邮箱已有账号。请先按邮箱查找；本人忘记密码的，给这个账号打印一次性登录单。",
    Kind.USER_NAME: "这个用户名已有人用，请换一个。",
}


def create_user(
    session: Session,
    actor: Actor,
    *,
    name: str,
    mobile: str = "",
    mail: str = "",
    user_name: str = "",
    password_hash: str = "",
    is_administrator: bool = False,
) -> User:
    """By staff for somebody, who then signs in with a slip. Raises Invalid, Conflict (a name is taken), Forbidden.

    password_hash: for the first administrator and the demo world, from passwords.keeper().hash.
    """
    require(actor, "account.create")
    if (is_administrator or password_hash) and not (actor.is_administrator or actor.is_system):
        raise Forbidden("只有平台管理员可以设立管理员。请联系平台管理员。")
    person_name, names = _checked_name(name), checked(mobile, mail, user_name)
    taken = first_taken(session, names)
    if taken:
        raise Conflict(_TAKEN[taken[0].kind], field=taken[0].kind)
    user = _new_user(person_name, names, password_hash)
    user.is_administrator, user.must_change_password = is_administrator, bool(password_hash)
    session.add(user)
    session.flush()
    if user.mail:
        enqueue(session, "mail.confirm", key=f"user:{user.id}")
    audit.record(session, actor_id=actor.user_id, act="account.create", subject_kind="user", subject_id=user.id)
    return user


def register(
    services: Services, *, name: str, password: str, network: str, mobile: str = "", mail: str = "", user_name: str = ""
) -> None:
    """Open to everybody. If one of the names is somebody's, nothing changes, and neither answer nor time says so.

    Nobody is signed in by it: only who knows the password of the account does get in, the new one or the old one.
    Raises Invalid, TooMany, Busy.
    """
    person_name, names = _checked_name(name), checked(mobile, mail, user_name)
    refuse_weak(password, (person_name, names.user_name, names.mobile, names.mail), field="password")
    attempt = attempts.begin(services, "register", names.each()[0].value, network)
    with attempts.excused(services, attempt, Busy):
        password_hash = keeper().hash(password)
    with services.database.writing() as session:
        taken = first_taken(session, names)
        user = taken[1] if taken else _new_user(person_name, names, password_hash)
        session.add(user)
        session.flush()
        if names.mail:
            # Nobody is written to if the name was taken, with the same work.
            enqueue(session, "mail.confirm", key=f"user:{new_id() if taken else user.id}")
        act = "account.register_again" if taken else "account.register"
        audit.record(session, actor_id=None, act=act, subject_kind="user", subject_id=user.id)


def find_user(session: Session, actor: Actor, sign_in_name: str) -> User:
    """By exactly what the person signs in with; there is no searching. Raises NotFound."""
    require(actor, "account.find")
    user = user_called(session, read(sign_in_name))
    if not user:
        raise NotFound("没有人用它登录。请核对，或者为本人新建账号。")
    return user


def own_account(session: Session, actor: Actor) -> User:
    require(actor, "signed_in")
    user = session.get(User, actor.user_id)
    if not user:
        raise NotFound()
    return user


def disable_user(session: Session, services: Services, actor: Actor, user_id: str, note: str) -> User:
    """Sessions, tokens and slips are dead on the next request. Raises NotFound, Forbidden, Conflict, Invalid."""
    user = _switchable(session, services, actor, user_id, note, is_active=True)
    user.is_active = False
    sessions.end_all(session, user_id)
    tokens.revoke_all(session, user_id)
    void_slips(session, user_id)
    fall_back(session, user_id)
    _record_switch(session, actor, user, "disable", note)
    return user


def enable_user(session: Session, services: Services, actor: Actor, user_id: str, note: str) -> User:
    """With the password of before; what died when it was disabled stays dead."""
    user = _switchable(session, services, actor, user_id, note, is_active=False)
    user.is_active = True
    _record_switch(session, actor, user, "enable", note)
    return user


def _switchable(
    session: Session, services: Services, actor: Actor, user_id: str, note: str, *, is_active: bool
) -> User:
    refuse_secrets({"说明": note}, services.settings.secrecy_officer)
    require(actor, "account.disable")
    user, standing = person(session, user_id)
    if not may_disable(actor, standing):
        raise Forbidden(
            "您不能停用或启用这个账号。普通账号由科协负责人办理，工作人员由本级或上级负责人办理，管理员由管理员办理。"
        )
    if user_id == actor.user_id:
        raise Conflict("不能停用自己的账号，请由同事办理。")
    if user.is_active is not is_active:
        raise Conflict("账号已经是这个状态，不用再办。请刷新页面。")
    if is_erased(session, user_id):
        raise Conflict("这个账号已经注销，不能恢复。需要时请本人重新注册。")
    if not note.strip():
        raise Invalid("请写明停用或启用的原因，以后有人问起时要用。", field="note")
    return user


def _record_switch(session: Session, actor: Actor, user: User, action: str, note: str) -> None:
    states = ("active", "disabled") if action == "disable" else ("disabled", "active")
    session.add_all(
        [
            user,
            StatusChange(
                subject_kind="user",
                subject_id=user.id,
                action=action,
                source=states[0],
                target=states[1],
                actor_id=actor.user_id,
                note=note.strip(),
            ),
        ]
    )
    audit.record(
        session,
        actor_id=actor.user_id,
        act=f"account.{action}",
        subject_kind="user",
        subject_id=user.id,
        content=note.strip(),
    )


def _checked_name(name: str) -> str:
    found = check_person_name(name)
    if found.error:
        raise Invalid(found.error, field="name")
    return found.name


def _new_user(name: str, names: SignInNames, password_hash: str) -> User:
    return User(name=name, mobile=names.mobile, mail=names.mail, user_name=names.user_name, password_hash=password_hash)

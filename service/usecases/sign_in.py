"""Signing in with a password, and changing it.

Hashing takes a tenth of a second, so it happens between transactions and never inside one: there is one writer at a
time. That is why these take Services and open their own.
"""

from __future__ import annotations

from sqlmodel import Session

from service import audit
from service.actors import Actor
from service.errors import Busy, Invalid, NotFound, NotSignedIn
from service.models import User
from service.passwords import keeper, refuse_weak
from service.permissions import require
from service.services import Services
from service.usecases import attempts, sessions
from service.usecases.sessions import Opened
from service.usecases.sign_in_names import SignInName, names_of, read, user_called

# One answer for an unknown account, a wrong password, no password yet, and an account that was disabled.
_REFUSED = "账号或密码不对，请核对后重试；连续输错会暂时锁定。忘记密码的，请联系科协工作人员打印一次性登录单。"


def sign_in(services: Services, name: str, password: str, *, network: str, replaces: str | None = None) -> Opened:
    """name: mobile number, mail or user name. replaces: the cookie the browser brought.

    Raises NotSignedIn (the same for every cause), TooMany, Busy.
    """
    called = read(name)
    attempt = attempts.begin(services, "sign_in", _key(called), network)
    with services.database.reading() as session:
        user = user_called(session, called)
        user_id, stored, is_active = (user.id, user.password_hash, user.is_active) if user else ("", "", False)
    with attempts.excused(services, attempt, Busy):
        is_right, better = keeper().verify(password, stored)
    if not (is_right and is_active):
        raise NotSignedIn(_REFUSED)
    with services.database.writing() as session:
        found = session.get(User, user_id)
        if not found or not found.is_active or found.password_hash != stored:
            raise NotSignedIn(_REFUSED)
        found.password_hash = better or stored
        attempts.clear(session, attempt.account)
        opened = sessions.open_session(session, services.settings, found, replaces=replaces)
        audit.record(session, actor_id=user_id, act="sign_in", subject_kind="user", subject_id=user_id)
    return opened


def sign_out(session: Session, cookie: str | None) -> None:
    if cookie:
        sessions.end_session(session, cookie)


def change_password(
    services: Services, actor: Actor, old: str, new: str, *, network: str, cookie: str | None = None
) -> None:
    """All other sessions end; cookie: of the one that stays. Raises Invalid, TooMany, Busy."""
    require(actor, "account.own")
    user_id = actor.user_id or ""
    stored, personal = _kept(services, user_id)
    refuse_weak(new, personal, field="new_password")
    attempt = attempts.begin(services, "password.change", user_id, network)
    with attempts.excused(services, attempt, Busy):
        if not keeper().verify(old, stored)[0]:
            raise Invalid("现在的密码不对，请重新输入；连续输错会暂时锁定。", field="old_password")
        if keeper().verify(new, stored)[0]:
            raise Invalid("新密码和现在的相同，请换一个。", field="new_password")
        new_hash = keeper().hash(new)
    with services.database.writing() as session:
        set_password(session, user_id, new_hash, but=cookie)
        attempts.clear(session, attempt.account)
        audit.record(session, actor_id=user_id, act="password.change", subject_kind="user", subject_id=user_id)


def set_password(session: Session, user_id: str, new_hash: str, *, but: str | None = None) -> User:
    """Store it, end the sessions (but one), and forget failures with the old one. Raises NotFound."""
    user = session.get(User, user_id)
    if not user or not user.is_active:
        raise NotFound()
    user.password_hash, user.must_change_password = new_hash, False
    session.add(user)
    sessions.end_all(session, user_id, but=but)
    attempts.clear(session, *(attempts.account_key("sign_in", _key(name)) for name in names_of(user).each()))
    return user


def personal_of(user: User) -> tuple[str | None, ...]:
    """What a password of this person must not be made of."""
    return user.name, user.user_name, user.mobile, user.mail


def _kept(services: Services, user_id: str) -> tuple[str, tuple[str | None, ...]]:
    with services.database.reading() as session:
        user = session.get(User, user_id)
        if not user:
            raise NotFound()
        return user.password_hash, personal_of(user)


def _key(name: SignInName) -> str:
    return f"{name.kind}:{name.value}"

"""Links sent by mail: a new password for who forgot theirs, and showing that an address is the person's.

The link is made when it is sent: the database holds its id, the key of this installation the rest.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.audit import digest_of
from service.channels import Undelivered
from service.channels.mail import Letter, send
from service.clock import now
from service.errors import Busy, Invalid
from service.jobs import enqueue
from service.models import MailedLink, MailPurpose, User, new_id
from service.passwords import keeper, refuse_weak
from service.permissions import require
from service.services import Services
from service.usecases import attempts, tokens
from service.usecases.notice_texts import Words
from service.usecases.recipients import Recipient
from service.usecases.sign_in import personal_of, set_password
from service.usecases.sign_in_names import read, user_called
from service.usecases.slips import void_slips
from service.usecases.telling import About, tell

log = logging.getLogger(__name__)

_WORTHLESS = "这个链接不能用：可能不完整、已经用过或者过期了。请重新申请；还不行，请科协工作人员打印一次性登录单。"
_RESET_TEXT = """{name}，您好：

有人（应该是您本人）申请重设登录密码。请在 {minutes} 分钟内打开下面的链接，设一个新密码。链接只能用一次：

{link}

不是您申请的，不用理会，密码不会变。任何人向您要这个链接都不要给。
"""
_CONFIRM_TEXT = """{name}，您好：

请在 {days} 天内登录平台，再打开下面的链接，确认这是您的邮箱。确认以后才会往这里发通知，忘记密码时也才能用它重设：

{link}

没有在平台登记过的，不用理会。
"""


def forgot(services: Services, name: str, network: str) -> None:
    """Promise a link, if there is somebody to send it to. Neither answer nor time tells whether there is.

    Raises TooMany, by the name that was typed and by network.
    """
    called = read(name)
    attempts.begin(services, "password.forgot", f"{called.kind}:{called.value}", network)
    with services.database.writing() as session:
        user = user_called(session, called)
        # The same work for somebody as for nobody; who it was is found out later, by the worker.
        enqueue(session, "password.link", key=f"user:{user.id if user else new_id()}")


def reset(services: Services, token: str, new_password: str, *, network: str) -> None:
    """Set the password, end every session, void tokens and slips. Raises Invalid (one answer), TooMany, Busy."""
    link_id = services.links.link_id(token, _purpose(MailPurpose.RESET))
    attempt = attempts.begin(services, "password.reset", link_id or digest_of(token), network)
    with services.database.reading() as session:
        _, user = _usable(session, link_id, MailPurpose.RESET)
        personal = personal_of(user)
    with attempts.excused(services, attempt, Busy, Invalid):
        refuse_weak(new_password, personal, field="password")
        new_hash = keeper().hash(new_password)
    with services.database.writing() as session:
        link, user = _usable(session, link_id, MailPurpose.RESET)
        _void(session, user.id, MailPurpose.RESET)
        void_slips(session, user.id)
        tokens.revoke_all(session, user.id)
        set_password(session, user.id, new_hash)
        attempts.clear(session, attempt.account)
        audit.record(session, actor_id=user.id, act="password.reset", subject_kind="user", subject_id=user.id)
        words = Words("您的登录密码已经重设", "不是您本人办的，请马上联系科协工作人员。")
        tell(session, services, Recipient.user(user.id), f"reset:{link.id}", About("user", user.id, "/me"), words)


def ask_to_confirm(services: Services, actor: Actor, network: str) -> None:
    """Send the link for one's own address again. Raises TooMany."""
    require(actor, "account.own")
    attempts.begin(services, "mail.confirm", actor.user_id or "", network)
    with services.database.writing() as session:
        enqueue(session, "mail.confirm", key=f"user:{actor.user_id}")


def confirm(session: Session, services: Services, actor: Actor, token: str) -> None:
    """The address is the person's: they can sign in, and read what is sent to it. Raises Invalid.

    The link alone is not enough: at a mistyped address a stranger reads it, who could then set the password.
    """
    require(actor, "account.own")
    link_id = services.links.link_id(token, _purpose(MailPurpose.CONFIRM))
    _, user = _usable(session, link_id, MailPurpose.CONFIRM)
    if user.id != actor.user_id:
        raise Invalid("这个链接是发给另一个账号的。请退出登录，用收到邮件的账号登录后再打开。", field="token")
    _void(session, user.id, MailPurpose.CONFIRM)
    user.mail_confirmed_at = now()
    session.add(user)
    audit.record(session, actor_id=user.id, act="mail.confirm", subject_kind="user", subject_id=user.id)


def send_reset_link(services: Services, user_id: str) -> None:
    """Only to an address that was confirmed. Raises Undelivered if it should be tried again."""
    minutes = services.settings.reset_link_minutes
    _send(services, user_id, MailPurpose.RESET, timedelta(minutes=minutes), "重设密码", _RESET_TEXT, minutes=minutes)


def send_confirm_link(services: Services, user_id: str) -> None:
    """Raises Undelivered if it should be tried again."""
    days = services.settings.confirm_link_days
    _send(services, user_id, MailPurpose.CONFIRM, timedelta(days=days), "请确认您的邮箱", _CONFIRM_TEXT, days=days)


def _send(
    services: Services,
    user_id: str,
    purpose: MailPurpose,
    valid: timedelta,
    subject: str,
    text: str,
    **numbers: int,
) -> None:
    """Earlier links for the same purpose are void: one at a time works."""
    if not services.settings.mail.host:
        return
    with services.database.writing() as session:
        user = session.get(User, user_id)
        if user is None or not user.is_active or not user.mail:
            return
        if (user.mail_confirmed_at is None) is (purpose is MailPurpose.RESET):
            return
        _void(session, user.id, purpose)
        link = MailedLink(user_id=user.id, purpose=purpose, mail=user.mail, expires_at=now() + valid)
        session.add(link)
        session.flush()
        audit.record(session, actor_id=None, act=f"mail.{purpose}_link", subject_kind="user", subject_id=user.id)
    address = f"{services.settings.public_url.rstrip('/')}/mail/{purpose}/{_token(services, link)}"
    letter = Letter(f"link.{link.id}", link.mail, subject, text.format(name=user.name, link=address, **numbers))
    try:
        send(services.settings.mail, letter)
    except Undelivered as error:
        if not error.is_final:
            raise
        log.info("link.undeliverable", extra={"reason": str(purpose)})


def _token(services: Services, link: MailedLink) -> str:
    return services.links.token(link.id, _purpose(link.purpose))


def _purpose(purpose: MailPurpose) -> str:
    """As the proof in the link names it, unlike those of signed links."""
    return f"mail.{purpose}"


def _usable(session: Session, link_id: str | None, purpose: MailPurpose) -> tuple[MailedLink, User]:
    found = session.exec(
        select(MailedLink, User)
        .join(User, col(User.id) == col(MailedLink.user_id))
        .where(
            MailedLink.id == (link_id or ""),
            MailedLink.purpose == purpose,
            col(MailedLink.used_at).is_(None),
            col(MailedLink.expires_at) > now(),
            col(User.mail) == col(MailedLink.mail),
            col(User.is_active),
        )
    ).first()
    if found is None:
        raise Invalid(_WORTHLESS, field="token")
    return found


def _void(session: Session, user_id: str, purpose: MailPurpose) -> None:
    unused = (col(MailedLink.user_id) == user_id, col(MailedLink.purpose) == purpose, col(MailedLink.used_at).is_(None))
    session.exec(update(MailedLink).where(*unused).values(used_at=now()))

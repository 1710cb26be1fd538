"""People who are told something, and where they can be reached outside the app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from sqlmodel import Session, select

from service.actors import Actor, actor_by_link, actor_of
from service.models import Expert, ExpertState, Need, RecipientKind, Row, User
from service.rules.consent_purposes import NOTICES_BY_MAIL
from service.usecases.consent_log import agrees
from service.usecases.lookup import together


@dataclass(frozen=True)
class Recipient:
    """An account, or an expert, who may have none and is then reached by mail or by what staff copy for them."""

    kind: RecipientKind
    id: str

    @classmethod
    def user(cls, user_id: str) -> Self:
        return cls(RecipientKind.USER, user_id)

    @classmethod
    def expert(cls, expert_id: str) -> Self:
        return cls(RecipientKind.EXPERT, expert_id)

    @property
    def is_expert(self) -> bool:
        return self.kind is RecipientKind.EXPERT


@dataclass(frozen=True)
class Address:
    """mail, mobile: "" where there is none that may be used."""

    name: str
    mail: str = ""
    mobile: str = ""


def people(session: Session, recipients: Sequence[Recipient]) -> list[Row]:
    """All of them with their accounts, to be held while lines about them are made: see `together`."""
    found = together(session, (each.id for each in recipients), Expert, User)
    accounts = (each.user_id for each in found if isinstance(each, Expert))
    return [*found, *together(session, accounts, User)]


def address_of(session: Session, recipient: Recipient) -> Address:
    """None of who left, no mail of who turned it off, and of an account only what was shown to be its own."""
    if recipient.kind is RecipientKind.USER:
        return _of_user(session.get_one(User, recipient.id))
    expert = session.get_one(Expert, recipient.id)
    if expert.state is ExpertState.LEFT:
        return Address(expert.name)
    if expert.user_id is None:
        return Address(expert.name, expert.mail if wants(session, recipient, NOTICES_BY_MAIL) else "", expert.mobile)
    user = session.get_one(User, expert.user_id)
    account = _of_user(user)
    mail = (expert.mail or account.mail) if user.is_active and user.wants_mail else ""
    mobile = (expert.mobile or account.mobile) if user.is_active else ""
    return Address(expert.name, mail, mobile)


def wants(session: Session, recipient: Recipient, purpose: str) -> bool:
    """Whether this person lets notices come this way (rules.consent_purposes)."""
    return agrees(session, account_of(session, recipient) or recipient.id, purpose)


def is_same_person(session: Session, recipient: Recipient, signature: str | None) -> bool:
    """signature: whom the history names: an account, or an expert who came by a link."""
    if signature is None:
        return False
    return signature in (recipient.id, account_of(session, recipient))


def reader(session: Session, recipient: Recipient, subject: str, need: Need | None) -> Actor:
    """With the rights of this person; without an account those of a signed link for the subject, “invitation:…”."""
    user_id = account_of(session, recipient)
    if user_id is not None:
        return actor_of(session, session.get_one(User, user_id))
    return actor_by_link(session, recipient.id, subject, need.id if need else "", frozenset())


def account_of(session: Session, recipient: Recipient) -> str | None:
    """The user id of the person, None without an account."""
    if recipient.kind is RecipientKind.USER:
        return recipient.id
    return session.exec(select(Expert.user_id).where(Expert.id == recipient.id)).first()


def _of_user(user: User) -> Address:
    if not user.is_active:
        return Address(user.name)
    mail = user.mail if user.mail and user.mail_confirmed_at and user.wants_mail else ""
    return Address(user.name, mail, user.mobile if user.mobile and user.mobile_confirmed_at else "")

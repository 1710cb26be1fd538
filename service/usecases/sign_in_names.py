"""What a person signs in with: a mobile number, a mail address or a user name. No text is ever two of these."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, select

from service.errors import Invalid
from service.models import User
from service.rules.characters import without_blanks
from service.rules.phone import check_mobile, is_mobile, normalise_phone

_MAIL = re.compile(r"[^@<>()\[\],;:\\\"]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_USER_NAME = re.compile(r"[\w.-]{3,50}")
MAX_MAIL_CHARS = 200


class Kind(StrEnum):
    """Each is a column of User."""

    MOBILE = "mobile"
    MAIL = "mail"
    USER_NAME = "user_name"


@dataclass(frozen=True)
class SignInName:
    """value: as stored, so that one person's number is one name however it was typed."""

    kind: Kind
    value: str


@dataclass(frozen=True)
class SignInNames:
    """Those of one account, as stored; at least one is there."""

    mobile: str | None
    mail: str | None
    user_name: str | None

    def each(self) -> list[SignInName]:
        given = ((Kind.MOBILE, self.mobile), (Kind.MAIL, self.mail), (Kind.USER_NAME, self.user_name))
        return [SignInName(kind, value) for kind, value in given if value]


def read(text: str) -> SignInName:
    """Never fails: what nobody can be called is simply nobody's name."""
    plain = _folded(text)
    if "@" in plain:
        return SignInName(Kind.MAIL, plain)
    phone = normalise_phone(plain)
    return SignInName(Kind.MOBILE, phone) if is_mobile(phone) else SignInName(Kind.USER_NAME, plain)


def names_of(user: User) -> SignInNames:
    return SignInNames(user.mobile, user.mail, user.user_name)


def checked(mobile: str, mail: str, user_name: str) -> SignInNames:
    """For a new account; "" where there is none. Raises Invalid."""
    if not (mobile.strip() or mail.strip() or user_name.strip()):
        raise Invalid("手机号、邮箱、用户名至少填一项，登录时要用。", field="mobile")
    return SignInNames(
        _mobile(mobile) if mobile.strip() else None,
        _mail(mail) if mail.strip() else None,
        _user_name(user_name) if user_name.strip() else None,
    )


def user_called(session: Session, name: SignInName) -> User | None:
    column = {Kind.MOBILE: User.mobile, Kind.MAIL: User.mail, Kind.USER_NAME: User.user_name}[name.kind]
    return session.exec(select(User).where(column == name.value)).first()


def first_taken(session: Session, names: SignInNames) -> tuple[SignInName, User] | None:
    """The first of these names that is somebody's, and whose."""
    for name in names.each():
        user = user_called(session, name)
        if user:
            return name, user
    return None


def _folded(text: str) -> str:
    """Width, case, blanks and what cannot be seen make no difference."""
    folded = without_blanks(unicodedata.normalize("NFKC", text).casefold())
    folded = "".join(char for char in folded if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    # Again until nothing changes: what becomes neighbours may combine.
    return folded if folded == text else _folded(folded)


def _mobile(text: str) -> str:
    found = check_mobile(text)
    if found.error:
        raise Invalid(found.error, field="mobile")
    return found.phone


def _mail(text: str) -> str:
    address = _folded(text)
    if len(address) > MAX_MAIL_CHARS or not _MAIL.fullmatch(address):
        raise Invalid("邮箱格式不对，应类似 zhuoma@example.cn；没有邮箱可以不填。", field="mail")
    return address


def _user_name(text: str) -> str:
    name = _folded(text)
    if not _USER_NAME.fullmatch(name):
        raise Invalid("用户名应为 3—50 个字，可用汉字、字母、数字和 . _ -，请改一个。", field="user_name")
    if is_mobile(normalise_phone(name)):
        raise Invalid("用户名不能是手机号；手机号请填在“手机号”一栏。", field="user_name")
    return name

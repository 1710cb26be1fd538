"""People who sign in, and what proves who they are. Secrets are stored as digests only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlmodel import Field

from service.models.base import LogRow, Moment, Row, Text, choice
from service.models.spelling import Spelled


class User(Row, Spelled, table=True):
    """A person. user_name, mobile and mail identify at sign-in, each unique if given; password_hash "" = none yet.

    is_active: False once the person left; sessions and tokens are dead from then on. mail_confirmed_at: when the person
    showed to read what is sent to mail; before that it is for signing in only. mobile_confirmed_at: the same of the
    mobile number, by a slip handed over in person. wants_mail: notices by mail.
    """

    is_person: ClassVar[bool] = True

    name: str = Field(sa_type=Text, max_length=50)
    user_name: str | None = Field(default=None, sa_type=Text, unique=True, max_length=50)
    mobile: str | None = Field(default=None, sa_type=Text, unique=True, max_length=20)
    mail: str | None = Field(default=None, sa_type=Text, unique=True, max_length=200)
    password_hash: str = Field(default="", sa_type=Text, max_length=200)
    must_change_password: bool = False
    is_active: bool = True
    is_administrator: bool = False
    mail_confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    mobile_confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    wants_mail: bool = True


class UserSession(Row, table=True):
    """token_digest: SHA-256 of the cookie's value."""

    user_id: str = Field(foreign_key="user.id", index=True)
    token_digest: str = Field(sa_type=Text, unique=True, max_length=64)
    last_seen_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


class ApiToken(Row, table=True):
    """scopes: names of policies, separated by blanks; a token can never do more than its user."""

    user_id: str = Field(foreign_key="user.id", index=True)
    name: str = Field(sa_type=Text, max_length=50)
    token_digest: str = Field(sa_type=Text, unique=True, max_length=64)
    scopes: str = Field(sa_type=Text, max_length=4_000)
    expires_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


class OneTimeSlip(Row, table=True):
    """A printed code with which a person without mail signs in once and sets a password."""

    user_id: str = Field(foreign_key="user.id", index=True)
    code_digest: str = Field(sa_type=Text, unique=True, max_length=64)
    issued_by_id: str = Field(foreign_key="user.id")
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class MailPurpose(StrEnum):
    """What a mailed link is for: setting a password, or showing that the address is the person's."""

    RESET = "reset"
    CONFIRM = "confirm"


class MailedLink(Row, table=True):
    """A link mailed to a person, good once. It is derived from the id with the key of service/links.py, never stored.

    mail: where it went; it proves nothing about any other address.
    """

    user_id: str = Field(foreign_key="user.id", index=True)
    purpose: MailPurpose = Field(sa_type=choice(MailPurpose))
    mail: str = Field(sa_type=Text, max_length=200)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class SignInAttempt(LogRow, table=True):
    """One failure. account, network: digests, so that the table is no list of who has an account."""

    account: str = Field(sa_type=Text, index=True, max_length=64)
    network: str = Field(sa_type=Text, index=True, max_length=64)

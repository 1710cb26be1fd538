"""What people are told: in the app, and by mail or SMS where they can be reached so."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from service.models.base import Moment, Row, Text, choice


class RecipientKind(StrEnum):
    """EXPERT: also one without an account, who is reached by mail, or by what staff copy for them."""

    USER = "user"
    EXPERT = "expert"


class Notice(Row, table=True):
    """One thing told to one person, once: key says what, e.g. “change:17” or “remind:need:…:half”.

    subject_kind, subject_id: what it is about; need_id: the need that hangs on, if any. path: of the page, relative.
    calls: whether it is the reader's turn.
    """

    __table_args__ = (UniqueConstraint("recipient_kind", "recipient_id", "key"),)

    recipient_kind: RecipientKind = Field(sa_type=choice(RecipientKind))
    recipient_id: str = Field(sa_type=Text, index=True, max_length=32)
    key: str = Field(sa_type=Text, max_length=120)
    subject_kind: str = Field(sa_type=Text, max_length=32)
    subject_id: str = Field(sa_type=Text, index=True, max_length=32)
    need_id: str | None = Field(default=None, foreign_key="need.id", index=True)
    title: str = Field(sa_type=Text, max_length=200)
    text: str = Field(sa_type=Text, max_length=5_000)
    path: str = Field(sa_type=Text, max_length=200)
    calls: bool = False
    read_at: datetime | None = Field(default=None, sa_type=Moment)


class DeliveryChannel(StrEnum):
    MAIL = "mail"
    SMS = "sms"


class DeliveryState(StrEnum):
    """DROPPED: no longer to be sent, because the person left or turned it off, or the case was sealed."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Delivery(Row, table=True):
    """A notice on its way outside the app; no row, no way. error: why the last attempt failed."""

    __table_args__ = (UniqueConstraint("notice_id", "channel"),)

    notice_id: str = Field(foreign_key="notice.id", index=True)
    channel: DeliveryChannel = Field(sa_type=choice(DeliveryChannel))
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=choice(DeliveryState), index=True)
    attempts: int = 0
    error: str = Field(default="", sa_type=Text, max_length=500)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)


class Announcement(Row, table=True):
    """Something everybody concerned was told of, whoever that was then; key as in Notice."""

    key: str = Field(sa_type=Text, unique=True, max_length=120)

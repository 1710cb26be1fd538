"""Notices as JSON."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from service.models import DeliveryChannel, DeliveryState
from service.schemas.common import Input, Page


class NoticeOut(BaseModel):
    """path: of the page it is about. calls: it is your turn."""

    id: str
    created_at: datetime
    subject_kind: str
    subject_id: str
    title: str
    text: str
    path: str
    calls: bool
    read_at: datetime | None


class OwnNoticesOut(Page[NoticeOut]):
    """unread: of all pages."""

    unread: int


class DeliveryOut(BaseModel):
    """state: waiting 待发、sent 已发、failed 失败、dropped 不再发送。"""

    channel: DeliveryChannel
    state: DeliveryState
    attempts: int
    error: str
    sent_at: datetime | None


class CaseNoticeOut(BaseModel):
    """deliveries: empty if it went no further than the app."""

    id: str
    created_at: datetime
    recipient: str
    title: str
    read_at: datetime | None
    deliveries: list[DeliveryOut]


class UndeliveredOut(BaseModel):
    """What it says is not shown: administrators need not know the case."""

    notice_id: str
    created_at: datetime
    recipient: str
    delivery: DeliveryOut


class NoticeTextOut(BaseModel):
    text: str


class MailWishInput(Input):
    by_mail: bool = Field(description="通知是否也发邮件")


class MailWishOut(BaseModel):
    """mail_confirmed: notices are mailed only to an address that was confirmed."""

    by_mail: bool
    mail_confirmed: bool

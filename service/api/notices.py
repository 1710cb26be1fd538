"""Notices under /api."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from service.api.dependencies import (
    CurrentActor,
    PageNumber,
    Reading,
    ServicesDep,
    Writing,
    sorted_by,
)
from service.api.routing import Router, policy
from service.models import User
from service.schemas.common import Page
from service.schemas.notices import (
    CaseNoticeOut,
    MailWishInput,
    MailWishOut,
    NoticeOut,
    NoticeTextOut,
    OwnNoticesOut,
    UndeliveredOut,
)
from service.usecases import accounts, notices
from service.usecases.notice_views import case_notice, undelivered_notice
from service.usecases.paging import PER_PAGE, paged

router = Router(tags=["通知"])
PageNumber = PageNumber


@router.get("/notices", summary="我的通知，未读的在前")
@policy("notice.list")
def list_own_notices(
    session: Reading,
    actor: CurrentActor,
    is_unread: Annotated[bool, Query(description="只看未读的")] = False,
    sort: Annotated[str, sorted_by(notices.ORDERS)] = "",
    page: PageNumber = 1,
) -> OwnNoticesOut:
    found, total = notices.page_of(session, actor, is_unread=is_unread, sort=sort, page=page)
    items = [NoticeOut.model_validate(notice, from_attributes=True) for notice in found]
    unread = notices.unread(session, actor)
    return OwnNoticesOut(items=items, total=total, page=page, per_page=PER_PAGE, unread=unread)


@router.post("/notices/read-all", status_code=204, summary="全部标为已读")
@policy("notice.list")
def read_all_notices(session: Writing, actor: CurrentActor) -> None:
    notices.mark_all_read(session, actor)


@router.get("/notices/undelivered", summary="多次重试仍没有送达的邮件、短信")
@policy("notice.undelivered")
def list_undelivered(session: Reading, actor: CurrentActor, page: PageNumber = 1) -> Page[UndeliveredOut]:
    found, total = notices.undelivered(session, actor, page=page)
    items = [undelivered_notice(way) for way in found]
    return paged(items, total, page)


@router.post("/notices/{notice_id}/read", status_code=204, summary="标为已读")
@policy("notice.read")
def read_notice(session: Writing, actor: CurrentActor, notice_id: str) -> None:
    notices.mark_read(session, actor, notice_id)


@router.get("/notices/{notice_id}/text", summary="复制短信、微信文字（留痕）")
@policy("notice.hand_out")
def show_notice_text(session: Writing, services: ServicesDep, actor: CurrentActor, notice_id: str) -> NoticeTextOut:
    return NoticeTextOut(text=notices.hand_out(session, services, actor, notice_id))


@router.get("/needs/{need_id}/notices", summary="这条需求通知了谁、送到没有")
@policy("notice.follow")
def list_notices_of_need(
    session: Reading, actor: CurrentActor, need_id: str, page: PageNumber = 1
) -> Page[CaseNoticeOut]:
    found, total = notices.of_need(session, actor, need_id, page=page)
    items = [case_notice(way) for way in found]
    return paged(items, total, page)


@router.get("/me/mail", summary="通知是否发邮件")
@policy("signed_in")
def show_mail_wish(session: Reading, actor: CurrentActor) -> MailWishOut:
    return _wish(accounts.own_account(session, actor))


@router.put("/me/mail", summary="打开或关闭通知邮件")
@policy("account.own")
def change_mail_wish(session: Writing, actor: CurrentActor, given: MailWishInput) -> MailWishOut:
    return _wish(notices.want_mail(session, actor, wants_mail=given.by_mail))


def _wish(user: User) -> MailWishOut:
    return MailWishOut(by_mail=user.wants_mail, mail_confirmed=user.mail_confirmed_at is not None)

"""Attachments under /api, and who opened what.

A file comes as the body itself, never as a form: of a form the parser writes big parts to the disk, before anybody
could look whether they bear a mark of secrecy. Its name comes in a header: addresses are written to logs.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, unquote_to_bytes

from fastapi import Depends, Header, Query, Request
from fastapi.responses import FileResponse
from pydantic import AwareDatetime, ValidationError

from service.api.dependencies import CurrentActor, PageNumber, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.errors import Invalid
from service.models import FileSubject, PublicityLevel
from service.permissions import require
from service.schemas.attachments import (
    AttachmentInput,
    AttachmentOut,
    AttachmentsOut,
    AttachmentTextOut,
    ReaderLine,
)
from service.schemas.common import Channel, Page, ProxyInput
from service.usecases import attachments, reads
from service.usecases.attachment_views import listed, show
from service.usecases.paging import paged

router = Router(tags=["附件"])
# Apart, because its body may be larger than those of all other routes; see service.app.
uploads = Router(tags=["附件"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_A_FILE = {"requestBody": {"required": True, "content": {"application/octet-stream": _BINARY}}}


async def given_file(request: Request, services: ServicesDep, actor: CurrentActor) -> bytes:
    """The body, in memory. Of one that is too large the rest is read and dropped, so that the answer gets through."""
    # Who came by a signed link has no account, and may hand in what belongs to it.
    if not actor.is_known:
        require(actor, "signed_in")
    most = services.settings.max_upload_mb << 20
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            chunks.clear()
        else:
            chunks.append(chunk)
    if size > most:
        raise Invalid(
            f"文件超过 {services.settings.max_upload_mb} MB 的上限。请压缩图片或拆成几个文件后再上传。", field="file"
        )
    return b"".join(chunks)


def _decoded(header: str, field: str) -> str:
    try:
        # Headers are bytes; a name that was not encoded arrives as its UTF-8 all the same.
        return unquote_to_bytes(header.encode("latin-1")).decode("utf-8")
    except UnicodeError:
        raise Invalid("请求头里的文字编码读不懂。请用 UTF-8 百分号编码。", field=field) from None


def given_name(
    x_file_name: Annotated[str, Header(max_length=2_000, description="文件名，UTF-8 百分号编码")],
) -> str:
    return _decoded(x_file_name, "file_name")


def given_proxy(
    x_asked_by: Annotated[str, Header(max_length=500, description="代办时：委托人姓名，UTF-8 百分号编码")] = "",
    x_asked_channel: Annotated[
        Channel | None, Header(description="代办时：委托方式，phone 电话、wechat 微信、paper 纸面、in_person 当面")
    ] = None,
    x_asked_at: Annotated[AwareDatetime | None, Header(description="代办时：委托时间")] = None,
) -> ProxyInput | None:
    """Beside a body that is a file there is no room for it, and addresses are written to logs."""
    if not x_asked_by and x_asked_channel is None and x_asked_at is None:
        return None
    given = {"asked_by": _decoded(x_asked_by, "asked_by"), "channel": x_asked_channel, "asked_at": x_asked_at}
    try:
        return ProxyInput.model_validate(given)
    except ValidationError:
        raise Invalid("代办请写明受谁委托（2—50 个字）、用什么方式、什么时候，三项都要有。", field="proxy") from None


Content = Annotated[bytes, Depends(given_file)]
FileName = Annotated[str, Depends(given_name)]
Proxy = Annotated[ProxyInput | None, Depends(given_proxy)]


@uploads.post(
    "/needs/{need_id}/attachments", status_code=201, summary="上传附件（请求体就是文件）", openapi_extra=_A_FILE
)
@policy("attachment.change")
def upload_attachment(
    services: ServicesDep,
    actor: CurrentActor,
    need_id: str,
    content: Content,
    file_name: FileName,
    publicity_level: PublicityLevel = PublicityLevel.INVITED,
) -> AttachmentOut:
    level = publicity_level
    return show(
        *attachments.upload(
            services, actor, FileSubject.NEED, need_id, content, file_name=file_name, publicity_level=level
        )
    )


@uploads.post(
    "/minutes/{minutes_id}/attachments",
    status_code=201,
    summary="上传纪要的附件（请求体就是文件）",
    openapi_extra=_A_FILE,
)
@policy("attachment.change")
def upload_file_of_minutes(
    services: ServicesDep, actor: CurrentActor, minutes_id: str, content: Content, file_name: FileName, proxy: Proxy
) -> AttachmentOut:
    kind = FileSubject.MINUTES
    return show(*attachments.upload(services, actor, kind, minutes_id, content, file_name=file_name, proxy=proxy))


@uploads.post(
    "/outcomes/{outcome_id}/attachments",
    status_code=201,
    summary="上传成效的佐证材料（请求体就是文件）",
    openapi_extra=_A_FILE,
)
@policy("attachment.change")
def upload_evidence(
    services: ServicesDep, actor: CurrentActor, outcome_id: str, content: Content, file_name: FileName, proxy: Proxy
) -> AttachmentOut:
    kind = FileSubject.OUTCOME
    return show(*attachments.upload(services, actor, kind, outcome_id, content, file_name=file_name, proxy=proxy))


@uploads.post(
    "/approvals/{approval_id}/attachments",
    status_code=201,
    summary="上传扫描的签章件（请求体就是文件）",
    openapi_extra=_A_FILE,
)
@policy("attachment.change")
def upload_scan(
    services: ServicesDep, actor: CurrentActor, approval_id: str, content: Content, file_name: FileName
) -> AttachmentOut:
    return show(*attachments.upload(services, actor, FileSubject.APPROVAL, approval_id, content, file_name=file_name))


@router.get("/needs/{need_id}/attachments", summary="一条需求的附件")
@policy("attachment.open")
def list_attachments(session: Reading, services: ServicesDep, actor: CurrentActor, need_id: str) -> AttachmentsOut:
    return listed(session, services.settings, actor, FileSubject.NEED, need_id)


@router.get("/minutes/{minutes_id}/attachments", summary="一份纪要的附件")
@policy("attachment.open")
def list_files_of_minutes(
    session: Reading, services: ServicesDep, actor: CurrentActor, minutes_id: str
) -> AttachmentsOut:
    return listed(session, services.settings, actor, FileSubject.MINUTES, minutes_id)


@router.get("/outcomes/{outcome_id}/attachments", summary="一项成效的佐证材料")
@policy("attachment.open")
def list_evidence(session: Reading, services: ServicesDep, actor: CurrentActor, outcome_id: str) -> AttachmentsOut:
    return listed(session, services.settings, actor, FileSubject.OUTCOME, outcome_id)


@router.get("/approvals/{approval_id}/attachments", summary="一件审签的扫描签章件")
@policy("attachment.open")
def list_scans(session: Reading, services: ServicesDep, actor: CurrentActor, approval_id: str) -> AttachmentsOut:
    return listed(session, services.settings, actor, FileSubject.APPROVAL, approval_id)


@router.get("/approvals/{approval_id}/readers", summary="谁打开过签章件")
@policy("approval.view")
def list_readers_of_approval(
    session: Reading, actor: CurrentActor, approval_id: str, page: PageNumber = 1
) -> Page[ReaderLine]:
    found, total = reads.readers_of_approval(session, actor, approval_id, page)
    return paged(found, total, page)


@router.get("/needs/{need_id}/readers", summary="谁打开过全文或附件")
@policy("need.readers")
def list_readers(session: Reading, actor: CurrentActor, need_id: str, page: PageNumber = 1) -> Page[ReaderLine]:
    found, total = reads.readers(session, actor, need_id, page)
    return paged(found, total, page)


@router.get("/attachments/{attachment_id}", summary="一个附件和读出的文字（留痕）")
@policy("attachment.open")
def show_attachment(services: ServicesDep, actor: CurrentActor, attachment_id: str) -> AttachmentTextOut:
    return reads.open_text(services, actor, attachment_id)


@router.get(
    "/attachments/{attachment_id}/content",
    summary="下载附件（留痕）",
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": _BINARY}}},
)
@policy("attachment.open")
def download_attachment(services: ServicesDep, actor: CurrentActor, attachment_id: str) -> FileResponse:
    attachment, path = reads.open_file(services, actor, attachment_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.file_name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return FileResponse(path, media_type=attachment.media_type, headers=headers)


@router.put("/attachments/{attachment_id}", summary="更正从需求的附件读出的文字，改公开级别")
@policy("attachment.change")
def correct_attachment(
    session: Writing, services: ServicesDep, actor: CurrentActor, attachment_id: str, given: AttachmentInput
) -> AttachmentOut:
    return show(*attachments.correct(session, services, actor, attachment_id, given))


@router.delete("/attachments/{attachment_id}", summary="移除附件")
@policy("attachment.change")
def remove_attachment(
    session: Writing,
    services: ServicesDep,
    actor: CurrentActor,
    attachment_id: str,
    version: Annotated[int, Query(description="您看到的版本号")],
    proxy: Proxy,
) -> AttachmentOut:
    return show(*attachments.remove(session, services, actor, attachment_id, version, proxy))

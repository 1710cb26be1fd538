"""Attachments under /api, and who opened what of a need.

A file comes as the body itself, never as a form: of a form the parser writes big parts to the disk, before anybody
could look whether they bear a mark of secrecy. Its name comes in a header: addresses are written to logs.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, unquote_to_bytes

from fastapi import Depends, Header, Query, Request
from fastapi.responses import FileResponse

from service.api.dependencies import CurrentActor, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.errors import Invalid
from service.models import PublicityLevel
from service.permissions import require
from service.schemas.attachments import (
    AttachmentInput,
    AttachmentOut,
    AttachmentsOut,
    AttachmentTextOut,
    ReaderLine,
)
from service.schemas.common import Page
from service.usecases import attachments, needs, reads
from service.usecases.attachment_views import listed, show
from service.usecases.paging import PER_PAGE

router = Router(tags=["附件"])
# Apart, because its body may be larger than those of all other routes; see service.app.
uploads = Router(tags=["附件"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}


async def given_file(request: Request, services: ServicesDep, actor: CurrentActor) -> bytes:
    """The body, in memory. Of one that is too large the rest is read and dropped, so that the answer gets through."""
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


def given_name(
    x_file_name: Annotated[str, Header(max_length=2_000, description="文件名，UTF-8 百分号编码")],
) -> str:
    try:
        # Headers are bytes; a name that was not encoded arrives as its UTF-8 all the same.
        return unquote_to_bytes(x_file_name.encode("latin-1")).decode("utf-8")
    except UnicodeError:
        raise Invalid("文件名的编码读不懂。请用 UTF-8 百分号编码。", field="file_name") from None


@uploads.post(
    "/needs/{need_id}/attachments",
    status_code=201,
    summary="上传附件（请求体就是文件）",
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": _BINARY}}},
)
@policy("need.attach")
def upload_attachment(
    services: ServicesDep,
    actor: CurrentActor,
    need_id: str,
    content: Annotated[bytes, Depends(given_file)],
    file_name: Annotated[str, Depends(given_name)],
    publicity_level: PublicityLevel = PublicityLevel.INVITED,
) -> AttachmentOut:
    return show(
        *attachments.upload(services, actor, need_id, content, file_name=file_name, publicity_level=publicity_level)
    )


@router.get("/needs/{need_id}/attachments", summary="一条需求的附件")
@policy("need.files")
def list_attachments(session: Reading, services: ServicesDep, actor: CurrentActor, need_id: str) -> AttachmentsOut:
    return listed(session, services.settings, actor, needs.find(session, actor, need_id, "need.files"))


@router.get("/needs/{need_id}/readers", summary="谁打开过全文或附件")
@policy("need.readers")
def list_readers(
    session: Reading, actor: CurrentActor, need_id: str, page: Annotated[int, Query(ge=1, le=100_000)] = 1
) -> Page[ReaderLine]:
    found, total = reads.readers(session, actor, need_id, page)
    return Page(items=found, total=total, page=page, per_page=PER_PAGE)


@router.get("/attachments/{attachment_id}", summary="一个附件和读出的文字（留痕）")
@policy("need.files")
def show_attachment(services: ServicesDep, actor: CurrentActor, attachment_id: str) -> AttachmentTextOut:
    return reads.open_text(services, actor, attachment_id)


@router.get(
    "/attachments/{attachment_id}/content",
    summary="下载附件（留痕）",
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": _BINARY}}},
)
@policy("need.files")
def download_attachment(services: ServicesDep, actor: CurrentActor, attachment_id: str) -> FileResponse:
    attachment, path = reads.open_file(services, actor, attachment_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.file_name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return FileResponse(path, media_type=attachment.media_type, headers=headers)


@router.put("/attachments/{attachment_id}", summary="更正读出的文字，改公开级别")
@policy("need.attach")
def correct_attachment(
    session: Writing, services: ServicesDep, actor: CurrentActor, attachment_id: str, given: AttachmentInput
) -> AttachmentOut:
    return show(*attachments.correct(session, services, actor, attachment_id, given))


@router.delete("/attachments/{attachment_id}", summary="移除附件")
@policy("need.attach")
def remove_attachment(
    session: Writing,
    services: ServicesDep,
    actor: CurrentActor,
    attachment_id: str,
    version: Annotated[int, Query(description="您看到的版本号")],
) -> AttachmentOut:
    return show(*attachments.remove(session, services, actor, attachment_id, version))

"""A form with a file in it. The file stays in memory: it must not lie on the disk before its words were looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from service.api.dependencies import ServicesDep
from service.errors import Invalid

FIELD = "file"


@dataclass(frozen=True)
class SentFile:
    """form: what was typed beside it."""

    name: str
    content: bytes
    form: FormData


class _InMemory(MultiPartParser):
    spool_max_size = 1 << 40


async def file_of(request: Request, services: ServicesDep) -> SentFile | Invalid:
    """What came, or why it cannot be taken: the page says so in its place."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return Invalid("没有收到文件。请选择一个文件，再点“上传”。", field=FIELD)
    try:
        form = await _InMemory(request.headers, cast(Any, request.stream()), max_files=1, max_fields=20).parse()
    except MultiPartException:
        return Invalid("上传没有完成。请重新选择文件，再点“上传”。", field=FIELD)
    given = form.get(FIELD)
    if not isinstance(given, UploadFile) or not given.filename:
        return Invalid("没有收到文件。请选择一个文件，再点“上传”。", field=FIELD)
    content = await given.read()
    most = services.settings.max_upload_mb
    if len(content) > most << 20:
        return Invalid(f"文件超过 {most} MB 的上限。请压缩图片或拆成几个文件后再上传。", field=FIELD)
    return SentFile(given.filename, content, FormData([pair for pair in form.multi_items() if pair[0] != FIELD]))


UploadedFile = Annotated[SentFile | Invalid, Depends(file_of)]

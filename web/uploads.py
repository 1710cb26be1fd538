"""A form with a file in it. The file stays in memory: it must not lie on the disk before its words were looked at."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from service.api.dependencies import CurrentActor, ServicesDep
from service.errors import Invalid
from service.permissions import require

FIELD = "file"
_MOST_FIELDS = 20
_NONE = "没有收到文件。请选择一个文件，再点“上传”。"
_BROKEN_OFF = "上传没有完成。请重新选择文件，再点“上传”。"


@dataclass(frozen=True)
class SentFile:
    """form: what was typed beside it. refusal: why the file cannot be taken; the page says so in its place."""

    form: FormData
    name: str = ""
    content: bytes = b""
    refusal: Invalid | None = None

    def refuse_unusable(self) -> None:
        if self.refusal is not None:
            raise self.refusal


async def file_of(request: Request, services: ServicesDep, actor: CurrentActor) -> SentFile:
    """A stranger's is not even read; who comes by a link was looked at before, see web.pages.consultations."""
    if "token" not in request.path_params:
        require(actor, "signed_in")
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return _refused(_NONE)
    megabytes = services.settings.max_upload_mb
    # Beside the file there are its frame and what was typed.
    most, size = (megabytes + 1) << 20, 0

    async def counted() -> AsyncGenerator[bytes, None]:
        """Of what is too large the rest is read and dropped, so that the answer gets through."""
        nonlocal size
        async for chunk in request.stream():
            size += len(chunk)
            if size <= most:
                yield chunk

    parser = MultiPartParser(request.headers, counted(), max_files=1, max_fields=_MOST_FIELDS)
    parser.spool_max_size = most
    too_large = f"文件超过 {megabytes} MB 的上限。请压缩图片或拆成几个文件后再上传。"
    try:
        sent = await parser.parse()
    except (MultiPartException, KeyError):
        return _refused(too_large if size > most else _BROKEN_OFF)
    form = FormData([pair for pair in sent.multi_items() if pair[0] != FIELD])
    given = sent.get(FIELD)
    if size > most:
        return _refused(too_large, form)
    if not isinstance(given, UploadFile) or not given.filename:
        return _refused(_NONE, form)
    content = await given.read()
    if len(content) > megabytes << 20:
        return _refused(too_large, form)
    return SentFile(form, given.filename, content)


def _refused(message: str, form: FormData | None = None) -> SentFile:
    return SentFile(form or FormData(), refusal=Invalid(message, field=FIELD))


UploadedFile = Annotated[SentFile, Depends(file_of)]

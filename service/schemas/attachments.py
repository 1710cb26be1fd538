"""Attachments as JSON, and who opened what."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from service.models import FileSubject, PublicityLevel, TextState
from service.schemas.common import Input


class AttachmentInput(Input):
    """更正读出的文字，或改公开级别。"""

    version: int = Field(description="您看到的版本号")
    extracted_text: Annotated[str, StringConstraints(max_length=200_000)] = Field(description="更正后的文字，用于匹配")
    publicity_level: PublicityLevel = Field(description="public 公开、invited 受邀可见、signed 签约后")


class AttachmentOut(BaseModel):
    """subject: what it belongs to; subject_version: of a need, rises with every change here. publicity_level: of a
    need's files only."""

    id: str
    version: int
    subject_kind: FileSubject = Field(
        description="属于什么：need 需求、minutes 纪要、outcome 成效（佐证材料）、approval 审签（扫描的签章件）"
    )
    subject_id: str = Field(description="它的标识")
    subject_version: int
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    publicity_level: PublicityLevel | None = Field(description="公开级别，只有需求的附件有")
    text_state: TextState
    text_note: str
    created_at: datetime
    removed_at: datetime | None


class AttachmentTextOut(AttachmentOut):
    extracted_text: str


class AttachmentsOut(BaseModel):
    """hidden: level → how many more there are that this reader may not open. may_change: whether to offer uploading;
    may_remove: removing."""

    items: list[AttachmentOut]
    hidden: dict[PublicityLevel, int]
    may_change: bool
    may_remove: bool
    most: int
    most_megabytes: int


class ReaderLine(BaseModel):
    """what: full, file or text. file_name: None for the full text of the need."""

    at: datetime
    reader: str
    what: str
    label: str
    file_name: str | None

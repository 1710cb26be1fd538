"""Attachments as JSON, and who opened what."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from service.models import PublicityLevel, TextState
from service.schemas.common import Input


class AttachmentInput(Input):
    """更正读出的文字，或改公开级别。"""

    version: int = Field(description="您看到的版本号")
    extracted_text: Annotated[str, StringConstraints(max_length=200_000)] = Field(description="更正后的文字，用于匹配")
    publicity_level: PublicityLevel = Field(description="public 公开、invited 受邀可见、signed 签约后")


class AttachmentOut(BaseModel):
    """subject_version: of the need it belongs to, which rises with every change here."""

    id: str
    version: int
    subject_version: int
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    publicity_level: PublicityLevel
    text_state: TextState
    text_note: str
    created_at: datetime
    removed_at: datetime | None


class AttachmentTextOut(AttachmentOut):
    extracted_text: str


class AttachmentsOut(BaseModel):
    """hidden: level → how many more there are that this reader may not open. may_change: whether to offer uploading."""

    items: list[AttachmentOut]
    hidden: dict[PublicityLevel, int]
    may_change: bool
    most: int
    most_megabytes: int


class ReaderLine(BaseModel):
    """what: full, file or text. file_name: None for the full text of the need."""

    at: datetime
    reader: str
    what: str
    label: str
    file_name: str | None

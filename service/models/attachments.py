"""Files handed in with a need, with minutes, outcomes and 审签; and the words found in those of needs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from service.models.base import Moment, Row, Text, choice
from service.models.needs import PublicityLevel


class FileSubject(StrEnum):
    """What files belong to: a need, 纪要, 成效 (佐证材料), 审签 (the scanned 签章件); named as its table."""

    NEED = "need"
    MINUTES = "minutes"
    OUTCOME = "outcome"
    APPROVAL = "approval"


class TextState(StrEnum):
    """NONE_FOUND: pictures and scans. NOT_READABLE: the program that reads it gave up."""

    EXTRACTED = "extracted"
    CORRECTED = "corrected"
    NONE_FOUND = "none_found"
    NOT_READABLE = "not_readable"


class Attachment(Row, table=True):
    """stored_name: in the folder of attachments, None once the file was deleted for good.

    removed_at: gone for everybody, the file is deleted some days later. uploaded_by: the account, or the expert who
    came by a link. publicity_level, extracted_text: of a need's; what else is handed in is read for marks of secrecy
    and its text is not kept.
    """

    __table_args__ = (CheckConstraint("size_bytes > 0", name="size_bytes"),)

    subject_kind: FileSubject = Field(sa_type=choice(FileSubject))
    subject_id: str = Field(sa_type=Text, index=True, max_length=32)
    file_name: str = Field(sa_type=Text, max_length=120)
    media_type: str = Field(sa_type=Text, max_length=100)
    size_bytes: int
    sha256: str = Field(sa_type=Text, max_length=64)
    stored_name: str | None = Field(default=None, sa_type=Text, unique=True, max_length=32)
    publicity_level: PublicityLevel = Field(default=PublicityLevel.INVITED, sa_type=choice(PublicityLevel))
    extracted_text: str = Field(default="", sa_type=Text, max_length=200_000)
    text_state: TextState = Field(sa_type=choice(TextState))
    uploaded_by: str = Field(sa_type=Text, max_length=32)
    removed_at: datetime | None = Field(default=None, sa_type=Moment)

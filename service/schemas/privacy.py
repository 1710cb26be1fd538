"""What people learn about the use of their own data, as JSON."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class ReaderOut(BaseModel):
    """places：当时任职的科协或组织。"""

    at: datetime
    reader: str
    places: list[str]
    what: list[str]


class OwnSection(BaseModel):
    """rows：每一行是“栏目名 → 内容”。"""

    title: str
    rows: list[dict[str, str | int | float | bool | list[str] | None]]


class NotIncluded(BaseModel):
    what: str
    why: str


class OwnDataOut(BaseModel):
    """平台保存的、与本人有关的全部个人信息。"""

    made_at: datetime
    sections: list[OwnSection]
    not_included: list[NotIncluded]


class RankingSection(BaseModel):
    heading: str
    paragraphs: list[str]


class RankingNoticeOut(BaseModel):
    title: str
    version: str
    sections: list[RankingSection]

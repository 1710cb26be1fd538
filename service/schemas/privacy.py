"""What people learn about the use of their own data, as JSON."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field, SecretStr

from service.models import ErasureState
from service.schemas.common import Input, Note, ProxyInput


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


class EraseInput(Input):
    password: SecretStr = Field(max_length=1_000, description="现在的密码：注销不能撤销，请再输入一次")


class ErasureInput(Input):
    """管理员按本人要求提出；user_id、expert_id 至少填一项。"""

    user_id: str | None = Field(default=None, max_length=32, description="账号")
    expert_id: str | None = Field(default=None, max_length=32, description="专家画像，本人没有账号时填写")
    reason: Note = Field(min_length=2, description="原因")
    proxy: ProxyInput = Field(description="受谁委托、什么方式、什么时候")


class ErasureActInput(Input):
    version: int = Field(description="您看到的版本号")


class ObstacleOut(BaseModel):
    """told：是什么事，怎样办。"""

    kind: str
    subject_id: str
    told: str


class ErasureOut(BaseModel):
    """id、state 为空：还没有提出。obstacles：先要办结或移交的事；为空就可以注销。"""

    id: str | None
    version: int | None
    state: ErasureState | None
    state_label: str | None
    due_at: datetime | None
    obstacles: list[ObstacleOut]


class ErasureLine(ErasureOut):
    """In the administrators' list."""

    user_id: str | None
    expert_id: str | None
    name: str
    reason: str
    created_at: datetime


class RankingSection(BaseModel):
    heading: str
    paragraphs: list[str]


class RankingNoticeOut(BaseModel):
    title: str
    version: str
    sections: list[RankingSection]
